"""What was heard laid beside what was written, word by word: so that evidence in the one can be found in the other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np


def aligned(right: Sequence[str], heard: Sequence[str]) -> list[int]:
    """For each word heard, the place of the word that it stands for (the fewest changes); -1 where there is none."""
    costs = _costs(right, heard)
    places, i, j = [-1] * len(heard), len(right), len(heard)
    while i and j:
        if costs[i, j] == costs[i - 1, j - 1] + (right[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            places[j] = i
        elif costs[i, j] == costs[i, j - 1] + 1:
            j -= 1
        else:
            i -= 1
    return places


def word_error(right: Sequence[str], heard: Sequence[str]) -> float:
    """Words to insert, delete or change, over the words of the reference."""
    return float(_costs(right, heard)[-1, -1]) / max(1, len(right))


def turns_for(right: Sequence[str], heard: Sequence[str]) -> list[Counter[int]]:
    """For each turn heard: the written turns whose words it holds, and how many of each."""
    where = [turn for turn, text in enumerate(right) for _ in words(text)]
    places = iter(aligned([w for text in right for w in words(text)], [w for text in heard for w in words(text)]))
    found = [Counter(where[at] for _ in words(text) if (at := next(places)) >= 0) for text in heard]
    return [_or_nearest(found, index) for index in range(len(found))]


def words(text: str) -> list[str]:
    """Small letters; numbers that are written as figures do not count."""
    return re.findall(r"[a-z']*[a-z][a-z']*", text.lower().replace("’", "'"))


def _or_nearest(found: list[Counter[int]], index: int) -> Counter[int]:
    near = sorted(range(len(found)), key=lambda other: abs(other - index))
    return next((found[other] for other in near if found[other]), Counter({0: 1}))


def _costs(right: Sequence[str], heard: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.int16]]:
    """Changes that make the first j words heard of the first i right ones, shape (right + 1, heard + 1)."""
    numbers = {word: number for number, word in enumerate({*right, *heard})}
    given = np.array([numbers[word] for word in heard], dtype=np.int64)
    steps = np.arange(len(heard) + 1)
    costs = np.zeros((len(right) + 1, len(heard) + 1), np.int16)
    costs[0] = steps
    for i, word in enumerate(right, 1):
        row = costs[i - 1] + 1
        row[1:] = np.minimum(row[1:], costs[i - 1, :-1] + (given != numbers[word]))
        costs[i] = np.minimum.accumulate(row - steps) + steps
    return costs
