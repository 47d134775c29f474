"""Ten seconds of the person's own voice say which of two voices is theirs, where what is said would mislead."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pytest

from afterword.room.listen import Aids, Heard, ListenError, listen
from afterword.room.listen.decode import open_audio
from afterword.room.listen.lines import Line, packed
from afterword.room.listen.own_voice import print_of, read_print
from afterword.room.listen.speakers import told_apart
from afterword.room.listen.speech import Ear
from afterword.room.listen.voices import VoicePrints
from tests.speech import Samples, dialogue, encode, say, silence

ABOUT_ME = [
    "I like to sit in the kitchen in the morning and look out at the trees.",
    "There is a bakery at the corner, and the bread is still warm at seven.",
    "On most days I walk along the river before it gets dark.",
]
# Neither asks for the other's week, and the one who asks is the person: by the words alone it is the wrong way round.
ASKS = [
    "How was your week? What did you do at the weekend?",
    "What did you cook? How did you like it?",
    "Tell me more about the garden. What do you grow there?",
    "So you said that it rained. Where did you go then?",
]
TELLS = [
    "I was at home. I had to wait for my brother, and I was tired.",
    "I made a soup. I didn't like it, and my sister said it was too thin.",
    "I grow beans. I couldn't keep the tomatoes, I was so angry about my roses.",
    "I went home. My mother called me, and I just cried, I don't know why.",
]


@cache
def models() -> tuple[Ear, VoicePrints]:
    return Ear(), VoicePrints()


@cache
def print_in(voice: str) -> bytes:
    return print_of(dialogue([(voice, text) for text in ABOUT_ME], pause=0.3), *models())


def hear(person: str, therapist: str, own: bytes | None, saying: tuple[list[str], list[str]]) -> tuple[Heard, str]:
    """What was heard of the two; and who the person's first line was given to."""
    hers, theirs = saying
    lines = [pair for a, b in zip(hers, theirs, strict=True) for pair in ((person, a), (therapist, b))]
    sound = encode(dialogue(lines), "wav")
    aids = Aids(read_print(own) if own else None)
    heard = listen(open_audio(io.BytesIO(sound)), None, lambda *_: None, lambda _: None, aids=aids)
    assert heard
    return heard, heard.turns[0].speaker


@pytest.mark.parametrize(("person", "therapist"), [("slt", "kal16"), ("slt", "awb"), ("kal16", "slt"), ("awb", "slt")])
def test_the_print_names_the_person_where_the_words_mislead(person: str, therapist: str) -> None:
    misled, by_words = hear(person, therapist, None, (ASKS, TELLS))
    assert by_words == "therapist", "the words alone do not mislead here: the test shows nothing"
    heard, named = hear(person, therapist, print_in(person), (ASKS, TELLS))
    assert named == "client"
    assert heard.client_confidence > 0.9
    assert [t.text for t in heard.turns] == [t.text for t in misled.turns]
    # The control: with the other's print it is the other way round, so it is the print that decides.
    assert hear(person, therapist, print_in(therapist), (TELLS, ASKS))[1] == "therapist"


def test_a_print_of_neither_voice_changes_nothing() -> None:
    assert hear("slt", "kal16", print_in("rms"), (TELLS, ASKS)) == hear("slt", "kal16", None, (TELLS, ASKS))


def test_a_print_between_the_two_leaves_it_to_what_is_said() -> None:
    rng = np.random.default_rng(5)
    one, other = rng.standard_normal((2, 512)).astype(np.float32)
    lines = [
        Line(i * 8.0, i * 8.0 + 6, text, packed(voice))
        for i, (a, b) in enumerate(zip(ASKS, TELLS, strict=True))
        for text, voice in ((a, one), (b, other))
    ]
    between = (one + other) / np.linalg.norm(one + other)
    assert told_apart(lines, between) == told_apart(lines)
    assert told_apart(lines, one / np.linalg.norm(one)) != told_apart(lines)


@pytest.mark.parametrize(
    ("sound", "code"),
    [
        (silence(10.0), "short_sample"),
        (say("slt", "Only this."), "short_sample"),
        (dialogue([(voice, text) for text in ABOUT_ME for voice in ("slt", "kal16")]), "mixed_sample"),
    ],
    ids=["silence", "a word", "two voices"],
)  # fmt: skip
def test_what_is_no_sample_of_one_voice_makes_no_print(sound: Samples, code: str) -> None:
    with pytest.raises(ListenError) as failed:
        print_of(sound, *models())
    assert failed.value.code == code


def test_a_print_of_another_version_says_nothing() -> None:
    assert read_print(b"\x02" + print_in("slt")[1:]) is None
    assert read_print(b"\x01") is None
    assert read_print(b"") is None
