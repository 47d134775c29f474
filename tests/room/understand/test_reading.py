"""How the record reads, above all after speech: labels, joined lines, what is kept, and a recap that is told."""

from __future__ import annotations

import pytest

from afterword.room.understand.builtin.clauses import quoted
from afterword.room.understand.builtin.runs import cut
from afterword.room.understand.builtin.shown import as_plan, tidy
from tests.room.understand.talks import record

HOUR = (
    "T: Good morning. How was your week?",
    "C: Long. My brother rang on Monday and I lent him the old van again.",
    "T: So when you lend him the old van, you leave yourself without a way home.",
    "C: Yes, I had never seen it like that every time I say yes to my brother, I am walking home in the rain.",
    "T: What happens in your body then?",
    "C: My chest goes tight. I think I have been afraid of his silence and not of him.",
    "T: And the night shifts, how are they?",
    "C: The night shifts are long. I went to bed at six. My brother knows about the night shifts.",
    "T: We do not have much time left today I would like to hear more, shall we begin with your grandmother next time.",
    "C: Yes, please. There is also something about the house and him, but it is a long story.",
    "T: Then we will keep both for next time, before we stop, I know a book. I will send you the title to night.",
    "C: Thank you. When he asks me on Friday, I will say no, and I will walk to the bus.",
    "T: Good. Shall we meet next Thursday at six?",
    "C: Thursday at six is good.",
)


def test_run_ons_are_cut_only_where_both_sides_can_stand() -> None:
    assert cut("We have no time left today I would like to hear more, shall we begin there next time.") == [
        "We have no time left today",
        "I would like to hear more",
        "shall we begin there next time.",
    ]
    for whole in (
        "If I say no, would you be angry with me about it then?",
        "I told him yes, because I always do that.",
    ):
        assert cut(whole) == [whole]


@pytest.mark.parametrize(
    ("heard", "shown"),
    [
        ("Yes, That is how it was.", "That is how it was."),
        ("So, okay, um, I went there, And it rained.", "I went there, and it rained."),
        ("He came, Marco too, to night.", "He came, Marco too, tonight."),
        ("I went, But May was out.", "I went, but May was out."),
    ],
)
def test_what_speech_leaves_behind_is_cleaned_for_showing_and_names_stay(heard: str, shown: str) -> None:
    assert tidy(heard) == shown


def test_a_maybe_is_taken_off_a_plan_and_never_off_an_insight() -> None:
    assert as_plan("Maybe I could ring him.") == "I could ring him."
    assert tidy("Maybe it is not about him.") == "Maybe it is not about him."


def test_an_adjective_stays_with_its_noun_and_a_preposition_is_no_theme() -> None:
    shifts = record(
        "C: The night shifts are what does it.",
        "T: The night shifts?",
        "C: After the night shifts I lie there with the curtains open.",
        "T: And before the night shifts?",
        "C: Before the night shifts I eat toast in the car.",
    )
    assert "The night shifts" in " ".join(label.label for label in shifts.themes)
    found = record(
        "C: The lamp beside the bed is broken.",
        "T: The lamp?",
        "C: Yes, the lamp beside the bed.",
        "T: Beside the bed.",
    )
    assert not any("eside" in label.label for label in found.themes)


def test_nouns_are_joined_only_where_they_were_said_together() -> None:
    assert not any(" and " in label.label and "brother" in label.label for label in record(*HOUR).themes)


def test_a_reflection_and_the_yes_it_met_are_one_insight() -> None:
    texts = [line.text for line in record(*HOUR).insights]
    assert any("without a way home" in text and "I had never seen it like that." in text for text in texts)


def test_bare_narration_and_lines_that_move_the_hour_along_are_neither_insight_nor_moment() -> None:
    found = record(*HOUR)
    lines = [line.text for line in found.insights] + [moment.text for moment in found.moments]
    for dull in ("went to bed at six", "much time left", "before we stop", "How was your week"):
        assert not any(dull in line for line in lines)
    assert any("afraid of his silence" in moment.text for moment in found.moments)


def test_prompts_vary_and_fit_who_spoke() -> None:
    prompts = [moment.prompt for moment in record(*HOUR).moments]
    assert len(set(prompts)) == len(prompts)


def test_what_is_kept_for_next_time_is_named() -> None:
    texts = [line.text for line in record(*HOUR).questions]
    assert texts[0] == "Begin with your grandmother."
    assert any("something about the house" in text for text in texts)
    assert not any("keep both" in text for text in texts)


def test_the_overview_is_short_and_says_what_was_agreed_kept_and_when_they_meet() -> None:
    lines = [line.text for line in record(*HOUR).overview]
    told = " ".join(lines)
    assert 3 <= len(lines) <= 5
    assert len(told.split()) <= 120
    assert "begin with your grandmother" in told
    assert "Your therapist will send you the title tonight." in told
    assert "You meet again: next Thursday at six." in told


def test_the_recap_quotes_nothing_twice_and_no_more_than_about_half() -> None:
    parts = record(*HOUR).recap
    quotes = [quote for part in parts for quote in quoted(part.text)]
    assert len(set(quotes)) == len(quotes)
    words = sum(len(part.text.split()) for part in parts)
    assert sum(len(quote.split()) for quote in quotes) <= 0.6 * words


def test_what_is_grave_or_runs_oneself_down_is_quoted_and_never_told() -> None:
    found = record(
        "T: How have the nights been?",
        "C: I thought that I would be glad not to wake up. I am such a heel to everyone at home.",
        "T: Thank you for telling me that.",
        "C: My hands shake when I say it out loud.",
    )
    told = " ".join(part.text for part in found.recap)
    for quote in quoted(told):
        told = told.replace(quote, "")
    assert "heel" not in told
    assert "wake up" not in told
