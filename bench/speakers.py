"""How much speech is given to the wrong person where the call has a track of its own, and where it has none.

python -m bench speakers

Sessions of the corpus, spoken by two of flite's voices, the therapist on a call. On two tracks: the microphone has the
person, and what reaches it of the call over loudspeakers (bench/loudspeaker.py); once with what passes that over
(`afterword/room/listen/leakage.py`), and once without. On one microphone: both are on it, told apart by voice, and
named rightly, as the person does who is asked.

`wrong`: per cent of the speech time that was given to the other person, 0.25 s around each change left out. `unclear`:
to nobody. `doubled`: lines of the microphone in which the person says nothing. `missed`: turns of the person of which
no line has anything. `cpu`: seconds of processor time for a minute of sound.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from afterword.room.listen import Aids, Checkpoint, Line
from afterword.room.listen.chunk import CALL
from afterword.room.listen.hearing import Clock, Cutter, Listener
from afterword.room.listen.leakage import Leakage, Own
from afterword.room.listen.speakers import sides_of
from afterword.room.listen.speech import keep_memory_even
from afterword.room.listen.voices import VoicePrints
from bench.figures import show
from bench.loudspeaker import WAYS, Way, noise, over
from bench.spoken import Condition, Spoken, apart
from bench.understanding import Piece, of_the_corpus
from tests.speech import RATE, Samples

_STEP, _COLLAR = 0.01, 0.25
_TURNS = 12
PAIRS = (
    Condition("awb, slt", "awb", "slt", overlaps=0.15),
    Condition("slt, rms", "slt", "rms", overlaps=0.15),
    Condition("kal16, slt", "kal16", "slt", pauses=(0.05, 0.4)),
)


class Deaf(Leakage):
    """For comparison: nothing is passed over."""

    def passed_over(self, mic: Samples, call: Samples) -> Own:  # noqa: ARG002
        """All of it."""
        return Own(mic, np.ones(len(mic) // 256 + 1, bool))


@dataclass(frozen=True)
class Found:
    """Seconds of speech: in all, given to the other person, to nobody. Lines and turns as at the top of this file."""

    speech: float
    wrong: float
    unclear: float
    doubled: int
    missed: int

    def __add__(self, other: Found) -> Found:
        seconds = self.speech + other.speech, self.wrong + other.wrong, self.unclear + other.unclear
        return Found(*seconds, self.doubled + other.doubled, self.missed + other.missed)

    @property
    def wrong_share(self) -> float:
        """In per cent."""
        return 100 * self.wrong / max(self.speech, 1e-9)


def main(most: int = 3) -> None:
    """Print the figures. `most`: how many sessions, each by another pair of voices."""
    spoken = [apart(_begin(piece), pair) for piece, pair in zip(_sessions(most), PAIRS, strict=False)]
    print(f"{'':60}{'minutes':>8}{'wrong':>7}{'unclear':>9}{'doubled':>9}{'missed':>8}{'cpu':>6}")
    apart_found = [_two_tracks(way, spoken, Leakage) for way in WAYS]
    for way in (WAYS[1], WAYS[4]):
        _two_tracks(way, spoken, Deaf)
    alone = _one_microphone(WAYS[1], spoken)
    show("speech given to the wrong person, two tracks", sum(apart_found[1:], apart_found[0]).wrong_share, "%", 2)
    show("the same, one microphone, far side over loudspeakers", alone.wrong_share, "%", 5)


def _sessions(most: int) -> Iterator[Piece]:
    pieces = (piece for piece in of_the_corpus() if {"client", "therapist"} == _speakers(piece))
    yield from (piece for _, piece in zip(range(most), pieces, strict=False))


def _speakers(piece: Piece) -> set[str]:
    return {turn["speaker"] for turn in piece.held["turns"][:_TURNS]}


def _begin(piece: Piece) -> dict[str, object]:
    return {"id": piece.held["id"], "turns": piece.held["turns"][:_TURNS]}


Parts = Sequence[tuple[Spoken, Samples, Samples]]


def _two_tracks(way: Way, spoken: Parts, leakage: type[Leakage]) -> Found:
    found, began, seconds = Found(0, 0, 0, 0, 0), time.process_time(), 0.0
    for said, own, other in spoken:
        mic = own + over(other, way) + noise(len(own), way.noise)
        state = heard(np.stack([mic, other], axis=1), leakage())
        found, seconds = found + judged(said, state.lines), seconds + said.seconds
    name = f"two tracks, {way.name}" + (", nothing passed over" if leakage is Deaf else "")
    _print(name, found, seconds, time.process_time() - began)
    return found


def _one_microphone(way: Way, spoken: Parts) -> Found:
    found, began, seconds = Found(0, 0, 0, 0, 0), time.process_time(), 0.0
    for said, own, other in spoken:
        state = heard(own + over(other, way) + noise(len(own), way.noise), Deaf())
        found, seconds = found + judged(said, state.lines), seconds + said.seconds
    _print(f"one microphone, {way.name}", found, seconds, time.process_time() - began)
    return found


def _print(name: str, found: Found, seconds: float, cpu: float) -> None:
    unclear = 100 * found.unclear / max(found.speech, 1e-9)
    counts = f"{found.doubled:9}{found.missed:8}{60 * cpu / seconds:6.1f}"
    print(f"{name:60}{seconds / 60:8.1f}{found.wrong_share:7.2f}{unclear:9.2f}{counts}", flush=True)


def heard(sound: Samples, leakage: Leakage) -> Checkpoint:
    """As a room listens while it goes on. Shape (samples,) or (samples, 2)."""
    listener, cutter, state = Listener(Aids().ear(), VoicePrints(), leakage), Cutter(30), Checkpoint()
    windows = [window for at in range(0, len(sound), 5 * RATE) for window in cutter.add(sound[at : at + 5 * RATE])]
    rest = cutter.rest()
    for window in windows if rest is None else [*windows, rest]:
        state = state.on(len(window), listener.lines(window, state, Clock(lambda _heard, _total: None, None)))
        keep_memory_even()
    return state


def judged(said: Spoken, lines: Sequence[Line]) -> Found:
    """What was given to whom, under the better naming where it is by voice."""
    sides = [int(side) for side in sides_of(lines)]
    if any(line.track for line in lines):
        return _judged(said, lines, sides)
    return min((_judged(said, lines, [s * way for s in sides]) for way in (1, -1)), key=lambda found: found.wrong)


def _judged(said: Spoken, lines: Sequence[Line], sides: Sequence[int]) -> Found:
    steps = int(said.seconds / _STEP) + 200
    spoke, given = ({side: np.zeros(steps, bool) for side in (-1, 0, 1)} for _ in range(2))
    sure = np.ones(steps, bool)
    for start, end, who in said.speech:
        spoke[1 if who == "therapist" else -1][int(start / _STEP) : int(end / _STEP)] = True
        for edge in (start, end):
            sure[max(0, int((edge - _COLLAR) / _STEP)) : int((edge + _COLLAR) / _STEP)] = False
    for line, side in zip(lines, sides, strict=True):
        given[side][int(line.start / _STEP) : int(line.end / _STEP)] = True
    speech = (spoke[1].astype(int) + spoke[-1])[sure].sum()
    wrong = sum((given[side] & ~spoke[side] & spoke[-side] & sure).sum() for side in (1, -1))
    unclear = (given[0] & sure).sum()
    doubled = sum(line.track != CALL and bool(line.track) and not _says(spoke[-1], line) for line in lines)
    own = [(start, end) for start, end, who in said.speech if who != "therapist"]
    missed = sum(not given[-1][int(start / _STEP) : int(end / _STEP)].any() for start, end in own)
    return Found(speech * _STEP, float(wrong) * _STEP, float(unclear) * _STEP, doubled, missed)


def _says(spoke: np.ndarray[tuple[int], np.dtype[np.bool_]], line: Line) -> bool:
    return bool(spoke[int(line.start / _STEP) : int(line.end / _STEP)].mean() > 0.15)


if __name__ == "__main__":
    main()
