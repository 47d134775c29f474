"""Appointments: times on a wall, what becomes of them, what was said of the next, and calendar files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from afterword.notebook import appointments, said
from afterword.notebook.appointments import (
    Arranged,
    Change,
    brief_opens,
    change,
    last_one,
    load,
    next_one,
    put_down,
    remove,
    undo,
    upcoming,
)
from afterword.notebook.calendar_file import NotACalendar, read_calendar
from afterword.notebook.past import Past
from afterword.record import NextAppointment, Record
from tests.store.fresh import a_person, files_of

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 30, 12, tzinfo=BERLIN)
WEEKLY = Arranged("2026-11-05T10:00", "Europe/Berlin", "Ines", weeks=1)


def days(kept: dict[str, Arranged], most: int = 4) -> list[str]:
    return [one.at for one in upcoming(kept, NOW, most)]


@pytest.mark.parametrize(
    ("weeks", "expected"),
    [(1, ["2026-12-03", "2026-12-10"]), (2, ["2026-12-03", "2026-12-17"]), (4, ["2026-12-03", "2026-12-31"])],
)
def test_it_repeats_on_its_weekday(weeks: int, expected: list[str]) -> None:
    found = days({"aa": Arranged("2026-11-05T10:00", "Europe/Berlin", weeks=weeks)}, 2)
    assert found == [f"{day}T10:00" for day in expected]


def test_it_ends_where_an_end_was_given_and_the_last_day_counts() -> None:
    kept = {"aa": Arranged("2026-11-05T10:00", "Europe/Berlin", weeks=1, until="2026-12-10")}
    assert days(kept) == ["2026-12-03T10:00", "2026-12-10T10:00"]


def test_a_time_that_the_clocks_leave_out_moves_forward_and_a_double_one_is_the_first() -> None:
    spring = Arranged("2027-03-28T02:30", "Europe/Berlin")
    autumn = Arranged("2026-10-25T02:30", "Europe/Berlin")
    at = [appointments.moment_of(one.first, one.zone) for one in (spring, autumn)]
    assert at == [datetime(2027, 3, 28, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
    assert at[0].astimezone(BERLIN).hour == 3


def test_it_stays_where_it_was_put_down_when_the_person_travels() -> None:
    there = NOW.astimezone(NEW_YORK)
    found = next_one({"aa": WEEKLY}, there)
    assert found is not None
    assert (found.at, found.starts.astimezone(NEW_YORK).hour) == ("2026-12-03T10:00", 4)


def test_the_next_is_the_one_that_goes_on_until_it_is_over() -> None:
    kept, start = {"aa": WEEKLY}, datetime(2026, 12, 3, 10, tzinfo=BERLIN)
    found = [next_one(kept, start + timedelta(minutes=n)) for n in (0, 49, 50)]
    assert [one.at[:10] for one in found if one] == ["2026-12-03", "2026-12-03", "2026-12-10"]
    last = last_one(kept, start + timedelta(minutes=49))
    assert last
    assert last.at == "2026-11-26T10:00"


def test_two_therapists_have_each_their_own() -> None:
    kept = {"aa": WEEKLY, "bb": Arranged("2026-12-01T08:00", "Europe/Berlin", "Bo")}
    found = [next_one(kept, NOW, name) for name in (None, "ines", "Bo", "Nobody")]
    assert [one.at if one else None for one in found] == [
        "2026-12-01T08:00",
        "2026-12-03T10:00",
        "2026-12-01T08:00",
        None,
    ]


def test_the_brief_opens_so_many_hours_before_also_where_the_clocks_change() -> None:
    found = next_one({"aa": Arranged("2027-03-28T10:00", "Europe/Berlin")}, NOW)
    assert found is not None
    opens = brief_opens(found, 24)
    assert opens.astimezone(BERLIN).strftime("%d %H:%M") == "27 09:00"
    assert found.starts - opens == timedelta(hours=24)


def test_moving_cancelling_and_undoing_lose_nothing(engine: Engine) -> None:
    owner = a_person(engine)
    found = put_down(engine, owner, WEEKLY)
    change(engine, owner, found, Change("moved", "2026-12-03T10:00", "2026-11-30", "2026-12-04T15:00"))
    change(engine, owner, found, Change("cancelled", "2026-12-10T10:00", "2026-11-30"))
    assert days(load(engine, owner), 2) == ["2026-12-04T15:00", "2026-12-17T10:00"]
    undo(engine, owner, found, 1)
    assert days(load(engine, owner), 2) == ["2026-12-04T15:00", "2026-12-10T10:00"]
    undo(engine, owner, found, 0)
    assert days(load(engine, owner), 2) == ["2026-12-03T10:00", "2026-12-10T10:00"]
    assert [(one.what, one.undone) for one in load(engine, owner)[found].changes] == [
        ("moved", True),
        ("cancelled", True),
    ]


def test_a_break_and_a_last_one() -> None:
    skipped = Change("skipped", "2026-12-10T10:00", "2026-11-30", "2027-01-07")
    ended = Change("ended", "2027-01-14T10:00", "2026-11-30")
    kept = {"aa": Arranged(WEEKLY.first, WEEKLY.zone, weeks=1, changes=(skipped, ended))}
    assert days(kept, 9) == ["2026-12-03T10:00", "2027-01-07T10:00", "2027-01-14T10:00"]


def test_nothing_of_it_can_be_read_on_the_disk_and_a_stranger_sees_nothing(engine: Engine) -> None:
    owner, stranger = a_person(engine), a_person(engine, "zuna mofi tela bivo kuda")
    found = put_down(engine, owner, Arranged("2026-12-03T10:00", "Europe/Berlin", "Ines Marlowe"))
    assert b"Marlowe" not in files_of(engine)
    assert b"2026-12-03" not in files_of(engine)
    assert load(engine, stranger) == {}
    with pytest.raises(KeyError):
        remove(engine, stranger, found)
    with pytest.raises(KeyError):
        change(engine, stranger, found, Change("cancelled", "2026-12-03T10:00", "2026-11-30"))
    remove(engine, owner, found)
    assert load(engine, owner) == {}


# As it was said


def told(words: str, iso: str | None, day: str = "2026-11-26") -> Past:
    return Past("ab" * 16, day, "session", "Ines", Record(next_appointment=NextAppointment(words, iso)))


def test_what_was_said_is_offered_and_what_could_not_be_read_is_left_empty() -> None:
    whole, no_time, no_day = (told("Thursday at ten", iso) for iso in ("2026-12-03T10:00", "2026-12-03", None))
    found = [said.offered([one], {}, set(), NOW) for one in (whole, no_time, no_day)]
    assert [(one.day, one.time) for one in found if one] == [("2026-12-03", "10:00"), ("2026-12-03", ""), ("", "")]


def test_what_is_put_down_answered_or_over_is_not_offered() -> None:
    said_so = told("Thursday at ten", "2026-12-03T10:00")
    assert said.offered([said_so], {"aa": WEEKLY}, set(), NOW) is None
    assert said.offered([said_so], {}, {said_so.id}, NOW) is None
    assert said.offered([told("the day before", "2026-11-29T10:00")], {}, set(), NOW) is None
    assert said.offered([told("as always", None)], {"aa": WEEKLY}, set(), NOW) is None
    cancelled = Arranged(WEEKLY.first, WEEKLY.zone, weeks=1, changes=(Change("cancelled", "2026-12-03T10:00", ""),))
    assert said.offered([said_so], {"aa": cancelled}, set(), NOW) is not None


# Calendar files


def a_file(*entries: str) -> str:
    inner = "\r\n".join(f"BEGIN:VEVENT\r\n{entry}\r\nEND:VEVENT" for entry in entries)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y\r\n{inner}\r\nEND:VCALENDAR\r\n"


def taken(*entries: str) -> list[str]:
    read = read_calendar(a_file(*entries), NOW)
    return days({str(one.place): one.arranged for one in read.found}, 5)


def test_a_weekly_entry_with_left_out_and_moved_days() -> None:
    series = (
        "UID:1\r\nSUMMARY:Dr. Bo Hart\r\nDTSTART;TZID=W. Europe Standard Time:20261105T100000\r\nDURATION:PT50M\r\n"
        "RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20261231T225959Z\r\nEXDATE;TZID=Europe/Berlin:20261210T100000"
    )
    moved = "UID:1\r\nRECURRENCE-ID;TZID=Europe/Berlin:20261217T100000\r\nDTSTART:20261218T130000Z"
    assert taken(series, moved) == ["2026-12-03T10:00", "2026-12-18T14:00", "2026-12-24T10:00", "2026-12-31T10:00"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;COUNT=5", ["12-03T10:00"]),
        ("FREQ=WEEKLY;INTERVAL=2;COUNT=4", ["12-03T10:00", "12-17T10:00"]),
        ("FREQ=MONTHLY;BYDAY=1TH;COUNT=3", ["12-03T10:00"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH;UNTIL=20261208", ["12-01T10:00", "12-03T10:00"]),
    ],
)
def test_rules_of_repetition(rule: str, expected: list[str]) -> None:
    found = taken(f"UID:1\r\nDTSTART;TZID=Europe/Berlin:20261105T100000\r\nRRULE:{rule}")
    assert [at[5:] for at in found][: len(expected)] == expected
    assert len(found) <= len(expected) + 1


def test_a_moment_in_utc_and_a_time_without_a_zone_are_where_the_person_is() -> None:
    assert taken("DTSTART:20261203T090000Z", "DTSTART:20261204T100000") == ["2026-12-03T10:00", "2026-12-04T10:00"]


@pytest.mark.parametrize(
    "entry",
    [
        "DTSTART;VALUE=DATE:20261203",
        "DTSTART;TZID=My Own Zone:20261203T100000",
        "DTSTART:20261203T100000\r\nRRULE:FREQ=SECONDLY",
        "DTSTART:20261203T100000\r\nRRULE:FREQ=DAILY;BYHOUR=1,2,3",
        "DTSTART:20261203T100000\r\nRRULE:FREQ=WEEKLY;INTERVAL=0",
        "DTSTART:20261203T100000\r\nRRULE:FREQ=NEVER",
        "DTSTART:00010101T100000\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "DTSTART:20261203T100000\r\nSTATUS:CANCELLED",
        "DTSTART:20251203T100000",
        "SUMMARY:without a time",
        "DTSTART:soon",
    ],
)
def test_what_cannot_be_read_for_certain_is_left_out_and_counted(entry: str) -> None:
    read = read_calendar(a_file(f"UID:2\r\n{entry}", "UID:3\r\nDTSTART:20261203T100000"), NOW)
    assert [one.arranged.first for one in read.found] == ["2026-12-03T10:00"]
    assert sum(read.left_out.values()) == 1


def test_a_rule_that_never_comes_true_ends() -> None:
    rule = "DTSTART:20261203T100000\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=5"
    assert read_calendar(a_file(rule), NOW).left_out == {"is over already": 1}


@pytest.mark.parametrize("text", ["", "hello", "BEGIN:VCALENDAR", a_file(), "\x00\ufffd"])
def test_what_is_no_calendar_says_so(text: str) -> None:
    with pytest.raises(NotACalendar) as refused:
        read_calendar(text, NOW)
    assert refused.value.says


def test_an_error_says_nothing_of_the_file() -> None:
    with pytest.raises(NotACalendar) as refused:
        read_calendar("Dr. Bo Hart, Thursday", NOW)
    assert "Hart" not in f"{refused.value} {refused.value.says} {refused.value!r}"
