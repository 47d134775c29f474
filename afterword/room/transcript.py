"""What was said, by whom: turns, transcripts, and reading those a person already has. RED: never printed or kept."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Speaker = Literal["client", "therapist", "unclear"]
_CLIENT = ("client", "patient", "me", "you", "c", "cl", "pt")
_THERAPIST = ("therapist", "counsellor", "counselor", "doctor", "psychologist", "t", "th")
_TITLE = re.compile(r"(?:dr|doctor|prof|professor)\b")
_TIME = re.compile(r"(?:(\d+):)?(\d+):(\d+)[.,](\d+)\s+-->")
_NAMED = re.compile(r"^(?:<v\s+([^>]+)>|([^\W\d_][\w .'-]{0,30}):)\s*(.*)$", re.DOTALL)

_CLOCK = r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d{1,3})?"
_STAMP = re.compile(rf"[\[(]?({_CLOCK})[\])]?")
_LABEL = re.compile(
    rf"(?:[\[(]?(?P<before>{_CLOCK})[\])]?\s*[-\u2013]?\s*)?(?P<name>[^\W\d_][\w .'-]{{0,30}}?)"
    rf"(?:\s*[\[(]?(?P<after>{_CLOCK})[\])]?)?\s*:(?!\d\d\b)\s*(?P<text>.*)"
)
_ABOVE = re.compile(rf"(?P<name>[^\W\d_][\w .'-]{{0,30}}?)\s+[\[(]?(?P<after>{_CLOCK})[\])]?")
# Seconds after which a transcript's first time is the time of day, and no minute of the session.
_BEGINS_WITHIN = 300.0


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
    """All turns in order. `date`: ISO date of the session. `labels`: of each turn the name before it, as it was
    written, or nothing."""

    date: str | None
    turns: tuple[Turn, ...] = field(repr=False)
    labels: tuple[str, ...] = field(default=(), repr=False)

    def __repr__(self) -> str:
        return f"<Transcript {len(self.turns)} turns>"


@dataclass(frozen=True)
class _Piece:
    """What stands behind one label. `start`: seconds."""

    start: float
    name: str
    text: str = field(repr=False)


def read_transcript(data: bytes, name: str, unnamed: Speaker = "client") -> Transcript:
    """From .json (`{"date", "turns": [{"t", "speaker", "text"}]}`), .vtt, .srt or .txt. `unnamed`: whose the lines of a
    .txt without any labels are; a typed note is the person's own. Raises NotATranscript."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotATranscript from None
    suffix = name.rsplit(".", 1)[-1].lower()
    if suffix == "json":
        return _from_json(text)
    return _from_cues(text) if suffix in ("vtt", "srt") else _from_lines(text, unnamed)


def _from_json(text: str) -> Transcript:
    try:
        data: dict[str, Any] = json.loads(text)
        turns = tuple(_turn(i, turn) for i, turn in enumerate(data["turns"]))
        labels = tuple(str(turn["speaker"]) for turn in data["turns"])
        return Transcript(data.get("date"), turns, tuple("" if label == "unclear" else label for label in labels))
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
    names = [_name(line)[0] for _, line in found]
    if not _are_speakers(names):  # subtitles of a call without names could be anybody's
        labels = names if all(names) else _that_come_back(names)
        return _turns([(_Piece(at, label, line), "unclear") for (at, line), label in zip(found, labels, strict=True)])
    return _named([_Piece(at, *_name(line)) for at, line in found])


def _from_lines(text: str, unnamed: Speaker) -> Transcript:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    pieces = _pieces(lines)
    if not _are_speakers([piece.name for piece in pieces]):
        again = _that_come_back([_labelled(line).name for line in lines])
        labels = [name or _timed(line) for name, line in zip(again, lines, strict=True)]
        return _turns([(_Piece(0.0, label, line), unnamed) for line, label in zip(lines, labels, strict=True)])
    joined: list[_Piece] = []
    for piece in pieces:
        if not piece.name and joined:  # it goes on with the turn before it, as in a typed dialogue
            joined[-1] = _with(joined[-1], piece.text)
        else:
            joined.append(piece)
    return _named(joined)


def _pieces(lines: list[str]) -> list[_Piece]:
    """Lines by label; what stands below a label that stands alone is behind it. A line of a time alone is the next
    one's time."""
    pieces: list[_Piece] = []
    at = 0.0
    for line in lines:
        if alone := _STAMP.fullmatch(line):
            at = _seconds(alone.group(1))
            continue
        piece = _labelled(line, at)
        at = piece.start
        if not piece.name and pieces and not pieces[-1].text:
            pieces[-1] = _with(pieces[-1], piece.text)
        else:
            pieces.append(piece)
    begins = next((piece.start for piece in pieces if piece.start), 0.0)
    return [replace(piece, start=0.0) for piece in pieces] if begins > _BEGINS_WITHIN else pieces


def _labelled(line: str, at: float = 0.0) -> _Piece:
    """`at`: seconds, where the line has no time of its own."""
    if found := _LABEL.fullmatch(line):
        return _Piece(_seconds(found["before"] or found["after"], at), found["name"], found["text"])
    above = _ABOVE.fullmatch(line)
    if above and _is_capitalised(above["name"]):
        return _Piece(_seconds(above["after"], at), above["name"], "")
    return _Piece(at, *_name(line))


def _timed(line: str) -> str:
    """The name beside a time, or nothing."""
    piece = _labelled(line, -1.0)
    return piece.name if piece.start >= 0 and _is_capitalised(piece.name) else ""


def _is_capitalised(name: str) -> bool:
    return not any(word[0].islower() for word in name.split())


def _with(piece: _Piece, text: str) -> _Piece:
    return replace(piece, text=f"{piece.text} {text}".strip())


def _seconds(clock: str | None, otherwise: float = 0.0) -> float:
    """Of '1:02:03.5', in whole seconds."""
    if not clock:
        return otherwise
    whole = 0
    for part in re.split(r"[.,]", clock)[0].split(":"):
        whole = whole * 60 + int(part)
    return float(whole)


def _name(line: str) -> tuple[str, str]:
    match = _NAMED.match(line)
    if not match:
        return "", line
    return (match.group(1) or match.group(2)).strip(), re.sub(r"</v>\s*$", "", match.group(3)).strip()


def _named(pieces: list[_Piece]) -> Transcript:
    parts = _parts({piece.name for piece in pieces} - {""})
    return _turns([(piece, parts.get(piece.name, "unclear")) for piece in pieces])


def _that_come_back(names: list[str]) -> list[str]:
    """They may be people, though too few lines have one, or too many are there to say."""
    return [name if names.count(name) > 1 else "" for name in names]


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


def _turns(found: list[tuple[_Piece, Speaker]]) -> Transcript:
    if not any(piece.text for piece, _ in found):
        raise NotATranscript
    turns = tuple(Turn(i, piece.start, who, piece.text) for i, (piece, who) in enumerate(found))
    return Transcript(None, turns, tuple(piece.name for piece, _ in found))


def _speaker(name: str) -> Speaker:
    lower = name.lower().strip(" .")
    if lower in _CLIENT:
        return "client"
    return "therapist" if lower in _THERAPIST else "unclear"
