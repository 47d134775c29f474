"""Two voices are told apart and named; a recap stays one; a doubt stays a doubt."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from afterword.room.listen.decode import RATE
from afterword.room.listen.lines import Line, packed
from afterword.room.listen.roles import is_monologue, therapist_first
from afterword.room.listen.speakers import sides_of, told_apart
from afterword.room.listen.speech import Ear, Span
from afterword.room.listen.voices import VoicePrints
from tests.speech import say

THERAPIST = [
    "Come in and sit down. How has your week been?",
    "What happened when you told him?",
    "It sounds like you felt alone with that.",
    "We have ten minutes left. What would be a small step for you?",
    "Good. I will send you the page, and we will meet next week.",
]
CLIENT = [
    "It was a long week. I was tired, and my boss asked me to stay late again.",
    "I said yes, and then I was angry with myself all evening.",
    "I felt bad, and I could not sleep. My sister did not call me back.",
    "I could ask my boss for one free evening. I want to try that.",
    "Thank you. I feel a little better than when I came in.",
]


def person(seed: int, spread: float = 0.5) -> list[bytes]:
    """Ten prints of an invented voice, alike by about 0.8."""
    rng = np.random.default_rng(seed)
    centre = rng.standard_normal(512)
    return [packed((centre + spread * rng.standard_normal(512)).astype(np.float32)) for _ in range(10)]


def conversation(one: list[bytes], other: list[bytes]) -> list[Line]:
    pairs = [pair for a, b in zip(THERAPIST, CLIENT, strict=True) for pair in ((a, one), (b, other))]
    return [Line(i * 5.0, i * 5.0 + 4, text, prints[i]) for i, (text, prints) in enumerate(pairs)]


def test_two_voices_are_told_apart_and_named() -> None:
    who = told_apart(conversation(person(1), person(2)))
    assert [turn.speaker for turn in who.turns] == ["therapist", "client"] * 5
    assert who.client_confidence > 0.8
    assert who.examples[0] in CLIENT
    assert who.examples[1] in THERAPIST


def test_the_naming_does_not_depend_on_who_speaks_first() -> None:
    lines = conversation(person(1), person(2))[1:]
    assert [turn.speaker for turn in told_apart(lines).turns][:2] == ["client", "therapist"]


def test_lines_of_one_speaker_that_follow_each_other_are_one_turn() -> None:
    lines = conversation(person(1), person(2))
    voice = lines[1].voice
    lines[2] = Line(lines[2].start, lines[2].end, "And I was sad.", voice)
    turns = told_apart(lines).turns
    assert turns[1].text == f"{CLIENT[0]} And I was sad. {CLIENT[1]}"
    assert [turn.t for turn in turns] == list(range(len(turns)))


def test_a_line_between_the_voices_is_unclear() -> None:
    one, other = person(1), person(2)
    lines = conversation(one, other)
    both = np.frombuffer(one[0], np.int8).astype(np.float32) + np.frombuffer(other[0], np.int8)
    lines[4] = Line(lines[4].start, lines[4].end, "Yes.", packed(both))
    assert sides_of(lines)[4] == 0


def test_what_is_said_settles_a_doubt_and_overrules_no_voice() -> None:
    one, other = person(1), person(2)
    lines = conversation(one, other)
    both = np.frombuffer(one[0], np.int8).astype(np.float32) + np.frombuffer(other[0], np.int8)
    question = "How was that for you? What did you feel? Tell me."
    lines[4] = Line(lines[4].start, lines[4].end, question, packed(both))
    lines[5] = Line(lines[5].start, lines[5].end, question, lines[5].voice)
    assert list(sides_of(lines)[4:6]) == [1, -1]


def test_a_recap_is_all_the_clients() -> None:
    prints = person(3)
    lines = [Line(i * 5.0, i * 5.0 + 4, CLIENT[i % 5], prints[i]) for i in range(10)]
    who = told_apart(lines)
    assert {turn.speaker for turn in who.turns} == {"client"}
    assert who.client_confidence >= 0.6


def test_who_tells_alone_has_a_turn_for_each_sentence_at_its_time() -> None:
    texts = ["Okay,", "Dr. Hale said no. She was", "nice about it.", "So?", "I write it down. One line."]
    lines = [
        Line(i * 5.0, i * 5.0 + 4, text, voice) for i, (text, voice) in enumerate(zip(texts, person(3), strict=False))
    ]
    turns = told_apart(lines).turns
    assert [turn.text for turn in turns] == [
        "Okay, Dr. Hale said no.", "She was nice about it.", "So? I write it down.", "One line.",
    ]  # fmt: skip
    assert [turn.t for turn in turns] == [0, 1, 2, 3]
    assert [round(turn.start) for turn in turns] == [0, 8, 15, 23]
    # Control: two people who talk have a turn each time they speak.
    assert len(told_apart(conversation(person(1), person(2))).turns) == 10


def test_one_voice_that_says_what_two_would_is_not_sure() -> None:
    prints = person(3)
    who = told_apart(conversation(prints, prints))
    assert {turn.speaker for turn in who.turns} == {"client"}
    assert who.client_confidence < 0.6


def test_two_people_who_only_make_small_talk_are_not_named_with_confidence() -> None:
    one, other = person(1), person(2)
    lines = [Line(i * 3.0, i * 3.0 + 2, "The rain is heavy today.", (one, other)[i % 2][i]) for i in range(10)]
    assert told_apart(lines).client_confidence < 0.6


def test_a_door_that_slams_is_no_second_person() -> None:
    prints, noise = person(3), person(4)
    lines = [Line(i * 5.0, i * 5.0 + 4, CLIENT[i % 5], prints[i]) for i in range(9)]
    lines.append(Line(50.0, 51.0, "Oh.", noise[0]))
    assert {turn.speaker for turn in told_apart(lines).turns} == {"client", "unclear"}


def test_a_single_line_is_the_clients() -> None:
    assert [turn.speaker for turn in told_apart([Line(0, 2, "I am tired.", person(1)[0])]).turns] == ["client"]


def test_who_is_the_therapist_is_heard_in_the_words() -> None:
    assert therapist_first(THERAPIST, CLIENT) > 0.9
    assert therapist_first(CLIENT, THERAPIST) < 0.1
    assert therapist_first(["Yes."], ["No."]) == 0.5


def test_a_monologue_is_told_from_a_conversation() -> None:
    assert is_monologue(CLIENT * 2)
    assert not is_monologue(CLIENT[:2])
    assert not is_monologue([*CLIENT, *THERAPIST])


def test_prints_of_flites_voices_are_alike_within_and_apart_between() -> None:
    prints = VoicePrints()
    slt = [prints.of(say("slt", text)) for text in THERAPIST[:2]]
    kal = [prints.of(say("kal16", text)) for text in CLIENT[:2]]
    assert float(slt[0] @ slt[1]) > 0.35
    assert float(kal[0] @ kal[1]) > 0.35
    assert max(float(a @ b) for a in slt for b in kal) < 0.3


def test_speech_without_a_pause_between_two_people_is_cut_where_the_voice_changes() -> None:
    first, second = say("slt", THERAPIST[3]), say("awb", CLIENT[0])
    window = np.concatenate([first, second])
    stretches = VoicePrints().stretches(window, Ear().speech(window))
    assert min(abs(stretch.span.start - len(first)) for stretch in stretches) < 8000


def test_short_pieces_are_joined_within_a_voice_and_never_across_two() -> None:
    said = [
        say(*line) for pair in zip(THERAPIST, CLIENT, strict=True) for line in zip(("slt", "kal16"), pair, strict=True)
    ]
    window, edges = np.concatenate(said), np.cumsum([0, *map(len, said)])
    cuts = [np.linspace(a, b, 1 + (b - a) // (7 * RATE // 10)).astype(int) for a, b in pairwise(edges)]
    pieces = [Span(int(a), int(b)) for each in cuts for a, b in pairwise(each)]
    prints = VoicePrints()
    alike = [
        float(prints.of(window[a.start : a.end]) @ prints.of(window[b.start : b.end])) for a, b in pairwise(pieces)
    ]
    assert sum(likeness < 0.3 for likeness in alike) > 2 * len(said)  # by likeness alone many would stay apart
    found = prints.stretches(window, pieces)
    assert [(stretch.span.start, stretch.span.end) for stretch in found] == list(pairwise(edges))
