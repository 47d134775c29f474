"""The form of an answer, as JSON Schema. Grounds before conclusions: a model writes in this order, and cites first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SECTIONS = (
    "next_steps", "insights", "questions", "moments", "feelings", "themes", "recap", "overview", "safety",
    "next_appointment",
)  # fmt: skip
_TEXT = {"type": "string"}
_EVIDENCE = {"type": "array", "items": {"type": "integer"}}


def _one_of(*words: str) -> dict[str, Any]:
    return {"type": "string", "enum": list(words)}


_STATES = ("agreed", "mentioned", "refused", "withdrawn", "supposed", "done")
_LINE = {"text": _TEXT}
_LABEL = {"label": _TEXT}
_ITEMS: dict[str, dict[str, Any]] = {
    "next_steps": {
        "quote": _TEXT, "state": _one_of(*_STATES), "who": _one_of("you", "therapist", "both"),
        "due": {"type": ["string", "null"]}, "text": _TEXT,
    },
    "insights": _LINE, "questions": _LINE, "overview": _LINE,
    "moments": {"text": _TEXT, "prompt": _TEXT},
    "feelings": _LABEL, "themes": _LABEL,
    "recap": {"heading": _TEXT, "text": _TEXT},
    "safety": {"kind": _one_of("suicide", "self_harm", "harm_to_others", "violence")},
    "next_appointment": {"said": _TEXT},
}  # fmt: skip
_ONE = ("safety", "next_appointment")


def form(sections: Sequence[str] = SECTIONS) -> dict[str, Any]:
    """The schema of an answer with these sections."""
    return _object({name: _section(name) for name in sections})


def _section(name: str) -> dict[str, Any]:
    item = _object({"evidence": _EVIDENCE, **_ITEMS[name]})
    return {"anyOf": [{"type": "null"}, item]} if name in _ONE else {"type": "array", "items": item}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
