"""Sessions as they are read: the record with its corrections, and its lines as they are searched. AMBER.

A record opens in a millisecond, and its corrections take as long again. So what came of it is kept once more, in a row
that goes with the session (see digest.py), and opened where somebody reads it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import Engine, select

from afterword.notebook import digest
from afterword.notebook.corrections import Corrections, corrected
from afterword.notebook.words import folded
from afterword.record import SECTIONS, Record, lines_of
from afterword.seal.errors import SealError
from afterword.store.tables import objects
from afterword.vault.owner import Owner

# Read together from the database: who wants one of the last sessions, wants a few.
_BATCH = 32


@dataclass(frozen=True)
class Reading:
    """`stamp`: of the rows it was read from. `lines`: 'section.place', a tab and the folded words, one a line.
    `record`: as it is shown, as bytes."""

    stamp: str
    lines: str = field(repr=False)
    record: bytes = field(repr=False)

    @classmethod
    def of(cls, stamp: str, record: Record) -> Reading:
        """From the record as the person sees it."""
        lines = [f"{section}.{place}\t{folded(words)}" for section, place, words in said(record) if words]
        return cls(stamp, "\n".join(lines), record.to_bytes())

    def worded(self) -> dict[str, str]:
        """The words of every line by 'section.place'. (No `Record` is made of them, which takes five times as long.)"""
        read = json.loads(self.record)
        lines = ((name, place, item) for name in SECTIONS for place, item in enumerate(read[name]))
        return {f"{name}.{place}": _joined(item.get) for name, place, item in lines}

    def to_bytes(self) -> bytes:
        """Neither JSON nor a folded line holds a NUL."""
        return b"\0".join((self.stamp.encode(), self.lines.encode(), self.record))

    @classmethod
    def from_bytes(cls, plain: bytes) -> Reading:
        """Undo `to_bytes`."""
        stamp, lines, record = plain.split(b"\0")
        return cls(stamp.decode(), lines.decode(), record)


def said(record: Record) -> Iterator[tuple[str, int, str]]:
    """Every line with its words; what was deleted is empty."""
    for section, place, item in lines_of(record):
        yield section, place, _joined(partial(getattr, item))


def _joined(part: Callable[[str, str], str]) -> str:
    """What is said in one line. `part`: gives the part of a name, or the second argument."""
    return " ".join(filter(None, (part(name, "") for name in ("heading", "label", "text", "prompt"))))


class Readings:
    """Of the sessions in `sources`, which names the stamp of each: opened when they are asked for."""

    def __init__(self, engine: Engine, owner: Owner, sources: Mapping[bytes, str]) -> None:
        self._engine, self._owner, self._sources = engine, owner, sources
        self._order = list(sources)
        self._place = {session: place for place, session in enumerate(self._order)}
        self._sealed: dict[bytes, bytes] = {}
        self._open: dict[bytes, Reading] = {}

    def record(self, session: bytes) -> Record:
        """As the person sees it. Raises SealError for one that somebody else wrote."""
        if session not in self._open and session not in self._sealed:
            at = self._place[session] // _BATCH * _BATCH
            self._load(self._order[at : at + _BATCH])
        return Record.from_bytes(self._opened(session).record)

    def all(self) -> dict[bytes, Reading]:
        """Every one of them."""
        self._load(self._order)
        return {session: self._opened(session) for session in self._order}

    def _opened(self, session: bytes) -> Reading:
        if session not in self._open:
            self._open[session] = self._believed(session) or self._anew([session])[session]
        return self._open[session]

    def _load(self, sessions: Sequence[bytes]) -> None:
        wanted = [session for session in sessions if session not in self._sealed and session not in self._open]
        mine = (objects.c.person == self._owner.person, objects.c.kind == digest.READING)
        query = select(objects.c.about, objects.c.sealed).where(*mine)
        query = query if len(wanted) > 500 else query.where(objects.c.about.in_(wanted))
        with self._engine.connect() as db:
            self._sealed |= {row[0]: row[1] for row in db.execute(query)}
        if missing := [session for session in wanted if session not in self._sealed]:
            self._open |= self._anew(missing)

    def _believed(self, session: bytes) -> Reading | None:
        """None when it is not of the rows of now, or was written by another hand."""
        try:
            plain = self._owner.open_own(digest.READING, session, 0, self._sealed.pop(session))
        except (KeyError, SealError):
            return None
        found = Reading.from_bytes(plain)
        return found if found.stamp == self._sources[session] else None

    def _anew(self, sessions: Collection[bytes]) -> dict[bytes, Reading]:
        """From what was sealed to the notebook, the slow way; kept for the next time."""
        made: dict[bytes, Reading] = {}
        for at in range(0, len(sessions), _BATCH):
            made |= self._made(list(sessions)[at : at + _BATCH])
        rows = {s: self._owner.seal_own(digest.READING, s, 0, reading.to_bytes()) for s, reading in made.items()}
        digest.write(self._engine, self._owner, digest.READING, rows, [reading.stamp for reading in made.values()])
        return made

    def _made(self, sessions: list[bytes]) -> dict[bytes, Reading]:
        mine = (objects.c.person == self._owner.person, objects.c.kind.in_(("record", "corrections")))
        query = select(objects).where(*mine, objects.c.about.in_(sessions))
        with self._engine.connect() as db:
            rows = {(row["about"], row["kind"]): row for row in db.execute(query).mappings()}
        made = {}
        for session in sessions:
            there, changed = rows[session, "record"], rows.get((session, "corrections"))
            record = Record.from_bytes(self._owner.open_sealed("record", session, 0, there["sealed"]))
            if changed:
                by_hand = self._owner.open_own("corrections", session, changed["rev"], changed["sealed"])
                record = corrected(record, Corrections.from_bytes(by_hand))
            made[session] = Reading.of(digest.stamp(there["id"], changed["id"] if changed else None), record)
        return made
