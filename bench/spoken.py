"""Written dialogues spoken by two of flite's voices, with pauses, overlaps and noise; and who speaks when.

What stands in brackets ([laughs], [long silence]) is not read out: it is a pause.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.speech import RATE, Samples, say, silence

_MARK, _LONG = re.compile(r"\[([^\]]*)\]"), re.compile("silence")
# Seconds by which one begins before the other has ended.
_OVERLAP = (0.2, 0.6)


@dataclass(frozen=True)
class Condition:
    """`client`, `therapist`: voices of flite. `pauses`: seconds between two turns, from and to. `overlaps`: the share
    of turns that begin before the other person has ended. `noise`: decibels by which it lies below the speech."""

    name: str
    client: str
    therapist: str = "slt"
    pauses: tuple[float, float] = (0.3, 1.2)
    overlaps: float = 0.0
    noise: float | None = None


CONDITIONS = (
    Condition("slt + kal16", "kal16"),
    Condition("slt + awb", "awb"),
    Condition("slt + rms", "rms"),
    Condition("slt + kal16, noise 15 dB", "kal16", noise=15),
    Condition("slt + awb, overlaps", "awb", overlaps=0.25),
    Condition("slt + rms, short gaps", "rms", pauses=(0.05, 0.25)),
)


@dataclass(frozen=True)
class Spoken:
    """`samples`: 16 kHz. `speech`: (start, end, speaker) in seconds, one for each turn that is said aloud."""

    samples: Samples = field(repr=False)
    speech: tuple[tuple[float, float, str], ...]

    @property
    def seconds(self) -> float:
        return len(self.samples) / RATE

    @property
    def alone(self) -> bool:
        return len({who for _, _, who in self.speech}) == 1


def spoken(session: Mapping[str, Any], condition: Condition) -> Spoken:
    """A session of the form that `afterword understand` reads; the same every time."""
    placed = _placed(session, condition)
    samples = _laid_out(placed, _length(placed))
    if condition.noise is not None:
        loud = float(np.concatenate([sound for _, sound, _ in placed]).std())
        samples += _pink(len(samples), loud * 10 ** (-condition.noise / 20))
    return Spoken(samples, _speech(placed))


def apart(session: Mapping[str, Any], condition: Condition) -> tuple[Spoken, Samples, Samples]:
    """The same, and what of it is the client's and what the therapist's, each as long as the whole."""
    placed = _placed(session, condition)
    own, other = (
        _laid_out([one for one in placed if (one[2] == "therapist") is theirs], _length(placed))
        for theirs in (False, True)
    )
    return spoken(session, condition), own, other


def _placed(session: Mapping[str, Any], condition: Condition) -> list[tuple[int, Samples, str]]:
    """(first sample, sound, speaker) of each turn."""
    chance = random.Random(str(session["id"]))
    placed: list[tuple[int, Samples, str]] = []
    at = RATE // 2
    for turn in session["turns"]:
        at += round(_still(turn["text"]) * RATE)
        text = read_out(turn["text"])
        if not re.search(r"\w", text):
            continue
        sound = say(condition.therapist if turn["speaker"] == "therapist" else condition.client, text)
        other = bool(placed) and placed[-1][2] != turn["speaker"]
        overlaps = other and chance.random() < condition.overlaps
        gap = -chance.uniform(*_OVERLAP) if overlaps else chance.uniform(*condition.pauses)
        start = max(0, at + round(gap * RATE))
        placed.append((start, sound, turn["speaker"]))
        at = start + len(sound)
    return placed


def _length(placed: list[tuple[int, Samples, str]]) -> int:
    start, sound, _ = placed[-1]
    return start + len(sound) + RATE


def _laid_out(placed: list[tuple[int, Samples, str]], length: int) -> Samples:
    samples = silence(length / RATE)
    for start, sound, _ in placed:
        samples[start : start + len(sound)] += sound
    return samples


def _speech(placed: list[tuple[int, Samples, str]]) -> tuple[tuple[float, float, str], ...]:
    return tuple((start / RATE, (start + len(sound)) / RATE, who) for start, sound, who in placed)


def read_out(text: str) -> str:
    """What is said of a turn."""
    return " ".join(_MARK.sub(" ", text).replace("—", ", ").replace('"', "").split())


def _still(text: str) -> float:
    return sum(3.0 if _LONG.search(mark) else 0.8 for mark in _MARK.findall(text))


def _pink(length: int, level: float) -> Samples:
    """Noise as of a street or a fan, of that standard deviation."""
    size = 1 << length.bit_length()  # any other is many times slower to transform
    bands = np.fft.rfft(np.random.default_rng(11).standard_normal(size))
    bands /= np.sqrt(np.maximum(np.arange(len(bands)), size * 20 // RATE))
    pink = np.fft.irfft(bands, size)[:length]
    noise: Samples = (pink * (level / pink.std())).astype(np.float32)
    return noise
