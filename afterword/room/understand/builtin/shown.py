"""How words are put for showing: shortened and cleaned of what speech leaves behind, never reworded."""

from __future__ import annotations

import re

_HUM = re.compile(r"(?:,\s*)?\b(?:um+|uh+|erm?|hmm?|mm)\b,?\s*", re.IGNORECASE)
_ASIDE = re.compile(r",\s*(?:like|you know|i mean),\s*", re.IGNORECASE)
_DOUBLED = re.compile(r"\b([\w']+(?: [\w']+)?),? +(\1\b,? *)+(?=\w)", re.IGNORECASE)
_OPENING = re.compile(
    r"^(?:(?:so|okay|ok|and|but|well|yeah|yes|oh|right|alright|anyway|no|what else)\b[,.]?\s+|"
    r"(?:good|great|thank you|thanks|yes,? please|sure)[,.]\s+)+",
    re.IGNORECASE,
)
# A capital that the speech model put after a comma; names are left alone.
_LARGE = re.compile(
    r"(?<=, )(?:That|This|When|If|And|So|But|It|He|She|We|They|You|There|Then|What|The|My|Your|Yes|No)\b"
)
_TONIGHT = re.compile(r"\bto (night|morrow)\b", re.IGNORECASE)
_MAYBE = re.compile(r"^(?:maybe|perhaps|i guess|i think)\b,? +(?=i\b|i')", re.IGNORECASE)


def tidy(text: str) -> str:
    """Without hums, doubled words and opening filler; every other word stands as said."""
    shown = _DOUBLED.sub(r"\1 ", _ASIDE.sub(", ", _HUM.sub(" ", text)))
    shown = _LARGE.sub(lambda m: m.group().lower(), _TONIGHT.sub(r"to\1", shown))
    shown = _OPENING.sub("", shown.strip())
    shown = re.sub(r"\s+([,.?!])", r"\1", re.sub(r"\s+", " ", shown)).strip(" ,;-\u2014\u2013")
    return large(shown)


def as_plan(text: str) -> str:
    """`tidy`, and without the "maybe" that a plan opens with: its doubt is shown by its certainty."""
    return large(_MAYBE.sub("", tidy(text)))


def short(text: str, words: int) -> str:
    """At most so many words, cut at a clause where one is near."""
    parts = text.split()
    if len(parts) <= words:
        return text
    kept = " ".join(parts[:words])
    cut = max(kept.rfind(","), kept.rfind(";"))
    return (kept[:cut] if cut > len(kept) // 2 else kept).rstrip(" ,;-") + " \u2026"


def large(text: str) -> str:
    return text[:1].upper() + text[1:]


def small(text: str) -> str:
    """For the middle of a sentence; "I" stays."""
    return text if re.match(r"I\b", text) else text[:1].lower() + text[1:]


def stopped(text: str) -> str:
    """With a full stop, where speech left none."""
    bare = text.rstrip(" ,;")
    return bare if not bare or bare[-1] in ".!?\u2026'\"" else f"{bare}."


def flow(texts: list[str]) -> str:
    """Several sentences as one stretch, each with its stop."""
    shown = [tidy(text) for text in texts]
    return " ".join(stopped(text) for text in shown if text)
