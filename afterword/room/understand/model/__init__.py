"""The language-model engine: a session read in parts by a model of the person's own, joined, and checked. RED."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from afterword.record import SECTIONS, Record
from afterword.room.transcript import Transcript
from afterword.room.understand.model.asking import Model, ModelFailed
from afterword.room.understand.model.checking import checked_model
from afterword.room.understand.model.engine import Tell, write_up
from afterword.room.understand.model.findings import Findings

# Of the words. Less, and the record is not the model's.
LEAST_COVERED = 0.5


def by_model(
    heard: Transcript, built: Record, model: Model, tell: Tell = lambda _, __: None, before: Sequence[Findings] = ()
) -> Record:
    """The record as the model wrote it, checked; or `built`, by the built-in engine, which then says why."""
    try:
        written = write_up(heard, model, before, tell)
        record = checked_model(written.record, heard)
    except ModelFailed as failed:
        return replace(built, fell_back=failed.code)
    except Exception:  # nothing said may be lost because a model wrote what nobody foresaw
        return replace(built, fell_back="nonsense")
    words = {turn.t: 0 for turn in heard.turns}
    for turn in heard.turns:
        words[turn.t] += len(turn.text.split())
    covered = sum(n for t, n in words.items() if t in written.covered) / max(1, sum(words.values()))
    if covered < LEAST_COVERED or not (record.overview or record.recap):
        return replace(built, fell_back=written.failed or "nonsense")
    record = replace(record, safety=built.safety or record.safety, fell_back=written.failed, covered=round(covered, 3))
    return record if covered == 1 else _filled(record, built, written.covered)


def _filled(record: Record, built: Record, covered: frozenset[int]) -> Record:
    """With what the built-in engine has of the turns that the model did not read."""
    more: dict[str, Any] = {
        name: (*getattr(record, name), *(x for x in getattr(built, name) if not covered & set(x.evidence)))
        for name in SECTIONS
        if name != "overview"
    }
    more |= {"themes": more["themes"][:6], "moments": more["moments"][:7]}
    return replace(record, **more)
