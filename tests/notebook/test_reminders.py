"""The times of reminders: few of them, none at night, and none from which an appointment could be read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.notebook.appointments import Arranged, Change, brief_opens, upcoming
from afterword.notebook.reminders import AHEAD_DAYS, FROM_HOURS, UNTIL_HOURS, Reminders, release_times

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 10, 19, 9, tzinfo=ZoneInfo(BERLIN))


def weekly(at: str, *changes: Change, zone: str = BERLIN) -> dict[str, Arranged]:
    return {"0" * 32: Arranged(f"2026-10-22T{at}", zone, "Ines", weeks=1, changes=changes)}


def local(times: list[int], zone: str = BERLIN) -> list[str]:
    return [f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%a %d %b %H:%M}" for at in times]


def test_a_brief_is_told_of_at_one_of_the_few_times_after_it_opened() -> None:
    told = release_times(Reminders(), weekly("10:30"), 24, NOW)
    assert local(told)[:2] == ["Wed 21 Oct 12:00", "Wed 28 Oct 12:00"], "the clocks went back between the two"


def test_what_opens_at_night_is_told_of_in_the_morning() -> None:
    assert local(release_times(Reminders(), weekly("21:30"), 24, NOW))[0] == "Thu 22 Oct 08:00"


def test_what_could_only_come_too_late_does_not_come() -> None:
    assert release_times(Reminders(), weekly("15:00"), 2, NOW) == []


def test_what_is_open_already_and_what_is_not_wished_is_not_told_of() -> None:
    kept, first = weekly("10:30"), "0" * 32 + "-2026-10-22T10:30"
    assert local(release_times(Reminders(), kept, 24, NOW, early={first}))[0] == "Wed 28 Oct 12:00"
    assert release_times(Reminders(brief=False), kept, 24, NOW) == []
    assert release_times(Reminders(moments=False), {}, 24, NOW, [date(2026, 10, 20)]) == []


def test_a_cancelled_one_is_silent_and_a_moved_one_moves_it() -> None:
    gone = Change("cancelled", "2026-10-22T10:30", "2026-10-19")
    moved = Change("moved", "2026-10-22T10:30", "2026-10-19", "2026-10-24T10:30")
    assert local(release_times(Reminders(), weekly("10:30", gone), 24, NOW))[0] == "Wed 28 Oct 12:00"
    assert local(release_times(Reminders(), weekly("10:30", moved), 24, NOW))[0] == "Fri 23 Oct 12:00"


def test_a_brief_and_a_moment_on_one_day_are_one_reminder() -> None:
    days = [date(2026, 10, 20), date(2026, 10, 21)]
    told = release_times(Reminders(), weekly("10:30"), 24, NOW, days)
    assert local(told)[:2] == ["Tue 20 Oct 08:00", "Wed 21 Oct 12:00"]


@given(
    minute=st.integers(0, 24 * 60 - 1),
    hours=st.sampled_from([2, 12, 24, 48]),
    quiet=st.tuples(st.sampled_from(FROM_HOURS), st.sampled_from(UNTIL_HOURS)),
    zone=st.sampled_from([BERLIN, "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_whatever_the_hour_none_comes_in_quiet_hours_early_late_or_twice_a_day(
    minute: int, hours: int, quiet: tuple[int, int], zone: str
) -> None:
    wished = Reminders(quiet_from=quiet[0], quiet_until=quiet[1])
    kept, now = weekly(f"{minute // 60:02}:{minute % 60:02}", zone=zone), NOW.astimezone(ZoneInfo(zone))
    told = release_times(wished, kept, hours, now)
    here = [datetime.fromtimestamp(at, ZoneInfo(zone)) for at in told]
    assert all(at.hour in wished.hours and not at.minute for at in here)
    assert len({at.date() for at in here}) == len(here)
    assert all(at < now + timedelta(days=AHEAD_DAYS) for at in here)
    spans = [(brief_opens(one, hours).timestamp(), one.starts.timestamp()) for one in upcoming(kept, now, 100)]
    assert all(any(opens <= at < starts for opens, starts in spans) for at in told)


@pytest.mark.parametrize("at", ["12:01", "13:00", "15:59", "16:00"])
def test_the_hour_of_an_appointment_cannot_be_read_from_it(at: str) -> None:
    assert local(release_times(Reminders(), weekly(at), 24, NOW))[0] == "Wed 21 Oct 16:00"


def test_it_comes_in_whole_hours_of_this_world() -> None:
    told = release_times(Reminders(), weekly("10:30"), 24, NOW)
    assert all(datetime.fromtimestamp(at, UTC).minute == 0 for at in told)
