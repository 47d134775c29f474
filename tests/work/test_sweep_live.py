"""The promises about time for live captures: nothing is kept longer than was said, nothing is destroyed before."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from afterword.capture import intake
from afterword.capture.live import Live, Place
from afterword.capture.wraps import Wraps
from afterword.notebook.shelf import Shelf
from afterword.store.database import now
from afterword.store.tables import captures, forgets, segments
from afterword.work.sweep import LAST_CALL_SECONDS, LONGEST_SECONDS, PROVISIONAL_SECONDS, sweep
from tests.capture.conftest import House
from tests.recorder import coming

AT = 1_795_200_000


@pytest.fixture
def live(house: House) -> Live:
    """Begun at AT, with one chunk; its device was last heard of then."""
    with house.opening():
        opened = intake.open_capture(house.settings, house.ledger, house.owner, coming())
    made = Live(house.settings, house.ledger, opened.capture)
    made.put(Place("aaaaaaaa", "mic", 0), b"sealed")
    changed(made, opened=AT, seen=AT)
    return made


def changed(live: Live, **columns: Any) -> None:
    with live.ledger.engine.begin() as db:
        db.execute(update(captures).where(captures.c.id == live.capture).values(columns))


def state(live: Live) -> str:
    return str(live.ledger.row(live.capture)["state"])


@pytest.mark.parametrize("before", ["open", "provisional"])
def test_three_days_after_the_last_word_it_is_final_and_not_before(house: House, live: Live, before: str) -> None:
    changed(live, state=before)
    for seconds in (0, 3600, PROVISIONAL_SECONDS):
        sweep(house.settings, house.ledger, AT + seconds)
        assert state(live) == before
    sweep(house.settings, house.ledger, AT + PROVISIONAL_SECONDS + 1)
    assert state(live) == "ended"
    assert [place.seq for place in live.left()] == [0]


def test_a_word_of_the_device_begins_the_three_days_anew(house: House, live: Live) -> None:
    changed(live, seen=AT + PROVISIONAL_SECONDS)
    sweep(house.settings, house.ledger, AT + 2 * PROVISIONAL_SECONDS)
    assert state(live) == "open"


@pytest.mark.parametrize("before", ["open", "provisional", "ended", "working", "waiting", "asking"])
def test_seven_days_after_its_start_it_is_destroyed_and_not_before(house: House, live: Live, before: str) -> None:
    at = AT + LONGEST_SECONDS
    session = live.ledger.row(live.capture)["session"]
    changed(live, state=before, seen=at, ended=at)
    live.segments.forget(live.capture, b"w" * 16, [], 2)
    sweep(house.settings, house.ledger, at)
    last_call = {"open": "ended", "provisional": "ended"}
    assert (state(live), live.spool.gone()) == (last_call.get(before, before), False)
    assert not Wraps(house.settings.keys, live.capture).gone()
    sweep(house.settings, house.ledger, at + 1)
    assert (state(live), live.ledger.row(live.capture)["failure"]) == ("destroyed", "expired")
    assert live.spool.gone()
    assert Wraps(house.settings.keys, live.capture).gone()
    receipt = Shelf(house.ledger.engine, house.owner).receipt(session)
    assert receipt
    assert (receipt.outcome, receipt.checked) == ("expired", ("key", "sound"))
    with live.ledger.engine.connect() as db:
        for table in (segments, forgets):
            assert db.execute(select(func.count()).select_from(table)).scalar() == 0


def test_a_recording_that_goes_on_for_days_is_not_taken_for_silent(house: House, live: Live) -> None:
    for day in range(1, 6):
        changed(live, seen=AT + day * 86400)
        sweep(house.settings, house.ledger, AT + day * 86400 + 60)
        assert state(live) == "open"


def test_a_device_that_was_left_on_paused_costs_no_notes(house: House, live: Live) -> None:
    """It says every now and then that it is there, so it is never silent; a day before the end it is ended."""
    for seconds, expected in ((LAST_CALL_SECONDS, "open"), (LAST_CALL_SECONDS + 1, "ended")):
        changed(live, seen=AT + seconds, mode="paused")
        sweep(house.settings, house.ledger, AT + seconds)
        assert state(live) == expected
    assert [place.seq for place in live.left()] == [0]


def test_a_clock_that_was_put_right_by_more_than_a_week_leaves_time_for_the_notes(house: House, live: Live) -> None:
    at = AT + 2 * LONGEST_SECONDS
    changed(live, seen=at)
    sweep(house.settings, house.ledger, at)
    assert (state(live), [place.seq for place in live.left()]) == ("ended", [0])
    sweep(house.settings, house.ledger, at + 60)
    assert (state(live), live.ledger.row(live.capture)["failure"]) == ("destroyed", "expired")


@pytest.mark.parametrize("back", [3600, 30 * 86400])
def test_a_clock_that_was_set_back_destroys_nothing(house: House, live: Live, back: int) -> None:
    sweep(house.settings, house.ledger, AT - back)
    assert (state(live), len(live.spool.have())) == ("open", 1)


def test_a_file_that_is_still_being_sent_is_no_silent_device(house: House, live: Live) -> None:
    house.ledger.move(live.capture, ("open",), live=0, seen=None)
    sweep(house.settings, house.ledger, AT + LONGEST_SECONDS)
    assert state(live) == "open"


def test_sweeping_twice_is_sweeping_once_and_nothing_strays(house: House, live: Live) -> None:
    at = now()
    changed(live, opened=at, seen=at)
    before = house.files()
    for _ in range(2):
        sweep(house.settings, house.ledger, at)
    assert house.files() == before
