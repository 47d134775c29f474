"""Reads a session of the corpus: its text form into the JSON form that `afterword understand` and the scorer read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

Role = Literal[
    "propose", "assign", "commit", "accept", "refuse", "amend", "postpone", "withdraw", "recap", "hypothetical",
    "done", "joke", "quote", "insight", "next", "feeling", "theme", "moment", "housekeeping", "safety",
]  # fmt: skip
ROLES: tuple[str, ...] = get_args(Role)
# Of a plan: what the tagged turn does with it. `hypothetical`, `done`, `joke`, `quote` never make a step.
OF_PLANS = ROLES[:13]
KINDS = ("session", "voice_recap", "closing", "note")
DANGERS = ("none", "suicide", "self_harm", "harm_to_others", "violence")
SPEAKERS = {"T": "therapist", "C": "client", "?": "unclear"}
_TURN = re.compile(r"([TC?]): (.*?)(?:\s*\{([^{}]*)\})?\s*$")
_GOLD = re.compile(r"([a-z]+)(?: ([a-z]+\d+))?(?: \(([^)]*)\))?: (.+)$")
_WHO = re.compile(r"(client|therapist|both)(?:, (.+))?$")
_NEXT = re.compile(r"[\"\u201c](.+)[\"\u201d] (\S+)$")
_SECTIONS = {
    "theme": ("themes", "label"), "insight": ("insights", "text"), "step": ("next_steps", "text"),
    "rejected": ("rejected_or_past_steps", "text"), "question": ("questions_for_next_time", "text"),
    "feeling": ("emotions", "label"), "moment": ("moments", "text"),
}  # fmt: skip


class Wrong(ValueError):
    """The file is not in the form; says where and what to do."""


@dataclass(frozen=True)
class Tag:
    """What a turn is, and of what."""

    role: str
    of: str = ""


@dataclass(frozen=True)
class Turn:
    """One turn as written: `t` from 0."""

    t: int
    speaker: str
    text: str
    tags: tuple[Tag, ...] = ()


@dataclass(frozen=True)
class Session:
    """One file. `gold`: as in the JSON form, each label with its `turns`, and `ref`, by which tags name it."""

    path: Path
    head: dict[str, str]
    turns: tuple[Turn, ...]
    gold: dict[str, Any] = field(repr=False)

    @property
    def hand(self) -> str:
        return self.path.parent.name

    @property
    def words(self) -> int:
        return sum(len(turn.text.split()) for turn in self.turns)

    def to_json(self) -> dict[str, Any]:
        """What the scorer reads."""
        said = _NEXT.match(self.head.get("next", ""))
        iso = said.group(2) if said else "-"
        appointment = {"said": said.group(1), "iso": None if iso == "-" else iso} if said else None
        turns = [{"t": turn.t, "speaker": turn.speaker, "text": turn.text} for turn in self.turns]
        return {"id": f"{self.hand}_{self.path.stem}", "kind": self.head["kind"], "date": self.head["date"],
                "next_appointment": appointment, "turns": turns, "gold": self.gold}  # fmt: skip


def sessions(root: Path | None = None) -> list[Session]:
    """All of them, by hand and name. Raises Wrong."""
    return [read(path) for path in sorted((root or Path(__file__).parent).glob("*/*.txt"))]


def read(path: Path) -> Session:
    """One file. Raises Wrong."""
    talk, _, gold = path.read_text(encoding="utf-8").partition("\n== gold\n")
    head, turns = _head_and_turns(path, talk)
    return Session(path, head, tuple(turns), _gold(path, gold, turns))


def _head_and_turns(path: Path, talk: str) -> tuple[dict[str, str], list[Turn]]:
    head: dict[str, str] = {}
    turns: list[Turn] = []
    for number, line in enumerate(talk.splitlines(), 1):
        if not line.strip():
            continue
        found = _TURN.match(line)
        if found:
            turns.append(Turn(len(turns), SPEAKERS[found.group(1)], found.group(2), tuple(_tags(found.group(3)))))
        elif turns or ": " not in line:
            raise Wrong(f"{path.name}:{number}: neither a turn nor a line of the head: {line[:60]}")
        else:
            key, _, value = line.partition(": ")
            head[key.strip()] = value.strip()
    return head, turns


def _tags(text: str | None) -> Iterator[Tag]:
    for part in (text or "").split(","):
        if part.strip():
            role, _, of = part.strip().partition(" ")
            yield Tag(role, of.strip())


def _gold(path: Path, text: str, turns: list[Turn]) -> dict[str, Any]:
    gold: dict[str, Any] = {"overview": "", "must_not_say": [], "safety": None, "people": []}
    gold |= {section: [] for section, _ in _SECTIONS.values()} | {"open_threads_from_before": []}
    for line in filter(str.strip, text.splitlines()):
        found = _GOLD.match(line.strip())
        if not found:
            raise Wrong(f"{path.name}: not a line of the gold: {line[:60]}")
        kind, ref, given, said = found.groups()
        if kind in _SECTIONS and ref:
            section, key = _SECTIONS[kind]
            cited = [turn.t for turn in turns if any(tag.of == ref for tag in turn.tags)]
            gold[section].append({"ref": ref, key: said, "turns": cited} | _owner(path, kind, given))
        elif kind == "never":
            gold["must_not_say"].append(said)
        elif kind == "overview":
            gold["overview"] = said
        elif kind == "safety":
            gold["safety"] = _danger(said, turns)
        else:
            raise Wrong(f"{path.name}: unknown label: {line[:60]}")
    return gold


def _owner(path: Path, kind: str, given: str | None) -> dict[str, Any]:
    if kind != "step":
        return {}
    who = _WHO.match(given or "")
    if not who:
        raise Wrong(f"{path.name}: a step says whose it is: (client), (therapist, by Friday), (both)")
    return {"who": who.group(1), "due": who.group(2)}


def _danger(said: str, turns: list[Turn]) -> dict[str, Any] | None:
    kind = said.split(maxsplit=1)[0].strip(".,;")
    cited = [turn.t for turn in turns if any(tag.role == "safety" for tag in turn.tags)]
    return None if kind == "none" else {"kind": kind, "turns": cited}


def faults(session: Session) -> Iterator[str]:
    """What is wrong with a file that could be read."""
    yield from _faults_of_head(session)
    refs = [item["ref"] for section, _ in _SECTIONS.values() for item in session.gold[section]]
    for turn in session.turns:
        for tag in turn.tags:
            if tag.role not in ROLES:
                yield f"turn {turn.t}: no role {tag.role!r}"
            elif tag.of and tag.of not in refs:
                yield f"turn {turn.t}: {tag.of} is not in the gold"
    yield from (f"{ref} is given twice" for ref in {r for r in refs if refs.count(r) > 1})
    for section, key in _SECTIONS.values():
        for item in session.gold[section]:
            yield from _faults_of_label(session, section, key, item)
    if not session.gold["overview"]:
        yield "no overview"
    if session.gold["safety"]:
        if session.gold["safety"]["kind"] not in DANGERS:
            yield f"safety is one of {', '.join(DANGERS)}"
        if not session.gold["safety"]["turns"]:
            yield "no turn has the tag safety"


def _faults_of_head(session: Session) -> Iterator[str]:
    if session.head.get("kind") not in KINDS:
        yield f"kind is one of {', '.join(KINDS)}"
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", session.head.get("date", "")):
        yield "date is YYYY-MM-DD"
    appointment = session.head.get("next", "-")
    found = _NEXT.match(appointment)
    if appointment not in ("-", "none") and not found:
        yield 'next is "the words said" 2026-03-16T17:30, or -'
    if found and not any(flat(found.group(1)) in flat(turn.text) for turn in session.turns):
        yield "next: these words are not said in a turn"
    if found and found.group(2) != "-":
        try:
            datetime.fromisoformat(found.group(2))
        except ValueError:
            yield "next: no such date"


def _faults_of_label(session: Session, section: str, key: str, item: dict[str, Any]) -> Iterator[str]:
    near = [session.turns[t].text for t in item["turns"]]
    if not near:
        yield f"{item['ref']}: no turn is tagged with it"
    if section == "moments" and not any(flat(item[key]) in flat(text) for text in near):
        yield f"{item['ref']}: not word for word in a turn with its tag"
    if item.get("due") and not any(flat(item["due"]) in flat(text) for text in near):
        yield f"{item['ref']}: its time is not word for word in a turn with its tag"


def flat(text: str) -> str:
    """For comparing words: one kind of quotes and spaces, lower case."""
    return re.sub(r"\s+", " ", text.replace("\u2019", "'").replace("\u201c", '"').replace("\u201d", '"')).lower()
