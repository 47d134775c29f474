"""What the person changed in a record, and the record as it then reads. It outranks every engine, for ever.

A line is named 'section.place'; what stands beside its words, 'section.place.part'. Two are in no section: the next
appointment as it was said ('next_appointment.0'), and what was agreed about danger ('safety.0' and on).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, TypeVar, get_args

from afterword.notebook.swapped import swapped
from afterword.record import SECTIONS, NextAppointment, NextStep, Record, Safety, Who, lines_of

_V = TypeVar("_V")
_WORDS = ("text", "label", "quote", "prompt", "heading")
# What stands beside the words of a line, and can be changed for itself.
PARTS = ("prompt", "heading")
APPOINTMENT, DANGER = "next_appointment", "safety"
MOST_MATTERED = 2


@dataclass(frozen=True)
class Settled:
    """What the person said of one step: whose it is, and when ("" for no time)."""

    who: Who
    due: str = field(repr=False)


@dataclass(frozen=True)
class Corrections:
    """What the person changed: `lines` by 'section.place' (None: deleted), `names` heard -> right, `steps` by place,
    `mattered` up to two 'section.place'. Nothing is lost: the record as it was made stays beneath."""

    lines: dict[str, str | None] = field(default_factory=dict, repr=False)
    names: dict[str, str] = field(default_factory=dict, repr=False)
    steps: dict[str, Settled] = field(default_factory=dict, repr=False)
    mattered: tuple[str, ...] = ()
    swapped: bool = False
    settled: bool = False

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Corrections:
        read = json.loads(data)
        steps = {place: Settled(**settled) for place, settled in read.pop("steps", {}).items()}
        return cls(**read | {"steps": steps, "mattered": tuple(read.get("mattered", ()))})


def corrected(record: Record, corrections: Corrections) -> Record:
    """The record with every correction applied; deleted lines become empty, so that places do not shift."""
    record = swapped(record) if corrections.swapped else record
    changes = {
        name: tuple(_line(name, i, item, corrections) for i, item in enumerate(getattr(record, name)))
        for name in SECTIONS
    }
    meeting = _meeting(record.next_appointment, corrections)
    return replace(record, safety=_danger(record.safety, corrections), next_appointment=meeting, **changes)  # type: ignore[arg-type]


def holds(record: Record, section: str, place: int, part: str = "") -> bool:
    """Whether there is such a line, or such a part of one."""
    if section == APPOINTMENT:
        return record.next_appointment is not None and place == 0 and not part
    if section == DANGER:
        return record.safety is not None and 0 <= place < len(record.safety.agreed) and not part
    if section not in SECTIONS or not 0 <= place < len(getattr(record, section)):
        return False
    return not part or (part in PARTS and hasattr(getattr(record, section)[place], part))


def name_of(section: str, place: int, part: str = "") -> str:
    """Under which a correction is kept."""
    return f"{section}.{place}.{part}" if part else f"{section}.{place}"


def with_line(before: Corrections, key: str, text: str | None) -> Corrections:
    """A new wording, or None for a line that is deleted; what is deleted cannot have mattered."""
    kept = tuple(other for other in before.mattered if text is not None or other != key)
    return replace(before, lines=before.lines | {key: text}, mattered=kept)


def without_line(before: Corrections, key: str) -> Corrections:
    return replace(before, lines=less(before.lines, key))


def with_name(before: Corrections, heard: str, right: str) -> Corrections:
    return replace(before, names=less(before.names, heard) | {heard: right})


def without_name(before: Corrections, heard: str) -> Corrections:
    return replace(before, names=less(before.names, heard))


def with_step(before: Corrections, place: int, settled: Settled, text: str | None) -> Corrections:
    """Kept as it is, or with the person's own wording; a step that was dropped is there again."""
    key = f"next_steps.{place}"
    lines = less(before.lines, key) if before.lines.get(key, "") is None else before.lines
    return replace(
        before, steps=before.steps | {str(place): settled}, lines=lines | {key: text} if text is not None else lines
    )


def without_step(before: Corrections, place: int) -> Corrections:
    """As it was made."""
    return replace(before, steps=less(before.steps, str(place)), lines=less(before.lines, f"next_steps.{place}"))


def with_mark(before: Corrections, key: str) -> Corrections:
    """One more line that mattered: of three the oldest goes."""
    return replace(before, mattered=(*(other for other in before.mattered if other != key), key)[-MOST_MATTERED:])


def without_mark(before: Corrections, key: str) -> Corrections:
    return replace(before, mattered=tuple(other for other in before.mattered if other != key))


def owner_named(text: str) -> Who:
    """The owner of a step from a form. Raises KeyError."""
    if text not in get_args(Who):
        raise KeyError(text)
    return text  # type: ignore[return-value]


def stands(name: str, record: Record) -> bool:
    """Whether the name is to be read anywhere in the record."""
    texts = [getattr(item, word) for _, _, item in lines_of(record) for word in _WORDS if hasattr(item, word)]
    texts += [line.text for line in record.safety.agreed] if record.safety else []
    texts += [record.next_appointment.said] if record.next_appointment else []
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for text in texts)


def less(values: Mapping[str, _V], key: str) -> dict[str, _V]:
    return {k: v for k, v in values.items() if k != key}


def _danger(safety: Safety | None, corrections: Corrections) -> Safety | None:
    """With the right names, and in the person's own words where they gave them; nothing of it can be deleted line by
    line."""
    if safety is None:
        return None
    own = [corrections.lines.get(name_of(DANGER, place)) or line.text for place, line in enumerate(safety.agreed)]
    texts = (_renamed(text, corrections.names) for text in own)
    agreed = tuple(replace(line, text=text) for line, text in zip(safety.agreed, texts, strict=True))
    return replace(safety, agreed=agreed)


def _meeting(found: NextAppointment | None, corrections: Corrections) -> NextAppointment | None:
    """In the person's own words it has no date that was read from others."""
    name = name_of(APPOINTMENT, 0)
    if found is None or (name in corrections.lines and corrections.lines[name] is None):
        return None
    if own := corrections.lines.get(name):
        return NextAppointment(_renamed(own, corrections.names), None)
    return replace(found, said=_renamed(found.said, corrections.names))


def _line(section: str, place: int, item: Any, corrections: Corrections) -> Any:
    field_name, key = ("label" if section in ("themes", "feelings") else "text"), f"{section}.{place}"
    if key in corrections.lines and corrections.lines[key] is None:
        return replace(item, **{name: "" for name in _WORDS if hasattr(item, name)})
    changes = {name: _renamed(getattr(item, name), corrections.names) for name in _WORDS if hasattr(item, name)}
    if text := corrections.lines.get(key):
        changes[field_name] = _renamed(text, corrections.names)
    for part in PARTS:
        if hasattr(item, part) and f"{key}.{part}" in corrections.lines:
            changes[part] = _renamed(corrections.lines[f"{key}.{part}"] or "", corrections.names)
    item = replace(item, **changes)
    return _settled(item, corrections.steps.get(str(place))) if section == "next_steps" else item


def _settled(step: NextStep, settled: Settled | None) -> NextStep:
    return replace(step, who=settled.who, due=settled.due or None, certainty="agreed") if settled else step


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for heard, right in names.items():
        text = right.join(re.split(rf"(?<!\w){re.escape(heard)}(?!\w)", text))
    return text
