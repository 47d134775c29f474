"""What was heard is laid beside what was written, and the error counted; each figure has a case that it must catch."""

from __future__ import annotations

import pytest

from afterword.record import Line, Record
from afterword.room.transcript import Turn
from bench.alignment import aligned, turns_for, word_error, words
from bench.listening import voice_error
from bench.speech import in_written_turns

SAID = ["I", "will", "write", "a", "letter", "to", "my", "sister", "on", "Monday"]
TURNS = ["How was the week with your sister?", "I called her twice.", "And then?", "She hung up, and I cried about it."]
SPEECH = [(0.0, 10.0, "therapist"), (10.0, 30.0, "client")]


@pytest.mark.parametrize(
    ("heard", "wrong"),
    [
        ("I will write a letter to my sister on Monday", 0),
        ("I will ride a letter to my sister on Monday", 1),
        ("I will write letter to my sister on Monday", 1),
        ("well I will write a letter to my own sister on Monday", 2),
        ("", 10),
    ],
)
def test_word_error_counts_what_was_changed_lost_and_added(heard: str, wrong: int) -> None:
    assert word_error(SAID, heard.split()) == wrong / 10


def test_each_word_heard_is_beside_the_word_it_stands_for() -> None:
    assert aligned(SAID, ["I", "write", "the", "letter", "sister"]) == [0, 2, 3, 4, 7]
    assert aligned(["one"], ["one", "more"]) == [0, -1]


def test_case_and_punctuation_are_no_words() -> None:
    assert words("Don’t — you know, MUM?") == ["don't", "you", "know", "mum"]


def test_a_heard_turn_holds_the_written_turns_whose_words_it_has() -> None:
    heard = ["How was the week with your sister? I called her twice.", "Then she hung up and I cried about it"]
    held = turns_for(TURNS, heard)
    assert held[0] == {0: 7, 1: 4}
    assert held[1] == {2: 1, 3: 8}


def test_a_turn_that_nobody_wrote_is_beside_its_neighbour() -> None:
    assert turns_for(["I called her twice."], ["I called her twice.", "Thanks bye."])[1] == {0: 4}


def test_evidence_is_that_of_the_turn_the_line_is_about_and_not_of_all_that_was_heard_as_one() -> None:
    heard = [Turn(0, 0.0, "client", " ".join(TURNS))]
    record = Record(insights=(Line("You said that she hung up and you cried.", (0,)),))
    assert in_written_turns(record, TURNS, heard).insights[0].evidence == (3,)
    elsewhere = Record(insights=(Line("You called her twice.", (0,)),))
    assert in_written_turns(elsewhere, TURNS, heard).insights[0].evidence == (1,)


def test_speech_given_to_the_wrong_person_is_counted_and_a_wrong_naming_is_all_of_it() -> None:
    right = [(0.0, 10.0, 1), (10.0, 30.0, -1)]
    names = ("therapist", "client")
    assert voice_error(SPEECH, right, names).confused == 0
    late = [(0.0, 15.0, 1), (15.0, 30.0, -1)]
    assert voice_error(SPEECH, late, names).confused == pytest.approx(100 * 4.75 / 29, abs=0.1)
    turned_round = [(start, end, -side) for start, end, side in right]
    assert voice_error(SPEECH, turned_round, names).confused == pytest.approx(100)
    assert voice_error(SPEECH, turned_round).confused == 0  # under the better naming


def test_speech_given_to_nobody_is_not_given_to_the_wrong_person() -> None:
    found = voice_error(SPEECH, [(0.0, 10.0, 1), (10.0, 30.0, 0)], ("therapist", "client"))
    assert found.confused == 0
    assert found.unclear == pytest.approx(100 * 19.5 / 29, abs=0.5)
