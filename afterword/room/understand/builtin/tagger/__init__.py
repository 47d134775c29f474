"""A small linear tagger, trained on the corpus: what each turn does, as far as its words tell.

One logistic regression for each label over hashed features; corpus/train.py makes the weights in weights.npz.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afterword.room.understand.builtin.clauses import Talk
from afterword.room.understand.builtin.tagger.features import Features, features

WEIGHTS = Path(__file__).with_name("weights.npz")
BUCKETS = 1 << 16
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Tagger:
    """`weights`: (buckets, labels); `bias`: (labels,)."""

    labels: tuple[str, ...]
    weights: Floats = field(repr=False)
    bias: Floats = field(repr=False)

    def tag(self, talk: Talk) -> Tags:
        """Every turn of a talk."""
        rows = [self._of(found) for found in features(talk)]
        table = np.stack(rows) if rows else np.zeros((0, len(self.labels)), np.float32)
        return Tags({label: table[:, i] for i, label in enumerate(self.labels)})

    def _of(self, found: Features) -> Floats:
        places, values = hashed(found)
        logits: Floats = values @ self.weights[places].astype(np.float32) + self.bias
        return np.asarray(1 / (1 + np.exp(-logits)), dtype=np.float32)


@dataclass(frozen=True)
class Tags:
    """For each label how likely it is of each turn, by place, between 0 and 1 (balanced: 0.5 is "rather yes")."""

    by_label: Mapping[str, Floats] = field(repr=False)

    def of(self, label: str, place: int) -> float:
        return float(self.by_label[label][place])

    def most(self, label: str, places: Iterable[int]) -> float:
        """The highest among some turns; 0 of none."""
        return max((self.of(label, place) for place in places), default=0.0)


@lru_cache(maxsize=1)
def the_tagger() -> Tagger:
    """The one that ships."""
    with np.load(WEIGHTS, allow_pickle=False) as kept:
        return Tagger(tuple(str(label) for label in kept["labels"]), kept["weights"], kept["bias"])


def hashed(found: Features) -> tuple[NDArray[np.int64], Floats]:
    """Buckets and values. The hash is the same everywhere and always."""
    places = [zlib.crc32(name.encode()) % BUCKETS for name in found]
    return np.array(places, dtype=np.int64), np.array(list(found.values()), dtype=np.float32)
