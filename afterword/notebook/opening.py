"""Whether a Brief is open, when it opens, and which the person opened early. AMBER."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from afterword.notebook.appointments import Appointment, Arranged, brief_opens, same_name, upcoming
from afterword.notebook.drawer import Drawer
from afterword.vault.owner import Owner

KIND = "brief"
HOURS = (2, 12, 24, 48)
# An early opening is remembered for as long as its appointment can still be moved about.
KEPT_DAYS = 400
_AHEAD = 1000


@dataclass(frozen=True)
class Opening:
    """One Brief. `opens`: aware, by the clock where the person is; `early`: the person opened it before."""

    appointment: Appointment
    opens: datetime
    early: bool = False
    is_open: bool = field(default=False)


def openings(kept: Mapping[str, Arranged], hours: int, early: set[str], now: datetime) -> list[Opening]:
    """The Brief for each next appointment, one a therapist, the nearer first. A cancelled one has none: what it would
    have held belongs to the next."""
    found: list[Opening] = []
    for one in upcoming(kept, now, _AHEAD):
        if not any(same_name(one.therapist, other.appointment.therapist) for other in found):
            found.append(_opening(one, hours, one.id in early, now))
    return found


def opened_early(engine: Engine, owner: Owner) -> set[str]:
    """The ids of the appointments whose Brief the person opened before its time."""
    return set(Drawer(engine, owner, KIND).get(owner.person) or {})


def open_early(engine: Engine, owner: Owner, appointment: str, now: datetime) -> None:
    """From now on it is open, wherever its appointment is moved to."""
    since = (now - timedelta(days=KEPT_DAYS)).date().isoformat()

    def opened(before: dict[str, str] | None) -> dict[str, str]:
        return {one: on for one, on in (before or {}).items() if on >= since} | {appointment: now.date().isoformat()}

    Drawer(engine, owner, KIND).change(owner.person, opened)


def countdown(opens: datetime, now: datetime) -> str:
    """'tomorrow at 10:00, in 21 hours'. Both aware, in the zone of the reader; hours are counted by a clock that nobody
    turns."""
    return f"{_day(opens, now)} at {opens:%H:%M}, in {_long(opens.astimezone(UTC) - now.astimezone(UTC))}"


def _opening(appointment: Appointment, hours: int, early: bool, now: datetime) -> Opening:
    opens = brief_opens(appointment, hours).astimezone(now.tzinfo)
    return Opening(appointment, opens, early, early or opens.astimezone(UTC) <= now.astimezone(UTC))


def _day(opens: datetime, now: datetime) -> str:
    days = (opens.date() - now.date()).days
    if days < 2:
        return ("today", "tomorrow")[max(days, 0)]
    return f"on {opens:%A}" if days < 7 else f"on {opens:%A %-d %B}"


def _long(left: timedelta) -> str:
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    if minutes < 90:
        return _count(minutes, "minute")
    hours = round(minutes / 60)
    return _count(hours, "hour") if hours < 48 else _count(round(hours / 24), "day")


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"
