"""What was said, by whom: turns, transcripts, and reading those a person already has. RED: never printed or kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Literal

Speaker = Literal["client", "therapist", "unclear"]
_CLIENT = ("client", "patient", "me", "you", "c", "cl", "pt")
_THERAPIST = ("therapist", "counsellor", "counselor", "doctor", "psychologist", "t", "th")
_TITLE = re.compile(r"(?:dr|doctor|prof|professor)\b")
_TIME = re.compile(r"(?:(\d+):)?(\d+):(\d+)[.,](\d+)\s+-->")
_NAMED = re.compile(r"^(?:<v\s+([^>]+)>|([^\W\d_][\w .'-]{0,30}):)\s*(.*)$", re.DOTALL)


class NotATranscript(ValueError):
    """The file is none of the forms that can be read."""


@dataclass(frozen=True)
class Turn:
    """One person's stretch of speech. `t`: index in the input; `start`: seconds."""

    t: int
    start: float
    speaker: Speaker
    text: str = field(repr=False)


@dataclass(frozen=True)
class Transcript:
    """All turns in order. `date`: ISO date of the session."""

    date: str | None
    turns: tuple[Turn, ...] = field(repr=False)

    def __repr__(self) -> str:
        return f"<Transcript {len(self.turns)} turns>"


def read_transcript(data: bytes, name: str) -> Transcript:
    """From .json (`{"date", "turns": [{"t", "speaker", "text"}]}`), .vtt, .srt or .txt. Raises NotATranscript."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotATranscript from None
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix == "json":
        return _from_json(text)
    return _from_cues(text) if suffix in ("vtt", "srt") else _from_lines(text)


def _from_json(text: str) -> Transcript:
    try:
        data: dict[str, Any] = json.loads(text)
        turns = tuple(_turn(i, turn) for i, turn in enumerate(data["turns"]))
        return Transcript(data.get("date"), turns)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise NotATranscript from None


def _turn(index: int, turn: dict[str, Any]) -> Turn:
    return Turn(
        int(turn.get("t", index)), float(turn.get("start", 0)), _speaker(str(turn["speaker"])), str(turn["text"])
    )


def _from_cues(text: str) -> Transcript:
    found: list[tuple[float, str]] = []
    for block in re.split(r"\n\s*\n", text.replace("\r", "")):
        lines = block.strip().split("\n")
        at = next((i for i, line in enumerate(lines) if _TIME.search(line)), None)
        if at is None:
            continue
        hours, minutes, seconds, _ = _TIME.search(lines[at]).groups()  # type: ignore[union-attr]
        found.append((int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds), " ".join(lines[at + 1 :])))
    return _joined(found, carried=False)


def _from_lines(text: str) -> Transcript:
    return _joined([(0.0, line.strip()) for line in text.splitlines() if line.strip()], carried=True)


def _name(line: str) -> tuple[str, str]:
    match = _NAMED.match(line)
    if not match:
        return "", line
    return (match.group(1) or match.group(2)).strip(), re.sub(r"</v>\s*$", "", match.group(3)).strip()


def _joined(lines: list[tuple[float, str]], carried: bool) -> Transcript:
    """`carried`: a line without a name goes on with the turn before it, as in a typed dialogue."""
    names = [_name(line)[0] for _, line in lines]
    if not _are_speakers(names):
        # A typed note is the person's own; subtitles of a call without names could be anybody's.
        return _turns([(at, "client" if carried else "unclear", line) for at, line in lines])
    parts = _parts(set(names) - {""})
    found: list[tuple[float, Speaker, str]] = []
    for (at, line), name in zip(lines, names, strict=True):
        if not name and carried and found:
            found[-1] = (found[-1][0], found[-1][1], f"{found[-1][2]} {line}")
        else:
            found.append((at, parts.get(name, "unclear"), _name(line)[1]))
    return _turns(found)


def _are_speakers(names: list[str]) -> bool:
    """Labels before the lines, and not headings of a note ("homework: ..."): known ones, or a few that come back."""
    given = [name for name in names if name]
    all_named_of_two = len(given) == len(names) and _titled(set(given)) != ""
    known = all_named_of_two or any(_speaker(name) != "unclear" for name in given)
    return known or (len(given) > 0.6 * len(names) and len(given) >= 4 * len(set(given)) / 2 and len(set(given)) <= 3)


def _parts(names: set[str]) -> dict[str, Speaker]:
    """Who has which part. Of two, where one is the therapist by role or title, the other is the client."""
    parts = {name: _speaker(name) for name in names}
    titled = _titled(names)
    if titled:
        parts[titled] = "therapist"
    if len(names) == 2 and sorted(parts.values()) == ["therapist", "unclear"]:
        return {name: "therapist" if part == "therapist" else "client" for name, part in parts.items()}
    return parts


def _titled(names: set[str]) -> str:
    """The one of two names with a doctor's title, if the other is not known to be the therapist; else nothing."""
    titled = [name for name in names if _TITLE.match(name.lower())]
    others = [name for name in names if name not in titled]
    alone = len(names) == 2 and len(titled) == 1 and _speaker(others[0]) != "therapist"
    return titled[0] if alone else ""


def _turns(found: list[tuple[float, Speaker, str]]) -> Transcript:
    if not any(said for _, _, said in found):
        raise NotATranscript
    return Transcript(None, tuple(Turn(i, at, who, said) for i, (at, who, said) in enumerate(found)))


def _speaker(name: str) -> Speaker:
    lower = name.lower().strip(" .")
    if lower in _CLIENT:
        return "client"
    return "therapist" if lower in _THERAPIST else "unclear"
