"""The sessions that lie behind, as everything between sessions reads them. AMBER."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine

from afterword.capture.forms import Form
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


def line_of(record: Record, ref: Ref) -> Any:
    """The line that a Ref names. Of "safety", place 0 is that something came up, and the others, from 1, are what was
    agreed. Raises IndexError, AttributeError for what is not there."""
    if ref.section == "safety":
        assert record.safety is not None
        return record.safety.agreed[ref.place - 1] if ref.place else record.safety
    return getattr(record, ref.section)[ref.place]


def pasts(engine: Engine, owner: Owner) -> list[Past]:
    """Every session whose record is made for good, oldest first."""
    shelf = Shelf(engine, owner)
    over = [shelved for shelved in reversed(shelf.sessions()) if shelved.row["state"] == "destroyed"]
    read = [(shelf.session(shelved.id), shelf.yes_of(shelved.id)) for shelved in over]
    return [
        Past(one.id.hex(), one.day, one.form, yes.therapist if yes else "", one.record, one.corrections)
        for one, yes in read
        if one.record is not None
    ]
