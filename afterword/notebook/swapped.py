"""The record when the two voices were taken for each other: what can be turned is turned, what cannot is left out."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from afterword.record import SECTIONS, NextStep, Record, Safety, Source

_QUOTE = re.compile(r"[\"\u201c][^\"\u201d]*[\"\u201d]")
_LEAD = re.compile(r"(?:You|Your therapist) (?:said|asked):|Later:")
_OTHER = {"client": "therapist", "therapist": "client", "unclear": "unclear"}


def swapped(record: Record) -> Record:
    """Owners and attributed quotations change sides. What was told in other words ("You said that your ...") cannot be
    turned without the session, and feelings were somebody else's: both become empty, so that places do not shift."""
    changes = {name: tuple(_turned(name, item) for item in getattr(record, name)) for name in SECTIONS}
    return replace(record, safety=_danger(record.safety), **changes)  # type: ignore[arg-type]


def _danger(safety: Safety | None) -> Safety | None:
    """What was agreed about it is quoted, so whoever said it is the other."""
    if safety is None:
        return None
    agreed = tuple(replace(line, source=_of_the_other(line.source) if line.source else None) for line in safety.agreed)
    source = _of_the_other(safety.source) if safety.source else None
    return replace(safety, source=source, agreed=agreed)


def _turned(section: str, item: Any) -> Any:
    source = _of_the_other(item.source) if item.source else None
    if section == "next_steps":
        return replace(_step(item), source=source)
    if section == "moments":
        return replace(item, source=source)
    if section == "themes":
        return replace(item, source=source, label=_nobodys(item.label))
    if section == "feelings":
        return replace(item, source=source, label="")
    return replace(item, source=source, text=_text(item.text))


def _of_the_other(source: Source) -> Source:
    return replace(source, said_by=_OTHER[source.said_by])  # type: ignore[arg-type]


def _step(step: NextStep) -> NextStep:
    """With the other as its owner, in the words it rests on: a wording would speak of the wrong one."""
    who = {"you": "therapist", "therapist": "you", "both": "both"}[step.who]
    text = _text(step.text) or (f'It was said: "{step.quote}"' if step.quote else "")
    return replace(step, who=who, text=text)  # type: ignore[arg-type]


def _text(text: str) -> str:
    """Turned where it is quotations and who said them; else nothing."""
    bare = _LEAD.sub("", _QUOTE.sub("", text))
    if re.search(r"\w", bare):
        return ""
    parts = re.split(f"({_QUOTE.pattern})", text)
    return "".join(part if _QUOTE.fullmatch(part) else _led_by_the_other(part) for part in parts)


def _led_by_the_other(part: str) -> str:
    other = {"You": "Your therapist", "Your therapist": "You"}
    return re.sub(r"(Your therapist|You)(?= (?:said|asked):)", lambda m: other[m.group()], part)


def _nobodys(label: str) -> str:
    """ "Your mother" is whose? "The mother" is true either way."""
    return re.sub(r"\b([Yy])our\b", lambda m: "The" if m.group(1) == "Y" else "the", label)
