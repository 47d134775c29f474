"""The entries of the consent record, oldest first: what was asked of whom, and what they answered. Pure values.

Names stand in it, so it lies sealed, and nothing here prints them. What an entry allows is decided in gate.py alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from afterword.facts.consent_law import Medium

Format = Literal["recording", "last_minutes", "transcript"]
Answer = Literal["yes", "limits", "not_this", "not_yet"]
# "one": the session of one day; "each": they want to be asked each time; "all": every one of them.
Sessions = Literal["one", "each", "all"]
How = Literal["in_session", "call", "message"]
FORMATS: tuple[Format, ...] = get_args(Format)
# What they are called in a sentence: "yes to ...".
NAMED: dict[Format, str] = {
    "recording": "recording the session",
    "last_minutes": "recording the last two minutes",
    "transcript": "a transcript of the session",
}


@dataclass(frozen=True)
class Limits:
    """What a yes covers. `day`: ISO date of the session, for "one". `until`: ISO date of the last session, or ""."""

    formats: tuple[Format, ...] = ("recording",)
    sessions: Sessions = "each"
    day: str = ""
    until: str = ""


@dataclass(frozen=True)
class Where:
    """Codes of places.py, or "" where it is not known: the person's own and the therapist's; and how they meet."""

    here: str = ""
    there: str = ""
    medium: Medium = "in_person"


@dataclass(frozen=True)
class Asked:
    """`therapist`: a name, or a word for them, or "". `on`: ISO date. `formats`: what they were asked for."""

    therapist: str = field(repr=False)
    on: str
    how: How
    formats: tuple[Format, ...] = ("recording",)


@dataclass(frozen=True)
class Answered:
    """What they said, on that day. `limits` is None unless it was a yes."""

    therapist: str = field(repr=False)
    on: str
    answer: Answer
    limits: Limits | None = None
    where: Where = Where()


@dataclass(frozen=True)
class Again:
    """They were asked again, and said yes, for the session of that day: to `formats`, or to all that their yes covers
    where there are none."""

    therapist: str = field(repr=False)
    on: str
    formats: tuple[Format, ...] = ()


@dataclass(frozen=True)
class Withdrawn:
    """The yes was taken back. It holds from where it stands in the record, whatever its day. `discard`: and what rested
    on it and was not notes yet was to go."""

    therapist: str = field(repr=False)
    on: str
    discard: bool = False


@dataclass(frozen=True)
class Lost:
    """What stood here is gone, or was written by somebody else. No yes before it counts any more."""


Entry = Asked | Answered | Again | Withdrawn | Lost
_KINDS: dict[str, type[Entry]] = {
    "asked": Asked, "answered": Answered, "again": Again, "withdrawn": Withdrawn, "lost": Lost,
}  # fmt: skip
_NAMES = {kind: name for name, kind in _KINDS.items()}


def to_json(entry: Entry) -> dict[str, Any]:
    """Values that JSON knows; `kind` says which entry it is."""
    return {"kind": _NAMES[type(entry)]} | asdict(entry)


def from_json(values: Mapping[str, Any]) -> Entry:
    """Undo `to_json`. Raises KeyError or TypeError for what this release does not know."""
    given = {name: value for name, value in values.items() if name != "kind"}
    if "formats" in given:
        given["formats"] = tuple(given["formats"])
    if "where" in given:
        given["where"] = Where(**given["where"])
    if given.get("limits"):
        given["limits"] = Limits(**given["limits"] | {"formats": tuple(given["limits"]["formats"])})
    return _KINDS[values["kind"]](**given)


def of(entries: tuple[Entry, ...], therapist: str) -> tuple[Entry, ...]:
    """Those about one therapist; what was lost may have been about anybody."""
    return tuple(e for e in entries if isinstance(e, Lost) or key(e.therapist) == key(therapist))


def names(entries: tuple[Entry, ...]) -> tuple[str, ...]:
    """Everybody in the record, as they were last written; whoever the record spoke of last comes last."""
    found: dict[str, str] = {}
    for entry in entries:
        if not isinstance(entry, Lost):
            found.pop(key(entry.therapist), None)
            found[key(entry.therapist)] = entry.therapist
    return tuple(found.values())


def where(entries: tuple[Entry, ...]) -> Where:
    """Where the two were by the last answer; unknown without one."""
    return next((e.where for e in reversed(entries) if isinstance(e, Answered)), Where())


def key(therapist: str) -> str:
    """The same for the same name, however it was typed."""
    return " ".join(therapist.split()).casefold()


def called(therapist: str) -> str:
    """In a sentence."""
    return therapist or "your therapist"


def said_day(iso: str) -> str:
    """'2026-11-20' as '20 November 2026'."""
    return f"{date.fromisoformat(iso):%-d %B %Y}"


def joined(formats: tuple[Format, ...]) -> str:
    """'recording the session and a transcript of the session'."""
    parts = [NAMED[f] for f in formats]
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
