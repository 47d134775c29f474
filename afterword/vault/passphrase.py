"""Suggested passphrases and recovery codes. Nothing made here is stored anywhere."""

from __future__ import annotations

import secrets
import unicodedata

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aeiou"
_CODE_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U


# Among 6,400 made-up words some are real, and nobody should have to type these every day, least of all here.
_NEVER = (
    "bite bozo dago dike dire dope fuko gore hate homo kaka kike kila mofo nazi nude paki pedo pipi puta puto rape "
    "sado suka vile"
)


def suggest() -> str:
    """Five pronounceable made-up words of two syllables: 5 x log2(80 x 80 - 25) = 63 bits, about as many as five words
    of the EFF's long list (64.6). Made up, because such words are short, need no list, and are nobody's language."""
    return " ".join(_word() for _ in range(5))


def make_code() -> str:
    """A recovery code of 160 bits: eight groups of four letters."""
    letters = [secrets.choice(_CODE_LETTERS) for _ in range(32)]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, 32, 4))


def read_code(typed: str) -> str:
    """A typed code in its one spelling. Letters that look alike are taken for the one that was meant."""
    kept = unicodedata.normalize("NFKC", typed).upper().translate(str.maketrans("OIL", "011"))
    letters = [c for c in kept if c in _CODE_LETTERS]
    return "-".join("".join(letters[i : i + 4]) for i in range(0, len(letters), 4))


def _word() -> str:
    while (word := _syllable() + _syllable()) in _NEVER.split():
        pass
    return word


def _syllable() -> str:
    return secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)
