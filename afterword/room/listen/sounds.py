"""How a word sounds, roughly, from how it is written, and how alike two of them are. RED only in what it is given."""

from __future__ import annotations

import re
import unicodedata

# Spelling to sound, in order; capitals are sounds without a letter of their own (S: sh, C: ch, T: th).
_SPELLED = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"[^a-z]", ""), (r"^(?:kn|gn)", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"^ps", "s"), (r"^x", "s"),
        (r"^mc", "mak"), (r"tsch|tch", "C"), (r"sch|sh", "S"), (r"ch", "C"), (r"ph", "f"), (r"th", "T"),
        (r"gh(?=[aeiou])", "g"), (r"gh", ""), (r"dg", "j"), (r"qu", "kw"), (r"ck|cc(?![eiy])", "k"), (r"x", "ks"),
        (r"c(?=[eiy])", "s"), (r"c", "k"), (r"z", "s"), (r"(?<=[a-zSCT]{2})es?$", ""), (r"(?<=[aeiou])h", ""),
        (r"(?<=[a-zSCT])y(?=[aeiou])", "i"), (r"[eiy][aeiouy]*", "e"), (r"a[aeiouy]*", "a"), (r"[ou][aeiouy]*", "o"),
        (r"(.)\1+", r"\1"),
    )
)  # fmt: skip
_VOWELS = "aeo"
_NO_CONSONANTS = re.compile(r"[aeoh]")
_FEW, _MISSING = 3, 2
_PAIRS = "bp dt gk fv sS SC Cj Tt Td Tf mn vw bv lr kC gj sC sT Tv ST wr jS lw yj kh Ch"
_NEAR = frozenset(_PAIRS.split()) | frozenset(_PAIRS[::-1].split())
_VOWEL, _NEAR_SOUND, _ADDED_VOWEL, _ADDED_H = 0.35, 0.5, 0.5, 0.4


def sounds_of(word: str) -> str:
    """A letter a sound: consonants as they sound, three vowels."""
    plain = unicodedata.normalize("NFKD", word.lower())
    for pattern, sound in _SPELLED:
        plain = pattern.sub(sound, plain)
    return plain


def alike(one: str, other: str) -> float:
    """1 for the same sounds, 0 for none in common: the weighted distance of Levenshtein over the longer length.

    They begin alike (Colleen is not Jolene), and of a short word no consonant may be missing (nor is Julie).
    """
    least, most = sorted(len(_NO_CONSONANTS.sub("", sounds)) for sounds in (one, other))
    if most - least > (0 if least < _FEW else _MISSING) or _instead(one[:1], other[:1]) > _NEAR_SOUND:
        return 0.0
    row = [0.0]
    for sound in other:
        row.append(row[-1] + _added(sound))
    for a in one:
        before, row = row, [row[0] + _added(a)]
        for index, b in enumerate(other):
            row.append(min(before[index] + _instead(a, b), before[index + 1] + _added(a), row[-1] + _added(b)))
    return max(0.0, 1 - row[-1] / max(len(one), len(other), 1))


def _added(sound: str) -> float:
    return _ADDED_VOWEL if sound in _VOWELS else _ADDED_H if sound == "h" else 1.0


def _instead(a: str, b: str) -> float:
    if a == b:
        return 0.0
    if a in _VOWELS and b in _VOWELS:
        return _VOWEL
    return _NEAR_SOUND if a + b in _NEAR else 1.0
