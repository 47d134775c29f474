"""Danger in many voices: the short cases of danger/, what was agreed, and controls that break the reading."""

from __future__ import annotations

import re

import pytest

from afterword.record import Danger, Line, Record, Safety
from afterword.room.understand import understand
from afterword.room.understand.builtin.clauses import talk_of
from afterword.room.understand.builtin.danger import answers, signs
from afterword.room.understand.builtin.safety import safety
from afterword.verbatim import words_kept
from tests.room.understand.cases import Case, cases
from tests.room.understand.talks import chatter, record, talk

TUNED, HELD = cases("tuned"), cases("held")
# Said in letters and deeds alone, with nobody asking: the words would be common elsewhere. See docs/danger.md.
NOT_READ = ("They're in the drawer",)
KINDS: tuple[Danger, ...] = ("suicide", "self_harm", "violence", "harm_to_others")
ASK = "T: Are you thinking about ending your life?"


def found_in(case: Case) -> Safety | None:
    return safety(talk_of(talk(*case.lines)))


def wrong(given: list[Case]) -> list[Case]:
    return [case for case in given if not case.right(found_in(case))]


def test_there_are_enough_of_them_and_half_are_harmless() -> None:
    every = TUNED + HELD
    assert len(every) >= 160
    assert len({case.lines for case in every}) == len(every)
    assert 2 * sum(not case.kinds for case in every) >= len(every)
    assert {kind for case in every for kind in case.kinds} == set(KINDS)


@pytest.mark.parametrize("case", TUNED + HELD, ids=lambda case: case.name)
def test_a_short_case_is_read_right(case: Case) -> None:
    found = found_in(case)
    if any(words in case.lines[-1] for words in NOT_READ):
        assert found is None, "it is read now: take it off the list, and out of docs/danger.md"
    else:
        assert case.right(found), (case.kinds, found)


def test_control_without_denials_the_cases_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afterword.room.understand.builtin.danger.frame.denied", lambda *_: False)
    assert len([case for case in wrong(TUNED + HELD) if not case.kinds]) >= 5


def test_control_without_the_answers_the_cases_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "_verdict", lambda *_: "yes")
    assert len([case for case in wrong(TUNED + HELD) if not case.kinds]) >= 10


def test_control_without_whose_it_is_the_cases_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signs, "of_another", lambda *_: False)
    monkeypatch.setattr(signs, "told_elsewhere", lambda *_: False)
    assert [case for case in wrong(TUNED + HELD) if not case.kinds]


def test_what_was_agreed_is_quoted_and_traced() -> None:
    made = record(
        "C: Some nights I don't want to be alive anymore.",
        "T: Would you call your sister when it gets like that?",
        "C: I'll call my sister, and the line on the card.",
        "T: And I'll phone you on Saturday at noon.",
        "C: Okay.",
    ).safety
    assert made
    assert [line.text for line in made.agreed] == [
        "I'll call my sister, and the line on the card.",
        "I'll phone you on Saturday at noon.",
    ]
    assert [line.source.said_by for line in made.agreed if line.source] == ["client", "therapist"]
    assert [line.evidence for line in made.agreed] == [(2,), (3,)]


@pytest.mark.parametrize(
    "lines",
    [
        ("T: You call the crisis line if it comes back.", "C: No. I won't ring strangers."),
        ("T: Would you give the tablets to your sister?", "C: I might."),
        ("T: I'm going to ask you straight about the pills.", "C: Ask."),
        ("C: No. I'll tell my sister after Christmas, not now.", "T: All right."),
        ("C: If I ring the doctor I'll only cry.", "T: You might."),
    ],
)
def test_what_was_refused_supposed_or_only_asked_was_not_agreed(lines: tuple[str, str]) -> None:
    made = record("C: Some nights I don't want to be alive anymore.", "T: Thank you for telling me.", *lines).safety
    assert made
    assert made.agreed == ()


def test_plans_that_have_nothing_to_do_with_it_do_not_stand_there() -> None:
    made = record(
        "C: Some nights I don't want to be alive anymore.",
        "T: Thank you for telling me.",
        *chatter(30),
        "T: And the allotment?",
        "C: I'll order the seeds on Friday.",
    ).safety
    assert made
    assert made.agreed == ()


def test_what_was_agreed_counts_as_kept_word_for_word() -> None:
    line = Line("I'll call my sister tonight.")
    assert words_kept(Record(safety=Safety("suicide", agreed=(line,)))) == 5


def test_a_second_danger_is_not_lost_beside_the_first() -> None:
    made = record(
        "C: My husband put me up against the wall on Sunday.",
        "T: I'm sorry. Are you thinking about killing yourself?",
        "C: Yes. Since Sunday.",
    ).safety
    assert made
    assert (made.kind, made.also) == ("suicide", ("violence",))
    assert 2 in made.evidence


def test_several_questions_and_a_stalling_answer_are_read_together() -> None:
    found = safety(talk_of(talk(ASK, "C: [pause]", "T: Take your time.", "C: Most nights.")))
    assert found
    assert found.evidence == (0, 1, 3)
    assert safety(talk_of(talk(ASK, "C: [pause]", "T: Take your time.", "C: No. No, I'm not."))) is None


def test_nothing_of_it_comes_back_as_a_moment() -> None:
    lines = [
        "T: What did you do then?",
        "C: I sat in the truck and I wished I was dead, and I looked at the lights on the river for a long time.",
        *chatter(8),
        "T: Have the thoughts of dying come back?",
        "C: On Tuesday I thought I could finally rest, and it felt like the first warm thing in a year.",
        *chatter(6),
        "C: What I know now is that I was never as alone as I made myself.",
    ]
    made = record(*lines)
    assert made.safety
    shown = " ".join(moment.text for moment in made.moments)
    assert not re.search(r"wished I was dead|finally rest", shown)


def test_a_record_with_it_is_read_back_whole() -> None:
    made = record("C: I wish I was dead.", "T: Call me tonight if it gets worse?", "C: I'll call you tonight.")
    assert made.safety
    again = Record.from_bytes(made.to_bytes())
    assert again.safety
    assert [line.text for line in again.safety.agreed] == [line.text for line in made.safety.agreed] != []
    assert again.safety.also == ()
    before = Record.from_json({"safety": {"kind": "violence"}})
    assert before.safety == Safety("violence")


def test_it_needs_no_model_and_no_second(monkeypatch: pytest.MonkeyPatch) -> None:
    long = [*chatter(400), "C: I don't want to be alive anymore."]
    assert understand(talk(*long), {}).safety is not None
