"""Patterns: what keeps coming up: arithmetic with dates, from the third session on. No diagnosis, no score. AMBER."""

from __future__ import annotations

from dataclasses import dataclass, field

from afterword.notebook.past import Ref


@dataclass(frozen=True)
class Pattern:
    """`id`: stable while its first source stands; `days`: ISO dates of the sessions it came up in, oldest first;
    `sources`: the lines that say so; `named`: the person gave it this label."""

    id: str
    label: str = field(repr=False)
    days: tuple[str, ...]
    sources: tuple[Ref, ...]
    named: bool = False
