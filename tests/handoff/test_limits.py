"""How often is too often. The clock is ours here."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import pytest

from afterword.handoff import limits
from afterword.handoff.limits import Limits, Rate


@dataclass
class Clock:
    """Seconds."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_ten_codes_a_minute_for_each_address(clock: Clock) -> None:
    made = Limits(clock)
    assert [made.may_create("10.0.0.1") for _ in range(11)] == [True] * 10 + [False]
    assert made.may_create("10.0.0.2")
    clock.at += 59.9
    assert not made.may_create("10.0.0.1")
    clock.at += 0.2
    assert made.may_create("10.0.0.1")


def test_behind_a_proxy_sixty_for_all(clock: Clock) -> None:
    made = Limits(clock)
    assert sum(made.may_create("") for _ in range(80)) == 60


def test_all_addresses_that_one_device_may_have_count_as_one(clock: Clock) -> None:
    made = Limits(clock)
    assert [made.may_create(f"2001:db8::{n}") for n in range(11)] == [True] * 10 + [False]
    assert made.may_create("2001:db8:0:1::1")
    assert [made.may_create(f"{form}10.0.0.1") for form in ("", "::ffff:") * 6] == [True] * 10 + [False] * 2
    assert made.made("2001:db8::a", b"1") == made.made("2001:db8::b", b"2") == made.made("2001:db8::c", b"3") == []
    assert made.made("2001:db8::d", b"4") == [b"1"]


@pytest.mark.parametrize(("address", "most"), [("10.0.0.1", 3), ("", 30)])
def test_the_oldest_code_goes_when_there_are_too_many(clock: Clock, address: str, most: int) -> None:
    made, ids = Limits(clock), [bytes([n]) for n in range(most + 2)]
    gone = [made.made(address, id) for id in ids]
    assert gone == [[]] * most + [[ids[0]], [ids[1]]]
    clock.at += 120
    assert made.made(address, b"new") == []


def test_a_poll_faster_than_one_and_a_half_seconds_is_too_fast(clock: Clock) -> None:
    made = Limits(clock)
    assert made.poll.count(b"a")
    clock.at += 1.4
    assert not made.poll.count(b"a")
    assert made.poll.count(b"b")
    clock.at += 0.1
    assert made.poll.count(b"a")


def test_five_wrong_codes_cost_a_quarter_of_an_hour(clock: Clock) -> None:
    wrong = Limits(clock).wrong_codes
    for _ in range(5):
        assert wrong.allows("person")
        wrong.count("person")
    assert not wrong.allows("person")
    clock.at += 14 * 60
    assert not wrong.allows("person"), "the ten minutes are over, the quarter of an hour is not"
    clock.at += 61
    assert wrong.allows("person")
    assert wrong.allows("another")


def test_four_wrong_codes_are_forgiven_after_ten_minutes(clock: Clock) -> None:
    wrong = Limits(clock).wrong_codes
    for _ in range(4):
        wrong.count("person")
    clock.at += 601
    for _ in range(4):
        assert wrong.count("person")


def test_ten_approvals_an_hour(clock: Clock) -> None:
    approvals = Limits(clock).approvals
    assert sum(approvals.count("person") for _ in range(20)) == 10
    clock.at += 3600
    assert approvals.allows("person")


def test_many_addresses_do_not_fill_the_memory(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_KEYS", 50)
    made = Limits(clock)
    for n in range(500):
        assert made.may_create(f"10.0.{n // 250}.{n % 250}")
        made.made(f"10.0.{n // 250}.{n % 250}", bytes([n % 250]))
    assert len(made.create._times) <= 51
    assert len(made.pending._made) <= 51


def test_control_a_rate_that_forgets_is_caught(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rate, "_fits", lambda self, key, at: bool(self._times.setdefault(key, deque())) or True)
    made = Limits(clock)
    assert sum(made.may_create("10.0.0.1") for _ in range(11)) == 11
