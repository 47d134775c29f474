"""The sessions that lie behind, as everything between sessions reads them; and, apart from them, what the person told
by voice in between. AMBER."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlalchemy import Engine

from afterword.capture.forms import OF_A_SESSION, OWN_VOICE, Form
from afterword.notebook.corrections import Corrections
from afterword.notebook.shelf import Shelf
from afterword.record import Record
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


def is_session(past: Past) -> bool:
    """True where its record is of a session. A note by voice is what the person thought of: it counts as written by
    them, and never as said in session."""
    return past.form in OF_A_SESSION


def pasts(engine: Engine, owner: Owner, since: str = "") -> list[Past]:
    """Every session whose record is made for good, oldest first; those before the ISO date `since` are left out. Notes
    by voice are none."""
    return _read(engine, owner, OF_A_SESSION, since)


def spoken_notes(engine: Engine, owner: Owner) -> list[Past]:
    """Every note by voice whose record is made for good, oldest first: the person's own, never said in session."""
    return _read(engine, owner, OWN_VOICE)


def _read(engine: Engine, owner: Owner, forms: tuple[Form, ...], since: str = "") -> list[Past]:
    shelf = Shelf(engine, owner)
    over = [one for one in reversed(shelf.sessions()) if one.row["state"] == "destroyed" and one.form in forms]
    over = [one for one in over if one.day >= since]
    read = [(shelf.session(shelved.id), shelf.yes_of(shelved.id)) for shelved in over]
    return [
        Past(one.id.hex(), one.day, one.form, yes.therapist if yes else "", one.record, one.corrections)
        for one, yes in read
        if one.record is not None
    ]
