"""Who speaks, where microphone and call were apart: the track says it. A voice alone never turns that round; one that
is clearly the other person's makes it unclear. RED."""

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
# And how much nearer to the other one's, before the track is not believed.
_AGAINST = 0.3


def sides_by_track(lines: Sequence[Line]) -> NDArray[np.int64]:
    """For each line: 1 the therapist, who is on the call; -1 the client, who has the microphone; 0 unclear.

    A line from a time without a track of the call is told by voice against those that are sure, where that is clear.
    One whose voice is clearly the other's is unclear: another tab may be shared than the one with the call, so that the
    therapist reaches the microphone alone; or the call may give back what the person said.
    """
    sides = np.array([_SIDES.get(line.track, 0) for line in lines], np.int64)
    own, other = (_middle(lines, sides, side) for side in (-1, 1))
    if own is None or other is None or float(own @ other) > ONE_VOICE:
        return sides
    prints = unpacked([line.voice for line in lines])
    nearer = prints @ other - prints @ own
    long = np.array([line.end - line.start >= _SHORTEST for line in lines])
    by_voice = np.where(long & (np.abs(nearer) >= _NEARER), np.sign(nearer), 0).astype(np.int64)
    against = long & (sides * nearer <= -_AGAINST)
    return np.where(sides == 0, by_voice, np.where(against, 0, sides))


def _middle(lines: Sequence[Line], sides: NDArray[np.int64], side: int) -> Print | None:
    """Of a voice; None where it is not known from enough speech."""
    its = [line for line, of in zip(lines, sides, strict=True) if of == side]
    seconds = np.array([line.end - line.start for line in its], np.float32)
    if seconds.sum() < _KNOWN:
        return None
    whole: Print = (unpacked([line.voice for line in its]) * seconds[:, None]).sum(axis=0)
    return whole / max(float(np.linalg.norm(whole)), 1e-9)
