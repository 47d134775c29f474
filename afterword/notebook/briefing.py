"""Everything that one Brief is composed of, fetched for its owner. AMBER."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Engine

from afterword.notebook import moments, outcomes, pattern_changes, threads
from afterword.notebook.brief import Point, compose
from afterword.notebook.notes import Note
from afterword.notebook.past import Past
from afterword.notebook.patterns import patterns
from afterword.vault.owner import Owner


def briefing(
    engine: Engine, owner: Owner, behind: Sequence[Past], noted: Mapping[str, Note], therapist: str, today: date
) -> tuple[Point, ...]:
    """Its points, in order. `behind`: oldest first."""
    return compose(
        behind,
        outcomes.load(engine, owner),
        moments.answered(behind, moments.load(engine, owner)),
        threads.threads(behind, threads.load(engine, owner)),
        noted,
        patterns(behind, pattern_changes.load(engine, owner), today),
        therapist,
        today,
    )
