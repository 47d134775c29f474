"""Each figure, on a session small enough to count by hand; and each one falls when what it measures is taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from afterword.record import Label, Line, Moment, NextStep, Passage, Record, Safety
from bench.scoring import Score, content, score, supported, total

TURNS = [
    "How was the week with your sister?",
    "I called her twice and she hung up on me both times.",
    "What would you like to try before Thursday?",
    "I'll write her a letter, three lines, and post it on Wednesday.",
    "And I will send you the breathing page.",
    "I thought about driving over there, but no, I won't.",
    "I think I am afraid that she does not miss me at all.",
    "Next time we should start with the funeral.",
]
GOLD: dict[str, Any] = {
    "overview": "You told of two calls to your sister. You will write her a letter.",
    "themes": [{"label": "your sister", "turns": [0, 1]}],
    "insights": [{"text": "You fear that she does not miss you.", "turns": [6]}],
    "next_steps": [
        {"text": "Write three lines to your sister and post them.", "who": "client", "due": None, "turns": [3]},
        {"text": "Send the breathing page.", "who": "therapist", "due": None, "turns": [4]},
    ],
    "rejected_or_past_steps": [{"text": "Drive over to her.", "turns": [5]}],
    "questions_for_next_time": [{"text": "Start with the funeral.", "turns": [7]}],
    "emotions": [{"label": "fear", "turns": [6]}],
    "moments": [{"text": "I am afraid that she does not miss me at all.", "turns": [6]}],
    "must_not_say": [],
    "safety": None,
}
LETTER = NextStep("Write her a letter, three lines, and post it.", "you", None, "agreed", "I'll write", (3,))
PAGE = NextStep("Send the breathing page.", "therapist", None, "agreed", "I will send", (4,))
DRIVE = NextStep("Drive over there.", "you", None, "agreed", "driving over", (5,))
WHOLE = Record(
    overview=(Line("You told of two calls to your sister. You will write her a letter.", (1, 3)),),
    themes=(Label("your sister", (1,)),),
    insights=(Line("You are afraid that she does not miss you.", (6,)),),
    feelings=(Label("afraid", (5,)),),
    next_steps=(LETTER, PAGE),
    questions=(Line("Start with the funeral.", (7,)),),
    moments=(Moment("I am afraid that she does not miss me at all.", "Still so?", (6,)),),
    recap=(Passage("The week", "You called her twice and she hung up.", (1,)),),
)


def scored(record: Record = WHOLE, **gold: Any) -> Score:
    return score(record, TURNS, GOLD | gold)


def test_a_record_that_has_everything_is_scored_full() -> None:
    found = scored()
    assert {name: (f.recall, f.precision) for name, f in found.sections.items()} == dict.fromkeys(
        found.sections, (1.0, 1.0)
    )
    assert (found.step_wording, found.overview_recall, found.safety_right) == (1.0, 1.0, 1)
    assert (found.wrong_steps, found.wrong_owner, found.unsupported, found.sentences) == (0, 0, 0, 7)
    assert found.overview_words == 14


def test_an_empty_record_has_found_nothing_and_is_not_praised_for_it() -> None:
    found = scored(Record())
    assert {(f.recall, f.precision) for f in found.sections.values()} == {(0.0, 0.0)}
    assert (found.step_wording, found.overview_recall) == (0.0, 0.0)
    nothing_to_find = scored(Record(), insights=[])
    assert (nothing_to_find.sections["insights"].recall, nothing_to_find.sections["insights"].precision) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("name", "was", "becomes"),
    [
        ("recall of steps", lambda s: s.sections["next_steps"].recall, {"next_steps": (LETTER,)}),
        ("precision of steps", lambda s: s.sections["next_steps"].precision, {"next_steps": (LETTER, PAGE, DRIVE)}),
        ("agreed", lambda s: s.sections["agreed_steps"].recall,
         {"next_steps": (replace(LETTER, certainty="mentioned"), PAGE)}),
        ("another turn", lambda s: s.sections["insights"].recall, {"insights": (Line(WHOLE.insights[0].text, (0,)),)}),
        ("other words", lambda s: s.sections["insights"].recall, {"insights": (Line("Gardens need patience.", (6,)),)}),
        ("questions", lambda s: s.sections["questions"].recall, {"questions": ()}),
        ("moments", lambda s: s.sections["moments"].precision, {"moments": (Moment("How was it?", "?", (0,)),)}),
        ("themes", lambda s: s.sections["themes"].recall, {"themes": (Label("money", (1,)),)}),
        ("feelings two turns away", lambda s: s.sections["feelings"].recall, {"feelings": (Label("afraid", (4,)),)}),
        ("wording", lambda s: s.step_wording, {"next_steps": (replace(LETTER, text="Post it."), PAGE)}),
        ("overview", lambda s: s.overview_recall, {"overview": (Line("You will write her a letter.", (3,)),)}),
        ("danger", lambda s: s.safety_right, {"safety": Safety("suicide", (6,))}),
    ],
)  # fmt: skip
def test_every_figure_falls_when_what_it_measures_is_missing(
    name: str, was: Callable[[Score], float], becomes: dict[str, Any]
) -> None:
    assert was(scored()) == 1
    assert was(scored(replace(WHOLE, **becomes))) < 1


def test_a_refused_plan_that_is_shown_as_agreed_is_wrong_and_one_that_is_mentioned_is_not() -> None:
    assert scored(replace(WHOLE, next_steps=(DRIVE,))).wrong_steps == 1
    assert scored(replace(WHOLE, next_steps=(replace(DRIVE, certainty="mentioned"),))).wrong_steps == 0


def test_a_promise_of_the_other_person_is_counted_and_one_of_both_is_not() -> None:
    for who, wrong in (("you", 1), ("both", 0), ("therapist", 0)):
        given = replace(PAGE, who=who)  # type: ignore[arg-type]
        assert scored(replace(WHOLE, next_steps=(given,))).wrong_owner == wrong


def test_a_line_that_was_not_said_where_it_points_to_is_unsupported() -> None:
    line = Line("You bought a parrot in Lisbon.", (3,))
    assert not supported(line, TURNS)
    assert scored(replace(WHOLE, insights=(line,))).unsupported == 1
    assert supported(Line("She hung up both times when you called.", (2,)), TURNS)  # in the turn beside it


def test_words_meet_whatever_their_ending_and_their_apostrophe() -> None:
    assert content("She opened the doors") == content("opening a door")
    assert content("won\u2019t") == content("won't") != set()
    assert content("I said that you feel it") == set()


def test_a_total_adds_up_before_it_divides() -> None:
    both = total([scored(), scored(Record())])
    assert (both.sections["next_steps"].gold, both.sections["next_steps"].found, both.sessions) == (4, 2, 2)
    assert both.sections["next_steps"].recall == 0.5
    assert both.sections["next_steps"].precision == 1.0
    assert (both.overview_recall, both.overview_words, both.safety_right) == (0.5, 14, 2)
