"""The segments of live captures and what was wished away of them: names, numbers and counts, never a sound."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from afterword.store.tables import captures, forgets, objects, segments


class Elsewhere(Exception):
    """Another segment is not closed: two devices or tabs would record at once."""


@dataclass(frozen=True)
class Segment:
    """Sound without a break. Chunks below `done` were listened to; `closed`: how many it has, once that is known."""

    name: str
    track: str
    number: int
    done: int
    closed: int | None


@dataclass(frozen=True)
class Range:
    """Chunks of one segment, from `first` to before `past`."""

    segment: str
    track: str
    first: int
    past: int

    def __contains__(self, place: tuple[str, str, int]) -> bool:
        segment, track, seq = place
        return (segment, track) == (self.segment, self.track) and self.first <= seq < self.past


class Segments:
    """Of all live captures."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def of(self, capture: bytes) -> list[Segment]:
        """In the order in which they came."""
        with self.engine.connect() as db:
            return _of(db, capture)

    def begin(self, capture: bytes, name: str, track: str) -> Segment:
        """The segment, numbered now if it is new. Raises Elsewhere while another one is not closed."""
        try:
            with self.engine.begin() as db:
                return _begin(db, capture, name, track)
        except IntegrityError:  # two requests began it at once
            return self.begin(capture, name, track)

    def close(self, capture: bytes, name: str, counts: dict[str, int]) -> None:
        """No chunk from its count on will come. The first word stands. Raises Elsewhere as `begin` does."""
        with self.engine.begin() as db:
            _close(db, capture, name, counts)

    def close_all(self, capture: bytes, counts: dict[tuple[str, str], int]) -> None:
        """At the end: those that nobody closed, in this order. Raises Elsewhere."""
        with self.engine.begin() as db:
            for (name, track), count in counts.items():
                _close(db, capture, name, {track: count})

    def forgotten(self, capture: bytes) -> tuple[Range, ...]:
        """All that was wished away."""
        with self.engine.connect() as db:
            return _ranges(db, capture)

    def of_wish(self, capture: bytes, wish: bytes) -> tuple[Range, ...]:
        """What one wish took; empty when it is new."""
        with self.engine.connect() as db:
            return _ranges(db, capture, wish)

    def forget(self, capture: bytes, wish: bytes, ranges: Sequence[Range], minutes: int) -> bool:
        """From here on these chunks are not there. Whoever listens to them now has lost the right to: `attempts` goes
        up. Asking twice at once is as asking once. False when the capture is over meanwhile: nothing is changed."""
        if not ranges:
            return True
        with self.engine.begin() as db:
            _one_at_a_time(db, capture)
            if _ranges(db, capture, wish):
                return True
            change = update(captures).where(captures.c.id == capture, captures.c.state.in_(("open", "provisional")))
            fenced = {
                "attempts": captures.c.attempts + 1, "lease": 0, "unforgotten": 1,
                "forgotten": captures.c.forgotten + minutes,
            }  # fmt: skip
            if db.execute(change.values(fenced | {"state": "open"})).rowcount != 1:
                return False
            # A record that was made meanwhile knows what is to be forgotten.
            session = select(captures.c.session).where(captures.c.id == capture).scalar_subquery()
            db.execute(delete(objects).where(objects.c.about == session, objects.c.kind == "record"))
            for r in ranges:
                row = {"capture": capture, "wish": wish, "segment": r.segment, "track": r.track}
                db.execute(
                    insert(forgets).values(row | {"id": secrets.token_bytes(16), "first": r.first, "past": r.past})
                )
        return True


def remove(db: Connection, capture: bytes) -> None:
    """With the receipt: nothing of how a session was cut stays."""
    db.execute(delete(segments).where(segments.c.capture == capture))
    db.execute(delete(forgets).where(forgets.c.capture == capture))


def advance(db: Connection, capture: bytes, done: dict[tuple[str, str], int]) -> None:
    """Chunks below these numbers were listened to, and a checkpoint that knows it is durable."""
    for (name, track), count in done.items():
        where = (segments.c.capture == capture, segments.c.name == name, segments.c.track == track)
        db.execute(update(segments).where(*where, segments.c.done < count).values(done=count))


def _of(db: Connection, capture: bytes) -> list[Segment]:
    query = select(segments).where(segments.c.capture == capture).order_by(segments.c.number, segments.c.track)
    rows = db.execute(query).mappings()
    return [Segment(r["name"], r["track"], r["number"], r["done"], r["closed"]) for r in rows]


def _begin(db: Connection, capture: bytes, name: str, track: str) -> Segment:
    if found := _find(_of(db, capture), name, track):
        return found
    _one_at_a_time(db, capture)
    there = _of(db, capture)
    if found := _find(there, name, track):
        return found
    same = [segment.number for segment in there if segment.name == name]
    if not same and any(segment.closed is None for segment in there):
        raise Elsewhere
    highest = select(func.max(segments.c.number)).where(segments.c.capture == capture)
    number = same[0] if same else (db.execute(highest).scalar() or 0) + 1
    db.execute(insert(segments).values(capture=capture, name=name, track=track, number=number))
    return Segment(name, track, number, 0, None)


def _find(there: list[Segment], name: str, track: str) -> Segment | None:
    return next((segment for segment in there if (segment.name, segment.track) == (name, track)), None)


def _one_at_a_time(db: Connection, capture: bytes) -> None:
    """Of two requests at once the second waits here, and then sees what the first did. (SQLite has one writer.)"""
    db.execute(select(captures.c.id).where(captures.c.id == capture).with_for_update())


def _close(db: Connection, capture: bytes, name: str, counts: dict[str, int]) -> None:
    for track, count in counts.items():
        if count:  # one that never sent a chunk yet is known from here on
            _begin(db, capture, name, track)
        where = (segments.c.capture == capture, segments.c.name == name, segments.c.track == track)
        db.execute(update(segments).where(*where, segments.c.closed.is_(None)).values(closed=count))


def _ranges(db: Connection, capture: bytes, wish: bytes | None = None) -> tuple[Range, ...]:
    order = (forgets.c.segment, forgets.c.track, forgets.c.first)
    query = select(forgets).where(forgets.c.capture == capture).order_by(*order)
    rows = db.execute(query.where(forgets.c.wish == wish) if wish else query).mappings()
    return tuple(Range(r["segment"], r["track"], r["first"], r["past"]) for r in rows)
