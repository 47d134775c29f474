"""Two voices told apart over the whole session and named by what they say; what could be either is unclear. RED."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from afterword.room.listen.by_track import sides_by_track
from afterword.room.listen.lines import Line, Print, unpacked
from afterword.room.listen.own_voice import second_is_the_other
from afterword.room.listen.pair import ONE_VOICE, Odds, leanings
from afterword.room.listen.roles import is_monologue, leaning, therapist_first
from afterword.room.listen.turns import turns_of
from afterword.room.transcript import Speaker, Turn

# A second voice with less than this (seconds, share of the speech) is noise, or somebody at the door.
_LEAST_SECONDS, _LEAST_SHARE = 3.0, 0.02
# Under this much evidence (log-odds) a line stays unclear.
_SURE = 0.8
_EXAMPLE_WORDS = 15

Sides = NDArray[np.int64]


@dataclass(frozen=True)
class Who:
    """Turns by speaker; how sure the naming is (0 to 1); a quote of the client, then of the other."""

    turns: tuple[Turn, ...] = field(repr=False)
    client_confidence: float
    examples: tuple[str, str] = field(repr=False)


def told_apart(lines: Sequence[Line], own: Print | None = None) -> Who:
    """Who said which of one or more lines, given that there are two people, or one who tells. `own`: the print of the
    person's voice, if there is one; where it is clear, it names them, and what is said does not."""
    sides, confidence = _named(lines, own)
    names: dict[int, Speaker] = {1: "therapist", -1: "client", 0: "unclear"}
    turns = turns_of(lines, [names[int(side)] for side in sides])
    return Who(turns, round(confidence, 3), (_example(lines, sides, -1), _example(lines, sides, 1)))


def sides_of(lines: Sequence[Line]) -> Sides:
    """For each line: 1 the therapist, -1 the client, 0 unclear."""
    return _named(lines)[0]


def _named(lines: Sequence[Line], own: Print | None = None) -> tuple[Sides, float]:
    if any(line.track for line in lines):
        return sides_by_track(lines), 1.0
    lean, alike = _voices(lines)
    sides = _decided(lean)
    if alike > ONE_VOICE:
        return _one_voice(lines, np.ones_like(sides))
    if _barely(lines, sides):
        return _one_voice(lines, sides)
    by_print = None if own is None else second_is_the_other(lines, sides.tolist(), own)
    by_words = therapist_first(_texts(lines, sides, 1), _texts(lines, sides, -1))
    second_is_therapist = by_words if by_print is None else by_print
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
    return leanings(unpacked([line.voice for line in lines]), np.array([line.end - line.start for line in lines]))


def _barely(lines: Sequence[Line], sides: Sides) -> bool:
    """Whether one of the two voices hardly speaks."""
    both = (_seconds(lines, sides, -1), _seconds(lines, sides, 1))
    return min(both) < max(_LEAST_SECONDS, _LEAST_SHARE * sum(both))


def _seconds(lines: Sequence[Line], sides: Sides, side: int) -> float:
    return sum(line.end - line.start for line, its in zip(lines, sides, strict=True) if its == side)


def _texts(lines: Sequence[Line], sides: Sides, side: int) -> list[str]:
    return [line.text for line, its in zip(lines, sides, strict=True) if its == side]


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
