"""The sessions that lie behind, as everything between sessions reads them; and, apart from them, what the person told
by voice in between. AMBER."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from sqlalchemy import Engine, select

from afterword.capture.forms import OF_A_SESSION, Form
from afterword.notebook import digest
from afterword.notebook.corrections import Corrections
from afterword.notebook.readings import Readings
from afterword.notebook.shelf import Shelf, Shelved
from afterword.record import Record
from afterword.store.tables import objects
from afterword.vault.owner import Owner


@dataclass(frozen=True, order=True)
class Ref:
    """One line of one record: the session's id in hex, the section, the place in it. What is said elsewhere names its
    sources so; a deleted line is empty, so places never shift."""

    session: str
    section: str
    place: int

    def to_json(self) -> list[str | int]:
        """For what is sealed."""
        return [self.session, self.section, self.place]

    @classmethod
    def from_json(cls, read: list[str | int]) -> Ref:
        """Read `to_json` back."""
        session, section, place = read
        return cls(str(session), str(section), int(place))


@dataclass(frozen=True)
class Past:
    """One session with a record, as the person sees it. `id`: hex; `day`: ISO date; `therapist`: as the person calls
    them, "" where nobody else was there or no name is known."""

    id: str
    day: str
    form: Form
    therapist: str = field(repr=False)
    record: Record = field(repr=False)
    made: Corrections = field(default_factory=Corrections, repr=False)

    def ref(self, section: str, place: int) -> Ref:
        """One of its lines."""
        return Ref(self.id, section, place)

    def mattered(self) -> tuple[Ref, ...]:
        """The lines that the person marked in it."""
        places = (key.partition(".") for key in self.made.mattered)
        return tuple(self.ref(section, int(place)) for section, _, place in places)


def line_of(record: Record, ref: Ref) -> Any:
    """The line that a Ref names. Of "safety", place 0 is that something came up, and the others, from 1, are what was
    agreed. Raises IndexError, AttributeError for what is not there."""
    if ref.section == "safety":
        assert record.safety is not None
        return record.safety.agreed[ref.place - 1] if ref.place else record.safety
    return getattr(record, ref.section)[ref.place]


class _Behind(Past):
    """One whose record is opened when somebody reads it."""

    _read: Callable[[], Record]

    @classmethod
    def of(cls, read: Callable[[], Record], known: Mapping[str, Any]) -> _Behind:
        """`known`: everything but the record."""
        made = object.__new__(cls)
        made.__dict__.update(known, _read=read)
        return made

    @cached_property
    def record(self) -> Record:
        return self._read()


def is_session(past: Past) -> bool:
    """True where its record is of a session. A note by voice is what the person thought of: it counts as written by
    them, and never as said in session."""
    return past.form in OF_A_SESSION


def pasts(engine: Engine, owner: Owner, since: str = "") -> list[Past]:
    """Every session whose record is made for good, oldest first; those before the ISO date `since` are left out, and
    notes by voice are none. A record is opened when it is read: what needs the last few sessions pays for these."""
    return [one for one in pasts_and_readings(engine, owner)[0] if is_session(one) and one.day >= since]


def pasts_and_readings(engine: Engine, owner: Owner) -> tuple[list[Past], Readings]:
    """Sessions and notes by voice, oldest first, with what their records are read from."""
    rows = _rows(engine, owner)
    over = [one for one in Shelf(engine, owner).sessions() if one.row["state"] == "destroyed"]
    kept = [one for one in over if ("record", one.id) in rows]
    sources = {one.id: digest.stamp(rows["record", one.id], rows.get(("corrections", one.id))) for one in kept}
    readings, made = Readings(engine, owner, sources), _corrections(engine, owner, rows)
    found = [_behind(one, made.get(one.id), partial(readings.record, one.id)) for one in reversed(kept)]
    return found, readings


def _behind(one: Shelved, made: str | None, read: Callable[[], Record]) -> Past:
    corrections = Corrections.from_bytes(made.encode()) if made else Corrections()
    known = {"id": one.id.hex(), "day": one.day, "form": one.form, "therapist": one.therapist, "made": corrections}
    return _Behind.of(read, known)


def _rows(engine: Engine, owner: Owner) -> dict[tuple[str, bytes], bytes]:
    """The ids of the rows of records and corrections, by kind and session."""
    mine = (objects.c.person == owner.person, objects.c.kind.in_(("record", "corrections")))
    with engine.connect() as db:
        rows = db.execute(select(objects.c.kind, objects.c.about, objects.c.id).where(*mine)).all()
    return {(kind, about): row for kind, about, row in rows}


def _corrections(engine: Engine, owner: Owner, rows: Mapping[tuple[str, bytes], bytes]) -> dict[bytes, str]:
    """As JSON, of every session that has some."""
    sources = {about: digest.stamp(row) for (kind, about), row in rows.items() if kind == "corrections"}

    def read(wanted: Collection[bytes]) -> dict[bytes, str]:
        mine = (objects.c.person == owner.person, objects.c.kind == "corrections")
        query = select(objects.c.about, objects.c.rev, objects.c.sealed).where(*mine)
        with engine.connect() as db:
            found = [row for row in db.execute(query) if row[0] in wanted]
        return {about: owner.open_own("corrections", about, rev, sealed).decode() for about, rev, sealed in found}

    return digest.read_through(engine, owner, "corrections", sources, read)
