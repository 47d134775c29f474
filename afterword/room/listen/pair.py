"""Two voices among prints: where the middle of each lies, and to which of them a print leans. RED."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afterword.room.listen.lines import Print

# Two centres of one voice are alike by 0.45 to 0.97 (cosine), of two people by 0.03 to 0.3.
ONE_VOICE = 0.4
_STARTS = 8

Odds = NDArray[np.float64]


def leanings(prints: Print, seconds: Odds) -> tuple[Odds, float]:
    """For each print the log-odds that it is the second voice's; and how alike the two voices are.

    `prints`: rows of length 1, shape (lines, 512). `seconds`: of speech behind each, shape (lines,).
    """
    centres = _centres(prints, seconds)
    alike = float(centres[0] @ centres[1])
    weighed = (prints * seconds[:, None]).astype(np.float32)
    toward = _toward(prints, weighed, centres) / max(1 - alike, 0.05)
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
