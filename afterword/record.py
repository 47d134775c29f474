"""What may leave the room: the record, as frozen values, to and from JSON bytes. Never a transcript, never audio."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

Who = Literal["you", "therapist", "both"]
Certainty = Literal["agreed", "mentioned"]
Danger = Literal["suicide", "self_harm", "harm_to_others", "violence"]
# How each is named to the person.
CAME_UP: dict[Danger, str] = {
    "suicide": "not wanting to live",
    "self_harm": "hurting yourself",
    "violence": "violence or control by somebody close to you",
    "harm_to_others": "harm to somebody else",
}


@dataclass(frozen=True)
class Source:
    """Where in the session a line comes from: the second it was said, by whom, and from how many places."""

    second: float
    said_by: Literal["client", "therapist", "unclear"]
    places: int = 1


@dataclass(frozen=True)
class Line:
    """One sentence of the overview, an insight or a question. `evidence`: indexes of input turns, at most 4."""

    text: str
    evidence: tuple[int, ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class Label:
    """A theme or a feeling, named in a few words."""

    label: str
    evidence: tuple[int, ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class NextStep:
    """Something to do, whose it is, and how sure that is."""

    text: str
    who: Who
    due: str | None
    certainty: Certainty
    quote: str
    evidence: tuple[int, ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class Moment:
    """A line worth coming back to, and the question that comes with it. At most 40 words."""

    text: str
    prompt: str
    evidence: tuple[int, ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class Passage:
    """One part of the Full Recap."""

    heading: str
    text: str
    evidence: tuple[int, ...] = ()
    source: Source | None = None


@dataclass(frozen=True)
class Safety:
    """That something dangerous was spoken of. `agreed`: what was promised about it, in the words said, `source` telling
    by whom. `also`: less grave kinds that came up too."""

    kind: Danger
    evidence: tuple[int, ...] = ()
    source: Source | None = None
    agreed: tuple[Line, ...] = ()
    also: tuple[Danger, ...] = ()


@dataclass(frozen=True)
class NextAppointment:
    """When they meet next: the words said, and the date (ISO 8601) if one could be read from them."""

    said: str
    iso: str | None


@dataclass(frozen=True)
class Gap:
    """A stretch that could not be heard, in seconds from the start."""

    start: float
    end: float
    why: str


@dataclass(frozen=True)
class Record:
    """The whole of what is kept of a session. `heard`: seconds of sound listened to. `fell_back`: why a language model
    that was asked has not made all of it (unreachable, slow, refused, nonsense, context), or None. `covered`: the share
    of the words that the engine named here has read. `heard_with`: the speech models that listened: bundled, the kind
    of one in a folder, or "not loaded" (that folder could not be used, and the bundled one listened)."""

    overview: tuple[Line, ...] = ()
    themes: tuple[Label, ...] = ()
    insights: tuple[Line, ...] = ()
    feelings: tuple[Label, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    questions: tuple[Line, ...] = ()
    moments: tuple[Moment, ...] = ()
    recap: tuple[Passage, ...] = ()
    safety: Safety | None = None
    next_appointment: NextAppointment | None = None
    engine: str = "built-in"
    heard: float = 0.0
    gaps: tuple[Gap, ...] = ()
    fell_back: str | None = None
    covered: float = 1.0
    heard_with: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Record {sum(1 for _ in lines_of(self))} lines, {self.engine}>"

    def to_json(self) -> dict[str, Any]:
        """The contract of `afterword understand FILE --json`."""
        return asdict(self)

    def to_bytes(self) -> bytes:
        """UTF-8 JSON without the evidence: indexes of turns mean nothing once the turns are gone."""
        return json.dumps(_without(self.to_json(), "evidence"), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Record:
        """Read `to_bytes` back. Raises ValueError if it is no record."""
        try:
            return cls.from_json(json.loads(data))
        except (AttributeError, KeyError, TypeError):
            raise ValueError from None

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Record:
        """Read `to_json` back. Unknown keys are ignored."""
        kinds = {
            "overview": Line, "themes": Label, "insights": Line, "feelings": Label, "next_steps": NextStep,
            "questions": Line, "moments": Moment, "recap": Passage, "gaps": Gap,
        }  # fmt: skip
        values: dict[str, Any] = {k: tuple(_make(kinds[k], item) for item in data.get(k, ())) for k in kinds}
        values["safety"] = _make(Safety, data["safety"]) if data.get("safety") else None
        appointment = data.get("next_appointment")
        values["next_appointment"] = _make(NextAppointment, appointment) if appointment else None
        values["fell_back"], values["covered"] = data.get("fell_back"), float(data.get("covered", 1))
        values["heard_with"] = tuple(str(name) for name in data.get("heard_with", ()))
        return cls(engine=str(data.get("engine", "")), heard=float(data.get("heard", 0)), **values)


SECTIONS = ("overview", "themes", "insights", "feelings", "next_steps", "questions", "moments", "recap")


def lines_of(record: Record) -> list[tuple[str, int, Any]]:
    """Every line as (section, place in it, the line)."""
    return [(name, i, item) for name in SECTIONS for i, item in enumerate(getattr(record, name))]


def _make(kind: type[Any], item: dict[str, Any]) -> Any:
    known = {f.name for f in fields(kind)}
    values = {k: v for k, v in item.items() if k in known}
    if "evidence" in values:
        values["evidence"] = tuple(int(t) for t in values["evidence"])
    if values.get("source"):
        values["source"] = _make(Source, values["source"])
    if kind is Safety:
        values["agreed"] = tuple(_make(Line, line) for line in values.get("agreed", ()))
        values["also"] = tuple(values.get("also", ()))
    return kind(**values)


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {k: _without(v, key) for k, v in value.items() if k != key}
    if isinstance(value, (list, tuple)):
        return [_without(v, key) for v in value]
    return value
