"""A note by voice, read in the room: what one person told, as a note and nothing else. RED.

There was no session, so nothing of it is agreed, planned with somebody or told to a therapist, and none of it comes
back as a Moment. What was read as such stays as what the person said.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from afterword.record import SECTIONS, Line, Moment, NextStep, Record, lines_of

_QUOTATION = re.compile(r"(\"[^\"]*\"|\u201c[^\u201d]*\u201d)")
_TOLD: tuple[tuple[str, str], ...] = (
    (r"\b([Yy])ou told your therapist\b", r"\1ou said"),
    (r"\b([Yy])ou took on:", r"\1ou said:"),
    (r"\b([Yy])ou took on\b", r"\1ou spoke of"),
    (r"\bYou meet again:", "You spoke of:"),
)


def as_note(record: Record) -> Record:
    """Of the record of a monologue. Every line that was found stays, as a line."""
    sections: dict[str, Any] = {name: tuple(_told(line) for line in getattr(record, name)) for name in SECTIONS}
    note = replace(record, **sections | {"next_steps": (), "moments": ()}, next_appointment=None)
    for line in (*map(_of_step, record.next_steps), *map(_of_moment, record.moments), *_of_meeting(record)):
        note = note if _stands(line, note) else replace(note, insights=(*note.insights, line))
    return note


def _of_step(step: NextStep) -> Line:
    return Line(_said(step.quote) if step.quote else step.text, step.evidence, step.source)


def _of_moment(moment: Moment) -> Line:
    return Line(_said(moment.text), moment.evidence, moment.source)


def _of_meeting(record: Record) -> tuple[Line, ...]:
    return (Line(_said(record.next_appointment.said)),) if record.next_appointment else ()


def _said(words: str) -> str:
    return f'You said: "{words}"'


def _stands(line: Line, note: Record) -> bool:
    """Its words stand in another line already."""
    words = _words(line.text)
    return any(words in _words(getattr(other, "text", "")) for _, _, other in lines_of(note))


def _words(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", re.sub(r"^You said: ", "", text).lower()))


def _told(line: Any) -> Any:
    """Outside of quotations; the words themselves stay."""
    if not hasattr(line, "text"):
        return line
    parts = _QUOTATION.split(line.text)
    for place in range(0, len(parts), 2):
        for told, said in _TOLD:
            parts[place] = re.sub(told, said, parts[place])
    return replace(line, text="".join(parts))
