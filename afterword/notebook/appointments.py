"""When they meet: by hand, repeating, as said, or from an .ics file. Moved and cancelled ones are kept. AMBER.

An appointment is a time on the wall of one place. Ten o'clock stays ten o'clock across daylight saving; a time that the
clocks leave out moves forward, and of one that they show twice it is the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any, Literal

from sqlalchemy import Engine

from afterword.notebook.drawer import Drawer
from afterword.notebook.preferences import Preferences
from afterword.vault.owner import Owner

KIND = "appointments"
AHEAD = timedelta(days=400)
USUAL_MINUTES = 50
What = Literal["moved", "cancelled", "skipped", "ended"]


@dataclass(frozen=True)
class Appointment:
    """One meeting. `id`: hex, with the day it was meant for where it repeats; `at`: local ISO date and time to the
    minute; `zone`: IANA name; `therapist`: as the person calls them, or ""; `minutes`: how long it lasts; `meant`: `at`
    before it was moved."""

    id: str
    at: str
    zone: str
    therapist: str = field(default="", repr=False)
    cancelled: bool = False
    minutes: int = USUAL_MINUTES
    meant: str = ""

    @property
    def starts(self) -> datetime:
        """The moment itself, in UTC: two times of one zone are compared by the wall, wrong in an hour that comes
        twice."""
        return moment_of(self.at, self.zone)

    @property
    def ends(self) -> datetime:
        """`minutes` later, in UTC."""
        return self.starts + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Change:
    """What became of one meeting: `moved` to the local time `to`, or `cancelled`; or of all from it on: `skipped` until
    the ISO date `to`, or `ended`: it is the last. `meant`: its local time as it was put down; `on`: ISO date of the
    change. An undone one is kept."""

    what: What
    meant: str
    on: str
    to: str = ""
    undone: bool = False


@dataclass(frozen=True)
class Arranged:
    """What was put down: one meeting; one every `weeks` weeks, to the ISO date `until` if there is one; or one with
    further `days` (local ISO times) that follow no such rule."""

    first: str
    zone: str
    therapist: str = field(default="", repr=False)
    weeks: int = 0
    until: str = ""
    days: tuple[str, ...] = ()
    minutes: int = USUAL_MINUTES
    changes: tuple[Change, ...] = ()

    @property
    def repeats(self) -> bool:
        """There is more than one of it."""
        return bool(self.weeks or self.days)


def load(engine: Engine, owner: Owner) -> dict[str, Arranged]:
    """Everything that was put down, by id (hex)."""
    return {about.hex(): read(kept) for about, kept in Drawer(engine, owner, KIND).all().items()}


def put_down(engine: Engine, owner: Owner, arranged: Arranged) -> str:
    """One more. Returns its id."""
    return Drawer(engine, owner, KIND).add(asdict(arranged)).hex()


def change(engine: Engine, owner: Owner, found: str, made: Change) -> None:
    """Moved, cancelled, skipped, ended: added to what became of it. Raises KeyError when it is not there."""
    _edit(engine, owner, found, lambda before: replace(before, changes=(*before.changes, made)))


def undo(engine: Engine, owner: Owner, found: str, place: int) -> None:
    """As it was before that change, which is kept as undone. Raises KeyError when it is not there."""

    def without(before: Arranged) -> Arranged:
        if not 0 <= place < len(before.changes):
            raise KeyError(place)
        gone = replace(before.changes[place], undone=True)
        return replace(before, changes=(*before.changes[:place], gone, *before.changes[place + 1 :]))

    _edit(engine, owner, found, without)


def remove(engine: Engine, owner: Owner, found: str) -> None:
    """For good, with all of its meetings. Raises KeyError when it is not there."""
    Drawer(engine, owner, KIND).remove(bytes.fromhex(found))


def upcoming(kept: Mapping[str, Arranged], now: datetime, most: int = 8) -> list[Appointment]:
    """Those that are not over yet, next first; cancelled ones are left out, and what lies more than 400 days ahead."""
    return _ahead(kept, now, None, most)


def next_one(kept: Mapping[str, Arranged], now: datetime, therapist: str | None = None) -> Appointment | None:
    """The next, or the one that goes on now. `therapist`: with them, or with nobody named; None: with anybody."""
    return next(iter(_ahead(kept, now, therapist, 1)), None)


def last_one(kept: Mapping[str, Arranged], now: datetime, therapist: str | None = None) -> Appointment | None:
    """The last that is over and was not cancelled."""
    behind = [one for one in meetings(kept, now) if not one.cancelled and one.ends <= now and is_with(one, therapist)]
    return max(behind, key=lambda one: one.starts, default=None)


def brief_opens(appointment: Appointment, hours: int) -> datetime:
    """So many hours before, as a clock that nobody turns counts them. Aware, in UTC."""
    return appointment.starts - timedelta(hours=hours)


def is_with(appointment: Appointment, therapist: str | None) -> bool:
    """Where one of the two has no name, they may be the same."""
    return not therapist or not appointment.therapist or same_name(appointment.therapist, therapist)


def same_name(one: str, other: str) -> bool:
    """However it is written."""
    return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()


def meetings(kept: Mapping[str, Arranged], now: datetime) -> list[Appointment]:
    """Every one up to 400 days ahead, cancelled ones too, in no order."""
    end = (now + AHEAD).date().isoformat()
    return [one for found, arranged in kept.items() for one in _meetings(found, arranged, end)]


def moment_of(at: str, zone: str) -> datetime:
    """A local time as a moment in UTC. Raises ValueError for what is no time."""
    return datetime.fromisoformat(at).replace(tzinfo=zone_of(zone)).astimezone(UTC)


def zone_of(name: str) -> tzinfo:
    """That of this computer where it does not know the name."""
    return Preferences(zone=name).clock_zone


def name_of(zone: tzinfo) -> str:
    """The IANA name of a zone, or "" for one that has none."""
    name = getattr(zone, "key", None) or ""
    return "" if name == "local" else name


def _ahead(kept: Mapping[str, Arranged], now: datetime, therapist: str | None, most: int) -> list[Appointment]:
    since, found, enough = (now - timedelta(days=3)).date().isoformat(), list[Appointment](), "9999"
    every = (one for one in meetings(kept, now) if one.at >= since and not one.cancelled and is_with(one, therapist))
    for one in sorted(every, key=lambda one: one.at):
        if one.at > enough:
            break
        if one.ends > now:
            found.append(one)
        if len(found) == most:  # walls of two places are two days apart at most
            enough = (date.fromisoformat(one.at[:10]) + timedelta(days=3)).isoformat()
    return sorted(found, key=lambda one: one.starts)[:most]


def _meetings(found: str, arranged: Arranged, end: str) -> Iterator[Appointment]:
    ended = min((c.meant for c in arranged.changes if c.what == "ended" and not c.undone), default="9999")
    for meant in _meant(arranged, end):
        if meant > ended:
            continue
        at, cancelled = _became(arranged, meant)
        name = f"{found}-{meant}" if arranged.repeats else found
        yield Appointment(name, at, arranged.zone, arranged.therapist, cancelled, arranged.minutes, meant)


def _meant(arranged: Arranged, end: str) -> Iterator[str]:
    """The times as they were put down."""
    if not arranged.weeks:
        yield from (arranged.first, *arranged.days)
        return
    day, time = date.fromisoformat(arranged.first[:10]), arranged.first[10:]
    last = min(end, arranged.until or end)
    while day.isoformat() <= last:
        yield day.isoformat() + time
        day += timedelta(weeks=arranged.weeks)


def _became(arranged: Arranged, meant: str) -> tuple[str, bool]:
    """Where it is now, and whether it was cancelled. Of several changes the last counts."""
    at, cancelled = meant, False
    for made in arranged.changes:
        if made.undone:
            continue
        if made.what == "skipped" and made.meant <= meant < made.to:
            cancelled = True
        elif made.meant == meant and made.what in ("moved", "cancelled"):
            at, cancelled = (made.to, False) if made.what == "moved" else (at, True)
    return at, cancelled


def _edit(engine: Engine, owner: Owner, found: str, edited: Callable[[Arranged], Arranged]) -> None:
    def anew(before: Any) -> Any:
        if before is None:
            raise KeyError(found)
        return asdict(edited(read(before)))

    Drawer(engine, owner, KIND).change(bytes.fromhex(found), anew)


def read(kept: Mapping[str, Any]) -> Arranged:
    """As it lies in its drawer. Raises KeyError, TypeError for what cannot be read."""
    changes = tuple(Change(**made) for made in kept["changes"])
    return Arranged(**{**kept, "days": tuple(kept["days"]), "changes": changes})
