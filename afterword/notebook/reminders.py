"""When somebody may be told that there is something for them. Out of it come times and nothing else. AMBER."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Engine

from afterword.notebook.appointments import Arranged, brief_opens, upcoming
from afterword.notebook.drawer import Drawer
from afterword.vault.owner import Owner

KIND = "reminders"
# So far ahead times are known: somebody may not unlock for weeks.
AHEAD_DAYS = 56
# Reminders come at a few times of day only, so that none gives away the hour of an appointment.
EVERY_HOURS = 4
UNTIL_HOURS, FROM_HOURS = range(5, 13), range(17, 25)


@dataclass(frozen=True)
class Reminders:
    """What to be told of, and when not: from the hour `quiet_from` (17 to 24) to the hour `quiet_until` (5 to 12),
    where the person is."""

    brief: bool = True
    moments: bool = True
    quiet_from: int = 21
    quiet_until: int = 8

    @property
    def hours(self) -> tuple[int, ...]:
        """The only hours at which one comes."""
        return tuple(range(self.quiet_until, self.quiet_from, EVERY_HOURS))


def load(engine: Engine, owner: Owner) -> Reminders:
    """The usual ones before anything was set."""
    kept = Drawer(engine, owner, KIND).get(owner.person)
    return Reminders(**kept) if kept else Reminders()


def keep(engine: Engine, owner: Owner, wished: Reminders) -> None:
    """From now on."""
    Drawer(engine, owner, KIND).change(owner.person, lambda _before: asdict(wished))


def release_times(
    wished: Reminders,
    kept: Mapping[str, Arranged],
    hours: int,
    now: datetime,
    moments: Iterable[date] = (),
    early: Iterable[str] = (),
) -> list[int]:
    """Seconds since 1970, at most one a day: that of the Brief, or else that of the day's Moment. `now`: where the
    person is. `early`: appointments whose Brief is open already. What could only be told when it is too late is left
    out."""
    first = sorted(day for day in moments if wished.moments and day <= (now + timedelta(days=AHEAD_DAYS)).date())
    times = {at.date(): at for day in first if (at := _from(datetime.combine(day, time(0), now.tzinfo), wished))}
    times |= {at.date(): at for at in _of_briefs(wished, kept, hours, now, set(early))}
    return sorted(at for at in (int(at.timestamp()) for at in times.values()) if at > now.timestamp())


def _of_briefs(
    wished: Reminders, kept: Mapping[str, Arranged], hours: int, now: datetime, early: set[str]
) -> Iterable[datetime]:
    until = now + timedelta(days=AHEAD_DAYS)
    for one in upcoming(kept, now, 1000):
        told = _from(brief_opens(one, hours).astimezone(now.tzinfo), wished)
        in_time = told.timestamp() < one.starts.timestamp() and told < until
        if wished.brief and one.id not in early and in_time:
            yield told


def _from(at: datetime, wished: Reminders) -> datetime:
    """The first of the few times of day at or after `at`, in the same zone."""
    days = (at.date() + timedelta(days=n) for n in range(3))
    slots = (datetime.combine(day, time(hour), at.tzinfo) for day in days for hour in wished.hours)
    return next(_real(slot) for slot in slots if slot.astimezone(UTC) >= at.astimezone(UTC))


def _real(at: datetime) -> datetime:
    """A time that the clocks leave out moves forward."""
    return at.astimezone(UTC).astimezone(at.tzinfo)
