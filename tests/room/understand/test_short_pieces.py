"""What somebody alone says or writes after a session, and its last minutes: short, and easily filled with trivia."""

from __future__ import annotations

import time

import pytest

from afterword.record import Record
from afterword.room.understand.builtin.clauses import split, talk_of
from afterword.room.understand.builtin.themes import terms_of
from tests.room.understand.talks import chatter, record, talk

# On a Thursday; a therapist called Ingrid, who would not be recorded.
SPOKEN = (
    "I'm out on the pavement, hang on, a lorry.",
    "Ingrid doesn't want it recorded, so I'm saying it to myself.",
    "We talked about the allotment, and about my brother.",
    "Ingrid said the gate was never locked, I was.",
    "I realised I always wait for my brother to ask first.",
    "She said something about that, I had it in the corridor.",
    "It was something like, you keep the gate.",
    'No, it was "you hold the key to the gate," that was it.',
    "There's nothing to do, she set me no homework this time.",
    "Ingrid asked me what I would plant if my brother never came.",
    "I had no answer for her there.",
    "I'd like to come back to it, maybe next week.",
    "I was sad and a little relieved about the allotment.",
    "Next one's Monday the sixteenth at four.",
    "Right, the lights have gone green.",
)
WRITTEN = (
    "thurs night, typed on the sofa",
    "mostly talked about the choir and about gran's house",
    "i said i never minded the house, i minded the silence in the house",
    "want to ask: is it odd that i dream of the choir and not of gran",
    "meant to raise the thing about the will, so it goes at the top of the next visit",
    "gran would have laughed at the choir and me in it",
    "next mon 16th 6.15 pm (late!!)",
)
OVER = (
    "We went over the {} for most of the hour, and whether my sister and the boxes and the cat and the two of us would "
    "all fit into a flat that size, and I said that I would rather not say."
)
OUTSIDE = (
    "Okay, it's hailing, I'm under the awning.",
    OVER.format("move"),
    OVER.format("lease"),
    "Ruben said the boxes were full before I packed them.",
    "Ruben asked who the boxes were for.",
    OVER.format("stairs"),
    "I told Ruben that the boxes were my sister's.",
    "Next one's Monday the sixteenth at four.",
    "Okay, it's hailing again, I'm gonna walk.",
)
NOTED = (
    "notes",
    "main thing was the choir and gran",
    "R said gran was the choir",
    "i liked that about gran and the choir",
    "gran had a house by the choir hall",
    "didnt mention the stairs thing. next time",
    "next mon 16th 6.15 pm (late!!)",
)
CLOSED = (
    "T: We have two minutes. What are you leaving with?",
    "C: Lighter? Sort of. And a bit embarrassed about the song.",
    "T: The song was in tune.",
    "C: I carry the whole house on my back, like a snail with the rent due.",
    "T: A snail with the rent due.",
    "C: Yes. Bye then.",
)


def alone(*lines: str) -> Record:
    return record(*(f"C: {line}" for line in lines))


def told(found: Record) -> str:
    return " ".join(line.text for line in found.overview)


def test_the_street_one_speaks_in_is_no_summary() -> None:
    assert "hailing" not in told(alone(*OUTSIDE))


def test_the_first_line_stays_where_the_rest_comes_back_to_it() -> None:
    found = alone("I always wait for my brother to ask first, like a dog at a door.", *SPOKEN[2:])
    assert "dog at a door" in " ".join([told(found), *(moment.text for moment in found.moments)])


def test_the_therapist_is_no_theme() -> None:
    lines = ("Ruben said the keys were lost.", "I told Ruben of the keys.", "Ruben asked who the keys were for.")
    assert [label.label for label in alone(*lines).themes] == ["The keys"]


def test_a_therapist_who_is_known_by_the_recording_is_named() -> None:
    assert told(alone(*SPOKEN)).startswith("You talked with Ingrid about")


def test_somebody_else_who_is_told_of_is_not_taken_for_the_therapist() -> None:
    lines = [line.replace("Ingrid", "she") for line in SPOKEN]
    lines[9:9] = ["Tom said he would sell the allotment.", "Tom asked me twice for the key to the allotment."]
    assert "with Tom" not in told(alone(*lines))


def test_words_that_were_put_right_are_not_kept_and_the_right_ones_are() -> None:
    found = alone(*SPOKEN)
    lines = " ".join([told(found), *(x.text for x in found.insights), *(x.text for x in found.moments)])
    assert "keep the gate" not in lines
    assert "hold the key to the gate" in lines


def test_what_was_said_and_forgotten_is_nothing_to_come_back_to() -> None:
    assert not [moment for moment in alone(*SPOKEN).moments if "corridor" in moment.text]


def test_that_nothing_was_set_is_no_insight() -> None:
    lines = ("We spoke of the boat.", "So there's nothing to do, she set me no homework, and I asked her for it.")
    assert not alone(*lines, "The boat is in the yard.", "She asked about the boat.").insights


def test_a_joke_is_no_insight_and_no_summary() -> None:
    found = alone(*SPOKEN[:5], "If he asks me first I will simply die, like a pear in the frost.", *SPOKEN[5:])
    assert "simply die" not in told(found) + " ".join(line.text for line in found.insights)


def test_what_to_come_back_to_is_shown_with_the_question_it_was_about() -> None:
    (kept,) = [line for line in alone(*SPOKEN).questions if "come back to it" in line.text]
    assert "what I would plant" in kept.text


def test_the_next_date_is_no_question() -> None:
    assert [line.text for line in alone(*NOTED).questions if "16th" in line.text] == []


def test_a_question_noted_is_shown_as_one_to_ask() -> None:
    (asked,) = [line for line in alone(*WRITTEN).questions if "odd" in line.text]
    assert asked.text == 'You want to ask: "Is it odd that i dream of the choir and not of gran"'


def test_what_goes_to_the_top_of_the_next_visit_is_kept_for_it() -> None:
    assert [line for line in alone(*WRITTEN).questions if "the will" in line.text]


def test_staying_on_it_next_time_is_kept_for_next_time() -> None:
    lines = (*SPOKEN[:11], "She said we could stay on that next time, and I said perhaps.", *SPOKEN[12:])
    assert [line for line in alone(*lines).questions if "stay on that" in line.text]


def test_the_answer_to_what_one_leaves_with_is_a_moment() -> None:
    assert [moment for moment in record(*CLOSED).moments if "about the song" in moment.text]


def test_a_stressed_word_a_title_and_half_a_phrase_are_no_themes() -> None:
    found = terms_of(
        talk_of(
            talk(
                "C: They were WATCHING me, and Mr. and Mrs. Abara were there.",
                "C: I keep it in a folder called nothing, and I am the sensible one of us.",
                "C: And our Colleen looks at the folder too.",
            )
        )
    )
    assert {term.form for term in found.values()} == {"Mrs. Abara", "the folder", "Colleen"}


@pytest.mark.parametrize(
    ("line", "danger"),
    [
        ("He said he'd find me some leaflets.", False),
        ("She'll find me the name of a clinic.", False),
        ("He said he'd find me and hurt me.", True),
        ("If I leave he'll find me the minute I'm out.", True),
    ],
)
def test_somebody_who_finds_something_for_one_is_no_danger(line: str, danger: bool) -> None:
    assert (record(f"C: {line}").safety is not None) == danger


def test_the_lines_of_a_turn_are_found_as_fast_in_a_long_session() -> None:
    def seconds(turns: int) -> float:
        heard = talk_of(talk(*chatter(turns)))
        heard.of_turn(0)
        began = time.process_time()
        for _ in range(400):
            heard.of_turn(turns - 1)
        return time.process_time() - began

    assert seconds(9600) < 20 * max(seconds(60), 1e-4)


def test_a_line_without_any_stops_is_read_in_stretches_of_it() -> None:
    line = "he went to the shop where my mother never said that she would come " * 60
    pieces = split(line)
    assert max(len(piece.split()) for piece in pieces) <= 150
    assert all(piece in line for piece in pieces)
    assert sum(len(piece.split()) for piece in pieces) == len(line.split())


def test_brackets_that_are_never_closed_do_not_hold_the_reading_up() -> None:
    began = time.process_time()
    record("C: " + "[" * 40_000)
    assert time.process_time() - began < 4
