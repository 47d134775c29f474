"""What must not be said is found in a record that says it, and not in one that quotes or denies it."""

from __future__ import annotations

import pytest

from afterword.record import Label, Line, Moment, NextStep, Passage, Record
from bench.forbidden import nearest, self_attacks

NEVER = "You will write a letter to Maren."


def said(text: str) -> Record:
    return Record(recap=(Passage("Plans", f"You talked about spring. {text} You meet on Monday.", (1,)),))


def step(text: str, certainty: str) -> Record:
    return Record(next_steps=(NextStep(text, "you", None, certainty, "", (1,)),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "record",
    [
        said("You will write Maren a letter."),
        said("You are writing a letter to Maren, soon."),
        step("Write a letter to Maren.", "agreed"),
        Record(overview=(Line("You will write letters to Maren.", (1,)),)),
    ],
)
def test_what_must_not_be_said_is_found_where_it_stands(record: Record) -> None:
    assert nearest(NEVER, record).said


@pytest.mark.parametrize(
    "record",
    [
        said("You will not write a letter to Maren."),
        said('You said: "I will write a letter to Maren."'),
        said("You will write to your landlord."),
        said("You will stop to write a letter to Maren."),
        step("Write a letter to Maren.", "mentioned"),
        Record(moments=(Moment("I will write a letter to Maren", "?", (1,)),)),
        said("Maren came by after work with your brother, the letter from the bank and a cake, to write the cards."),
        Record(),
    ],
)
def test_what_is_denied_quoted_doubtful_or_something_else_is_not_said(record: Record) -> None:
    assert not nearest(NEVER, record).said


def test_the_nearest_sentence_is_shown() -> None:
    near = nearest(NEVER, said("You will not write a letter to Maren."))
    assert (near.sentence, near.share) == ("You will not write a letter to Maren.", 1.0)
    assert nearest(NEVER, said("Nothing of the kind.")).share < 0.6


@pytest.mark.parametrize(
    "text",
    ["You are a coward.", "You said that you're just a waste of space.", "I am such an idiot", "You felt useless.",
     "You told of being a bad mother.", "You\u2019re pathetic and you know it."],
)  # fmt: skip
def test_a_name_outside_quotation_marks_is_an_attack(text: str) -> None:
    assert self_attacks(said(text))
    assert self_attacks(Record(moments=(Moment(text, "?", (1,)),)))


@pytest.mark.parametrize(
    "text",
    ['You said: "I\'m a coward."', "You said \u201cI am useless\u201d.", "I'm so mad.", "He is an idiot.",
     "You are nothing like her.", "You are tired."],
)  # fmt: skip
def test_what_is_quoted_or_no_name_is_none(text: str) -> None:
    assert self_attacks(said(text)) == []


def test_a_theme_is_no_quotation() -> None:
    assert self_attacks(Record(themes=(Label("a failure", (1,)),)))
    assert self_attacks(Record(themes=(Label("failing the exam", (1,)),))) == []
