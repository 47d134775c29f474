"""Next steps: agreed is an explicit commitment that still stood at the end; the rest is mentioned or left out."""

from __future__ import annotations

import pytest

from afterword.record import NextStep
from afterword.room.understand.builtin.clauses import quoted
from tests.room.understand.talks import chatter, record


def steps(*lines: str) -> tuple[NextStep, ...]:
    return record(*lines).next_steps


def about(word: str, found: tuple[NextStep, ...]) -> list[NextStep]:
    return [step for step in found if word in (step.text + step.quote).lower()]


def agreed(word: str, found: tuple[NextStep, ...]) -> list[NextStep]:
    return [step for step in about(word, found) if step.certainty == "agreed"]


def test_a_promise_with_a_day_is_agreed_and_keeps_the_day_as_said() -> None:
    found = agreed("surgery", steps("T: So what about the blood test?", "C: I'll call the surgery on Monday."))
    assert [(s.who, s.due) for s in found] == [("you", "Monday")]


def test_what_the_therapist_promises_is_the_therapists() -> None:
    found = agreed("worksheet", steps("T: I'll email you the worksheet on sleep tonight.", "C: Thanks."))
    assert [(s.who, s.due) for s in found] == [("therapist", "tonight")]
    assert found[0].text == "Your therapist will email you the worksheet on sleep tonight."


def test_a_proposal_taken_up_in_so_many_words_is_agreed() -> None:
    found = steps(
        "T: Would you be willing to leave the phone in the hall overnight?",
        "C: I can do that. Yeah, I'll try that this week.",
    )
    assert agreed("phone", found)


def test_a_proposal_met_with_a_bare_okay_is_only_mentioned() -> None:
    found = steps("T: Could you write down three good things every evening this week?", "C: Okay.", "T: So, same time?")
    assert about("three good things", found)
    assert not agreed("three good things", found)


def test_a_refused_proposal_is_not_shown() -> None:
    assert not about("letter", steps("T: What if you wrote her a letter about it?", "C: No. God, no. No letter."))


def test_a_plan_taken_back_later_is_not_shown_as_agreed() -> None:
    plan = ["T: What will you do about the diary?", "C: I'll fill in the diary every night."]
    undo = ["C: Honestly the diary isn't going to work.", "T: Okay, scratch the diary."]
    assert agreed("diary", steps(*plan, *chatter(4)))  # control: without the second thoughts it stands
    assert not about("diary", steps(*plan, *chatter(8), *undo))


def test_a_plan_dropped_without_its_name_is_not_shown() -> None:
    found = steps(
        "T: Maybe you could ring your cousin about the flat this week?",
        "C: I could try.",
        "T: Actually, forget I said that.",
    )
    assert not agreed("cousin", found)


def test_a_corrected_day_replaces_the_first_one() -> None:
    found = agreed(
        "call her", steps("T: When will you call her?", "C: I'll call her Saturday, no, I work Saturday. Sunday.")
    )
    assert [s.due for s in found] == ["Sunday"]


@pytest.mark.parametrize(
    "line",
    [
        "C: If I quit tomorrow I'll sleep till June.",
        "C: Sometimes I'll ring my sister on Sunday and hang up.",
        "C: I'd call the landlord on Monday if I was braver.",
        'C: He said, "I\'ll call the landlord on Monday."',
        "C: She was like I'll sort the landlord on Monday.",
        "C: I'm not going to call the landlord on Monday.",
        "C: I'll die of shame on Monday.",
        "C: I said I'd call the landlord on Monday and I didn't.",
    ],
)
def test_hypotheticals_habits_quotations_and_refusals_are_never_agreed(line: str) -> None:
    assert not [s for s in steps("T: Tell me about the flat.", line, "T: Mm.") if s.certainty == "agreed"]


def test_housekeeping_is_not_a_step() -> None:
    found = steps(
        "T: I'll stop you there, I'm looking at the clock.",
        "C: Okay.",
        "T: I'll see you Thursday. Take care.",
        "C: I'll let you go. Bye.",
    )
    assert found == ()


def test_an_unclear_voice_carries_no_step_and_what_it_undertook_is_quoted_in_the_recap() -> None:
    found = record(
        "U: So what will you do?", "U: I'll call the surgery on Monday.", "U: And I'll email you the worksheet tonight."
    )
    assert found.next_steps == ()
    told = " ".join(part.text for part in found.recap)
    assert 'It was said: "I\'ll call the surgery on Monday."' in told


def test_what_both_undertake_in_so_many_words_is_the_step_of_both_whoever_spoke() -> None:
    found = steps("T: So what now?", "U: We'll both read the chapter on grief before Thursday.", "T: Good.")
    assert [(s.who, s.certainty) for s in found] == [("both", "mentioned")]


def test_a_plan_under_a_when_is_put_as_one_short_imperative() -> None:
    found = steps(
        "T: What could you do at dinner?",
        "C: Yes, That feels possible when she asks me on Sunday, I will say that I need to check my diary first, "
        "and I will call the next day.",
        "T: Good.",
    )
    assert [s.text for s in found] == [
        "When she asks you on Sunday, say that you need to check your diary first and call the next day."
    ]
    assert found[0].due == "Sunday"


def test_words_to_be_said_to_somebody_else_are_no_step_though_no_quotation_mark_was_heard() -> None:
    found = steps(
        "T: What would be a small step?",
        "C: Maybe I could say, let me look at it and I will ring you tomorrow.",
        "T: I like that.",
    )
    assert found == ()
    assert agreed("landlord", steps("T: What will you do?", "C: I will ring the landlord tomorrow.", "T: Good."))


@pytest.mark.parametrize(
    "answer",
    [
        "Yes, That sounds good when he writes, I will answer him the next day.",
        "I could do it. I'll do it on Friday, and I'll do it properly.",
        "Okay, so I'll do that, I'll do that on Friday.",
    ],
)
def test_no_step_says_its_words_twice_or_leads_in_with_its_own_turn(answer: str) -> None:
    for step in steps("T: Could you ask your brother about the boxes?", f"C: {answer}", "T: Good."):
        quotes = quoted(step.text)
        assert len(quotes) <= 2
        assert step.text.count("You said") <= 1
        assert not any(a is not b and a.rstrip(".") in b for a in quotes for b in quotes)


def test_a_step_that_does_not_stand_alone_is_shown_with_the_line_it_leans_on() -> None:
    found = steps("T: Could you ask your brother about the boxes?", "C: Yes. I'll do it on Friday.")
    assert any("boxes" in step.text and "I'll do it" in step.text for step in found)


def test_homework_told_in_a_voice_recap_is_found() -> None:
    found = steps(
        "C: Okay so I'm in the car.",
        "C: We talked about the funeral mostly.",
        "C: Homework is one walk by the river without the headphones.",
        "C: And that's Saturday.",
        "C: She's going to email me the name of that book.",
        "C: My brother thinks I should sell the flat.",
    )
    assert [(s.who, s.due) for s in agreed("river", found)] == [("you", "Saturday")]
    assert [s.who for s in about("book", found)] == ["therapist"]
    assert not about("flat", found)


def test_a_heading_in_notes_covers_the_lines_below_it_and_NOT_means_not() -> None:
    found = steps(
        "C: session with Ama",
        "C: talked about the move",
        "C: TO DO",
        "C: - ring the council about the permit",
        "C: - one evening out of the house",
        "C: NOT telling my boss yet",
        "C: next time: the money",
    )
    assert agreed("council", found)
    assert agreed("evening", found)
    assert not about("boss", found)
    assert not about("money", found)


def test_what_the_therapist_wants_is_agreed_and_what_a_friend_thinks_is_nothing() -> None:
    found = steps(
        "C: So that was a good one.",
        "C: It was about the exam mostly.",
        "C: She wants me to write the worst sentence first.",
        "C: My friend said I should just drop out.",
    )
    assert agreed("worst sentence", found)
    assert not about("drop out", found)


@pytest.mark.parametrize(
    "lines",
    [
        ("C: I will call my sister on Friday.", "T: Good.", "C: Actually no, scrap the call.", "T: Fine."),
        ("T: Could you try the breathing every night?", "C: Yeah, no.", "T: Okay."),
        ("C: I'm supposed to call her on Monday but I'm not going to.", "T: Okay."),
        ("T: I'd like you to write three pages by Monday.", "C: That's too much. I can't.", "T: Then leave it."),
    ],
)
def test_what_was_refused_in_passing_is_no_step(lines: tuple[str, ...]) -> None:
    assert not record(*lines).next_steps


def test_a_day_put_right_a_turn_later_is_the_one_that_stands() -> None:
    (step,) = record("C: I'll call her Friday.", "T: Friday.", "C: No, Saturday.", "T: Saturday.").next_steps
    assert step.due == "Saturday"


def test_a_promise_that_lost_its_would_on_the_way_is_mentioned() -> None:
    (step,) = record("T: And I said I look up the number on Friday.", "C: Yes please.").next_steps
    assert (step.who, step.certainty, step.due) == ("therapist", "mentioned", "Friday")
    assert not record("T: And I said I look up at the stars.", "C: Yes.").next_steps
