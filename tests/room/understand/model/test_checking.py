"""After a model: what is right survives, what is invented, swapped or turned round does not."""

from __future__ import annotations

from typing import Any

import pytest

from afterword.record import Record
from afterword.room.understand.model.checking import PROMPT, checked_model
from afterword.room.understand.model.engine import record_of
from afterword.room.understand.model.findings import findings
from tests.room.understand.model.session import BAD_LINES, BAD_MOMENTS, BAD_STEPS, GOOD, SESSION, good, line, step
from tests.room.understand.talks import talk


def unchecked(answer: dict[str, Any]) -> Record:
    return record_of(findings(answer, ((0, 27),), ""), "a model")


def after(answer: dict[str, Any]) -> Record:
    return checked_model(unchecked(answer), SESSION)


def test_a_good_readers_record_loses_nothing() -> None:
    before, kept = unchecked(good()), after(good())
    for section in ("overview", "insights", "questions", "themes", "feelings", "next_steps", "recap"):
        assert getattr(kept, section) == getattr(before, section), section
    assert [m.text for m in kept.moments] == [m["text"] for m in GOOD["moments"]]
    assert kept.next_appointment is not None
    assert kept.next_appointment.iso == "2026-10-20T17:00" or "twentieth" in kept.next_appointment.said


def test_what_was_refused_is_listed_by_the_reader_and_shown_to_nobody() -> None:
    assert not any("Colleen" in s.text for s in unchecked(good()).next_steps)


@pytest.mark.parametrize("wrong", BAD_STEPS)
def test_a_wrong_step_is_never_agreed(wrong: str) -> None:
    answer = good(next_steps=[BAD_STEPS[wrong]])
    (told,) = unchecked(answer).next_steps
    assert told.certainty == "agreed"  # control: without the check it would be shown
    assert not any(s.text == told.text and s.certainty == "agreed" for s in after(answer).next_steps)


@pytest.mark.parametrize("wrong", BAD_LINES)
@pytest.mark.parametrize("section", ["insights", "questions", "overview"])
def test_a_wrong_line_is_dropped(wrong: str, section: str) -> None:
    answer = good(**{section: [BAD_LINES[wrong]]})
    assert getattr(unchecked(answer), section)  # control
    assert getattr(after(answer), section) == ()


def test_of_a_passage_only_the_wrong_sentence_goes() -> None:
    text = "You finished the floor in Brandon on Tuesday. You flew to Portugal with Bianca."
    (passage,) = after(good(recap=[line(text, 1) | {"heading": "The week"}])).recap
    assert passage.text == "You finished the floor in Brandon on Tuesday."


@pytest.mark.parametrize("wrong", BAD_MOMENTS)
def test_a_moment_that_is_not_word_for_word_is_dropped(wrong: str) -> None:
    assert after(good(moments=[BAD_MOMENTS[wrong]])).moments == ()


def test_a_moment_gets_the_letters_that_stand_in_the_turn() -> None:
    loose = {
        "evidence": [6],
        "text": "if i don\u2019t know what it says i haven\u2019t got it wrong yet",
        "prompt": "Well?",
    }
    (moment,) = after(good(moments=[loose])).moments
    assert moment.text == "If I don't know what it says, I haven't got it wrong yet."
    assert moment.evidence == (5,)


@pytest.mark.parametrize("prompt", ["You are an idiot, right?", "Why does Bianca hate you?", "Think about it.", ""])
def test_a_prompt_says_nothing_new(prompt: str) -> None:
    (moment,) = after(good(moments=[GOOD["moments"][0] | {"prompt": prompt}])).moments
    assert moment.prompt == PROMPT


def test_a_quote_that_was_not_said_is_replaced_by_what_was_and_the_step_is_only_mentioned() -> None:
    made_up = step(
        "Phone Ken on Sunday after lunch.", "you", "Sunday", "agreed", "I swear that I will phone him.", 15, 16
    )
    (kept,) = after(good(next_steps=[made_up])).next_steps
    assert kept.certainty == "mentioned"
    assert any(kept.quote in turn.text for turn in SESSION.turns)


def test_a_due_that_nobody_said_is_taken_off() -> None:
    (kept,) = after(good(next_steps=[GOOD["next_steps"][3] | {"due": "by next Friday"}])).next_steps
    assert kept.due is None


def test_danger_that_a_model_sees_needs_words_that_sound_of_it() -> None:
    claim = {"evidence": [1], "kind": "suicide"}
    assert after(good(safety=claim)).safety is None
    said = talk("T: What came up?", "C: I looked at the pills twice, and I thought, that would be that.")
    kept = checked_model(unchecked({"safety": claim}), said).safety
    assert kept is not None
    assert kept.kind == "suicide"


def test_a_monologue_has_no_second_voice_that_could_agree() -> None:
    alone = talk(
        "C: Homework from Cory: phone Ken on Sunday.", "C: He wanted me to tell Colleen too and I said no way."
    )
    steps = [
        step("Phone Ken on Sunday.", "you", "Sunday", "agreed", "phone Ken on Sunday", 0),
        step("Tell Colleen too.", "you", None, "agreed", "He wanted me to tell Colleen too", 1),
    ]
    kept = checked_model(unchecked({"next_steps": steps}), alone).next_steps
    assert [(s.text, s.certainty) for s in kept if s.certainty == "agreed"] == [("Phone Ken on Sunday.", "agreed")]
