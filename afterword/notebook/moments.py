"""Moments: one line of a session at a time, over the days to the next appointment. AMBER."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from afterword.notebook.past import Ref

Answer = Literal["keep", "let go", "bring"]


@dataclass(frozen=True)
class Kept:
    """A Moment that the person answered. `line`: what they wrote under it, or ""; `on`: ISO date."""

    ref: Ref
    text: str = field(repr=False)
    answer: Answer
    on: str
    line: str = field(default="", repr=False)
