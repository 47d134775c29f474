"""The pages of appointments, pressed as a person presses them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from afterword.notebook import appointments, preferences
from afterword.record import NextAppointment
from afterword.web.app import create_app
from tests.people import SETUP_TOKEN, Home, Person, Visitor, a_record

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
CALENDAR = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Bo Hart\r\nDTSTART;TZID=Europe/Berlin:20261203T100000\r\n"
    "RRULE:FREQ=WEEKLY\r\nDESCRIPTION:private words\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    """The owner in Berlin, with a clock that stands still."""
    wished = replace(preferences.Preferences(), zone="Europe/Berlin")
    preferences.keep(home.engine, owner.owner, wished)
    return home.visitor(owner, at(home, lambda: NOW))


def at(home: Home, clock: Callable[[], datetime]) -> object:
    return create_app(home.settings, home.engine, SETUP_TOKEN, clock)


def one(home: Home, owner: Person) -> tuple[str, appointments.Arranged]:
    found = appointments.load(home.engine, owner.owner)
    assert len(found) == 1
    return next(iter(found.items()))


def test_put_down_moved_cancelled_and_undone(home: Home, owner: Person, visitor: Visitor) -> None:
    assert "Nothing is put down" in visitor.get("/appointments").text
    visitor.press("/appointments", day="2026-12-03", time="10:00", weeks="1", until="", therapist="Ines")
    shown = visitor.get("/appointments").text
    assert "Thursday 3 December 2026 at 10:00" in shown
    assert "With Ines." in shown
    found, arranged = one(home, owner)
    assert arranged.zone == "Europe/Berlin"
    meant = {"found": found, "meant": "2026-12-03T10:00"}
    visitor.press("/appointments/change", action="move", day="2026-12-04", time="15:30", **meant)
    shown = visitor.get("/appointments").text
    assert "Friday 4 December 2026 at 15:30" in shown
    assert "Moved from Thursday 3 December 2026 at 10:00" in shown
    visitor.press("/appointments/change", action="cancel", **meant)
    assert "Cancelled." in visitor.get("/appointments").text
    visitor.press("/appointments/change", action="undo", found=found, place="1")
    shown = visitor.get("/appointments").text
    assert "Friday 4 December 2026 at 15:30" in shown
    assert "Thu 3 Dec 2026, 10:00 was cancelled. Undone." in shown


def test_a_break_is_one_press_and_ends_with_one(home: Home, owner: Person, visitor: Visitor) -> None:
    visitor.press("/appointments", day="2026-12-03", time="10:00", weeks="2")
    found, _ = one(home, owner)
    visitor.press("/appointments/change", action="skip", found=found, meant="2026-12-17T10:00", to="2027-01-20")
    assert visitor.get("/appointments").text.count("Cancelled.") == 3
    visitor.press("/appointments/change", action="undo", found=found, place="0")
    assert "Cancelled." not in visitor.get("/appointments").text


@pytest.mark.parametrize(
    "fields",
    [
        {"day": "soon", "time": "10:00"}, {"day": "2026-12-03", "time": "ten"}, {"day": "0203-12-03", "time": "10:00"},
        {"day": "2026-12-03", "time": "10:00", "weeks": "1", "until": "2026-11-01"},
    ],
)  # fmt: skip
def test_what_is_no_time_is_asked_again_with_what_was_typed(visitor: Visitor, fields: dict[str, str]) -> None:
    answer = visitor.press("/appointments", therapist="Ines", **fields)
    assert answer.status_code == 422
    assert 'value="Ines"' in answer.text


def test_an_appointment_stays_where_it_is_when_the_clock_moves(visitor: Visitor) -> None:
    visitor.press("/appointments", day="2026-12-03", time="10:00", weeks="0")
    assert visitor.press("/zone", zone="Nowhere/Land").status_code == 404
    visitor.press("/zone", zone="America/New_York")
    shown = visitor.get("/appointments").text
    assert "Thursday 3 December 2026 at 10:00" in shown
    assert "04:00 where you are" in shown
    assert "It is 07:00 where you are" in shown


def said_in_a_session(home: Home, owner: Person, iso: str | None) -> str:
    record = replace(a_record(), next_appointment=NextAppointment("Thursday at ten, then", iso))
    return home.shelve(owner, record, "2026-11-26").hex()


def test_what_was_said_is_put_down_with_one_tap_and_not_before(home: Home, owner: Person, visitor: Visitor) -> None:
    session = said_in_a_session(home, owner, "2026-12-03T10:00")
    shown = visitor.get("/appointments").text
    assert "<q>Thursday at ten, then</q> That would be Thursday 3 December 2026 at 10:00." in shown
    assert appointments.load(home.engine, owner.owner) == {}
    visitor.press("/appointments/said", session=session, action="yes", day="2026-12-03", time="10:00")
    assert one(home, owner)[1].first == "2026-12-03T10:00"
    assert "Thursday at ten" not in visitor.get("/appointments").text


def test_what_could_not_be_read_is_never_put_down_silently(home: Home, owner: Person, visitor: Visitor) -> None:
    session = said_in_a_session(home, owner, None)
    assert "That would be" not in visitor.get("/appointments").text
    assert visitor.press("/appointments/said", session=session, action="yes").status_code == 422
    assert appointments.load(home.engine, owner.owner) == {}
    visitor.press("/appointments/said", session=session, action="no")
    assert "Thursday at ten" not in visitor.get("/appointments").text


def test_of_a_calendar_file_only_what_was_ticked_is_kept(home: Home, owner: Person, visitor: Visitor) -> None:
    shown = visitor.press("/appointments/file", text=CALENDAR)
    assert "Thursday 3 December 2026 at 10:00, then every week" in shown.text
    assert appointments.load(home.engine, owner.owner) == {}
    visitor.press("/appointments/file", **{"text": CALENDAR, "take-0": "yes"})
    found, arranged = one(home, owner)
    assert (arranged.first, arranged.weeks, arranged.therapist) == ("2026-12-03T10:00", 1, "")
    visitor.press("/appointments/change", action="delete", found=found)
    visitor.press("/appointments/file", **{"text": CALENDAR, "take-0": "yes", "name-0": "yes"})
    _, arranged = one(home, owner)
    assert arranged.therapist == "Bo Hart"
    assert "private words" not in visitor.get("/appointments").text


def test_a_bad_file_gets_a_clear_answer_and_a_large_one_is_refused(visitor: Visitor) -> None:
    bad = visitor.press("/appointments/file", text="Dear diary")
    assert bad.status_code == 422
    assert "no calendar file that can be read" in bad.text
    assert "Dear diary" not in bad.text
    assert visitor.press("/appointments/file", text="x" * (65 << 10)).status_code == 413


def test_a_stranger_changes_nothing(home: Home, owner: Person, stranger: Person, visitor: Visitor) -> None:
    visitor.press("/appointments", day="2026-12-03", time="10:00", weeks="1")
    found, before = one(home, owner)
    other = home.visitor(stranger)
    for fields in (
        {"action": "cancel", "meant": "2026-12-03T10:00"},
        {"action": "delete"},
        {"action": "undo", "place": "0"},
    ):
        assert other.press("/appointments/change", found=found, **fields).status_code == 404
    assert one(home, owner)[1] == before
    for found in ("", "zz", "0" * 31):
        assert visitor.press("/appointments/change", found=found, action="delete").status_code == 404
