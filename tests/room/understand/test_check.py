"""The check drops what the cited turns do not bear out; each test shows that the line would else have stayed."""

from __future__ import annotations

from dataclasses import replace

from afterword.record import Label, Line, Moment, NextAppointment, NextStep, Passage, Record, Safety
from afterword.room.transcript import Transcript
from afterword.room.understand.check import checked
from afterword.room.understand.manner import passes_verdict
from tests.room.understand.talks import talk

TALK = talk(
    "T: What will you do about the surgery?",
    "C: I'll call the surgery on Monday.",
    "T: And I'll email you the worksheet on sleep.",
    "C: I noticed I'm an idiot about sleep.",
    "T: What if you wrote your sister a letter?",
    "C: No. No letter.",
)
CALL = NextStep("Call the surgery.", "you", "Monday", "agreed", "I'll call the surgery on Monday.", (1,))


def step_after(step: NextStep, said: Transcript = TALK) -> NextStep | None:
    return next(iter(checked(Record(next_steps=(step,)), said).next_steps), None)


def test_a_true_step_stays_as_it_is() -> None:
    assert step_after(CALL) == CALL


def test_an_invented_line_is_dropped_and_a_true_one_stays() -> None:
    true = Line('You said: "I\'ll call the surgery on Monday."', (1,))
    invented = Line("You decided to move to Portugal with your cousin.", (1,))
    assert checked(Record(insights=(true, invented)), TALK).insights == (true,)


def test_a_line_that_cites_nothing_or_turns_that_do_not_exist_is_dropped() -> None:
    lines = (Line("The surgery and the worksheet.", ()), Line("The surgery and the worksheet.", (99,)))
    assert checked(Record(insights=lines), TALK).insights == ()
    there = replace(lines[1], evidence=(99, 1, 2))
    assert checked(Record(insights=(there,)), TALK).insights == (replace(there, evidence=(1, 2)),)


def test_words_put_into_somebodys_mouth_are_dropped() -> None:
    changed = Line('You said: "I won\'t call the surgery on Monday."', (1,))
    swapped = Line('Your therapist said: "I\'ll call the surgery on Monday."', (1,))
    assert checked(Record(insights=(changed, swapped)), TALK).insights == ()


def test_a_step_given_to_the_wrong_person_is_dropped() -> None:
    assert step_after(replace(CALL, who="therapist")) is None
    promise = NextStep(
        "Email you the worksheet on sleep.", "you", None, "agreed", "And I'll email you the worksheet on sleep.", (2,)
    )
    assert step_after(promise) is None
    assert step_after(replace(promise, who="therapist")) is not None


def test_a_step_whose_quote_was_never_said_is_dropped() -> None:
    assert step_after(replace(CALL, quote="I'll call the surgery on Tuesday.")) is None


def test_a_day_nobody_named_is_taken_off() -> None:
    checked_step = step_after(replace(CALL, due="Friday"))
    assert checked_step is not None
    assert checked_step.due is None


def test_a_refused_proposal_does_not_come_through_as_a_step() -> None:
    letter = NextStep(
        "Write your sister a letter.", "you", None, "agreed", "What if you wrote your sister a letter?", (4,)
    )
    assert step_after(letter) is None
    without_refusal = talk("T: What if you wrote your sister a letter?", "C: I can do that.")
    assert step_after(replace(letter, evidence=(0,)), without_refusal) is not None  # control


def test_a_plan_dropped_later_does_not_come_through_as_a_step() -> None:
    dropped = talk(
        "T: What will you do?", "C: I'll call the surgery on Monday.", "T: Fine.", "C: No, I'm not calling the surgery."
    )
    assert step_after(CALL, dropped) is None


def test_agreed_becomes_mentioned_where_nobody_bound_themselves() -> None:
    asked = talk("T: Could you call the surgery on Monday?", "C: Hm, the surgery.")
    step = replace(CALL, quote="Could you call the surgery on Monday?", evidence=(0,))
    found = step_after(step, asked)
    assert found is not None
    assert found.certainty == "mentioned"


def test_a_step_of_an_unclear_voice_has_no_owner_and_is_no_step_unless_the_words_name_both() -> None:
    assert step_after(replace(CALL, evidence=(0,)), talk("U: I'll call the surgery on Monday.")) is None
    words = "We'll both call the surgery on Monday."
    both = replace(CALL, who="both", quote=words, evidence=(0,))
    found = step_after(both, talk(f"U: {words}"))
    assert found is not None
    assert (found.certainty, found.who) == ("mentioned", "both")


def test_self_criticism_stays_as_a_quotation_and_never_as_a_verdict() -> None:
    quotation = Line('You said: "I noticed I\'m an idiot about sleep."', (3,))
    verdict = Line("You noticed you're an idiot about sleep.", (3,))
    assert checked(Record(insights=(verdict, quotation)), TALK).insights == (quotation,)
    assert passes_verdict("You are worthless.")
    assert not passes_verdict("You are tired.")


def test_a_moment_that_is_not_verbatim_is_dropped() -> None:
    true = Moment("I'll call the surgery on Monday.", "Still true?", (1,))
    changed = replace(true, text="I will call the surgery on Monday.")
    assert checked(Record(moments=(true, changed)), TALK).moments == (true,)


def test_numbers_that_were_not_said_are_not_let_through() -> None:
    said = talk("C: I slept 4 hours on Tuesday and then the worksheet.")
    right, wrong = Line("4 hours of sleep on Tuesday.", (0,)), Line("6 hours of sleep on Tuesday.", (0,))
    assert checked(Record(overview=(right, wrong)), said).overview == (right,)


def test_the_overview_is_held_to_its_length_and_the_rest_of_the_record_to_its_citations() -> None:
    long = Line("surgery " * 90, (1,))
    record = Record(
        overview=(long, long),
        themes=(Label("Surgery", (1,)), Label("Portugal", (1,))),
        recap=(
            Passage("Sleep", "The worksheet on sleep.", (2,)),
            Passage("Sea", "A boat to Portugal with cousins.", (2,)),
        ),
        safety=Safety("suicide", (77,)),
        next_appointment=NextAppointment("Friday at nine", None),
    )
    found = checked(record, TALK)
    assert (len(found.overview), len(found.themes), len(found.recap)) == (1, 1, 1)
    assert found.safety is None
    assert found.next_appointment is None
