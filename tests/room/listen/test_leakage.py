"""The far side over loudspeakers is passed over, whatever its way to the microphone; what the person says stays."""

from __future__ import annotations

import numpy as np
import pytest

from afterword.room.listen.by_track import sides_by_track
from afterword.room.listen.decode import RATE
from afterword.room.listen.leakage import Leakage, without_repeats
from afterword.room.listen.lines import Line
from afterword.room.listen.speakers import told_apart
from bench.loudspeaker import WAYS, Way, noise, over
from tests.room.listen.test_speakers import person
from tests.speech import Samples, say

WINDOW = 30 * RATE
# What is said when, in seconds: one after the other, an answer over the question, one right after it, one alone.
FAR = (
    (0.5, "Good to see you. How has the week been since we last spoke?"),
    (8.0, "Would you try it again this week, on three nights, and write down what you notice?"),
    (17.0, "And how was it to leave the phone in the kitchen?"),
    (23.0, "So there is a part of you that is always on call for her."),
)
OWN = ((5.0, "Better, I went to the garden twice."), (10.0, "I will."), (20.2, "Strange."), (27.0, "Yes."))


def _laid_out(voice: str, said: tuple[tuple[float, str], ...]) -> Samples:
    track = np.zeros(WINDOW, np.float32)
    for start, text in said:
        sound = say(voice, text)[: WINDOW - int(start * RATE)]
        track[int(start * RATE) : int(start * RATE) + len(sound)] += sound
    return track


def _loud(track: Samples) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each 10 ms, whether somebody speaks."""
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = np.abs(track).reshape(-1, RATE // 100).max(axis=1) > 0.01
    return found


def _energy(track: Samples, when: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> float:
    return float((track.reshape(-1, RATE // 100)[when].astype(np.float64) ** 2).sum())


@pytest.fixture(scope="module")
def both() -> tuple[Samples, Samples]:
    return _laid_out("awb", OWN), _laid_out("slt", FAR)


LEAKING = [way for way in WAYS if way.gain is not None]


@pytest.mark.parametrize("way", WAYS, ids=[way.name for way in WAYS])
def test_what_leaks_is_passed_over_and_the_person_stays(both: tuple[Samples, Samples], way: Way) -> None:
    own, far = both
    leaked = over(far, way)
    kept = Leakage().passed_over(own + leaked + noise(WINDOW, way.noise), far).samples
    near = _loud(own)
    around = np.convolve(near, np.ones(61), "same") > 0.5
    assert _energy(kept, near) > 0.97 * _energy(own, near), "all that the person says, over the call too"
    for start, text in OWN:
        its = np.zeros_like(near)
        its[int(start * 100) : int(start * 100) + len(say("awb", text)) // (RATE // 100)] = True
        assert _energy(kept, its & near) > 0.8 * _energy(own, its & near), text
    if way.gain is not None:
        alone = _loud(leaked) & ~around
        assert _energy(kept, alone) < 0.05 * _energy(leaked, alone)


@pytest.mark.parametrize("way", LEAKING[:2], ids=[way.name for way in LEAKING[:2]])
def test_control_without_the_pass_it_would_stay(both: tuple[Samples, Samples], way: Way) -> None:
    own, far = both
    leaked = over(far, way)
    deaf = Leakage()
    deaf._learn = lambda *_: None  # type: ignore[method-assign]
    kept = deaf.passed_over(own + leaked, far).samples
    assert _energy(kept, _loud(leaked)) > 0.9 * _energy(leaked, _loud(leaked))


def test_with_headphones_two_who_speak_at_once_the_whole_time_are_both_kept() -> None:
    """Nothing of the call is in the microphone: that both are loud at the same time must not look like it."""
    story = (
        "On Monday I called my sister, and we talked about the house for an hour. It was warm, and I was not afraid."
    )
    own = _laid_out("awb", tuple((start, story) for start in (0.5, 10.0, 20.0)))
    far = _laid_out("slt", tuple((start, FAR[1][1]) for start in (0.6, 6.0, 11.0, 16.5, 21.0)))
    kept = Leakage().passed_over(own + noise(WINDOW, 1e-3), far).samples
    assert _energy(kept, _loud(own)) > 0.99 * _energy(own, _loud(own))


def test_what_was_learned_holds_for_a_window_in_which_the_person_speaks_over_it_all(
    both: tuple[Samples, Samples],
) -> None:
    way, (own, far) = WAYS[2], both
    known = Leakage()
    for _ in range(3):
        known.passed_over(own + over(far, way) + noise(WINDOW, way.noise), far)
    story = (
        "On Monday I called my sister, and we talked about the house for an hour. It was warm, and I was not afraid."
    )
    own = _laid_out("awb", tuple((start, story) for start in (0.5, 10.0, 20.0)))
    far = _laid_out("slt", tuple((start, "Mm. Go on.") for start in (2.0, 8.0, 13.0, 18.0, 24.0)))
    kept = known.passed_over(own + over(far, way) + noise(WINDOW, way.noise), far).samples
    assert _energy(kept, _loud(own)) > 0.97 * _energy(own, _loud(own))


@pytest.mark.parametrize("length", [0, 1, 100, RATE // 2])
def test_a_window_that_is_too_short_to_learn_from_is_kept(length: int) -> None:
    sound = np.full(length, 0.1, np.float32)
    assert len(Leakage().passed_over(sound, sound).samples) == length
    assert np.array_equal(Leakage().passed_over(sound, sound).samples, sound)


def test_silence_on_either_track_changes_nothing(both: tuple[Samples, Samples]) -> None:
    own, far = both
    nothing = np.zeros(WINDOW, np.float32)
    assert np.array_equal(Leakage().passed_over(own, nothing).samples, own)
    assert float(np.abs(Leakage().passed_over(nothing, far).samples).max()) == 0


def _line(start: float, end: float, text: str, track: str, voice: bytes = bytes([1]) * 512) -> Line:
    return Line(start, end, text, voice, track)


THEIRS = [_line(10, 15, "Would you try it again this week, on three nights?", "call")]


@pytest.mark.parametrize(
    ("start", "text", "own", "stays"),
    [
        (10.1, "Would you try it again this week on three nights", 0.6, False),
        (10.3, "try it again this weekend three nights", 0.4, False),
        (12.0, "this week", 0.3, False),
        (12.0, "this week", 0.9, True),
        (12.0, "Yes.", 0.9, True),
        (14.0, "I will.", 0.5, True),
        (15.1, "Yeah.", 0.05, False),
        (15.1, "Yes.", 0.7, True),
        (14.9, "On three nights.", 0.9, True),
        (15.1, "This week, on three nights?", 0.9, True),
        (15.1, "This week, on three nights?", 0.1, False),
        (14.0, "this week on three nights", 0.6, False),
        (16.0, "Would you try it again this week, on three nights?", 0.9, True),
        (16.0, "Yes.", 0.05, True),
        (10.5, "I was at my sister's, and we did not sleep at all", 0.6, True),
    ],
)
def test_a_line_that_repeats_the_call_at_its_time_goes_and_an_answer_stays(
    start: float, text: str, own: float, stays: bool
) -> None:
    line = _line(start, start + 0.3 * len(text.split()), text, "mic")
    assert without_repeats([line], THEIRS, lambda _: own) == ([line] if stays else [])


# Who it is, by the track.


def _talk(own: list[bytes], other: list[bytes]) -> list[Line]:
    lines = []
    for at in range(5):
        lines += [_line(10.0 * at, 10.0 * at + 4, "How was that for you?", "call", other[at])]
        lines += [_line(10.0 * at + 5, 10.0 * at + 9, "I was tired.", "mic", own[at])]
    return lines


def test_the_track_says_who_it_is_whatever_is_said_and_nobody_is_asked() -> None:
    one, other = person(1), person(2)
    lines = _talk(one, other)
    swapped = [Line(x.start, x.end, x.text, x.voice, {"mic": "call", "call": "mic"}[x.track]) for x in lines]
    for given, first in ((lines, "therapist"), (swapped, "client")):
        who = told_apart(given)
        assert (who.client_confidence, who.turns[0].speaker) == (1.0, first)
        assert len({turn.speaker for turn in who.turns[::2]}) == 1


def test_one_voice_on_both_tracks_is_still_two_people() -> None:
    """The prints may be of one voice (a bad line makes them alike): the tracks are believed."""
    one = person(1)
    assert [turn.speaker for turn in told_apart(_talk(one, one)).turns] == ["therapist", "client"] * 5


def test_while_the_call_is_not_shared_a_line_is_told_by_its_voice() -> None:
    one, other = person(1), person(2)
    lines = [*_talk(one, other), _line(60, 64, "Yes.", "", one[7]), _line(65, 69, "I see.", "", other[7])]
    assert list(sides_by_track(lines))[-2:] == [-1, 1]


def test_a_voice_that_is_clearly_the_others_is_given_to_nobody() -> None:
    """Another tab was shared than the one with the call: the therapist is on the microphone alone."""
    one, other = person(1), person(2)
    stray = [_line(60, 64, "How is that for you?", "mic", other[7]), _line(65, 69, "I was tired.", "call", one[7])]
    short = _line(70, 70.5, "Mm.", "mic", other[8])
    assert list(sides_by_track([*_talk(one, other), *stray, short])) == [1, -1] * 5 + [0, 0, -1]


@pytest.mark.parametrize("why", ["between", "short", "alike", "unknown"])
def test_where_its_voice_is_not_clear_nobody_is_named(why: str) -> None:
    one, other = person(1), person(1 if why == "alike" else 2)
    between = (np.frombuffer(one[7], np.int8).astype(np.float32) + np.frombuffer(other[7], np.int8)) / 2
    voice = between.astype(np.int8).tobytes() if why == "between" else other[7]
    talk = _talk(one, other)[: 1 if why == "unknown" else None]
    line = _line(60, 60.5 if why == "short" else 64, "I see.", "", voice)
    assert sides_by_track([*talk, line])[-1] == 0
