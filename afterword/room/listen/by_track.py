"""Who speaks, where microphone and call were apart: the track says it, and no likeness of voices. RED."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from afterword.room.listen.chunk import CALL, MIC
from afterword.room.listen.lines import Line, Print, unpacked
from afterword.room.listen.pair import ONE_VOICE

_SIDES = {CALL: 1, MIC: -1}
# The middle of a voice is known from so much of it. Seconds.
_KNOWN = 6.0
# How much nearer to one middle than to the other a print is, where nobody is asked (cosine); and how long the line at
# least: one of half a second may be nearer to somebody else.
_NEARER, _SHORTEST = 0.15, 0.8


def sides_by_track(lines: Sequence[Line]) -> NDArray[np.int64]:
    """For each line: 1 the therapist, who is on the call; -1 the client, who has the microphone; 0 unclear.

    A line from a time without a track of the call is told by voice against those that are sure, where that is clear.
    """
    sides = np.array([_SIDES.get(line.track, 0) for line in lines], np.int64)
    doubtful = [at for at, side in enumerate(sides) if side == 0]
    middles = [_middle(lines, sides, side) for side in (-1, 1)]
    if not doubtful or any(middle is None for middle in middles):
        return sides
    own, other = (middle for middle in middles if middle is not None)
    if float(own @ other) > ONE_VOICE:
        return sides
    prints = unpacked([lines[at].voice for at in doubtful])
    nearer = prints @ other - prints @ own
    long = np.array([lines[at].end - lines[at].start >= _SHORTEST for at in doubtful])
    sides[doubtful] = np.where(long & (np.abs(nearer) >= _NEARER), np.sign(nearer), 0)
    return sides


def _middle(lines: Sequence[Line], sides: NDArray[np.int64], side: int) -> Print | None:
    """Of a voice; None where it is not known from enough speech."""
    its = [line for line, of in zip(lines, sides, strict=True) if of == side]
    seconds = np.array([line.end - line.start for line in its], np.float32)
    if seconds.sum() < _KNOWN:
        return None
    whole: Print = (unpacked([line.voice for line in its]) * seconds[:, None]).sum(axis=0)
    return whole / max(float(np.linalg.norm(whole)), 1e-9)
