"""Two voices told apart over the whole session and named by what they say; what could be either is unclear. RED."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from afterword.room.listen.lines import Line, Print, unpacked
from afterword.room.listen.roles import is_monologue, leaning, therapist_first
from afterword.room.transcript import Speaker, Turn

# Two centres of one voice are alike by 0.45 to 0.97 (cosine), of two people by 0.03 to 0.3.
_ONE_VOICE = 0.4
# A second voice with less than this (seconds, share of the speech) is noise, or somebody at the door.
_LEAST_SECONDS, _LEAST_SHARE = 3.0, 0.02
# Under this much evidence (log-odds) a line stays unclear.
_SURE = 0.8
_EXAMPLE_WORDS = 15
_STARTS = 8

Sides = NDArray[np.int64]
Odds = NDArray[np.float64]


@dataclass(frozen=True)
class Who:
    """Turns by speaker; how sure the naming is (0 to 1); a quote of the client, then of the other."""

    turns: tuple[Turn, ...] = field(repr=False)
    client_confidence: float
    examples: tuple[str, str] = field(repr=False)


def told_apart(lines: Sequence[Line]) -> Who:
    """Who said which of one or more lines, given that there are two people, or one who tells."""
    sides, confidence = _named(lines)
    names: dict[int, Speaker] = {1: "therapist", -1: "client", 0: "unclear"}
    turns = _turns(lines, [names[int(side)] for side in sides])
    return Who(turns, round(confidence, 3), (_example(lines, sides, -1), _example(lines, sides, 1)))


def sides_of(lines: Sequence[Line]) -> Sides:
    """For each line: 1 the therapist, -1 the client, 0 unclear."""
    return _named(lines)[0]


def _named(lines: Sequence[Line]) -> tuple[Sides, float]:
    lean, alike = _voices(lines)
    sides = _decided(lean)
    if alike > _ONE_VOICE:
        return _one_voice(lines, np.ones_like(sides))
    if _barely(lines, sides):
        return _one_voice(lines, sides)
    second_is_therapist = therapist_first(_texts(lines, sides, 1), _texts(lines, sides, -1))
    # Voices that are not far apart make the naming of both less sure.
    clear = 1.0 - max(0.0, alike - 0.25) / 2
    confidence = max(second_is_therapist, 1 - second_is_therapist) * clear
    return _corrected(lines, lean if second_is_therapist >= 0.5 else -lean), confidence


def _one_voice(lines: Sequence[Line], sides: Sides) -> tuple[Sides, float]:
    """A recap: everything is the client's. Should it sound like two people after all, the person is asked."""
    most = 1 if _seconds(lines, sides, 1) >= _seconds(lines, sides, -1) else -1
    confidence = 0.9 if is_monologue([line.text for line in lines]) else 0.5
    return np.where(sides == most, -1, 0), confidence


def _decided(lean: Odds) -> Sides:
    return np.where(np.abs(lean) >= _SURE, np.sign(lean), 0).astype(np.int64)


def _corrected(lines: Sequence[Line], lean: Odds) -> Sides:
    """What is said may settle a doubt, and may not overrule a voice."""
    said = np.array([_said(line.text) for line in lines])
    return np.where(_decided(lean) != 0, _decided(lean), _decided(lean + said))


def _said(text: str) -> float:
    return 0.4 * leaning(text)


def _voices(lines: Sequence[Line]) -> tuple[Odds, float]:
    """For each line the log-odds that it is the second voice's; and how alike the two voices are."""
    prints = unpacked([line.voice for line in lines])
    seconds = np.array([line.end - line.start for line in lines])
    centres = _centres(prints, seconds)
    alike = float(centres[0] @ centres[1])
    toward = _toward(prints, prints * seconds[:, None], centres) / max(1 - alike, 0.05)
    # A print of half a second says less than one of two seconds.
    return (8 * toward * np.minimum(1.0, seconds / 1.5)).astype(np.float64), alike


def _toward(prints: Print, weighed: Print, centres: Print) -> Odds:
    """How much nearer each print is to the second centre. Its own centre is taken without it: or it would draw it."""
    nearest = (prints @ centres.T).argmax(axis=1)
    sums = np.array([weighed[nearest == side].sum(axis=0) for side in (0, 1)])
    rest = sums[nearest] - weighed
    own = (rest * prints).sum(axis=1) / np.maximum(np.linalg.norm(rest, axis=1), 1e-9)
    other = (prints * centres[1 - nearest]).sum(axis=1)
    toward: Odds = np.where(nearest == 1, own - other, other - own).astype(np.float64)
    return toward


def _centres(prints: Print, seconds: Odds) -> Print:
    """Two-means on the sphere, each line weighing its seconds, from the best of several starts. Shape (2, 512)."""
    weighed = prints * seconds[:, None].astype(np.float32)
    long = np.flatnonzero(seconds >= min(1.0, float(np.median(seconds))))
    best, best_fit = prints[[0, 0]], -1.0
    for start in np.argsort(-seconds, kind="stable")[:_STARTS]:
        other = long[int(np.argmin(prints[long] @ prints[start]))]
        centres = _settled(prints, weighed, prints[[start, other]])
        fit = float(((prints @ centres.T).max(axis=1) * seconds).sum())
        if fit > best_fit + 1e-6:
            best, best_fit = centres, fit
    return best


def _settled(prints: Print, weighed: Print, centres: Print) -> Print:
    for _ in range(20):
        nearest = (prints @ centres.T).argmax(axis=1)
        sums = np.array([weighed[nearest == k].sum(axis=0) if (nearest == k).any() else centres[k] for k in (0, 1)])
        centres = (sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return centres


def _barely(lines: Sequence[Line], sides: Sides) -> bool:
    """Whether one of the two voices hardly speaks."""
    both = (_seconds(lines, sides, -1), _seconds(lines, sides, 1))
    return min(both) < max(_LEAST_SECONDS, _LEAST_SHARE * sum(both))


def _seconds(lines: Sequence[Line], sides: Sides, side: int) -> float:
    return sum(line.end - line.start for line, its in zip(lines, sides, strict=True) if its == side)


def _texts(lines: Sequence[Line], sides: Sides, side: int) -> list[str]:
    return [line.text for line, its in zip(lines, sides, strict=True) if its == side]


def _turns(lines: Sequence[Line], speakers: Sequence[Speaker]) -> tuple[Turn, ...]:
    """Lines that follow each other in one voice, joined."""
    groups = [list(group) for _, group in groupby(zip(speakers, lines, strict=True), key=lambda pair: pair[0])]
    return tuple(
        Turn(index, group[0][1].start, group[0][0], " ".join(line.text for _, line in group))
        for index, group in enumerate(groups)
    )


def _example(lines: Sequence[Line], sides: Sides, side: int) -> str:
    """A typical short quote: the line of five to fifteen words that leans most to its side, or else a beginning."""
    texts = _texts(lines, sides, side)
    if not texts:
        return ""
    short = [text for text in texts if 5 <= len(text.split()) <= _EXAMPLE_WORDS]
    if short:
        return max(short, key=lambda text: side * leaning(text))
    words = max(texts, key=len).split()
    return " ".join(words[:_EXAMPLE_WORDS]) + ("…" if len(words) > _EXAMPLE_WORDS else "")
