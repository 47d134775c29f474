"""Trains the tagger on the corpus, and says what it is worth on a hand it has not seen.

pip install scikit-learn
python -m corpus.train            leave one hand out, each in turn: average precision by label
python -m corpus.train --ship     train on all, and write the weights that ship
python -m corpus.train --without HAND FILE   train on the others, for whole-engine scores on that hand
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from afterword.room.transcript import Transcript
from afterword.room.transcript import Turn as Said
from afterword.room.understand.builtin.clauses import talk_of
from afterword.room.understand.builtin.tagger import BUCKETS, WEIGHTS, Floats, hashed
from afterword.room.understand.builtin.tagger.features import features
from corpus.reading import OF_PLANS, Session, sessions

# What is learnt: of a step that stood, of a plan that did not, what a turn does with a plan, and what it holds.
BY_REFERENCE = {"step": "s", "rejected": "r", "insight": "i", "moment": "m", "next": "q", "feeling": "f", "theme": "t"}
LABELS = (*BY_REFERENCE, *OF_PLANS, "housekeeping", "safety")
STRENGTH = 0.03  # of the regularisation, inverse; chosen by leaving hands out
LEAST = 0.004  # a weight nearer to nothing is dropped


@dataclass
class Sample:
    """One session ready for training. `x`: rows of hashed features; `y`: (turns, labels)."""

    hand: str
    rows: list[tuple[Any, Floats]] = field(repr=False)
    y: Any = field(repr=False)


def main(argv: list[str]) -> int:
    """0 unless the corpus cannot be read."""
    samples = [sample(session) for session in sessions()]
    if "--ship" in argv:
        write(WEIGHTS, samples)
    elif "--without" in argv:
        hand, file = argv[argv.index("--without") + 1 :][:2]
        write(Path(file), [s for s in samples if s.hand != hand])
    else:
        for hand in sorted({s.hand for s in samples}):
            left_out(samples, hand)
    return 0


def sample(session: Session) -> Sample:
    turns = tuple(Said(turn.t, 0.0, turn.speaker, turn.text) for turn in session.turns)  # type: ignore[arg-type]
    talk = talk_of(Transcript(session.head["date"], turns))
    tags = {turn.t: turn.tags for turn in session.turns}
    rows = [hashed(found) for found in features(talk)]
    y = np.zeros((len(talk.turns), len(LABELS)), bool)
    for place, turn in enumerate(talk.turns):
        named = {tag.role for tag in tags[turn.t]} & {*OF_PLANS, "housekeeping", "safety"}
        named |= {label for label, kind in BY_REFERENCE.items() for tag in tags[turn.t] if tag.of[:1] == kind}
        y[place] = [label in named for label in LABELS]
    return Sample(session.hand, rows, y)


def fit(samples: Sequence[Sample]) -> tuple[Floats, Floats]:
    """Weights (buckets, labels) and bias (labels,)."""
    from sklearn.linear_model import LogisticRegression

    x, y = _matrix(samples), np.vstack([s.y for s in samples])
    weights, bias = np.zeros((BUCKETS, len(LABELS)), np.float32), np.zeros(len(LABELS), np.float32)
    for i in range(len(LABELS)):
        if not y[:, i].any():
            continue
        made = LogisticRegression(C=STRENGTH, class_weight="balanced", solver="liblinear").fit(x, y[:, i])
        weights[:, i], bias[i] = made.coef_[0], made.intercept_[0]
    weights[np.abs(weights) < LEAST] = 0
    return weights, bias


def write(file: Path, samples: Sequence[Sample]) -> None:
    """Half precision: under a megabyte."""
    weights, bias = fit(samples)
    np.savez_compressed(file, labels=np.array(LABELS), weights=weights.astype(np.float16), bias=bias)
    print(f"{file.name}: {len(samples)} sessions, {file.stat().st_size / 1e6:.2f} MB")


def left_out(samples: Sequence[Sample], hand: str) -> None:
    """Average precision of each label on one hand, trained on the others; in brackets what guessing gives."""
    from sklearn.metrics import average_precision_score

    weights, bias = fit([s for s in samples if s.hand != hand])
    unseen = [s for s in samples if s.hand == hand]
    logits, y = np.asarray(_matrix(unseen) @ weights) + bias, np.vstack([s.y for s in unseen])
    cells = [
        f"{label} {average_precision_score(y[:, i], logits[:, i]):.2f} ({y[:, i].mean():.2f})"
        for i, label in enumerate(LABELS)
        if y[:, i].sum() > 2
    ]
    print(f"{hand:<6}", "  ".join(cells), flush=True)


def _matrix(samples: Sequence[Sample]) -> Any:
    from scipy.sparse import csr_matrix

    rows = [row for s in samples for row in s.rows]
    ends = np.cumsum([0, *(len(places) for places, _ in rows)]).astype(np.int32)
    places = np.concatenate([places for places, _ in rows]).astype(np.int32)
    return csr_matrix((np.concatenate([values for _, values in rows]), places, ends), shape=(len(rows), BUCKETS))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
