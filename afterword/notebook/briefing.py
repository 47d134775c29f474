"""Everything that one Brief is composed of, fetched for its owner. AMBER."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import Engine

from afterword.notebook.brief import Point
from afterword.notebook.notes import Note
from afterword.notebook.past import Past
from afterword.vault.owner import Owner


def briefing(
    _engine: Engine, _owner: Owner, _behind: Sequence[Past], _noted: Mapping[str, Note], _therapist: str, _today: date
) -> tuple[Point, ...]:
    """Its points, in order."""
    return ()
