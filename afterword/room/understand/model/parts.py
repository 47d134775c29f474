"""A session in parts that a model can read at once: whole turns as numbered lines, nothing left out."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from afterword.room.transcript import Turn

LETTERS_A_TOKEN = 3.3  # on the safe side: spoken English has about 4
LIVE_TOKENS = 4_000  # about fourteen minutes of talk: what is read at once while the session goes on
ANSWER_TOKENS = 900  # and so much for each token read:
ANSWER_SHARE = 0.35
MOST_ANSWER_TOKENS = 8_192
LEAST_TOKENS = 250  # of a part; below this, reading in parts says nothing
BEFORE = 4  # turns of the part before that are shown again, so that an exchange is not torn
_LETTER = {"client": "C", "therapist": "T", "unclear": "?"}
_LONGEST = 2_400  # letters of a line: longer turns go on under the same number


@dataclass(frozen=True)
class Part:
    """Turns read at once. `before`: the last ones of the part before. `at`, `of`: which part this is; `of` is 0 while
    nobody knows. `share`: of the words of the session, as far as it is known."""

    turns: tuple[Turn, ...] = field(repr=False)
    before: tuple[Turn, ...] = field(default=(), repr=False)
    at: int = 1
    of: int = 1
    share: float = 1.0

    @property
    def words(self) -> int:
        return sum(len(turn.text.split()) for turn in self.turns)

    @property
    def read(self) -> tuple[int, int]:
        return self.turns[0].t, self.turns[-1].t

    @property
    def mark(self) -> str:
        return mark(self.turns)


def mark(turns: Sequence[Turn]) -> str:
    """A fingerprint of who said what."""
    said = "\n".join(f"{turn.t} {turn.speaker} {turn.text}" for turn in turns)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def tokens_in(text: str) -> int:
    """About how many tokens `text` is for a model; rather too many."""
    return math.ceil(len(text) / LETTERS_A_TOKEN)


def size_of_part(context: int, overhead: int) -> int:
    """Tokens of talk that fit, beside `overhead` tokens of prompt and the answer. 0: none do."""
    size = int((context * 0.97 - overhead - ANSWER_TOKENS) / (1 + ANSWER_SHARE))
    return size if size >= LEAST_TOKENS else 0


def parts_of(turns: Sequence[Turn], size: int) -> list[Part]:
    """All turns in as few parts as `size` tokens each allow, about equally long."""
    spoken = [turn for piece in turns if piece.text.strip() for turn in _split(piece, size)]
    total = sum(map(_cost, spoken))
    if not spoken:
        return []
    count = max(1, math.ceil(total / size))
    while True:
        groups = _grouped(spoken, total / count * 1.02)
        if all(sum(map(_cost, group)) <= size for group in groups) or count > len(spoken):
            return _with_places(groups)
        count += 1


def next_part(turns: Sequence[Turn], read_to: int, size: int, at: int) -> Part | None:
    """While the session goes on: the next part, once enough was said after turn `read_to` to fill one; -1: none yet
    read. The last turns are left, for they may still be in the middle of something."""
    fresh = [turn for turn in turns if turn.t > read_to and turn.text.strip()]
    taken: list[Turn] = []
    for turn in fresh[:-BEFORE]:
        taken.append(turn)
        if sum(map(_cost, taken)) >= min(size, LIVE_TOKENS) * 0.75:
            before = tuple(turn for turn in turns if turn.t <= read_to)[-BEFORE:]
            return Part(tuple(taken), before, at, 0, 0.0)
    return None


def lines(turns: Sequence[Turn]) -> str:
    """ "12 C: ..." Nothing said can look like a line of its own, or like the end of the session."""
    return "\n".join(f"{turn.t} {_LETTER[turn.speaker]}: {_flat(turn.text)}" for turn in turns)


def _flat(text: str) -> str:
    return " ".join(text.replace("<", "(").replace(">", ")").split())


def _cost(turn: Turn) -> int:
    return tokens_in(turn.text) + 5


def _split(turn: Turn, size: int) -> list[Turn]:
    """A turn as long as a part, in pieces of the same number, cut between sentences."""
    most = min(_LONGEST, int(size * LETTERS_A_TOKEN * 0.5))
    if len(turn.text) <= most:
        return [turn]
    pieces, held = [], ""
    for sentence in re.split(r"(?<=[.!?\u2026])\s+", turn.text):
        for stretch in _stretches(sentence, most):
            if held and len(held) + len(stretch) > most:
                pieces.append(held)
                held = ""
            held = f"{held} {stretch}".strip()
    return [Turn(turn.t, turn.start, turn.speaker, piece) for piece in [*pieces, held] if piece]


def _stretches(sentence: str, most: int) -> list[str]:
    """A sentence without an end, cut between words."""
    found = [""]
    for word in sentence.split():
        if found[-1] and len(found[-1]) + len(word) >= most:
            found.append("")
        found[-1] = f"{found[-1]} {word}".strip()
    return found


def _grouped(turns: list[Turn], most: float) -> list[list[Turn]]:
    groups: list[list[Turn]] = [[]]
    held = 0
    for turn in turns:
        if groups[-1] and held + _cost(turn) > most:
            groups.append([])
            held = 0
        groups[-1].append(turn)
        held += _cost(turn)
    return groups


def _with_places(groups: list[list[Turn]]) -> list[Part]:
    words = [sum(len(turn.text.split()) for turn in group) for group in groups]
    total = sum(words) or 1
    return [
        Part(tuple(group), tuple(groups[i - 1][-BEFORE:]) if i else (), i + 1, len(groups), words[i] / total)
        for i, group in enumerate(groups)
    ]
