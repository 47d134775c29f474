"""A yes for the last two minutes is none for an hour."""

from __future__ import annotations

from afterword.room.attend import LAST_MINUTES, _within_the_yes
from afterword.room.listen import Heard
from afterword.room.transcript import Turn


def heard(seconds: float) -> Heard:
    turns = tuple(Turn(n, n * 100.0, "client", f"turn {n}") for n in range(int(seconds // 100)))
    return Heard(turns, seconds, (), 1.0, ("", ""))


def test_what_was_said_after_it_is_left_out_and_the_record_says_so() -> None:
    kept = _within_the_yes(heard(900))
    assert [turn.start for turn in kept.turns] == [0, 100, 200]
    assert [(gap.start, gap.end, gap.why) for gap in kept.gaps] == [(LAST_MINUTES, 900, "not agreed to")]


def test_what_was_said_within_it_stays_as_it_is() -> None:
    assert _within_the_yes(heard(250)) == heard(250)
