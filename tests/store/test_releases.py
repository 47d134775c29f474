"""Release times and who is told of them, on SQLite and on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from afterword.store import releases
from afterword.store.releases import MOST_PUSHES
from tests.store.fresh import a_person

AT = 1795600800


def test_nothing_is_written_where_nobody_may_be_told(engine: Engine) -> None:
    person = a_person(engine).person
    releases.write(engine, person, [AT + 3600], AT)
    assert releases.times_of(engine, person) == []


def test_times_to_come_are_replaced_and_past_ones_stay_a_day(engine: Engine) -> None:
    person = a_person(engine).person
    releases.open_feed(engine, person, False)
    releases.write(engine, person, [AT + 3600, AT + 7200, AT + 7200], AT)
    releases.write(engine, person, [AT + 9000], AT + 3600)
    assert releases.times_of(engine, person) == [AT + 3600, AT + 9000]
    releases.forget_past(engine, AT + 3601 + 86400)
    assert releases.times_of(engine, person) == [AT + 9000]


def test_what_is_of_one_person_is_of_nobody_else(engine: Engine) -> None:
    one, other = (a_person(engine).person for _ in range(2))
    first, second = (releases.open_feed(engine, who, False) for who in (one, other))
    for who in (one, other):
        releases.write(engine, who, [AT + 3600], AT)
    releases.revoke(engine, one)
    assert releases.times_of(engine, other) == [AT + 3600]
    assert releases.feed_of(engine, second).person == other
    with pytest.raises(KeyError):
        releases.feed_of(engine, first)


def test_only_the_last_of_several_releases_wakes_and_only_whoever_is_meant(engine: Engine) -> None:
    one, other = (a_person(engine).person for _ in range(2))
    for who in (one, other):
        releases.wake(engine, who, f"https://push.example.org/{who.hex()}", AT)
    releases.write(engine, one, [AT + 60, AT + 120], AT)
    [push] = releases.due(engine, AT + 200)
    assert (push.endpoint[-32:], push.at) == (one.hex(), AT + 120)
    assert releases.claim(engine, push)
    assert releases.due(engine, AT + 200) == []
    releases.give_back(engine, push)
    assert [again.at for again in releases.due(engine, AT + 200)] == [AT + 120]


def test_a_browser_that_asks_twice_is_woken_once_and_there_is_an_end_to_them(engine: Engine) -> None:
    person = a_person(engine).person
    for n in range(MOST_PUSHES + 3):
        for _ in range(2):
            releases.wake(engine, person, f"https://push.example.org/{n}", AT + n * 3600)
    found = {push.endpoint.rpartition("/")[2] for push in releases.woken(engine, person)}
    assert found == {str(n) for n in range(3, MOST_PUSHES + 3)}


def test_when_the_last_way_ends_no_time_is_left(engine: Engine) -> None:
    person = a_person(engine).person
    releases.open_feed(engine, person, True)
    releases.wake(engine, person, "https://push.example.org/1", AT)
    releases.write(engine, person, [AT + 3600], AT)
    releases.close_feed(engine, person)
    assert releases.times_of(engine, person) == [AT + 3600]
    releases.let_sleep(engine, person)
    assert releases.times_of(engine, person) == []
