"""What the person settles outranks every engine: owner, time, words, what mattered, and who was who."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.notebook.corrections import (
    Corrections,
    Settled,
    corrected,
    with_line,
    with_mark,
    with_step,
    without_step,
)
from afterword.notebook.swapped import swapped
from afterword.record import Label, Line, Moment, NextStep, Record, Source
from tests.people import a_record

PROMISE = NextStep(
    'Your therapist said: "I\'ll send it." You said: "Lovely."', "therapist", "tonight", "agreed", "I'll send it.",
    source=Source(10.0, "therapist"),
)  # fmt: skip


def test_a_settled_step_has_the_owner_the_time_and_the_words_of_the_person_and_is_sure() -> None:
    settled = with_step(Corrections(), 2, Settled("both", "Sunday"), "Buy a notebook together.")
    step = corrected(a_record(), settled).next_steps[2]
    assert (step.text, step.who, step.due, step.certainty) == ("Buy a notebook together.", "both", "Sunday", "agreed")
    assert corrected(a_record(), without_step(settled, 2)) == a_record()


def test_a_dropped_step_that_is_kept_after_all_is_there_again() -> None:
    dropped = with_line(Corrections(), "next_steps.0", None)
    kept = with_step(dropped, 0, Settled("you", ""), None)
    assert corrected(a_record(), kept).next_steps[0].text == a_record().next_steps[0].text


def test_own_words_for_a_step_stay_when_it_is_only_kept() -> None:
    worded = with_step(Corrections(), 0, Settled("you", ""), "Say it slowly.")
    kept = with_step(worded, 0, Settled("you", "Monday"), None)
    assert corrected(a_record(), kept).next_steps[0].text == "Say it slowly."


def test_of_three_lines_that_mattered_the_last_two_stand_and_what_is_deleted_does_not() -> None:
    made = Corrections()
    for key in ("moments.0", "moments.1", "insights.0", "insights.0"):
        made = with_mark(made, key)
    assert made.mattered == ("moments.1", "insights.0")
    assert with_line(made, "moments.1", None).mattered == ("insights.0",)


def test_what_was_settled_is_read_back_and_older_corrections_still_are() -> None:
    made = with_mark(with_step(Corrections(swapped=True, settled=True), 1, Settled("you", "now"), "x"), "moments.0")
    assert Corrections.from_bytes(made.to_bytes()) == made
    assert Corrections.from_bytes(b'{"lines": {"themes.0": null}, "names": {}}').lines == {"themes.0": None}


def test_swapped_a_promise_changes_sides_with_its_words() -> None:
    step = swapped(Record(next_steps=(PROMISE,))).next_steps[0]
    assert step.who == "you"
    assert step.text == 'You said: "I\'ll send it." Your therapist said: "Lovely."'
    assert step.source == Source(10.0, "client")


@pytest.mark.parametrize(
    "told",
    ["You said that your stomach went tight.", 'You agreed: "yes".', 'You said: "a." You also said that you went.'],
)
def test_swapped_what_was_told_in_other_words_is_left_out(told: str) -> None:
    assert swapped(Record(insights=(Line(told),))).insights[0].text == ""


def test_swapped_a_worded_step_falls_back_on_the_words_it_rests_on() -> None:
    worded = NextStep("Call your mother.", "you", None, "agreed", "I'll call my mother.")
    step = swapped(Record(next_steps=(worded,))).next_steps[0]
    assert (step.text, step.who) == ('It was said: "I\'ll call my mother."', "therapist")


def test_swapped_feelings_go_and_nobody_owns_a_theme_and_moments_stand() -> None:
    record = Record(themes=(Label("Your mother"),), feelings=(Label("sad"),), moments=(Moment("It rained.", "?"),))
    turned = swapped(record)
    assert (turned.themes[0].label, turned.feelings[0].label, turned.moments) == ("The mother", "", record.moments)


def test_twice_swapped_quotations_are_as_they_were() -> None:
    record = Record(next_steps=(PROMISE,), insights=(Line('You said: "It was mine."', source=Source(1.0, "client")),))
    assert swapped(swapped(record)) == record


def test_own_words_outrank_a_swap() -> None:
    made = replace(with_line(Corrections(), "overview.0", "My own sentence."), swapped=True)
    assert corrected(a_record(), made).overview[0].text == "My own sentence."
    settled = with_step(Corrections(swapped=True), 0, Settled("you", ""), None)
    assert corrected(a_record(), settled).next_steps[0].who == "you"
