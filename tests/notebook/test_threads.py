"""What was meant to be come back to, and what became of it."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from afterword.notebook import threads
from afterword.notebook.corrections import Corrections
from afterword.notebook.past import Past, line_of
from afterword.notebook.threads import Change, Thread
from afterword.vault.owner import Owner
from afterword.vault.vault import make_notebook
from tests.a_month import MONTH, THERAPIST
from tests.notebook.behind import a_past, a_step, statuses
from tests.people import CHEAPEST_KIB

CABIN = "Your therapist will hold a place for the cabin."
FIRST = a_past(
    "2026-03-03",
    themes=("the cabin", "sleep"),
    questions=("Begin with the email from Maren.",),
    next_steps=(a_step("Call Dr. Feeney's office."), a_step("Write three sentences to Maren.")),
    recap=("You said that you argued about the cabin. " + CABIN, "You said that you slept badly."),
)
SECOND = a_past(
    "2026-03-10",
    themes=("Maren's email",),
    recap=("You read Maren's message aloud. You said that the weather was good.",),
)


@pytest.fixture
def owner(engine: Engine) -> Owner:
    return make_notebook(engine, "badu kilo nemi rosa tuve", CHEAPEST_KIB).owner


def test_what_was_kept_for_next_time_promised_or_put_off_is_raised() -> None:
    found = threads.threads([FIRST])
    assert statuses(found) == {
        "Begin with the email from Maren.": "open",
        "Call Dr. Feeney's office.": "open",
        "Write three sentences to Maren.": "open",
        CABIN: "open",
    }
    assert {thread.day for thread in found} == {"2026-03-03"}


def test_a_later_session_comes_back_to_one_in_other_words() -> None:
    email, office, *_ = threads.threads([FIRST, SECOND])
    assert (email.status, office.status) == ("revisited", "open")
    assert {ref.session for ref in email.revisited} == {SECOND.id}
    assert "Maren's message" in line_of(SECOND.record, email.revisited[0]).text


def test_one_everyday_word_in_common_brings_nothing_back() -> None:
    month = [Past(f"{n:032x}", day, "session", THERAPIST, record) for n, (day, record) in enumerate(MONTH)]
    found = statuses(threads.threads(month))
    assert found["Ines sends you the page about sleep"] == "open", "a brother's sleep is no page about sleep"
    assert found["Whether you want the flat, or want to be asked."] == "open", "a quiet house is no flat"
    # Control: what is told of in two words, or by a name, or by a word of no everyday meaning.
    assert found["What happened the summer when you were nine?"] == "revisited"
    assert found["How to tell Dana about the whole of December."] == "revisited"
    assert found["You might ask your brother what he remembers"] == "revisited"


def test_the_same_day_is_no_later_session() -> None:
    recap = replace(SECOND, day=FIRST.day)
    assert {thread.status for thread in threads.threads([FIRST, recap])} == {"open"}


@pytest.mark.parametrize(
    ("text", "quote"),
    [
        ('You said: "I was gonna call her."', "I was gonna call her."),
        ('Your therapist said: "If it was Arvin who called."', "If it was Arvin who called."),
        ("You said: \"I won't call her, I can't.\"", "I won't call her, I can't."),
        ('You said: "I\'d say she is ill."', "I'd say she is ill."),
        ('You said: "Five out of six then."', "Five out of six then."),
    ],
)
def test_what_was_refused_or_only_supposed_is_none(text: str, quote: str) -> None:
    assert threads.threads([a_past("2026-03-03", next_steps=(a_step(text, certainty="mentioned", quote=quote),))]) == []


def test_what_a_session_was_meant_for_and_did_not_reach_is_left_open() -> None:
    aim = "You said that you came in here about the cabin."
    told = ("You spoke of Maren's flight.", "You said that Maren cut her hair.", "You talked about the flight home.")
    assert aim in statuses(threads.threads([a_past("2026-03-03", themes=("the cabin",), recap=(aim, *told))]))
    reached = ("The cabin leaks.", "Ken wants the cabin.", "The cabin was your father's.")
    assert aim not in statuses(threads.threads([a_past("2026-03-03", themes=("the cabin",), recap=(aim, *reached))]))


def test_what_the_person_says_outranks_everything_and_can_be_taken_back(engine: Engine, owner: Owner) -> None:
    email = threads.threads([FIRST])[0]
    threads.say(engine, owner, email.id, "let go")
    threads.word(engine, owner, email.id, "the email that I never answered")
    for pasts in ([FIRST], [FIRST, SECOND]):
        said = one(pasts, threads.load(engine, owner), email.id)
        assert (said.status, said.text, said.by_hand) == ("let go", "the email that I never answered", True)
    threads.undo(engine, owner, email.id)
    assert one([FIRST], threads.load(engine, owner), email.id).text == email.text
    threads.undo(engine, owner, email.id)
    assert one([FIRST, SECOND], threads.load(engine, owner), email.id).status == "revisited"
    threads.undo(engine, owner, email.id)
    threads.say(engine, owner, email.id, "open")
    assert one([FIRST, SECOND], threads.load(engine, owner), email.id).status == "open"


def test_an_id_stands_while_other_lines_are_corrected() -> None:
    before = threads.threads([FIRST])[1]
    made = Corrections(lines={"questions.0": None, "next_steps.0": "Ring Dr. Feeney."})
    questions, steps = ("Begin with the email from Maren.",), (a_step("Call Dr. Feeney's office."),)
    [after] = threads.threads([a_past("2026-03-03", made=made, questions=questions, next_steps=steps)])
    assert (after.id, after.text) == (before.id, "Ring Dr. Feeney.")


def test_nobody_else_can_read_what_was_set(engine: Engine, owner: Owner) -> None:
    stranger = make_notebook(engine, "five other words of somebody", CHEAPEST_KIB).owner
    threads.say(engine, owner, threads.threads([FIRST])[0].id, "let go")
    assert threads.load(engine, stranger) == {}


def test_two_years_are_followed_in_a_moment() -> None:
    pasts = [
        a_past(
            f"{2016 + week // 52}-{1 + week % 52 // 5:02}-{1 + week % 5:02}",
            questions=(f"Begin with matter{week} and Maren.",),
            next_steps=(a_step(f"Write to person{week % 40}."), a_step(f"Walk to place{week % 90}.")),
            recap=tuple(f"You said that person{n} was at place{n + week % 7} with thing{n * week}." for n in range(30)),
        )
        for week in range(104)
    ]
    began = time.monotonic()
    found = threads.threads(pasts)
    assert len(found) == 312
    assert time.monotonic() - began < 5


def one(pasts: list[Past], changes: dict[str, Change], found: str) -> Thread:
    return next(thread for thread in threads.threads(pasts, changes) if thread.id == found)
