"""Moments: when one comes, which, what becomes of it, and what is heavy."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from afterword.notebook import moments
from afterword.notebook.appointments import Arranged
from afterword.notebook.heavy import is_heavy, weighs
from afterword.notebook.moments import NOT_TODAY, Answered, State, answered, came, due, replied, resting, to_come
from afterword.notebook.past import Past, Ref, pasts
from afterword.notebook.shelf import Shelf
from afterword.record import Line, Moment, Record, Safety, Source
from tests.notebook.lived_in import a_session
from tests.store.fresh import a_person, files_of

BERLIN = ZoneInfo("Europe/Berlin")
WEEKLY = {"aa": Arranged("2026-11-19T10:00", "Europe/Berlin", "Ines", weeks=1)}
LIGHT = tuple(f"Line {n} about the kitchen." for n in range(4))


def at(day: str, hour: int = 9) -> datetime:
    return datetime.fromisoformat(f"2026-{day}T{hour:02d}:00").replace(tzinfo=BERLIN)


def a_past(*texts: str, day: str = "2026-11-19", found: str = "a", therapist: str = "Ines") -> Past:
    lines = tuple(Moment(text, "", source=Source(600.0 * n, "client")) for n, text in enumerate(texts))
    return Past(found * 32, day, "session", therapist, Record(moments=lines))


def lived(known: list[Past], kept: dict[str, Arranged], first: datetime, days: int, answer: str = "keep") -> State:
    """Opened and answered every morning."""
    state = State()
    for now in (first + timedelta(days=n) for n in range(days)):
        if today := due(known, state, kept, now):
            state = replied(came(state, today, now), today.ref, Answered(answer, now.date().isoformat()))
    return state


def shown_on(state: State) -> list[str]:
    return sorted(shown[5:10] for told in state.told.values() for shown in told.shown)


def test_the_first_comes_the_day_after_and_they_spread_to_the_next_appointment() -> None:
    state = lived([a_past(*LIGHT)], WEEKLY, at("11-19"), 8)
    assert shown_on(state) == ["11-20", "11-21", "11-23", "11-24"]


def test_without_an_appointment_they_spread_over_about_a_week() -> None:
    assert shown_on(lived([a_past(*LIGHT)], {}, at("11-19"), 30)) == ["11-20", "11-21", "11-23", "11-25"]


def test_with_more_lines_than_days_one_comes_each_day_and_the_rest_waits() -> None:
    known = [a_past(*(f"Line {n}." for n in range(9)))]
    state = lived(known, {"aa": Arranged("2026-11-26T10:00", "Europe/Berlin", "Ines")}, at("11-19"), 7)
    assert shown_on(state) == [f"11-{day}" for day in range(20, 26)]
    assert len(to_come(known, state, at("11-25"))) == 3


def test_the_half_day_before_an_appointment_is_left_alone() -> None:
    known, state = [a_past(*LIGHT)], State()
    assert due(known, state, WEEKLY, at("11-25", 21)) is not None
    assert due(known, state, WEEKLY, at("11-25", 23)) is None
    assert due(known, state, WEEKLY, at("11-26", 10)) is None


def test_the_same_one_stays_until_it_is_answered_also_past_midnight() -> None:
    known, evening = [a_past(*LIGHT)], at("11-20", 22)
    first = due(known, State(), WEEKLY, evening)
    assert first is not None
    assert not first.asked
    state = came(State(), first, evening)
    later = due(known, state, WEEKLY, evening + timedelta(hours=4))
    assert later is not None
    assert (later.ref, later.asked) == (first.ref, True)
    state = replied(state, first.ref, Answered("keep", "2026-11-21"))
    assert due(known, state, WEEKLY, at("11-21", 9)) is None  # not yet twelve hours
    assert due(known, state, WEEKLY, at("11-21", 11)) is not None


def test_no_second_one_on_a_date_that_comes_twice_by_flying_east_to_west() -> None:
    known, there = [a_past(*LIGHT)], datetime(2026, 11, 21, 8, tzinfo=ZoneInfo("Pacific/Auckland"))
    first = due(known, State(), {}, there)
    assert first is not None
    state = replied(came(State(), first, there), first.ref, Answered("keep", "2026-11-21"))
    landed = (there + timedelta(hours=30)).astimezone(ZoneInfo("America/Los_Angeles"))
    assert landed.date().isoformat() == "2026-11-21"
    assert due(known, state, {}, landed) is None
    assert due(known, state, {}, landed + timedelta(days=1)) is not None


def test_a_clock_that_was_years_ahead_stops_nothing_once_it_is_right() -> None:
    known = [a_past(*LIGHT)]
    ahead = due([a_past("One.", day="2031-01-01", found="b")], State(), {}, datetime(2031, 1, 2, tzinfo=BERLIN))
    assert ahead is not None
    state = came(State(), ahead, datetime(2031, 1, 2, tzinfo=BERLIN))
    assert due(known, state, {}, at("11-20")) is not None


def test_not_today_comes_after_the_others_and_rests_after_three_times() -> None:
    known = [a_past("One.", "Two.")]
    state = lived(known, {}, at("11-19"), 27, NOT_TODAY)
    order = sorted((shown, ref.place) for ref, told in state.told.items() for shown in told.shown)
    assert [place for _, place in order] == [0, 1, 0, 1, 0, 1]
    assert [one.ref.place for one in resting(known, state, at("12-15"))] == [0, 1]


def test_a_later_session_lets_the_rest_of_an_earlier_one_rest_but_not_another_therapists() -> None:
    old, other = a_past(*LIGHT), a_past("Hers.", found="c", therapist="Bo")
    new = a_past("New.", day="2026-11-26", found="b")
    rest = {one.ref for one in resting([old, other, new], State(), at("11-27"))}
    assert rest == {old.ref("moments", n) for n in range(4)}
    assert set(to_come([old, other, new], State(), at("11-27"))) == {other.ref("moments", 0), new.ref("moments", 0)}


def test_heavy_ones_take_turns_with_light_ones_and_what_is_left_rests() -> None:
    heavy = "I was ashamed at the funeral."
    known = [a_past("Tea.", heavy, heavy, "Bread.", heavy, heavy)]
    state = lived(known, {}, at("11-19"), 27)
    order = sorted((told.shown[0], ref.place) for ref, told in state.told.items())
    assert [is_heavy(known[0], place) for _, place in order] == [True, False, True, False, True]
    assert len(resting(known, state, at("12-20"))) == 1


def test_a_deleted_line_never_comes_and_an_edited_one_comes_as_edited() -> None:
    known = [a_past("", "As I put it.")]
    first = due(known, State(), {}, at("11-20"))
    assert first is not None
    assert first.moment.text == "As I put it."
    state = replied(came(State(), first, at("11-20")), first.ref, Answered("keep", "2026-11-20", "Mine."))
    assert [one.text for one in answered(known, state)] == ["As I put it."]
    assert answered([a_past("", "")], state) == []
    assert due([a_past("", "")], State(), {}, at("11-21")) is None


def test_an_answer_can_be_changed_and_taken_back_and_the_line_stays() -> None:
    known, ref = [a_past("One.")], Ref("a" * 32, "moments", 0)
    state = replied(State(), ref, Answered("keep", "2026-11-20", "My line."))
    state = replied(state, ref, Answered("bring", "2026-11-21"))
    assert [(one.answer, one.line) for one in answered(known, state)] == [("bring", "My line.")]
    state = replied(state, ref, Answered("", "2026-11-22"))
    assert answered(known, state) == []
    assert to_come(known, state, at("11-22")) == [ref]


# What is heavy


@pytest.mark.parametrize(
    "text",
    [
        "My mother died in the spring.", "I didn't want to be here anymore.", "He used to hit me when he drank.",
        "I felt so ashamed.", "I hate myself for it.", "We buried the twins in March.", "She was afraid of him.",
        "I started cutting myself again.", "It was my fault.",
    ],
)  # fmt: skip
def test_words_of_death_violence_and_shame_are_heavy(text: str) -> None:
    assert weighs(text)


@pytest.mark.parametrize(
    "text",
    [
        "I was dying to tell you.", "The deadline moved again.", "I was dead tired.", "What a shame it rained.",
        "I cut my hours at work.", "A quick yes kept the house warm.", "We were killing time.",
        "The grapes were sweet.",
    ],
)  # fmt: skip
def test_worn_expressions_are_not(text: str) -> None:
    assert not weighs(text)


def test_a_light_line_beside_a_heavy_one_or_near_danger_is_heavy() -> None:
    line = Moment("It was quiet.", "", source=Source(1200.0, "client"))
    far, near = (Line("He hit me that night.", source=Source(second, "client")) for second in (300.0, 1230.0))
    assert is_heavy(Past("a", "", "session", "", Record(insights=(near,), moments=(line,))), 0)
    assert not is_heavy(Past("a", "", "session", "", Record(insights=(far,), moments=(line,))), 0)
    danger = [Safety("suicide", source=source) for source in (Source(1000.0, "client"), Source(60.0, "client"), None)]
    found = [is_heavy(Past("a", "", "session", "", Record(safety=one, moments=(line,))), 0) for one in danger]
    assert found == [True, False, True]


# Kept


def test_what_becomes_of_it_is_sealed_and_read_back(engine: Engine) -> None:
    owner = a_person(engine)
    session = a_session(engine, owner, "the flood", "2026-11-19")
    known, now = pasts(engine, owner), at("11-20")
    today = due(known, moments.load(engine, owner), {}, now)
    assert today is not None
    moments.show(engine, owner, today, now)
    moments.open_heavy(engine, owner, today.ref)
    moments.answer(engine, owner, today.ref, Answered("keep", "2026-11-20", "Like rain on tin."))
    pure = replied(came(State(), today, now), today.ref, Answered("keep", "2026-11-20", "Like rain on tin."))
    read = moments.load(engine, owner)
    assert read.shown == pure.shown
    assert read.told[today.ref].answers == pure.told[today.ref].answers
    assert (read.told[today.ref].opened, read.told[today.ref].open) == (True, False)
    assert b"Like rain" not in files_of(engine)
    assert moments.load(engine, a_person(engine, "zuna mofi tela bivo kuda")) == State()
    assert today.ref.session == session.hex()


def test_a_deleted_session_takes_its_moments_along_and_still_no_second_one_comes_that_day(engine: Engine) -> None:
    owner = a_person(engine)
    first, _ = (a_session(engine, owner, about, "2026-11-19") for about in ("the flood", "the fair"))
    now = at("11-20")
    today = due(pasts(engine, owner), moments.load(engine, owner), {}, now)
    assert today is not None
    moments.show(engine, owner, today, now)
    moments.answer(engine, owner, today.ref, Answered("keep", "2026-11-20", "Like rain on tin."))
    Shelf(engine, owner).remove(bytes.fromhex(today.ref.session))
    state = moments.load(engine, owner)
    assert state.told == {}
    assert due(pasts(engine, owner), state, {}, now) is None
    assert due(pasts(engine, owner), state, {}, at("11-21")) is not None
    assert first
