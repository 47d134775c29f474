"""What the person wrote between sessions. AMBER.

Provenance is a wall in storage: what was said in a session is in a record; "note" is what the person wrote, "plan" what
they mean to raise. A note never feeds a session's summary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from sqlalchemy import Engine

from afterword.notebook.drawer import Drawer
from afterword.vault.owner import Owner

Wall = Literal["note", "plan"]


@dataclass(frozen=True)
class Note:
    """`wall`: only written, or meant to be raised. `at`: ISO date and time to the minute, local. `raised`:
    the ISO date on which it was brought up, or "". `before`: earlier wordings, newest last."""

    wall: Wall
    at: str
    text: str = field(repr=False)
    tags: tuple[str, ...] = field(default=(), repr=False)
    raised: str = ""
    before: tuple[str, ...] = field(default=(), repr=False)


def load(engine: Engine, owner: Owner) -> dict[str, Note]:
    """All of them by id (hex), newest first."""
    read = {
        about.hex(): _note(wall, kept)
        for wall in ("note", "plan")
        for about, kept in Drawer(engine, owner, wall).all().items()
    }
    return dict(sorted(read.items(), key=lambda pair: pair[1].at, reverse=True))


def keep(engine: Engine, owner: Owner, note: Note) -> str:
    """One more. Returns its id."""
    return Drawer(engine, owner, note.wall).add(_to_json(note)).hex()


def _to_json(note: Note) -> dict[str, Any]:
    return {name: value for name, value in asdict(note).items() if name != "wall"}


def _note(wall: Any, kept: Mapping[str, Any]) -> Note:
    return Note(wall, kept["at"], kept["text"], tuple(kept["tags"]), kept["raised"], tuple(kept["before"]))
