"""Crisis lines for a place: a dated table, read once. Whoever may see it learns nothing about anybody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

TABLE = Path(__file__).with_name("crisis_lines.json")
OLD_AFTER_DAYS = 366

# 'life': wishing to die, self-harm, any crisis. 'home': violence or control by somebody close.
For = Literal["life", "home"]


@dataclass(frozen=True)
class CrisisLine:
    """One service. `call`, `text`: numbers as they are written there, or nothing; `say`: the word to text; `source`:
    its site, without a scheme."""

    of: For
    name: str
    source: str
    call: str = ""
    text: str = ""
    say: str = ""
    note: str = ""


@dataclass(frozen=True)
class Emergency:
    """A number for danger that is close. `of`: what it is for, where there are several."""

    number: str
    of: str = ""


@dataclass(frozen=True)
class Place:
    """`code`: ISO 3166-1, or 3166-2 where the parts of a country differ."""

    code: str
    name: str
    emergency: tuple[Emergency, ...]
    lines: tuple[CrisisLine, ...]


@dataclass(frozen=True)
class Directory:
    """A list of such lines for most of the world, for whom no place is chosen."""

    of: For
    name: str
    what: str


@dataclass(frozen=True)
class CrisisLines:
    """The whole table. `checked`: the day on which somebody last did."""

    checked: date
    places: tuple[Place, ...]
    directories: tuple[Directory, ...]

    def place(self, code: str) -> Place | None:
        """None for a code that is not in the table."""
        return next((place for place in self.places if place.code == code), None)

    def old(self, today: date) -> bool:
        """Whether the page must say that numbers may have changed."""
        return (today - self.checked).days > OLD_AFTER_DAYS


@lru_cache(maxsize=1)
def crisis_lines() -> CrisisLines:
    """By the name of the place."""
    table = json.loads(TABLE.read_text("utf-8"))
    places = sorted((_place(code, given) for code, given in table["places"].items()), key=lambda place: place.name)
    directories = tuple(Directory(d["for"], d["name"], d["what"]) for d in table["directories"])
    return CrisisLines(date.fromisoformat(table["checked"]), tuple(places), directories)


def _place(code: str, given: dict[str, Any]) -> Place:
    emergency = tuple(Emergency(e["number"], e.get("for", "")) for e in given["emergency"])
    lines = tuple(CrisisLine(**{"of" if k == "for" else k: v for k, v in line.items()}) for line in given["lines"])
    return Place(code, given["name"], emergency, lines)
