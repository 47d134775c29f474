"""Everything that one Brief is composed of, fetched for its owner. AMBER."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Engine

from afterword.notebook import moments, outcomes, pattern_changes, threads
from afterword.notebook.brief import compose
from afterword.notebook.notes import Note
from afterword.notebook.past import Past
from afterword.notebook.patterns import patterns
from afterword.notebook.point import Point
from afterword.vault.owner import Owner

# Two years of weekly sessions: what lies before them leads no conversation of next week.
MOST_BEHIND = 104


def briefing(
    engine: Engine, owner: Owner, behind: Sequence[Past], noted: Mapping[str, Note], therapist: str, day: date
) -> tuple[Point, ...]:
    """Its points, in order. `behind`: oldest first; `day`: of the appointment, or today where there is none."""
    lately = behind[-MOST_BEHIND:]
    return compose(
        lately,
        outcomes.load(engine, owner),
        moments.answered(lately, moments.load(engine, owner)),
        threads.threads(lately, threads.load(engine, owner)),
        noted,
        patterns(lately, pattern_changes.load(engine, owner), day),
        therapist,
        day,
    )
