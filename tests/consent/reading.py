"""How a text reads, measured: words, sentences, Flesch reading ease, and the faults that give a form away."""

from __future__ import annotations

import re
from dataclasses import dataclass

_WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
# Apologies, over-explaining, pleading, law.
NEVER = (
    r"sorry|apolog\w*|forgive|excuse me|pardon|bother\w*|burden\w*|trouble|hope you don't mind|hope that's okay|"
    r"if it's (?:ok|okay|all right)|i know (?:this|it) (?:is|might|may)|i understand if|i totally|"
    r"completely understand|"
    r"just|simply|basically|actually|obviously|to be honest|in order to|please note|rest assured|feel free|"
    r"guarantee\w*|as you (?:may )?know|let me explain|the reason (?:why|is)|because it is important|"
    r"law|laws|legal\w*|lawful\w*|rights?|entitled|hipaa|gdpr|liab\w*|permitted|statut\w*"
)
FAULTS = {
    "doubled space": re.compile(r"[^\S\n]{2}|^ | $", re.MULTILINE),
    "placeholder": re.compile(r"[{}]|\bNone\b"),
    "space before a mark": re.compile(r" [.,;:?!]"),
    "doubled mark": re.compile(r"[.?!,]{2}"),
    "small letter after a full stop": re.compile(r"(?:^|[.?!] )[a-z]", re.MULTILINE),
    "paragraph without an end": re.compile(r"[a-z](?=\n|\Z)"),
    "doubled word": re.compile(r"\b([a-z]+) \1\b", re.IGNORECASE),
    "never": re.compile(rf"\b(?:{NEVER})\b", re.IGNORECASE),
    "list": re.compile(r"^\s*(?:[-*•]|[0-9]+[.)])\s", re.MULTILINE),
    "not recorded": re.compile(r"\bnot (?:be )?record(?:ed|ing)\b|\bno recording\b", re.IGNORECASE),
}
# Nobody hears a colon or a bracket.
UNSPOKEN = re.compile(r"[:;()\[\]/]|^(?:Dear|Hi|Hello)\b|\b(?:below|above|attached)\b", re.MULTILINE)


@dataclass(frozen=True)
class Reading:
    """`words` in all; `mean` and `longest` in words a sentence; `ease`: Flesch reading ease, 100 is very easy."""

    words: int
    mean: float
    longest: int
    ease: float


def faults(text: str) -> list[str]:
    """The names of the rules that it breaks."""
    return [name for name, pattern in FAULTS.items() if pattern.search(text)]


def sentences(text: str) -> list[str]:
    """A greeting counts as none."""
    parts = [part for paragraph in text.split("\n\n") for part in re.split(r"(?<=[.?!]) ", paragraph)]
    return [part for part in parts if part and not part.endswith(",")]


def reading(text: str) -> Reading:
    """Flesch (1948): 206.835 - 1.015 words a sentence - 84.6 syllables a word."""
    lengths = [len(_WORD.findall(sentence)) for sentence in sentences(text)]
    words = [word for sentence in sentences(text) for word in _WORD.findall(sentence)]
    mean, syllables = len(words) / len(lengths), sum(map(_syllables, words)) / len(words)
    return Reading(len(words), mean, max(lengths), 206.835 - 1.015 * mean - 84.6 * syllables)


def _syllables(word: str) -> int:
    """Groups of vowels, without a silent e or ed."""
    plain = re.sub(r"(?<=[^aeiouyl])e$|(?<=[^aeiouydt])ed$", "", word.lower().replace("'", ""))
    return max(1, len(re.findall("[aeiouy]+", plain)))
