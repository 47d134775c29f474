"""From "I" to "you": reported speech in the second person, or nothing where that could change who is meant."""

from __future__ import annotations

import re

from afterword.room.transcript import Speaker
from afterword.room.understand.builtin.clauses import mask
from afterword.room.understand.builtin.lexicon import SELF_ATTACK

_CLIENT = {
    "i'm": "you're", "im": "you're", "i am": "you are", "am i": "are you", "i was": "you were", "was i": "were you",
    "i've": "you've", "i'd": "you'd", "i'll": "you'll", "i wasn't": "you weren't", "i": "you", "me": "you",
    "my": "your", "mine": "yours", "myself": "yourself", "i ain't": "you aren't",
}  # fmt: skip
_THERAPIST = {
    "i'm": "they're", "im": "they're", "i am": "they are", "am i": "are they", "i was": "they were",
    "was i": "were they", "i've": "they've", "i'd": "they'd", "i'll": "they'll", "i wasn't": "they weren't",
    "i": "they", "me": "them", "my": "their", "mine": "theirs", "myself": "themselves",
}  # fmt: skip
_SECOND = re.compile(r"\b(?:you|your|yours|yourself|we|us|our|ours|let's)\b|\b(?:you|we)'")
_FIRST = re.compile(r"\b(?:i|me|my|mine|myself|im)\b(?!')|\bi'")
_ATTACK = re.compile(r"\b(?:" + "|".join(SELF_ATTACK) + r")s?\b")
_SELF = re.compile(
    r"\b(?:i'm|im|i am|i was|i've been|i feel like|i felt like|makes me|made me|me being|i must be|"
    r"i look like|i sound like)"
    r"[^.;!?]*"
)
_WHOM = {"client": "You said", "therapist": "Your therapist said", "unclear": "It was said"}


def self_attack(text: str) -> bool:
    """True where somebody runs themselves down: then the words may only be quoted."""
    masked = mask(text)
    if "hate myself" in masked or re.search(r"\bi (?:hate|can't stand|despise) (?:me\b|myself)", masked):
        return True
    return any(_ATTACK.search(m.group()) for m in _SELF.finditer(masked))


def second_person(text: str, speaker: Speaker) -> str | None:
    """`text` with the speaker's "I" turned into "you" (client) or "they" (therapist); None if that is not safe."""
    masked = mask(text)
    if speaker == "unclear" or "_" in masked or self_attack(text):
        return None
    if speaker == "client" and _SECOND.search(masked):
        return None
    if speaker == "therapist" and re.search(r"\b(?:we|us|our|let's|they|them|their)\b|\bwe'", masked):
        return None
    table = _CLIENT if speaker == "client" else _THERAPIST
    words = "|".join(sorted((re.escape(w) for w in table), key=len, reverse=True))
    swap = re.compile(rf"(?<![\w'])(?:{words})(?![\w']|-)", re.IGNORECASE)
    return swap.sub(lambda m: table[m.group().lower().replace("\u2019", "'")], text.replace("\u2019", "'"))


def first_person(text: str) -> bool:
    return bool(_FIRST.search(mask(text)))


def says(speaker: Speaker, words: str) -> str:
    """Attributed quotation. Quotation marks inside become single ones, so that the outer pair stays whole."""
    inner = re.sub(r"[\"\u201c\u201d]", "'", words).strip()
    return f'{_WHOM[speaker]}: "{inner}"'


def says_plainly(words: str) -> str:
    """Between quotation marks, inner ones made single."""
    return '"' + re.sub(r"[\"\u201c\u201d]", "'", words) + '"'
