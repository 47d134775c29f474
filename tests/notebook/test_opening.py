"""When a Brief opens: promised times, across clocks that are turned, moves and two therapists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from afterword.notebook.appointments import Arranged, Change
from afterword.notebook.opening import countdown, open_early, opened_early, openings
from tests.store.fresh import a_person

BERLIN = ZoneInfo("Europe/Berlin")
ONE = "1" * 32


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def ines(*changes: Change) -> dict[str, Arranged]:
    return {ONE: Arranged("2026-10-26T10:00", "Europe/Berlin", "Ines", changes=changes)}


def test_it_opens_so_many_hours_before_by_a_clock_that_nobody_turns() -> None:
    """On 25 October 2026 the clocks go back in Berlin, so that 24 hours before 10:00 is 10:00 and 48 hours is 11:00."""
    [a_day] = openings(ines(), 24, set(), at("2026-10-20T09:00"))
    [two_days] = openings(ines(), 48, set(), at("2026-10-20T09:00"))
    assert (f"{a_day.opens:%a %H:%M}", f"{two_days.opens:%a %H:%M}") == ("Sun 10:00", "Sat 11:00")


@pytest.mark.parametrize(("now", "is_open"), [("2026-10-25T09:59", False), ("2026-10-25T10:00", True)])
def test_it_is_closed_until_then_and_open_from_then_on(now: str, is_open: bool) -> None:
    assert openings(ines(), 24, set(), at(now))[0].is_open == is_open


def test_in_the_hour_that_the_clocks_show_twice_it_opens_once() -> None:
    kept = {ONE: Arranged("2026-10-26T02:30", "Europe/Berlin")}
    before = datetime(2026, 10, 25, 1, 29, tzinfo=UTC).astimezone(BERLIN)
    [closed] = openings(kept, 24, set(), before)
    assert (f"{before:%H:%M}", f"{closed.opens:%H:%M}", closed.is_open) == ("02:29", "02:30", False)
    first = datetime(2026, 10, 25, 0, 15, tzinfo=UTC).astimezone(BERLIN)
    assert countdown(closed.opens, first) == "today at 02:30, in 75 minutes", "the first 02:15 of that night"


def test_it_stays_through_the_appointment_and_then_belongs_to_the_next() -> None:
    kept = ines() | {"2" * 32: Arranged("2026-11-02T10:00", "Europe/Berlin", "Ines")}
    assert openings(kept, 2, set(), at("2026-10-26T10:30"))[0].appointment.id == ONE
    assert openings(kept, 2, set(), at("2026-10-26T12:00"))[0].appointment.id == "2" * 32


def test_it_moves_with_its_appointment_and_stays_open_if_it_was_opened() -> None:
    later = Change("moved", "2026-10-26T10:00", "2026-10-20", "2026-10-29T15:00")
    now = at("2026-10-27T09:00")
    [moved] = openings(ines(later), 24, set(), now)
    assert (f"{moved.opens:%a %H:%M}", moved.is_open) == ("Wed 15:00", False)
    assert openings(ines(later), 24, {ONE}, now)[0].is_open


def test_after_a_cancelled_one_it_belongs_to_the_next() -> None:
    gone = Change("cancelled", "2026-10-26T10:00", "2026-10-20")
    kept = ines(gone) | {"2" * 32: Arranged("2026-11-02T10:00", "Europe/Berlin", "Ines")}
    assert [one.appointment.id for one in openings(kept, 24, {ONE}, at("2026-10-25T12:00"))] == ["2" * 32]
    assert openings(ines(gone), 24, set(), at("2026-10-25T12:00")) == []


def test_two_therapists_have_one_each_the_nearer_first() -> None:
    kept = {
        ONE: Arranged("2026-10-28T10:00", "Europe/Berlin", "Ines", weeks=1),
        "2" * 32: Arranged("2026-10-27T18:00", "Europe/Berlin", "Okonkwo", weeks=2),
        "3" * 32: Arranged("2026-10-30T18:00", "Europe/Berlin", "ines"),
    }
    found = openings(kept, 24, set(), at("2026-10-26T12:00"))
    assert [one.appointment.therapist for one in found] == ["Okonkwo", "Ines"]


@pytest.mark.parametrize(
    ("opens", "says"),
    [
        ("2026-11-05T09:20", "today at 09:20, in 20 minutes"),
        ("2026-11-05T09:01", "today at 09:01, in 1 minute"),
        ("2026-11-05T20:00", "today at 20:00, in 11 hours"),
        ("2026-11-06T06:00", "tomorrow at 06:00, in 21 hours"),
        ("2026-11-08T09:00", "on Sunday at 09:00, in 3 days"),
        ("2026-11-20T09:00", "on Friday 20 November at 09:00, in 15 days"),
    ],
)
def test_the_countdown_is_in_plain_words(opens: str, says: str) -> None:
    assert countdown(at(opens), at("2026-11-05T09:00")) == says


def test_the_countdown_counts_hours_that_pass_and_not_hours_on_the_wall() -> None:
    assert countdown(at("2026-10-25T12:00"), at("2026-10-24T12:00")) == "tomorrow at 12:00, in 25 hours"


def test_an_early_opening_is_kept_and_forgotten_after_a_year(engine: Engine) -> None:
    owner, now = a_person(engine), at("2026-10-20T09:00")
    open_early(engine, owner, ONE, now)
    open_early(engine, owner, ONE + "-2026-10-26T10:00", now + timedelta(days=1))
    assert opened_early(engine, owner) == {ONE, ONE + "-2026-10-26T10:00"}
    open_early(engine, owner, "2" * 32, now + timedelta(days=401))
    assert opened_early(engine, owner) == {ONE + "-2026-10-26T10:00", "2" * 32}
    assert opened_early(engine, a_person(engine, "zuna mofi tela bivo kuda")) == set()
