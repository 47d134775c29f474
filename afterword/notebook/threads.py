"""Threads: what was meant to be come back to. Raised, revisited by later sessions, or let go. AMBER."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from afterword.notebook.past import Ref

Status = Literal["open", "revisited", "let go"]


@dataclass(frozen=True)
class Thread:
    """`id`: stable for as long as its first source stands. `sources`: where it was raised; `revisited`: lines of later
    sessions in which it is come back to; `day`: of the session that raised it, ISO. `by_hand`: the person set its
    status, which outranks everything."""

    id: str
    day: str
    text: str = field(repr=False)
    sources: tuple[Ref, ...]
    status: Status = "open"
    revisited: tuple[Ref, ...] = ()
    by_hand: bool = False
