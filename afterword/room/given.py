"""What a therapist wrote for a person to take home, beside what the engine reads in it: tasks, questions, lines worth
keeping. RED.

A worksheet speaks in headings and lists, which nobody does aloud, so the engine for talk passes most of it over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from afterword.record import Certainty, Line, Moment, NextStep, Record, Source
from afterword.room.transcript import Turn
from afterword.room.understand.builtin.clauses import mask
from afterword.room.understand.builtin.shown import short
from afterword.room.understand.builtin.times import last_time

PROMPT = "What comes up when you read this?"
MOMENT_WORDS = 40
MOST_MOMENTS = 4
MOST_TASKS = 10
_BULLET = re.compile(r"^(?:[-*\u2022\u2013\u2610\u25a1]|\[ ?\]|\d{1,2}[.)])\s*")
_TASKS = re.compile(
    r"^(?:your |our |the )?(?:home ?work|next steps?|to[- ]?do(?: list)?|(?:things )?to (?:try|do|practi[sc]e)|tasks?|"
    r"actions?(?: points?)?|plan|practi[sc]e|exercises?|assignments?|(?:for )?(?:this|the coming|next) week|"
    r"between (?:the |our )?sessions|(?:until|before|by|for) (?:we meet|(?:the |our )?next (?:time|session))|"
    r"(?:what )?(?:we )?agreed(?: on)?)\b(?:\s*\.?$|"
    # Behind a colon, and not what was agreed not to be done.
    r"(?![^:]*(?:\b(?:not|never|no)\b|n['\u2019]t\b))[^:.?!]{0,30}:(?!\d)\s*(?P<rest>.*)$)",
    re.IGNORECASE,
)
_QUESTIONS = re.compile(
    r"^(?:questions?|(?:things )?to (?:think about|reflect on)|reflect\w*)\b[^:?]{0,40}:\s*(.*)$", re.I
)
_MEETS = re.compile(r"^(?:our |your )?next (?:appointment|session|meeting)\b", re.IGNORECASE)
_OWN = re.compile(r"^(?:I|I'll|I'm|We|Today|In today's session|This session)\b")
_TO_YOU = re.compile(r"\byou(?:r|rs|rself)?\b", re.IGNORECASE)


@dataclass(frozen=True)
class _Task:
    turn: Turn = field(repr=False)
    text: str = field(repr=False)
    agreed: bool


def read_given(record: Record, turns: tuple[Turn, ...]) -> Record:
    """The engine's record, with what stands under headings. A task that was set is not yet one that was agreed to, so
    it is shown to be checked, unless it stands under "agreed"."""
    tasks = tuple(_tasks(turns))
    taken = {task.turn.t for task in tasks}
    steps = [step for step in record.next_steps if not taken & set(step.evidence)] + [_step(task) for task in tasks]
    steps = sorted(steps, key=lambda step: step.evidence[:1])[:MOST_TASKS]
    asked = tuple(_line(turn, text) for turn, text in _questions(turns))
    moments = record.moments or tuple(_moment(turn) for turn in _kept(turns, taken))
    return replace(record, next_steps=tuple(steps), questions=(*record.questions, *asked), moments=moments)


def _tasks(turns: tuple[Turn, ...]) -> Iterator[_Task]:
    """What stands below or behind a heading such as "Homework", up to the next heading."""
    under, agreed = False, False
    for turn in turns:
        text, listed = _bare(turn)
        head = None if listed else _TASKS.match(text)
        if head:
            under, agreed = True, "agreed" in text.partition(":")[0].lower()
            text, listed = head.group("rest") or "", True
        elif not listed and _is_heading(text):
            under = False
        if under and text and _is_task(text):
            yield _Task(turn, text, agreed)


def _is_heading(text: str) -> bool:
    return (
        text.endswith(":")
        or bool(_MEETS.match(text))
        or bool(_QUESTIONS.match(text))
        or (len(text.split()) <= 5 and text[-1:] not in ".!?")
    )


def _is_task(text: str) -> bool:
    return not (_MEETS.match(text) or _OWN.match(text) or text.endswith("?")) and len(text.split()) >= 2


def _questions(turns: tuple[Turn, ...]) -> Iterator[tuple[Turn, str]]:
    for turn in turns:
        text, _ = _bare(turn)
        head = _QUESTIONS.match(text)
        if (head and head.group(1)) or text.endswith("?"):
            yield turn, head.group(1) if head and head.group(1) else text


def _kept(turns: tuple[Turn, ...], taken: set[int]) -> list[Turn]:
    """Whole sentences to the person, which are no task, question or date."""
    fit = [t for t in turns if t.t not in taken and _TO_YOU.search(t.text) and len(t.text.split()) >= 7]
    fit = [t for t in fit if not (_OWN.match(t.text) or _MEETS.match(t.text) or t.text.rstrip().endswith("?"))]
    return [t for t in fit if not _BULLET.match(t.text)][:MOST_MOMENTS]


def _step(task: _Task) -> NextStep:
    certainty: Certainty = "agreed" if task.agreed else "mentioned"
    return NextStep(
        task.text, "you", last_time(task.text, mask(task.text)), certainty, "", (task.turn.t,), _by(task.turn)
    )


def _line(turn: Turn, text: str) -> Line:
    return Line(f'Your therapist wrote: "{_single(text)}"', (turn.t,), _by(turn))


def _moment(turn: Turn) -> Moment:
    return Moment(short(turn.text, MOMENT_WORDS), PROMPT, (turn.t,), _by(turn))


def _by(turn: Turn) -> Source:
    return Source(turn.start, turn.speaker)


def _bare(turn: Turn) -> tuple[str, bool]:
    """Without the sign of a list; and whether it had one."""
    bare = _BULLET.sub("", turn.text.strip())
    return bare, bare != turn.text.strip()


def _single(text: str) -> str:
    return re.sub(r"[\"\u201c\u201d]", "'", text)
