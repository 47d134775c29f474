"""The next appointment as it was said in the newest session: offered to be put down, never put down silently. AMBER."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from afterword.notebook.appointments import Arranged, is_with, meetings, next_one
from afterword.notebook.drawer import Drawer
from afterword.notebook.past import Past
from afterword.vault.owner import Owner

KIND = "offers"


@dataclass(frozen=True)
class Offer:
    """`session`: hex; `said`: the words; `day`, `time`: what could be read from them, ISO, each may be empty."""

    session: str
    said: str = field(repr=False)
    therapist: str = field(repr=False)
    day: str = ""
    time: str = ""


def offered(pasts: Sequence[Past], kept: Mapping[str, Arranged], done: set[str], now: datetime) -> Offer | None:
    """None where nothing was said, it was answered, its day lies behind, or something is put down for then already;
    and, where no day could be read, where any next appointment is. `done`: sessions whose words were answered."""
    newest = pasts[-1] if pasts else None
    if newest is None or newest.record.next_appointment is None or newest.id in done:
        return None
    told = newest.record.next_appointment
    day, _, time = (told.iso or "").partition("T")
    if day and (day < now.date().isoformat() or _is_there(kept, day, newest.therapist, now)):
        return None
    if not day and next_one(kept, now, newest.therapist or None):
        return None
    return Offer(newest.id, told.said, newest.therapist, day, time[:5])


def answered(engine: Engine, owner: Owner) -> set[str]:
    """The sessions (hex) whose words were put down, or not wanted."""
    return {about.hex() for about in Drawer(engine, owner, KIND).all()}


def settle(engine: Engine, owner: Owner, session: bytes, on: str) -> None:
    """Not to be offered again. `on`: ISO date. It goes with its session."""
    Drawer(engine, owner, KIND).change(session, lambda _before: {"on": on})


def _is_there(kept: Mapping[str, Arranged], day: str, therapist: str, now: datetime) -> bool:
    every = meetings(kept, now)
    return any(one.at[:10] == day and not one.cancelled and is_with(one, therapist or None) for one in every)
