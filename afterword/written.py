"""A text on its way into the room: its format, before it is sealed and after it was opened. RED: never printed.

    0..3   length of the body, u32 big-endian
    4..    body: UTF-8 JSON {"v": 1, "kind": "plain" | "vtt" | "srt" | "json", "text": ...,
                             "steps": [{"text", "who", "due"}],
                             "keep": ..., "bring": ...}
    ..     zeros up to a multiple of 4096 bytes, so that its size tells little

static/write/parts.js makes the same.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Literal, cast, get_args

Kind = Literal["plain", "vtt", "srt", "json"]
Whose = Literal["you", "therapist", "both"]
BLOCK = 4096
MOST_STEPS = 40


class NotWritten(ValueError):
    """What was opened is no text of this format."""


@dataclass(frozen=True)
class WrittenStep:
    """A next step as somebody typed it. `due` may be empty."""

    text: str = field(repr=False)
    who: Whose = "you"
    due: str = field(default="", repr=False)


@dataclass(frozen=True)
class Written:
    """`kind`: how `text` is to be read, where it is a transcript. `steps`: next steps typed one by one. `keep`: what is
    to be kept in mind, `bring`: what is to be brought next time, a line each."""

    text: str = field(repr=False)
    kind: Kind = "plain"
    steps: tuple[WrittenStep, ...] = field(default=(), repr=False)
    keep: str = field(default="", repr=False)
    bring: str = field(default="", repr=False)

    def to_bytes(self) -> bytes:
        """Padded."""
        steps = [{"text": step.text, "who": step.who, "due": step.due} for step in self.steps]
        values = {"v": 1, "kind": self.kind, "text": self.text, "steps": steps, "keep": self.keep, "bring": self.bring}
        body = json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()
        return len(body).to_bytes(4, "big") + body + bytes(-(len(body) + 4) % BLOCK)

    @classmethod
    def from_bytes(cls, data: bytes) -> Written:
        """Undo `to_bytes`. Raises NotWritten."""
        length = int.from_bytes(data[:4], "big")
        if len(data) < 4 or length > len(data) - 4 or any(data[4 + length :]):
            raise NotWritten
        try:
            return _read(json.loads(data[4 : 4 + length]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise NotWritten from None


def _read(values: dict[str, Any]) -> Written:
    if values["v"] != 1 or values["kind"] not in get_args(Kind) or len(values["steps"]) > MOST_STEPS:
        raise NotWritten
    steps = tuple(step for given in values["steps"] if (step := _step(given)).text)
    text, keep, bring = (str(values[key]) for key in ("text", "keep", "bring"))
    return Written(text, cast(Kind, values["kind"]), steps, keep, bring)


def _step(given: dict[str, Any]) -> WrittenStep:
    if given["who"] not in get_args(Whose):
        raise NotWritten
    text, due = (" ".join(str(given[key]).split()) for key in ("text", "due"))
    return WrittenStep(text, cast(Whose, given["who"]), due)
