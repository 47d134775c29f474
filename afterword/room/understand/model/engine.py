"""The whole way of the language-model engine: parts, findings, join, record. What it returns is not checked yet."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from afterword.record import NextStep, Record
from afterword.room.transcript import Transcript, Turn
from afterword.room.understand.model.asking import Code, Model, ModelFailed
from afterword.room.understand.model.findings import Candidate, Findings
from afterword.room.understand.model.joining import join
from afterword.room.understand.model.parts import BEFORE, Part, mark, parts_of
from afterword.room.understand.model.reading import read_part, size_for

Tell = Callable[[int, int], None]
_NAME_LETTERS = 60


@dataclass(frozen=True)
class WrittenUp:
    """A record by a model. `covered`: the turns it has read, by index; `failed`: what went wrong on the way, if
    anything did."""

    record: Record
    covered: frozenset[int]
    failed: Code | None


def write_up(
    transcript: Transcript, model: Model, before: Sequence[Findings] = (), tell: Tell = lambda _, __: None
) -> WrittenUp:
    """The record of a session. `before`: findings on parts read while it ran. `tell`: steps done, and of how many.
    Raises ModelFailed where nothing was read."""
    spoken = [turn for turn in transcript.turns if turn.text.strip()]
    found = still_true(before, spoken)
    left = [turn for turn in spoken if not any(a <= turn.t <= b for f in found for a, b in f.read)]
    failures: list[ModelFailed] = []
    while left and not failures:
        parts = _placed(left, spoken, len(found), model)
        tell(len(found), len(found) + len(parts) + 1)
        try:
            found.append(read_part(parts[0], model))
            left = [turn for part in parts[1:] for turn in part.turns]
        except ModelFailed as failure:
            failures.append(failure)
    if not found:
        raise failures[0] if failures else ModelFailed("nonsense")
    tell(len(found), len(found) + 1)
    joined = join(sorted(found, key=lambda f: f.read), model, failures.append)
    covered = {turn.t for turn in spoken} - {turn.t for turn in left}
    return WrittenUp(record_of(joined, model.name), frozenset(covered), failures[0].code if failures else None)


def still_true(before: Sequence[Findings], turns: Sequence[Turn]) -> list[Findings]:
    """Those whose words stand as they were read: no name put right since, no speaker swapped, nothing forgotten."""
    return [f for f in before if len(f.read) == 1 and f.mark == mark(_within(turns, *f.read[0]))]


def _within(turns: Sequence[Turn], first: int, last: int) -> list[Turn]:
    return [turn for turn in turns if first <= turn.t <= last]


def _placed(left: Sequence[Turn], spoken: Sequence[Turn], done: int, model: Model) -> list[Part]:
    """What is left to read, in parts of the size that the model has by now been seen to take. Raises ModelFailed."""
    size = size_for(model.context)
    if not size:
        raise ModelFailed("context")
    parts, words = parts_of(left, size), sum(len(turn.text.split()) for turn in spoken)
    earlier = [turn for turn in spoken if turn.t < left[0].t][-BEFORE:]
    first = replace(parts[0], before=tuple(earlier))
    of = done + len(parts)
    return [replace(p, at=done + n, of=of, share=p.words / words) for n, p in enumerate([first, *parts[1:]], 1)]


def record_of(found: Findings, model: str) -> Record:
    """What stands in it, unchecked. `model`: its name."""
    return Record(
        overview=found.overview,
        themes=found.themes,
        insights=found.insights,
        feelings=found.feelings,
        next_steps=tuple(step for c in found.next_steps if (step := _step(c)) is not None),
        questions=found.questions,
        moments=found.moments,
        recap=found.recap,
        safety=next(iter(found.safety), None),
        next_appointment=found.next_appointment,
        engine=f"language model: {' '.join(model.split())[:_NAME_LETTERS]}",
    )


def _step(candidate: Candidate) -> NextStep | None:
    """Only what stands at the end, or may."""
    if candidate.state not in ("agreed", "mentioned"):
        return None
    return NextStep(candidate.text, candidate.who, candidate.due, candidate.state, candidate.quote, candidate.evidence)
