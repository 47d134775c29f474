"""What a session's record tells, sentence by sentence, each with the line it stands in. AMBER."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from afterword.notebook.past import Past, Ref
from afterword.record import lines_of

_END = re.compile(r"(?<!\bDr)(?<!\bMr)(?<!\bMs)(?<!\bSt)(?<!\bMrs)(?<!\bProf)[.!?][\"\u201d]?\s+(?=[A-Z\"\u201c])")
_ALSO = re.compile(r"^(You|Your therapist) also said")
_SPOKEN = re.compile(r"^(?:You|Your therapist) (?:also )?said: [\"\u201c]")
_VOICE = re.compile(r"^(?:You|Your therapist) said: [\"\u201c](.*)[\"\u201d]\.?$", re.DOTALL)


@dataclass(frozen=True)
class Told:
    """One sentence."""

    ref: Ref
    text: str = field(repr=False)


def told(past: Past) -> Iterator[Told]:
    """Every sentence of every line that was not deleted, and the headings."""
    for section, place, item in lines_of(past.record):
        texts = getattr(item, "heading", ""), getattr(item, "text", ""), getattr(item, "label", "")
        yield from (Told(past.ref(section, place), one) for text in texts for one in sentences(text))


def sentences(text: str) -> list[str]:
    """Never cut inside a quotation. Each stands alone: "also" is left out of who said it."""
    found, start = [], 0
    for end in _END.finditer(text):
        before = text[: end.end()]
        if before.count('"') % 2 == 0 and before.count("\u201c") == before.count("\u201d"):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [_ALSO.sub(r"\1 said", sentence) for sentence in (*found, text[start:].strip()) if sentence]


def unquoted(sentence: str) -> str:
    """What was said, where the sentence only says who said it; else the sentence."""
    match = _VOICE.match(sentence)
    return match[1] if match else sentence


def is_spoken(sentence: str) -> bool:
    """Whether it begins with who said it, and quotes them."""
    return bool(_SPOKEN.match(sentence))


def words(text: str) -> int:
    """As a reader counts them."""
    return len(text.split())


def cut(text: str, most: int) -> str:
    """At most so many words; that something is left out shows."""
    split = text.split()
    return " ".join(split) if len(split) <= most else " ".join(split[:most]) + " \u2026"


def stopped(text: str) -> str:
    """With a full stop, where it ends with nothing."""
    return text if text[-1:] in (".", "!", "?", "\u2026", '"', "\u201d") else f"{text}."
