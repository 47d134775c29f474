"""Choices and the facts of this installation, written as one person would. The sentences are in voices/*.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from afterword.consent.ask.choices import Choices
from afterword.consent.durations import in_words
from afterword.consent.installation import Installation

VOICES = Path(__file__).with_name("voices")


@dataclass(frozen=True)
class Voice:
    """One purpose in one tone. `paragraphs`: parts in their order; `sentences`: by 'part' or 'part.key'."""

    paragraphs: tuple[tuple[str, ...], ...]
    sentences: dict[str, str]

    def say(self, part: str, key: str) -> str:
        """Nothing when the voice leaves this part out."""
        return self.sentences.get(f"{part}.{key}", self.sentences.get(part, ""))


@cache
def voice(purpose: str, tone: str) -> Voice:
    """Raises OSError for a voice that is not there."""
    read = tomllib.loads((VOICES / f"{purpose}-{tone}.toml").read_text(encoding="utf-8"))
    paragraphs = tuple(tuple(parts) for parts in read.pop("paragraphs"))
    sentences = {name: text for name, text in read.items() if isinstance(text, str)}
    tables = {name: table for name, table in read.items() if isinstance(table, dict)}
    return Voice(
        paragraphs, sentences | {f"{t}.{key}": text for t, table in tables.items() for key, text in table.items()}
    )


def written(choices: Choices, facts: Installation) -> str:
    """The whole ask: paragraphs with an empty line between them."""
    speaking = voice(choices.purpose, choices.tone)
    keys = _keys(choices, facts)
    values = {
        "to": choices.to,
        "own": _closed(choices.own),
        "host": facts.host,
        "soon": in_words(facts.times.part),
        "latest": in_words(facts.times.longest),
    }
    said = [
        [speaking.say(part, keys[part]).format(**values) for part in parts if part in keys]
        for parts in speaking.paragraphs
    ]
    return "\n\n".join(filter(None, (" ".join(filter(None, sentences)) for sentences in said)))


def _keys(choices: Choices, facts: Installation) -> dict[str, str]:
    """Which sentence of each part; a part that is not wanted has none."""
    keys = {
        "opening": "", "close": "", "greeting": "named" if choices.to else "plain", "reason": choices.reason,
        "ask": choices.ask, "use": choices.use, "where": facts.where, "leaves": facts.leaves, "sound": choices.ask,
        "who": "", "room": choices.room,
    }  # fmt: skip
    return keys | ({"page": ""} if choices.page else {})


def _closed(text: str) -> str:
    """A sentence that ends."""
    return f"{text}." if text and text[-1] not in ".!?…" else text
