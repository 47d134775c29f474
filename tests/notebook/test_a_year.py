"""A year of weekly sessions, driven by chance: what must hold of Moments, appointments and the Brief on every day."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from afterword.notebook import moments
from afterword.notebook.appointments import Appointment, Arranged, Change, brief_opens, next_one, upcoming
from afterword.notebook.moments import Answered, Shown, State, answered, came, due, replied, resting, to_come
from afterword.notebook.past import Past, Ref
from afterword.record import Moment, Record, Source

HOME = "Europe/Berlin"
AWAY = ("America/Los_Angeles", "Pacific/Auckland", "Pacific/Kiritimati", "Asia/Kolkata", HOME, HOME, HOME)
ANSWERS = ("keep", "let go", "bring", "not today", "not today")
HEAVY, LIGHT = "I was so ashamed at the funeral.", "The kitchen was warm."
SEEDS = range(16)


@dataclass
class Year:
    """One person's year. `wall`: every meeting as it stands, by the local day it was meant for: its local time, or ""
    for a cancelled one; kept here on its own, so that the product's answer can be compared with it."""

    chance: random.Random
    kept: dict[str, Arranged]
    wall: dict[str, str]
    pasts: list[Past] = field(default_factory=list)
    state: State = field(default_factory=State)
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo(HOME))
    came: list[tuple[datetime, Ref, bool]] = field(default_factory=list)

    def at(self, instant: datetime) -> datetime:
        """The time where the person is."""
        return instant.astimezone(self.zone)


def a_year(seed: int) -> Year:
    """From September 2026 to September 2027, in ten-hour steps: both changes of the clocks lie in it."""
    chance = random.Random(seed)
    first = date(2026, 9, 3)
    weekly = Arranged(f"{first}T10:00", HOME, "Ines", weeks=1)
    days = [first + timedelta(weeks=n) for n in range(52)]
    year = Year(chance, {"aa": weekly}, {day.isoformat(): f"{day}T10:00" for day in days})
    now, end, done = datetime(2026, 9, 1, 4, tzinfo=UTC), datetime(2027, 9, 1, tzinfo=UTC), set[str]()
    while now < end:
        if chance.random() < 0.4:
            the_brief_opens_when_promised(year, now)
        arrange(year, now)
        meet(year, now, done)
        open_the_page(year, now)
        now += timedelta(minutes=chance.choice((35, 320, 600, 640, 1435, 1440, 3000)))
    return year


def arrange(year: Year, now: datetime) -> None:
    """Now and then a meeting moves, falls away, or a second one is put down; now and then the person travels."""
    ahead = [day for day, at in year.wall.items() if at and " " not in day and berlin(at) > now + timedelta(hours=1)]
    if year.chance.random() < 0.04 and ahead:
        day, to = ahead[0], year.chance.choice((1, 2, -1))
        moved = f"{date.fromisoformat(day) + timedelta(days=to)}T{year.chance.choice(('09:15', '02:30', '18:00'))}"
        alter(year, day, Change("moved", f"{day}T10:00", now.date().isoformat(), moved), moved)
    if year.chance.random() < 0.03 and ahead:
        alter(year, ahead[0], Change("cancelled", f"{ahead[0]}T10:00", now.date().isoformat()), "")
    if year.chance.random() < 0.02:
        day = (now + timedelta(days=year.chance.randint(1, 6))).date().isoformat()
        year.kept[f"{len(year.kept):02x}"] = Arranged(f"{day}T16:00", HOME, "Ines")
        year.wall[f"{day} too {len(year.kept)}"] = f"{day}T16:00"
    if year.chance.random() < 0.06:
        year.zone = ZoneInfo(year.chance.choice(AWAY))


def alter(year: Year, day: str, change: Change, wall: str) -> None:
    if " " not in day:
        before = year.kept["aa"]
        year.kept["aa"] = Arranged(before.first, HOME, "Ines", 1, changes=(*before.changes, change))
        year.wall[day] = wall


def meet(year: Year, now: datetime, done: set[str]) -> None:
    """What lies behind becomes a session; one in eight was missed."""
    for name, at in sorted(year.wall.items(), key=lambda pair: pair[1]):
        if at and name not in done and berlin(at) + timedelta(hours=1) < now:
            done.add(name)
            if year.chance.random() > 0.125:
                year.pasts.append(a_session(year, len(year.pasts), at[:10]))
                year.pasts.sort(key=lambda past: past.day)


def a_session(year: Year, number: int, day: str) -> Past:
    texts = [year.chance.choice((HEAVY, LIGHT, LIGHT)) for _ in range(year.chance.randint(0, 7))]
    lines = tuple(Moment(text, "And now?", source=Source(600.0 * n, "client")) for n, text in enumerate(texts))
    return Past(f"{number:032x}", day, "session", year.chance.choice(("Ines", "ines ", "")), Record(moments=lines))


def open_the_page(year: Year, now: datetime) -> None:
    """Whoever opens it sees what is due, and answers, or forgets to."""
    here = year.at(now)
    today = due(year.pasts, year.state, year.kept, here)
    if today is None:
        return
    if not today.asked:
        year.came.append((here, today.ref, today.heavy))
        year.state = came(year.state, today, here)
    assert due(year.pasts, year.state, year.kept, here).ref == today.ref  # type: ignore[union-attr]
    if year.chance.random() < 0.8:
        said = Answered(year.chance.choice(ANSWERS), here.date().isoformat())
        year.state = replied(year.state, today.ref, said)


def berlin(wall: str) -> datetime:
    """A local time there as a moment, counted by hand: an hour that is left out comes an hour later."""
    at = datetime.fromisoformat(wall)
    summer = [(datetime(y, 3, d, 2), datetime(y, 10, o, 3)) for y, d, o in ((2026, 29, 25), (2027, 28, 31))]
    offset = 2 if any(a + timedelta(hours=1) <= at < b for a, b in summer) else 1
    return (at - timedelta(hours=offset)).replace(tzinfo=UTC)


def the_brief_opens_when_promised(year: Year, now: datetime, opens: Callable[..., datetime] = brief_opens) -> None:
    """The next meeting is the one on the wall, and its Brief opens so many hours before it."""
    meant = [berlin(at) for at in year.wall.values() if at]
    truth = min((at for at in meant if at + timedelta(minutes=50) > now), default=None)
    found = next_one(year.kept, year.at(now), "Ines")
    if truth is None:
        return
    assert found is not None
    assert found.starts == truth
    for hours in (1, 24, 72):
        assert opens(found, hours) == truth - timedelta(hours=hours)


def at_most_one_a_day(year: Year) -> None:
    """By the date where the person was, and never within twelve hours."""
    times = [at for at, _, _ in year.came]
    instants = [at.astimezone(UTC) for at in times]
    assert times
    assert max(Counter(at.date() for at in times).values()) == 1
    assert all(later - earlier >= timedelta(hours=12) for earlier, later in pairwise(instants))


def never_two_heavy_ones_in_a_row(year: Year) -> None:
    assert not any(a and b for (_, _, a), (_, _, b) in pairwise(year.came))


def none_lost(year: Year) -> None:
    """Every line is answered, rests or is to come; and a month in which nobody is seen leaves none to come."""
    every = {past.ref("moments", n) for past in year.pasts for n, _ in enumerate(past.record.moments)}
    now = year.at(datetime(2027, 9, 1, tzinfo=UTC))
    accounted(every, year, now)
    for _ in range(40):
        if today := due(year.pasts, year.state, year.kept, now):
            year.state = replied(came(year.state, today, now), today.ref, Answered("keep", now.date().isoformat()))
        now += timedelta(days=1)
    assert not to_come(year.pasts, year.state, now)
    accounted(every, year, now)


def accounted(every: set[Ref], year: Year, now: datetime) -> None:
    """Each is in one place, and in one only."""
    parts = [
        [one.ref for one in answered(year.pasts, year.state)],
        [one.ref for one in resting(year.pasts, year.state, now)],
        to_come(year.pasts, year.state, now),
    ]
    assert Counter(ref for part in parts for ref in part) == Counter(every)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_keeps_what_was_promised(seed: int) -> None:
    year = a_year(seed)
    at_most_one_a_day(year)
    never_two_heavy_ones_in_a_row(year)
    none_lost(year)


def test_most_days_that_are_opened_have_a_moment_and_most_moments_come() -> None:
    """The promises could be kept by showing nothing."""
    years = [a_year(seed) for seed in range(6)]
    lines = sum(len(past.record.moments) for year in years for past in year.pasts)
    assert sum(len({ref for _, ref, _ in year.came}) for year in years) > 0.5 * lines


# Negative controls: each breaks one rule on purpose, and the property notices.


def caught(check: Callable[[Year], None]) -> bool:
    """In one of the years at least."""
    for seed in SEEDS:
        try:
            check(a_year(seed))
        except AssertionError:
            return True
    return False


def test_control_a_pace_that_forgets_when_one_came_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "is_free", lambda shown, now: True)
    assert caught(at_most_one_a_day)


def test_control_a_pace_that_adds_a_day_of_24_hours_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_the_hour(shown: tuple[Shown, ...], now: datetime) -> bool:
        return all(now - datetime.fromisoformat(one.at) >= timedelta(hours=24) for one in shown)

    monkeypatch.setattr(moments, "is_free", by_the_hour)
    assert caught(at_most_one_a_day)


def test_control_a_pace_blind_to_what_is_heavy_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = moments._choice
    monkeypatch.setattr(moments, "_choice", lambda past, waiting, after_heavy: choice(past, waiting, False))
    assert caught(never_two_heavy_ones_in_a_row)


def test_control_resting_ones_that_nobody_lists_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "to_come", lambda pasts, state, now: [])
    assert caught(none_lost_without)


def none_lost_without(year: Year) -> None:
    """The account with one part missing."""
    every = {past.ref("moments", n) for past in year.pasts for n, _ in enumerate(past.record.moments)}
    assert every == {one.ref for one in answered(year.pasts, year.state)}


def test_control_a_brief_that_opens_by_the_wall_is_caught() -> None:
    """24 hours by the clock on the wall are 23 or 25 where the clocks change."""

    def by_the_wall(appointment: Appointment, hours: int) -> datetime:
        return appointment.starts.astimezone(ZoneInfo(HOME)) - timedelta(hours=hours)

    year = Year(random.Random(1), {"aa": Arranged("2026-10-25T10:00", HOME, "Ines")}, {"x": "2026-10-25T10:00"})
    now = datetime(2026, 10, 20, tzinfo=UTC)
    the_brief_opens_when_promised(year, now)
    with pytest.raises(AssertionError):
        the_brief_opens_when_promised(year, now, by_the_wall)


def test_ten_oclock_stays_ten_oclock_all_year() -> None:
    kept = {"aa": Arranged("2026-09-03T10:00", HOME, weeks=1)}
    found = upcoming(kept, datetime(2026, 9, 1, tzinfo=UTC), 52)
    assert {one.starts.astimezone(ZoneInfo(HOME)).strftime("%A %H:%M") for one in found} == {"Thursday 10:00"}
    assert {one.starts.hour for one in found} == {8, 9}
