"""Texts, read in the room: a note, next steps, what a therapist gave, what both typed, a transcript. RED.

What was written is never called said, and what somebody typed as a next step is not guessed at again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from afterword.capture.forms import Form
from afterword.record import SECTIONS, Line, Moment, NextStep, Record, Source
from afterword.room.given import MOMENT_WORDS, PROMPT, read_given
from afterword.room.listen.errors import ListenError
from afterword.room.transcript import NotATranscript, Speaker, Transcript, Turn, read_transcript
from afterword.verbatim import within_limit
from afterword.written import Written, WrittenStep

Understand = Callable[[Transcript], Record]
_WROTE: dict[Form, Speaker] = {"note": "client", "steps": "client", "given": "therapist", "together": "client"}
FEWEST_WORDS = 7
_TYPED = Source(0.0, "client")
_NAMES = {"plain": "a.txt", "vtt": "a.vtt", "srt": "a.srt", "json": "a.json"}
_QUOTATION = re.compile(r"(\"[^\"]*\"|\u201c[^\u201d]*\u201d)")
_YOU: tuple[tuple[str, str], ...] = (
    (r"\b([Yy])ou (?:told your therapist|said)\b", r"\1ou wrote"),
    (r"\b([Yy])ou also said\b", r"\1ou also wrote"),
    (r"\bYou talked about\b", "You wrote about"),
    (r"^What was said$", "What you wrote"),
)
_BOTH: tuple[tuple[str, str], ...] = (
    (r"\b([Yy])ou (?:told your therapist|said)\b", r"\1ou both wrote"),
    (r"\b([Yy])ou also said\b", r"\1ou both also wrote"),
    (r"\bYou talked about\b", "You both wrote about"),
    (r"\bYou took on\b", "You both wrote down"),
    (r"^What was said$", "What you both wrote"),
)
_THEY: tuple[tuple[str, str], ...] = (
    (r"\b([Yy])our therapist (?:put it to you|said)\b", r"\1our therapist wrote"),
    (r"\b([Yy])our therapist also said\b", r"\1our therapist also wrote"),
    (r"\bYou talked about\b", "Your therapist wrote about"),
    (r"^What was said$", "What your therapist wrote"),
)
_WORDS: dict[Form, tuple[tuple[str, str], ...]] = {"note": _YOU, "steps": _YOU, "given": _THEY, "together": _BOTH}


def turns_of(form: Form, written: Written, mine: bool = False) -> Transcript:
    """Its lines, each by whoever wrote it; of a transcript what was said. `mine`: the person told us that nobody else's
    words are in it. Raises NotATranscript where there is none, ListenError where somebody else is in it."""
    if form == "transcript":
        found = read_transcript(written.text.encode(), _NAMES[written.kind], "unclear")
        return _alone(found, written) if mine else found
    lines = _lines(written.text)
    if not (lines or written.steps or _lines(written.keep) or _lines(written.bring)):
        raise NotATranscript
    return Transcript(None, tuple(Turn(i, 0.0, _WROTE[form], line) for i, line in enumerate(lines)))


def _alone(found: Transcript, written: Written) -> Transcript:
    """Of one person. Lines without a name are theirs where they are no subtitles: those could be a call's."""
    if len(set(found.labels) - {""}) > 1 or any(turn.speaker == "therapist" for turn in found.turns):
        raise ListenError("two_voices")
    theirs = [bool(label) or written.kind == "plain" for label in found.labels]
    turns = (replace(t, speaker="client") if own else t for t, own in zip(found.turns, theirs, strict=True))
    return replace(found, turns=tuple(turns))


def record_of(form: Form, written: Written, transcript: Transcript, understand: Understand) -> Record:
    """What is kept of it: of what was read no more than may stand word for word, of what was typed as a step, to keep
    or to bring, every word."""
    record = understand(transcript) if transcript.turns else Record()
    if form == "transcript":
        return record
    record = read_given(record, transcript.turns) if form == "given" else _with_a_moment(record, transcript.turns)
    sections: dict[str, Any] = {n: tuple(_worded(form, line) for line in getattr(record, n)) for n in SECTIONS}
    record = within_limit(replace(record, **sections))
    return _with_fields(_with_steps(form, record, written.steps), written)


def _with_steps(form: Form, record: Record, steps: tuple[WrittenStep, ...]) -> Record:
    """Typed ones stand as they were typed, and take the place of what was read out of the rest."""
    if not steps:
        return record
    kept = tuple(NextStep(_stopped(s.text), s.who, s.due or None, "agreed", "", source=_TYPED) for s in steps)
    many = "one next step" if len(kept) == 1 else f"{len(kept)} next steps"
    lead = Line(f"You {'both ' if form == 'together' else ''}wrote down {many}.", source=_TYPED)
    return replace(record, next_steps=kept, overview=(lead, *record.overview))


def _with_a_moment(record: Record, turns: tuple[Turn, ...]) -> Record:
    """In a few lines the engine for talk may find none worth keeping: then the fullest two that ask for nothing."""
    asked = [*(step.evidence for step in record.next_steps), *(line.evidence for line in record.questions)]
    used = {t for evidence in asked for t in evidence}
    fit = [t for t in turns if t.t not in used and FEWEST_WORDS <= len(t.text.split()) <= MOMENT_WORDS]
    fit = [t for t in fit if not t.text.rstrip().endswith("?")]
    if record.moments or not fit:
        return record
    fullest = sorted(sorted(fit, key=lambda turn: -len(turn.text.split()))[:2], key=lambda turn: turn.t)
    return replace(record, moments=tuple(Moment(t.text, PROMPT, (t.t,), Source(0.0, t.speaker)) for t in fullest))


def _with_fields(record: Record, written: Written) -> Record:
    """What was named as worth keeping is a moment; what is to be brought, a question for next time."""
    kept = tuple(Moment(line, PROMPT, source=_TYPED) for line in _lines(written.keep))
    brought = tuple(Line(_stopped(line), source=_TYPED) for line in _lines(written.bring))
    return replace(record, moments=(*kept, *record.moments), questions=(*brought, *record.questions))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if any(c.isalnum() for c in line)]


def _worded(form: Form, line: Any) -> Any:
    """What stands outside quotations says who wrote it; the words themselves stay."""
    changed = {}
    for name in ("text", "heading"):
        if told := getattr(line, name, ""):
            changed[name] = _reworded(told, form)
    return replace(line, **changed) if not hasattr(line, "prompt") else line


def _reworded(told: str, form: Form) -> str:
    parts = _QUOTATION.split(told)
    for place in range(0, len(parts), 2):
        for said, wrote in _WORDS[form]:
            parts[place] = re.sub(said, wrote, parts[place])
    return "".join(parts)


def _stopped(text: str) -> str:
    return text if text[-1:] in ".!?\u2026" else f"{text}."
