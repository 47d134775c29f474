"""Patterns: what keeps coming up: arithmetic with dates, from the third session on. No diagnosis, no score. AMBER."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from afterword.notebook.likeness import Measure
from afterword.notebook.past import Past, Ref

_ALIKE, _SESSIONS, _FROM = 0.55, 2, 3


@dataclass(frozen=True)
class Pattern:
    """`id`: stable while its first source stands; `days`: ISO dates of the sessions it came up in, oldest first;
    `sources`: the lines that say so; `named`: the person gave it this label."""

    id: str
    label: str = field(repr=False)
    days: tuple[str, ...]
    sources: tuple[Ref, ...]
    named: bool = False


@dataclass(frozen=True)
class Changes:
    """Nothing yet."""


UNTOUCHED = Changes()


def patterns(pasts: Sequence[Past], changes: Changes = UNTOUCHED, today: date | None = None) -> list[Pattern]:
    """Themes of two sessions or more whose labels are alike. `today`: sessions after it are not read."""
    del changes
    behind = [past for past in pasts if today is None or past.day <= today.isoformat()]
    if len(behind) < _FROM:
        return []
    found: list[Pattern] = []
    measure = Measure()
    for past in behind:
        for place, theme in enumerate(past.record.themes):
            said = [measure.likeness(pattern.label, theme.label) for pattern in found]
            ref = past.ref("themes", place)
            if theme.label and said and max(said) >= _ALIKE:
                found[said.index(max(said))] = _also(found[said.index(max(said))], past.day, ref)
            elif theme.label:
                found.append(Pattern(f"{past.id}.{place}", theme.label, (past.day,), (ref,)))
    return [pattern for pattern in found if len(pattern.days) >= _SESSIONS]


def _also(pattern: Pattern, day: str, ref: Ref) -> Pattern:
    return replace(pattern, days=tuple(dict.fromkeys((*pattern.days, day))), sources=(*pattern.sources, ref))
