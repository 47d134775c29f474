"""Sessions that lie behind, written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from afterword.notebook.corrections import Corrections, corrected
from afterword.notebook.past import Past
from afterword.record import Certainty, Label, Line, Moment, NextStep, Passage, Record, Safety, Who


def a_past(day: str, therapist: str = "", made: Corrections | None = None, **said: Any) -> Past:
    """`said`: sections of the record, each as plain texts; steps as `a_step` makes them; `safety` as it is."""
    kinds: dict[str, Any] = {
        "overview": Line, "themes": Label, "insights": Line, "feelings": Label, "questions": Line,
        "moments": lambda text: Moment(text, "And now?"), "recap": lambda text: Passage("", text),
        "next_steps": lambda step: step,
    }  # fmt: skip
    safety: Safety | None = said.pop("safety", None)
    sections: dict[str, Any] = {name: tuple(kinds[name](one) for one in texts) for name, texts in said.items()}
    record, changes = Record(safety=safety, **sections), made or Corrections()
    return Past(day.replace("-", "").rjust(32, "0"), day, "session", therapist, corrected(record, changes), changes)


def a_step(
    text: str, who: Who = "you", due: str | None = None, certainty: Certainty = "agreed", quote: str = ""
) -> NextStep:
    return NextStep(text, who, due, certainty, quote or text)


def statuses(found: Sequence[Any]) -> dict[str, str]:
    """Threads by their texts."""
    return {thread.text: thread.status for thread in found}
