"""What a line says is going to happen: only what stands among the next steps, or was undertaken where it cites."""

from __future__ import annotations

import re
from collections.abc import Sequence

from afterword.record import NextAppointment, NextStep, Who
from afterword.room.understand.builtin.clauses import mask, stems
from afterword.room.understand.model import figures
from afterword.room.understand.model.lines import told
from afterword.room.understand.model.polarity import says_no
from afterword.room.understand.model.said import Said
from afterword.room.understand.model.steps import binds

_CLAIM = re.compile(
    r"\b(?P<who>you both|you|your therapist|they)(?: both)?(?:'ll| will|'re going to| are going to| is going to|"
    r" plan(?:ned)? to| agreed to| have agreed to| decided to| have decided to| promised to| committed to|"
    r"'re \w+ing| are \w+ing)\b(?P<what>[^.;:!?]*)"
)
_SUPPOSED = re.compile(r"\b(?:if|when|whenever|would|could|might|said|thought|feel|afraid|like|as if)\b[^.;]*$")
_MEETING = re.compile(
    r"\byour next (?:appointment|session)\b|\b(?:you (?:will )?meet|see each other)\b|^next (?:time|session)\b|^meet\b"
)
_ONGOING = re.compile(r"(?:'re| are) (?!going to)\w+ing\b")
_WHO: dict[str, Who] = {"you": "you", "you both": "both", "your therapist": "therapist", "they": "therapist"}


def unfounded(said: Said, text: str, evidence: Sequence[int], steps: Sequence[NextStep]) -> bool:
    """Somebody is said to be going to do what nobody here undertook."""
    line = told(text).lower().replace("\u2019", "'")
    for m in _CLAIM.finditer(line):
        about = stems(m.group("what"))
        if (
            not about
            or _ONGOING.search(m.group()[: m.end("who") - m.start() + 16])
            or _SUPPOSED.search(line[: m.start()])
        ):
            continue
        if says_no(m.group("what")) or says_no(m.group()):
            continue
        who = _WHO[m.group("who")]
        if not _stands(about, who, steps) and not _undertaken(said, about, who, evidence):
            return True
    return False


def other_meeting(text: str, found: NextAppointment | None) -> bool:
    """It names another day for the next appointment than was read."""
    days = figures.days(text)
    settled = figures.days(found.said) if found else set()
    return bool(_MEETING.search(mask(text)) and days and settled and not days & settled)


def _stands(about: set[str], who: Who, steps: Sequence[NextStep]) -> bool:
    least = min(2, len(about))
    return any(
        len(about & stems(f"{step.text} {step.quote}")) >= least
        for step in steps
        if who == "both" or step.who in (who, "both")
    )


def _undertaken(said: Said, about: set[str], who: Who, evidence: Sequence[int]) -> bool:
    speaker = "therapist" if who == "therapist" else "client"
    turns = [said.turns[p] for p in said.places(evidence, 1)]
    return any(
        binds(sentence) and not says_no(sentence) and about & stems(sentence)
        for turn in turns
        if turn.speaker in (speaker, "unclear")
        for sentence in re.split(r"(?<=[.!?\u2026])\s+", turn.text)
    )
