"""A capture that is made now: chunks come while the session goes on, and may be wished away. Ciphertext only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, groupby
from typing import Any

from afterword.capture.crash import crash_point
from afterword.capture.intake import Refused
from afterword.capture.spool import Spool, free_bytes
from afterword.settings import Settings
from afterword.store.database import now
from afterword.store.ledger import Ledger
from afterword.store.segments import Elsewhere, Range, Segment, Segments

CHUNK_SECONDS = 5
SEALED_MOST = 256 << 10
# Three hours of one segment, and some.
MOST_CHUNKS = 3 * 3600 // CHUNK_SECONDS + 100
# In the order in which a device sends them.
TRACKS = ("mic", "call")
MINUTES = (2, 5, 10)
# What three hours of both tracks take without an encoder, and some. One device must not fill the disk for all.
MOST_BYTES = 800_000_000
# Under this a running capture waits on its device; until then nothing of it is refused.
LAST_BYTES = 20_000_000
_SEEN_EVERY = 5
_NAME = re.compile(r"[0-9a-f]{8}\.[a-z]+\.[0-9]{6}")
# After so long without a word, what waits is listened to as if the device had paused.
QUIET_SECONDS = 60
Count = Mapping[str, int]


@dataclass(frozen=True)
class Place:
    """Where a chunk belongs. `segment`: 8 hex digits; `seq`: from 0."""

    segment: str
    track: str
    seq: int

    @property
    def name(self) -> str:
        """Of its file; names sort by track, then number."""
        return f"{self.segment}.{self.track}.{self.seq:06d}"

    @classmethod
    def of_name(cls, name: str) -> Place:
        """Undo `name`."""
        segment, track, seq = name.split(".")
        return cls(segment, track, int(seq))


class Live:
    """One live capture: what its device may do with it. Every method raises Lost when there is no such capture, and
    Refused when it is over."""

    def __init__(self, settings: Settings, ledger: Ledger, capture: bytes) -> None:
        self.ledger, self.capture = ledger, capture
        self.segments, self.spool = Segments(ledger.engine), Spool(settings.spool, capture)

    def put(self, place: Place, sealed: bytes) -> str:
        """Durable before it returns the SHA-256 (hex) of what was stored, or would have been: what was listened to or
        wished away already is not stored again. Raises Conflict for other bytes at the same place."""
        row = self._going_on()
        if row["size"] + sum(self.spool.have().values()) > MOST_BYTES:
            raise Refused("too_long", "A recording can be 3 hours long at most.", 413)
        segment = self._begin(place)
        if segment.closed is not None and place.seq >= segment.closed:
            raise _conflict()
        if place.seq >= segment.done and not _inside(place, self.segments.forgotten(self.capture)):
            if free_bytes(self.spool.root) < LAST_BYTES:
                raise _disk_full()
            self._store(place, sealed)
        if row["state"] != "open" or now() - row["seen"] >= _SEEN_EVERY:
            self.ledger.heard_of(self.capture)
        return sha256(sealed).hexdigest()

    def close(self, segment: str, counts: Count) -> list[tuple[str, int]]:
        """No further chunk of it will come. Returns (track, seq) of those that are missing."""
        self._going_on()
        try:
            self.segments.close(self.capture, segment, dict(counts))
        except Elsewhere:
            raise _elsewhere() from None
        self.ledger.heard_of(self.capture)
        return [(p.track, p.seq) for p in self._missing() if p.segment == segment]

    def forget(self, wish: bytes, minutes: int, segment: str, counts: Count) -> tuple[Range, ...]:
        """The last minutes before now are gone: chunks at once, what was heard in them before anything is made of it.
        `counts`: chunks of this segment that its device made, sent or not. The same wish answers the same."""
        self._going_on()
        if not self.segments.of_wish(self.capture, wish):
            last = self._last(minutes, segment, counts)
            crash_point("forget-before-commit")
            if not self.segments.forget(self.capture, wish, last, minutes):
                raise _over()  # it was ended just now: what is listened to already must not be taken away
            crash_point("forget-committed")
        ranges = self.segments.of_wish(self.capture, wish)
        self.spool.destroy(place.name for place in self._here() if _inside(place, ranges))
        self.close(segment, counts)
        return ranges

    def heard_of(self, mode: str) -> dict[str, object]:
        """The device is there. Answers how far chunks are safe, and how many seconds are listened to."""
        row = self._going_on()
        self.ledger.heard_of(self.capture, mode)
        return {"state": "open", "safe": self._safe(), "heard": row["heard"]}

    def end(self, counts: Mapping[str, Count], gone: bool = False) -> list[Place]:
        """Everything was sent. Returns what is missing; when there is nothing, the work begins. Twice is as once.
        `gone`: what is missing will never come, and is a gap."""
        row = self.ledger.row(self.capture)
        if row["failure"] in ("discarded", "expired"):
            raise _not_there(row)
        if row["state"] not in ("open", "provisional"):
            return []
        given = {(segment, track): n for segment, tracks in counts.items() for track, n in tracks.items()}
        try:
            self.segments.close_all(self.capture, given)
        except Elsewhere:
            raise _elsewhere() from None
        missing = [] if gone else self._missing()
        if not missing:
            self._end()
        return missing

    def end_without_device(self) -> None:
        """The person says that nothing more will come: what never came is a gap."""
        top = self._safe()
        self.segments.close_all(
            self.capture, {(s.name, s.track): top[s.name][s.track] for s in self.segments.of(self.capture)}
        )
        self._end()

    def waiting(self) -> list[Place]:
        """What can be listened to now, in order: of each segment its tracks beside each other, as far as they are here
        without a hole, and the next segment only when all tracks of the one before are complete."""
        here, wished = self._here(), self.segments.forgotten(self.capture)
        found: list[Place] = []
        for _, tracks in groupby(self.segments.of(self.capture), key=lambda segment: segment.number):
            for place, closed in _beside_each_other(list(tracks)):
                if place in here:
                    found.append(place)
                elif not (closed and _inside(place, wished)):  # a wish closes its segment
                    return found
        return found

    def left(self) -> list[Place]:
        """All that is here and was not listened to, holes or not: for the end. While a hole may still be filled, only
        what lies before it: listening never goes back."""
        if self.ledger.row(self.capture)["state"] == "open":
            return self.waiting()
        order = {(s.name, s.track): s for s in self.segments.of(self.capture)}
        wished = self.segments.forgotten(self.capture)
        kept = [p for p in self._here() if _is_left(order.get((p.segment, p.track)), p) and not _inside(p, wished)]
        return sorted(kept, key=lambda p: (order[p.segment, p.track].number, p.seq, TRACKS.index(p.track)))

    def tidy(self) -> None:
        """A crash came between knowing that a chunk may go and letting it go: it goes now."""
        there = {(s.name, s.track): s.done for s in self.segments.of(self.capture)}
        wished = self.segments.forgotten(self.capture)
        left = [p for p in self._here() if p.seq < there.get((p.segment, p.track), 0) or _inside(p, wished)]
        if left:
            self.spool.let_go(place.name for place in left)

    def pausing(self) -> bool:
        """True when nothing more comes for now: all tracks of the last segment are closed, or its device is silent."""
        there, row = self.segments.of(self.capture), self.ledger.row(self.capture)
        last = [segment for segment in there if segment.number == there[-1].number]
        closed = all(segment.closed is not None for segment in last)
        return bool(there) and (closed or now() - row["seen"] > QUIET_SECONDS)

    def _going_on(self) -> Mapping[str, Any]:
        row = self.ledger.row(self.capture)
        if row["state"] not in ("open", "provisional"):
            raise _not_there(row)
        return row

    def _begin(self, place: Place) -> Segment:
        try:
            return self.segments.begin(self.capture, place.segment, place.track)
        except Elsewhere:
            raise _elsewhere() from None

    def _store(self, place: Place, sealed: bytes) -> None:
        try:
            self.spool.put(place.name, sealed)
        except FileNotFoundError:
            self._going_on()
            raise _over() from None
        # Between looking and storing it may have been wished away, or its twin listened to and let go; or somebody
        # ended the recording: then it may have come too late, and must not be acknowledged.
        there = self.segments.of(self.capture)
        done = any(s.done > place.seq for s in there if (s.name, s.track) == (place.segment, place.track))
        if done or _inside(place, self.segments.forgotten(self.capture)):
            self.spool.let_go([place.name])
        self._going_on()

    def _here(self) -> set[Place]:
        return {Place.of_name(name) for name in self.spool.have() if _NAME.fullmatch(name)}

    def _missing(self) -> list[Place]:
        here, wished = self._here(), self.segments.forgotten(self.capture)
        return [
            place
            for s in self.segments.of(self.capture)
            for place in (Place(s.name, s.track, seq) for seq in range(s.done, s.closed or 0))
            if place not in here and not _inside(place, wished)
        ]

    def _safe(self) -> dict[str, dict[str, int]]:
        """For each segment and track: chunks from 0 on that are here, or were, without a hole."""
        here, wished = self._here(), self.segments.forgotten(self.capture)
        safe: dict[str, dict[str, int]] = {}
        for s in self.segments.of(self.capture):
            seq = s.done
            while Place(s.name, s.track, seq) in here or (
                _inside(Place(s.name, s.track, seq), wished) and (s.closed is None or seq < s.closed)
            ):
                seq += 1
            safe.setdefault(s.name, {})[s.track] = seq
        return safe

    def _last(self, minutes: int, segment: str, counts: Count) -> tuple[Range, ...]:
        """Chunks of the last minutes, counted back over the segments; the last of each may be short, so it counts for
        nothing: rather too much than too little. Raises Refused while an older one is not closed: nobody knows how long
        it is."""
        there, here, ranges = self.segments.of(self.capture), self._here(), []
        upto = next((s.number for s in there if s.name == segment), len(there) + 1)
        if any(s.closed is None for s in there if s.number < upto):
            raise _elsewhere()
        left = minutes * 60 // CHUNK_SECONDS
        for number in range(upto, 0, -1):
            # A device that lost count is not believed: what is here was made.
            made = Counter(counts) if number == upto else Counter()
            names = {s.name for s in there if s.number == number} | ({segment} if number == upto else set())
            made |= Counter({s.track: _made(s, here) for s in there if s.number == number})
            # Both tracks of a segment began together: the same numbers are the same minutes.
            longest = max(made.values(), default=0)
            first = max(0, longest - 1 - left)
            if left > 0:
                ranges += [Range(n, t, first, made[t]) for n in names for t in sorted(made) if made[t] > first]
            left -= longest - 1 - first if longest else 0
        return tuple(ranges)

    def _end(self) -> None:
        crash_point("live-end-before-commit")
        self.ledger.move(self.capture, ("open", "provisional"), state="ended", ended=now())
        crash_point("live-end-committed")


def _beside_each_other(tracks: list[Segment]) -> Iterator[tuple[Place, bool]]:
    """Of one segment: each place that was not listened to, and whether its track is closed; without end while one of
    them is not. The first of each track, then the second of each."""
    tracks = sorted(tracks, key=lambda segment: TRACKS.index(segment.track))
    for seq in count(min(segment.done for segment in tracks)):
        left = [s for s in tracks if s.closed is None or seq < s.closed]
        if not left:
            return
        yield from ((Place(s.name, s.track, seq), s.closed is not None) for s in left if seq >= s.done)


def _is_left(segment: Segment | None, place: Place) -> bool:
    return segment is not None and place.seq >= segment.done


def _made(segment: Segment, here: set[Place]) -> int:
    known = (p.seq + 1 for p in here if (p.segment, p.track) == (segment.name, segment.track))
    return max(segment.done, segment.closed or 0, *known, 0)


def _inside(place: Place, ranges: tuple[Range, ...]) -> bool:
    return any((place.segment, place.track, place.seq) in r for r in ranges)


def _not_there(row: Mapping[str, Any]) -> Exception:
    gone = Refused("discarded", "This recording was discarded.", 404)
    return gone if row["failure"] == "discarded" else _over()


def _over() -> Refused:
    return Refused("over", "This recording has been finished already.", 410)


def _elsewhere() -> Refused:
    return Refused("elsewhere", "This session is being recorded in another tab or on another device.", 409)


def _conflict() -> Refused:
    return Refused("conflict", "Another part of this recording has this number already.", 409)


def _disk_full() -> Refused:
    says = "The disk of this computer is full. The recording goes on and is kept, sealed, on your device meanwhile."
    return Refused("disk_full", says, 507)
