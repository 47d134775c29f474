"""One point of a Pre-Session Brief, and the parts that they stand in. AMBER."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from afterword.notebook.past import Ref

Part = Literal["where we left off", "steps", "kept", "threads", "mine", "keeps coming up", "a place to start"]


@dataclass(frozen=True)
class Point:
    """`sources`: the lines it rests on; of the section "safety", place 0 is what came up and the others, from 1, what
    was agreed about it. `note`: the id of the person's own note, for what they wrote themselves."""

    part: Part
    text: str = field(repr=False)
    sources: tuple[Ref, ...] = ()
    note: str = ""
