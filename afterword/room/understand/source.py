"""Where in the session each line comes from, read from the turns it cites."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from afterword.record import SECTIONS, Record, Safety, Source
from afterword.room.transcript import Transcript, Turn


def located(record: Record, transcript: Transcript) -> Record:
    """The same record, each line with the second it was said, by whom, and in how many places."""
    turns = {turn.t: turn for turn in reversed(transcript.turns)}
    sections: dict[str, Any] = {
        name: tuple(_located(line, turns) for line in getattr(record, name)) for name in SECTIONS
    }
    return replace(record, safety=_danger(record.safety, turns), **sections)


def _danger(safety: Safety | None, turns: dict[int, Turn]) -> Safety | None:
    if safety is None:
        return None
    agreed = tuple(_located(line, turns) for line in safety.agreed)
    return replace(_located(safety, turns), agreed=agreed)  # type: ignore[no-any-return]


def _located(line: Any, turns: dict[int, Turn]) -> Any:
    cited = [turns[t] for t in line.evidence if t in turns]
    if not cited:
        return replace(line, source=None)
    return replace(line, source=Source(cited[0].start, cited[0].speaker, len(cited)))
