"""What was found in a stretch of a session, as values: read from a model's answer, kept as JSON, joined later. RED."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeVar, get_args

from afterword.record import Label, Line, Moment, NextAppointment, Passage, Safety, Who

State = Literal["agreed", "mentioned", "refused", "withdrawn", "supposed", "done"]
_WHO: dict[str, Who] = {
    "you": "you", "client": "you", "me": "you", "c": "you", "therapist": "therapist", "t": "therapist",
    "your therapist": "therapist", "both": "both", "we": "both", "both of you": "both",
}  # fmt: skip
_KINDS = ("suicide", "self_harm", "harm_to_others", "violence")
_MOST_ITEMS = 40  # of one kind; more is a model that runs in circles
_MOST_LETTERS = 1500  # of one text
_NOTHING = ("", "null", "none", "n/a", "not said", "unspecified")

Item = TypeVar("Item")


@dataclass(frozen=True)
class Candidate:
    """A plan and what became of it. `quote`: the words that settle it. `evidence`: turns, the decisive one first."""

    text: str = field(repr=False)
    who: Who
    due: str | None = field(repr=False)
    state: State
    quote: str = field(repr=False)
    evidence: tuple[int, ...]


@dataclass(frozen=True)
class Findings:
    """Of one stretch. `read`: the turns that were read, first and last index; `mark`: a fingerprint of their words,
    so that findings on words which have changed since are not used."""

    read: tuple[tuple[int, int], ...]
    mark: str
    overview: tuple[Line, ...] = field(default=(), repr=False)
    next_steps: tuple[Candidate, ...] = field(default=(), repr=False)
    insights: tuple[Line, ...] = field(default=(), repr=False)
    questions: tuple[Line, ...] = field(default=(), repr=False)
    moments: tuple[Moment, ...] = field(default=(), repr=False)
    feelings: tuple[Label, ...] = field(default=(), repr=False)
    themes: tuple[Label, ...] = field(default=(), repr=False)
    recap: tuple[Passage, ...] = field(default=(), repr=False)
    safety: tuple[Safety, ...] = field(default=(), repr=False)
    next_appointment: NextAppointment | None = field(default=None, repr=False)

    def to_bytes(self) -> bytes:
        """JSON, to be sealed."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Findings:
        """Read `to_bytes` back. Raises ValueError."""
        try:
            kept = json.loads(data)
            read = tuple((int(a), int(b)) for a, b in kept["read"])
            return cls(read, str(kept["mark"]), **_sections(kept))
        except (KeyError, TypeError):
            raise ValueError from None


def findings(answer: Mapping[str, Any], read: tuple[tuple[int, int], ...], mark: str) -> Findings:
    """From a model's answer, whatever of it has a form: an item that has none is left out, and nothing raises."""
    return Findings(read, mark, **_sections(answer))


def _sections(answer: Mapping[str, Any]) -> dict[str, Any]:
    overview = answer.get("overview")
    return {
        "overview": _items([overview] if isinstance(overview, str) else overview, _line),
        "next_steps": _items(answer.get("next_steps"), _candidate),
        "insights": _items(answer.get("insights"), _line),
        "questions": _items(answer.get("questions"), _line),
        "moments": _items(answer.get("moments"), _moment),
        "feelings": _items(answer.get("feelings"), _label),
        "themes": _items(answer.get("themes"), _label),
        "recap": _items(answer.get("recap"), _passage),
        "safety": _items(_listed(answer.get("safety")), _safety),
        "next_appointment": next(iter(_items(_listed(answer.get("next_appointment")), _appointment)), None),
    }


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, dict) else value


def _items(value: Any, read: Callable[[Mapping[str, Any]], Item | None]) -> tuple[Item, ...]:
    if not isinstance(value, (list, tuple)):
        return ()
    found = (read(item) for item in value[:_MOST_ITEMS] if isinstance(item, dict))
    return tuple(item for item in found if item is not None)


def _text(item: Mapping[str, Any], key: str) -> str:
    value = item.get(key)
    return " ".join(value.split())[:_MOST_LETTERS] if isinstance(value, str) else ""


def _evidence(item: Mapping[str, Any]) -> tuple[int, ...]:
    """Numbers, or what looks like them: [12, "13", "14 C"]."""
    value = item.get("evidence")
    listed = value if isinstance(value, (list, tuple)) else [value]
    numbers = [re.search(r"\d{1,6}", str(v)) for v in listed if isinstance(v, (int, str))]
    return tuple(dict.fromkeys(int(n.group()) for n in numbers if n))


def _line(item: Mapping[str, Any]) -> Line | None:
    text = _text(item, "text")
    return Line(text, _evidence(item)) if text else None


def _label(item: Mapping[str, Any]) -> Label | None:
    label = _text(item, "label").rstrip(".")
    return Label(label, _evidence(item)) if label and len(label.split()) <= 10 else None


def _moment(item: Mapping[str, Any]) -> Moment | None:
    text = _text(item, "text")
    return Moment(text, _text(item, "prompt"), _evidence(item)) if text else None


def _passage(item: Mapping[str, Any]) -> Passage | None:
    text = _text(item, "text")
    return Passage(_text(item, "heading") or "What was said", text, _evidence(item)) if text else None


def _candidate(item: Mapping[str, Any]) -> Candidate | None:
    text, due = _text(item, "text"), _text(item, "due")
    who = _WHO.get(_text(item, "who").lower())
    if not text or who is None:
        return None
    said = _text(item, "state").lower()
    state: State = next((s for s in get_args(State) if s == said), "mentioned")
    return Candidate(text, who, None if due.lower() in _NOTHING else due, state, _text(item, "quote"), _evidence(item))


def _safety(item: Mapping[str, Any]) -> Safety | None:
    kind = _text(item, "kind")
    return Safety(kind, _evidence(item)) if kind in _KINDS else None  # type: ignore[arg-type]


def _appointment(item: Mapping[str, Any]) -> NextAppointment | None:
    said = _text(item, "said")
    return NextAppointment(said, None) if said and said.lower() not in _NOTHING else None
