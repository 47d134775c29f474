"""Suggested passphrases and recovery codes. Nothing made here is stored anywhere."""

from __future__ import annotations

import secrets

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aeiou"
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U


def suggest() -> str:
    """Five pronounceable made-up words of two syllables: 5 x log2(80 x 80) = 63 bits."""
    return " ".join("".join(_syllable() + _syllable()) for _ in range(5))


def make_code() -> str:
    """A recovery code of 160 bits: eight groups of four letters."""
    letters = [secrets.choice(_CODE_LETTERS) for _ in range(32)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, 32, 4))


def read_code(typed: str) -> str:
    """A typed code in its one spelling. Letters that look alike are taken for the one that was meant."""
    kept = typed.upper().translate(str.maketrans("OIL", "011"))
    letters = [c for c in kept if c in _CODE_LETTERS]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, len(letters), 4))


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
