"""Words that everybody uses, and names that many bear: what the speech model writes as one piece. RED in nothing.

The vocabulary of its tokenizer is at hand and made from much text, so no list of words has to be kept here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from moonshine_voice.utils import get_model_path

_SPACE = "▁"
_ENDINGS = (
    "'s", "s", "es", "ed", "d", "ing", "er", "ers", "r", "est", "st", "ly", "y", "ness",
    "'t", "'re", "'ve", "'ll", "'d", "'m",
)  # fmt: skip


@cache
def is_ordinary(word: str) -> bool:
    """True for a word, in any case, that is written small elsewhere, or that is made of one with a usual ending."""
    small = word.lower().replace("’", "'")
    return small in _small() or any(small.endswith(end) and _stem(small[: -len(end)]) for end in _ENDINGS)


def is_known_name(word: str) -> bool:
    """True for a word that is often written with a capital."""
    return word in _pieces()


def _stem(stem: str) -> bool:
    if len(stem) < 3:
        return False
    doubled = stem[:-1] if stem[-1] == stem[-2] else stem
    return not _small().isdisjoint((stem, f"{stem}e", doubled))


@cache
def _small() -> frozenset[str]:
    return frozenset(piece for piece in _pieces() if piece.islower())


@cache
def _pieces() -> frozenset[str]:
    """Those that begin a word. Fragments among them do no harm: they only keep a word from becoming a name."""
    data = (Path(str(get_model_path("tiny-en"))) / "tokenizer.bin").read_bytes()
    return frozenset(piece[1:] for piece in _read(data) if piece.startswith(_SPACE) and len(piece) > 1)


def _read(data: bytes) -> Iterator[str]:
    """Length (7 bits, then 8 more where the first bit is set), bytes; a zero is an empty piece."""
    at = 0
    while at < len(data):
        length, head = data[at], 1
        if length > 127:
            length, head = data[at + 1] * 128 + length - 128, 2
        yield data[at + head : at + head + length].decode("utf-8", "replace")
        at += head + length
