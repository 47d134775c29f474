"""What of the call reaches the microphone, through loudspeakers, is passed over: it must not be heard twice. RED.

The far side is known exactly: it is the call's track. How much of it arrives in each band, and how late, is estimated
from the frames in which it speaks, over this window and those before. A frame of the microphone in which nothing is
louder than that explains is silence from here on. Then a line that repeats what the call says at that time is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from afterword.room.listen.decode import RATE, Samples
from afterword.room.listen.lines import Line

# Powers, shape (frames, bands).
Powers = NDArray[np.float64]
Frames = NDArray[np.bool_]

_HOP, _SIZE = 256, 512
_BANDS = 20
_LOWEST, _HIGHEST = 150.0, 7000.0
# The call's track may be early or late by as much as its clock is off, and sound takes its time. Frames of 16 ms.
_SOONEST, _LATEST = -8, 32
# A room holds a sound: it falls by so much each frame (60 dB in 0.6 s), and begins within as many frames. Decibels.
_FALLS, _SPREAD = 1.6, 2
# The call speaks in a band where it is no more than this under its loudest there. Decibels.
_SPEAKS = 25.0
# Of the frames in which it speaks, so many are quieter in the microphone than is taken for its share: the person speaks
# over it in some of the rest. What is louder by the margin is the person's. Decibels.
_QUANTILE, _MARGIN = 0.4, 5.0
# With less in common at any lag nothing leaks: then nothing is passed over.
_IN_COMMON = 0.2
_FEWEST = 60
_NOISE = 6.0
# Of the bands; of frames around; frames kept on either side of the person's own.
_SHARE, _STEADY, _SHORTEST, _AROUND = 0.3, 5, 8, 8
# A line with less of the person's own is what was left of the call. One of so many words or fewer may be an answer.
_LEAST_OWN, _MOSTLY_OWN, _SAME_WORDS, _ANSWER = 0.2, 0.5, 0.6, 2
# So long after a line of the call it may still be heard (seconds); and of what leaks so much sounds while it lasts.
_TAIL, _MEANWHILE = 0.4, 0.5


@dataclass(frozen=True)
class Own:
    """The microphone without what the call explains. `own`: frames of 16 ms that are surely the person's; a little of
    the sound around each is kept as well."""

    samples: Samples = field(repr=False)
    own: Frames = field(repr=False)

    def share(self, start: float, end: float) -> float:
        """Of the time between two seconds of the window, what is the person's: 0 to 1."""
        frames = self.own[int(start * RATE / _HOP) : max(int(start * RATE / _HOP) + 1, int(end * RATE / _HOP))]
        return float(frames.mean()) if len(frames) else 1.0


@dataclass
class Leakage:
    """What was learned so far: how alike both tracks are at each lag, and how loud the call is in each band."""

    lags: NDArray[np.float64] = field(default_factory=lambda: np.zeros(_LATEST - _SOONEST))
    gains: list[tuple[float, NDArray[np.float64]]] = field(default_factory=list)

    def passed_over(self, mic: Samples, call: Samples) -> Own:
        """Both of one window, shape (samples,)."""
        heard, said = _powers(mic), _powers(call)
        if len(heard) >= _FEWEST:
            speaks = _speaks(said)
            if speaks.any(axis=1).sum() >= _FEWEST:
                self._learn(heard, said, speaks)
        if len(heard) and self.gains and self.lags.max() >= _IN_COMMON:
            return self._explained(mic, heard, said)
        return Own(mic, np.ones(len(heard), bool))

    def _learn(self, heard: Powers, said: Powers, speaks: Frames) -> None:
        self.lags = 0.7 * self.lags + _in_common(heard, said, speaks)
        ratios = _decibels(heard) - _decibels(_arriving(said, self._lag))
        late = _shifted(speaks, self._lag) > 0
        found = np.array(
            [np.quantile(ratios[late[:, b], b], _QUANTILE) if late[:, b].sum() >= _FEWEST // 3 else np.nan
             for b in range(_BANDS)]
        )  # fmt: skip
        self.gains = [*self.gains[-9:], (float(speaks.any(axis=1).sum()), found)]

    def _explained(self, mic: Samples, heard: Powers, said: Powers) -> Own:
        most = _decibels(_arriving(said, self._lag)) + self._gain + _MARGIN
        noise = _decibels(np.quantile(heard, 0.1, axis=0))[None] + _NOISE
        louder = _decibels(heard) > np.maximum(most, noise)
        own = _long(_smooth(louder.mean(axis=1), _STEADY) >= _SHARE, _SHORTEST)
        # Where the call says nothing, the quietest breath stays too.
        silent = _decibels(_arriving(said, self._lag)) < _decibels(np.array(said.max(initial=1e-9))) - 2 * _SPEAKS
        return Own(_faded(mic, _around(own, _AROUND) | silent.all(axis=1)), own)

    @property
    def _lag(self) -> int:
        return _SOONEST + int(np.argmax(self.lags))

    @property
    def _gain(self) -> NDArray[np.float64]:
        """Of the windows so far: one in which the person spoke over all that the call said must not count for all."""
        each = np.array([gain for _, gain in self.gains])
        known = ~np.isnan(each).all(axis=0)
        found = np.full(_BANDS, -60.0)
        if known.any():
            found[known] = np.nanquantile(each[:, known], _QUANTILE, axis=0)
            found[~known] = np.median(found[known])  # the call hardly speaks there
        return found


def without_repeats(said: Sequence[Line], theirs: Sequence[Line], own: Callable[[Line], float]) -> list[Line]:
    """The lines of the microphone but those that say what the call says at the same time, or are but its edges.
    `own`: as `Own.share`."""
    return [line for line in said if not _repeats(line, theirs, own(line))]


_WORDS = re.compile(r"[\w']+")


def _repeats(line: Line, theirs: Sequence[Line], own: float) -> bool:
    words = _WORDS.findall(line.text.lower())
    near = [other for other in theirs if other.start < line.end and line.start - _TAIL < other.end]
    if near and own < _LEAST_OWN:
        return True
    # What leaks sounds while the call does. Whoever takes up the other's words afterwards says them anew.
    meanwhile = sum(max(0.0, min(line.end, other.end) - max(line.start, other.start)) for other in near)
    if meanwhile < _MEANWHILE * (line.end - line.start):
        return False
    there = [word for other in near for word in _WORDS.findall(other.text.lower())]
    if not words or not there:
        return False
    same = sum(block.size for block in SequenceMatcher(None, words, there, False).get_matching_blocks())
    # "Yes" said over a yes is an answer; a sentence said over the same sentence is none.
    return same / len(words) >= _SAME_WORDS and (len(words) > _ANSWER or own < _MOSTLY_OWN)


def _powers(sound: Samples) -> Powers:
    count = -(-len(sound) // _HOP)
    padded = np.pad(sound, (_SIZE // 2, _SIZE))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::_HOP][:count]
    bins = np.abs(np.fft.rfft(frames * np.hanning(_SIZE).astype(np.float32), axis=1)) ** 2
    found: Powers = np.add.reduceat(bins[:, : _EDGES[-1]], _EDGES[:-1], axis=1) / np.diff(_EDGES)
    return found


def _edges() -> NDArray[np.int64]:
    mel = np.linspace(1127 * np.log1p(_LOWEST / 700), 1127 * np.log1p(_HIGHEST / 700), _BANDS + 1)
    edges = np.round(700 * np.expm1(mel / 1127) * _SIZE / RATE).astype(np.int64)
    return np.maximum.accumulate(np.maximum(edges, edges[0] + np.arange(len(edges))))


_EDGES = _edges()


def _decibels(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    return 10 * np.log10(powers + 1e-9)


def _speaks(said: Powers) -> Frames:
    """Where the call is loud in a band, beside its own loudest and what it has when nobody speaks."""
    floor = np.quantile(said, 0.1, axis=0) * 10
    speaks: Frames = said > np.maximum(np.maximum(said.max(axis=0) * 10 ** (-_SPEAKS / 10), floor), 1e-6)
    return speaks


def _shifted(powers: NDArray[np.generic], lag: int) -> Powers:
    """Each frame `lag` frames later."""
    moved = np.zeros(powers.shape)
    if lag >= 0:
        moved[lag:] = powers[: len(powers) - lag]
    else:
        moved[:lag] = powers[-lag:]
    return moved


def _arriving(said: Powers, lag: int) -> Powers:
    """How it reaches the microphone but for its loudness: late, and held by the room."""
    early = _shifted(said, lag - _SPREAD)
    held, fall = early.copy(), 10 ** (-_FALLS / 10)
    for step in range(_SPREAD * 2 + 1):
        held = np.maximum(held, _shifted(early, step))
    for at in range(1, len(held)):
        np.maximum(held[at], held[at - 1] * fall, out=held[at])
    return held


def _in_common(heard: Powers, said: Powers, speaks: Frames) -> NDArray[np.float64]:
    """The correlation of both over time at each lag, the mean of the bands, where the call speaks."""
    far = np.maximum(_decibels(said), _decibels(said).max(axis=0) - _SPEAKS)
    near = _decibels(heard)
    far, near = ((x - x.mean(axis=0)) / np.maximum(x.std(axis=0), 1e-6) for x in (far, near))
    when = _smooth(speaks.any(axis=1).astype(float), 31) > 0.05
    found = []
    for lag in range(_SOONEST, _LATEST):
        late, at = _shifted(far, lag), _shifted(when, lag) > 0
        a, b = late[at], near[at]
        a, b = a - a.mean(axis=0), b - b.mean(axis=0)
        found.append(float(np.mean((a * b).mean(axis=0) / np.maximum(a.std(axis=0) * b.std(axis=0), 1e-6))))
    return np.array(found)


def _smooth(values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    return np.convolve(values, np.ones(count) / count, "same")


def _long(frames: Frames, shortest: int) -> Frames:
    """Without runs that are shorter."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], frames, [False]))))
    kept = frames.copy()
    for start, end in edges.reshape(-1, 2):
        kept[start:end] = end - start >= shortest
    return kept


def _around(frames: Frames, count: int) -> Frames:
    return np.convolve(frames, np.ones(2 * count + 1), "same") > 0.5


def _faded(mic: Samples, own: Frames) -> Samples:
    gain = np.interp(np.arange(len(mic)), np.arange(len(own)) * _HOP, own.astype(np.float32))
    faded: Samples = (mic * gain).astype(np.float32)
    return faded
