"""How much is kept word for word: counted once, and never more than a little."""

from __future__ import annotations

from afterword.record import Line, Moment, NextStep, Passage, Record
from afterword.verbatim import MOST_WORDS, within_limit, words_kept


def said(count: int, name: str) -> str:
    return " ".join(f"{name}{i}" for i in range(count))


def test_words_in_quotation_marks_count_and_other_words_do_not() -> None:
    assert words_kept(Record(insights=(Line('You said: "it was the rain." You also said that you went.'),))) == 4


def test_what_is_shown_twice_counts_once() -> None:
    step = NextStep('You said: "I will ring her tonight, then."', "you", None, "mentioned", "I will ring her tonight")
    record = Record(next_steps=(step,), moments=(Moment("ring her tonight", "?"),))
    assert words_kept(record) == 6


def test_the_recap_gives_up_its_quotations_first() -> None:
    recap = (Passage("One", f'You went home. You said: "{said(200, "r")}." You slept.'),)
    moments = tuple(Moment(said(30, f"m{n}x"), "?") for n in range(5))
    limited = within_limit(Record(recap=recap, moments=moments))
    assert limited.moments == moments
    assert limited.recap[0].text == "You went home. You slept."
    assert words_kept(limited) == 150


def test_then_moments_and_insights_go_and_the_steps_stay() -> None:
    steps = tuple(NextStep("Do it.", "you", None, "agreed", said(40, f"s{n}x")) for n in range(5))
    moments = tuple(Moment(said(35, f"m{n}x"), "?") for n in range(7))
    insights = tuple(Line(f'You said: "{said(30, f"i{n}x")}"') for n in range(5))
    limited = within_limit(Record(next_steps=steps, moments=moments, insights=insights))
    assert words_kept(limited) <= MOST_WORDS
    assert limited.next_steps == steps


def test_control_without_the_limit_there_would_be_more() -> None:
    assert words_kept(Record(moments=(Moment(said(301, "x"), "?"),))) == 301
