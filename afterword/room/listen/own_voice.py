"""The person's own voice: ten seconds of it become a print, and the print says which of two voices is theirs. RED."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from afterword.room.listen.decode import RATE, Samples
from afterword.room.listen.errors import ListenError
from afterword.room.listen.lines import Line, Print, packed, unpacked
from afterword.room.listen.speech import Ear
from afterword.room.listen.voices import Stretch, VoicePrints

# Of this form, by this speaker model: a print of another one says nothing here.
_VERSION = b"\x01"
LONGEST_SECONDS = 30
# Less speech than this makes no print that lasts.
_LEAST_SECONDS = 4.0
# The share of the speech that may sound like somebody else (a radio, a short "yes" that says little).
_OTHER = 0.25
# Stretches of one voice are at least so alike (cosine; see voices.py).
_OF_ONE = 0.25
# The middle of a voice is 0.8 like a print of it from other words, and 0.06 to 0.44 like those of others (flite). The
# person is the voice that is near their print, and this much nearer than the other.
_NEAR, _MARGIN = 0.4, 0.2
_CERTAIN = 0.98


def print_of(sound: Samples, ear: Ear, prints: VoicePrints) -> bytes:
    """The print of one voice, from at most 30 s at 16 kHz. Raises ListenError: short_sample, mixed_sample."""
    sound = sound[: LONGEST_SECONDS * RATE]
    stretches = prints.stretches(sound, ear.speech(sound))
    seconds = np.array([_seconds(stretch) for stretch in stretches])
    if seconds.sum() < _LEAST_SECONDS:
        raise ListenError("short_sample")
    voices = np.array([stretch.voice for stretch in stretches])
    alike = voices @ voices[int(np.argmax((voices @ voices.T) @ seconds))] >= _OF_ONE
    if seconds[~alike].sum() > _OTHER * seconds.sum():
        raise ListenError("mixed_sample")
    return _VERSION + packed((voices[alike] * seconds[alike, None]).sum(axis=0))


def read_print(kept: bytes) -> Print | None:
    """Of length 1, shape (512,). None for one of another version."""
    if kept[:1] != _VERSION or len(kept) != 513:
        return None
    own: Print = unpacked([kept[1:]])[0]
    return own


def second_is_the_other(lines: Sequence[Line], sides: Sequence[int], own: Print) -> float | None:
    """The probability (0 to 1) that the voice of side 1 is the other person's and that of side -1 the owner's of the
    print; None where the print does not tell them apart clearly."""
    first, second = (_alike(lines, sides, side, own) for side in (-1, 1))
    if abs(first - second) < _MARGIN or max(first, second) < _NEAR:
        return None
    return _CERTAIN if first > second else 1 - _CERTAIN


def _alike(lines: Sequence[Line], sides: Sequence[int], side: int, own: Print) -> float:
    its = [line for line, of in zip(lines, sides, strict=True) if of == side]
    weights = np.array([line.end - line.start for line in its])
    centre = (unpacked([line.voice for line in its]) * weights[:, None]).sum(axis=0)
    return float(centre @ own / max(float(np.linalg.norm(centre)), 1e-9))


def _seconds(stretch: Stretch) -> float:
    return (stretch.span.end - stretch.span.start) / RATE
