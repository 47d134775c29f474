"""What a person reads before a session."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import get_args

from afterword.notebook.brief import MOST_WORDS, Part, Point, compose
from afterword.notebook.corrections import Corrections
from afterword.notebook.moments import Kept
from afterword.notebook.notes import Note
from afterword.notebook.outcomes import Outcome
from afterword.notebook.past import Past, Ref, line_of
from afterword.notebook.patterns import Pattern
from afterword.notebook.threads import Change, threads
from afterword.record import Line, Safety, Source
from bench.forbidden import nearest_of
from tests.notebook.behind import a_past, a_step

FIRST = a_past(
    "2026-03-03",
    "Joyce",
    overview=("You talked about Maren and the cabin.", 'You said: "I wait on the step until somebody asks me in."'),
    themes=("the cabin", "Maren's email"),
    questions=("Begin with the cabin.",),
    next_steps=(
        a_step("Call Dr. Feeney's office.", due="Thursday", certainty="mentioned", quote="I'll call Dr. Feeney."),
        a_step("Your therapist will send you the sheet.", "therapist", quote="I'll send you the sheet."),
        a_step('You said: "I was gonna go over there with a pie."', certainty="mentioned"),
    ),
    insights=("You said that your father never asked you anything.",),
    moments=("I never got to the bottom of that letter.",),
)
SECOND = a_past(
    "2026-03-10",
    "Joyce",
    overview=("You talked about the cabin and your sister.",),
    themes=("the cabin", "your sister"),
    questions=("Begin with your sister's wedding.",),
    next_steps=(a_step("Write three sentences to Maren.", quote="I'll write three sentences to Maren."),),
)
OFFICE, SHEET = FIRST.ref("next_steps", 0), FIRST.ref("next_steps", 1)
PLAN = Note("plan", "2026-03-05T20:00", "I want to ask about the tablets.")
NOTE = Note("note", "2026-03-12T20:00", "Cried in the car, do not know why.")


def brief(
    pasts: list[Past],
    outcomes: dict[Ref, Outcome] | None = None,
    kept: list[Kept] | None = None,
    changes: dict[str, Change] | None = None,
    notes: dict[str, Note] | None = None,
    patterns: list[Pattern] | None = None,
    therapist: str = "",
    today: str = "2026-03-17",
) -> tuple[Point, ...]:
    found = threads(pasts, changes or {})
    day = date.fromisoformat(today)
    return compose(pasts, outcomes or {}, kept or [], found, notes or {}, patterns or [], therapist, day)


def of(points: tuple[Point, ...], part: Part) -> list[str]:
    return [point.text for point in points if point.part == part]


def test_before_the_first_session_there_is_nothing_or_what_one_wrote() -> None:
    assert brief([]) == ()
    points = brief([], notes={"a1": PLAN})
    assert [(point.part, point.text, point.note) for point in points] == [
        ("mine", "I want to ask about the tablets.", "a1"),
        ("a place to start", "Perhaps with what you mean to raise.", "a1"),
    ]


def test_it_begins_where_we_left_off_and_ends_with_a_place_to_start() -> None:
    points = brief([FIRST, SECOND], notes={"a1": PLAN, "a2": NOTE})
    order = [get_args(Part).index(point.part) for point in points]
    assert order == sorted(order)
    assert points[0].text == "Begin with your sister's wedding."
    assert of(points, "mine") == [PLAN.text, NOTE.text]
    assert points[-1].part == "a place to start"


def test_every_point_names_a_line_that_stands_or_a_note_of_ones_own() -> None:
    pasts = {past.id: past for past in (FIRST, SECOND)}
    for point in brief([FIRST, SECOND], notes={"a1": PLAN}):
        assert bool(point.sources) != bool(point.note)
        assert all(line_of(pasts[ref.session].record, ref) for ref in point.sources)


def test_steps_say_whose_they_are_how_sure_and_how_they_went() -> None:
    went = {OFFICE: Outcome("partly", "2026-03-06", "engaged all day"), SHEET: Outcome("done", "2026-03-05")}
    assert of(brief([FIRST], went), "steps") == [
        "Joyce's: send you the sheet. Done.",
        'Yours, mentioned: Call Dr. Feeney\'s office (Thursday). Partly done. You wrote: "engaged all day"',
    ]
    later = of(brief([FIRST, SECOND], went), "steps")
    assert any("Feeney" in text for text in later)
    assert not any("the sheet" in text for text in later)


def test_what_was_only_supposed_or_replaced_never_stands_in_it() -> None:
    said = " ".join(point.text for point in brief([FIRST]))
    assert "pie" not in said
    assert not nearest_of("Going over there with a pie.", [said]).said
    forced = Point("steps", "Yours: going over there with a pie.", (FIRST.ref("next_steps", 2),))
    assert nearest_of("Going over there with a pie.", [said, forced.text]).said


def test_what_nobody_came_back_to_stands_in_it_until_it_is_let_go_or_said() -> None:
    open_ = of(brief([FIRST, SECOND]), "threads")
    assert "Yours, mentioned: Call Dr. Feeney's office (Thursday). Open since 3 March." in open_
    assert not any("cabin" in text for text in open_)
    office = next(thread for thread in threads([FIRST, SECOND]) if thread.sources[0] == OFFICE)
    assert not any("Feeney" in t for t in of(brief([FIRST, SECOND], changes={office.id: Change("let go")}), "threads"))
    done = {OFFICE: Outcome("done", "2026-03-04")}
    assert not any("Feeney" in text for text in of(brief([FIRST, SECOND], done), "threads"))


def test_a_danger_and_what_was_agreed_come_first() -> None:
    agreed = (Line("I'll stay at Ken's.", (), Source(0, "client")), Line("I'll phone you.", (), Source(0, "therapist")))
    past = a_past("2026-03-10", safety=Safety("suicide", agreed=agreed), questions=("Begin with the cabin.",))
    first, second, third, *_, start = brief([FIRST, past])
    assert first.text == "Something serious came up last time: not wanting to live."
    assert second.text == 'Agreed about it. You said: "I\'ll stay at Ken\'s." Your therapist said: "I\'ll phone you."'
    assert [line_of(past.record, ref) for ref in second.sources] == list(agreed)
    assert third.text == "Begin with the cabin."
    assert start.text == "Perhaps with how it has been since, and what was agreed."


def test_a_notes_words_never_stand_where_we_left_off() -> None:
    without = brief([FIRST, SECOND])
    points = brief([FIRST, SECOND], notes={"a1": PLAN, "a2": NOTE})
    wrote = [point for point in points if "tablets" in point.text or "Cried" in point.text]
    assert {point.part for point in wrote} == {"mine"}
    assert all(point.note and not point.sources for point in wrote)
    left = {point.text for point in points if point.part not in ("mine", "a place to start")}
    assert left <= {point.text for point in without}


def test_what_was_raised_already_and_old_notes_are_left_out() -> None:
    old = Note("note", "2026-03-01T10:00", "An old one.")
    raised = Note("plan", "2026-03-11T10:00", "Raised.", raised="2026-03-12")
    assert of(brief([SECOND], notes={"a1": old, "a2": raised}), "mine") == []


def test_moments_that_were_kept_and_lines_that_mattered_are_in_it() -> None:
    moment = FIRST.ref("moments", 0)
    kept = [Kept(moment, "I never got to the bottom of that letter.", "bring", "2026-03-05", "still true")]
    assert of(brief([FIRST], kept=kept), "kept") == [
        '"I never got to the bottom of that letter." You wrote: "still true"'
    ]
    gone = a_past("2026-03-03", made=Corrections(lines={"moments.0": None}), moments=("I never got there.",))
    assert of(brief([gone], kept=[Kept(gone.ref("moments", 0), "x", "keep", "2026-03-05")]), "kept") == []
    made = Corrections(mattered=("insights.0",))
    marked = a_past("2026-03-03", made=made, insights=("You said that your father never asked you anything.",))
    assert of(brief([marked]), "kept") == ["You said that your father never asked you anything."]


def test_a_correction_is_what_it_says() -> None:
    made = Corrections(lines={"questions.0": "Begin with the house at the lake."})
    past = a_past("2026-03-03", made=made, questions=("Begin with the cabin.",))
    assert brief([past])[0].text == "Begin with the house at the lake."


def test_with_two_therapists_each_has_their_own() -> None:
    other = a_past("2026-03-12", "Mira", questions=("Begin with the back pain.",), next_steps=(a_step("Walk daily."),))
    mine = brief([FIRST, SECOND, other], therapist="Joyce")
    assert mine[0].text == "Begin with your sister's wedding."
    assert not any("pain" in point.text or "Walk" in point.text for point in mine)
    assert brief([FIRST, SECOND, other], therapist="Mira")[0].text == "Begin with the back pain."
    alone = a_past("2026-03-14", questions=("Begin with the letter.",))
    assert brief([FIRST, other, alone], therapist="Joyce")[0].text == "Begin with the letter."


def test_after_a_gap_it_says_how_long_ago_that_was() -> None:
    assert brief([FIRST], today="2026-04-21")[0].text == "You last met on 3 March, 7 weeks ago."
    assert "weeks ago" not in brief([FIRST], today="2026-03-17")[0].text


def test_a_name_is_the_same_however_it_is_written() -> None:
    assert brief([FIRST, SECOND], therapist=" joyce ")[0].text == "Begin with your sister's wedding."


def test_what_keeps_coming_up_is_counted_in_the_last_six_sessions() -> None:
    same_day = a_past("2026-03-10", "Mira", themes=("the cabin",))
    same_day = replace(same_day, id="f" * 32)
    cited = (FIRST.ref("themes", 0), SECOND.ref("themes", 0), same_day.ref("themes", 0))
    often = Pattern("p", "The cabin", ("2026-03-03", "2026-03-10"), cited[:2])
    once = Pattern("q", "Your sister", ("2026-03-10",), (SECOND.ref("themes", 1),))
    points = brief([FIRST, SECOND], patterns=[once, often])
    assert of(points, "keeps coming up") == ["The cabin: in each of your 2 sessions."]
    points = brief([FIRST, SECOND, same_day], patterns=[once, often])
    assert of(points, "keeps coming up") == ["The cabin: in 2 of your 3 sessions."], "two of one day are two"


def test_short_forms_alone_make_one_too() -> None:
    written = a_past("2026-03-03", next_steps=(a_step("Draft the letter to Graham.", due="by Monday"),))
    assert [point.text for point in brief([written])] == [
        "Yours: Draft the letter to Graham (by Monday).",
        "Perhaps with how the steps went.",
    ]


def test_however_much_there_is_it_can_be_read_in_two_minutes() -> None:
    long = a_past(
        "2026-03-10",
        questions=tuple(f"Begin with matter {n} of the many that were kept for another time." for n in range(30)),
        next_steps=tuple(a_step(f"Write letter {n} to somebody who is called Person{n}.") for n in range(30)),
        overview=tuple(f"You said that colour{n} reminded you of place{n} and of garden{n}." for n in range(30)),
    )
    notes = {f"{n}": Note("plan", "2026-03-11T10:00", "word " * 90) for n in range(9)}
    points = brief([FIRST, long], notes=notes)
    assert 200 < sum(len(point.text.split()) for point in points) <= MOST_WORDS
    assert {point.part for point in points} >= {"where we left off", "steps", "mine", "a place to start"}
