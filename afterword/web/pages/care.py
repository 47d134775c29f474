"""What the page of a session shows when something serious came up: that it did, what was agreed, whom one can call."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from afterword.facts.crisis_lines import CrisisLine, Directory, Emergency, For, crisis_lines
from afterword.notebook.preferences import Preferences
from afterword.record import CAME_UP, Line, Safety


@dataclass(frozen=True)
class Care:
    """`at_home`: violence or control came up, so the quieter settings are offered unless they are on. `place`: its
    name, or nothing: then `directories` stand instead of `lines`. `old`: nobody has checked the table for a year."""

    came_up: str
    safety: Safety = field(repr=False)
    agreed: tuple[Line, ...] = field(repr=False)
    at_home: bool
    place: str
    emergency: tuple[Emergency, ...]
    lines: tuple[CrisisLine, ...]
    directories: tuple[Directory, ...]
    checked: str
    old: bool


def care_for(safety: Safety | None, preferences: Preferences, today: date) -> Care | None:
    """None where nothing came up."""
    if safety is None:
        return None
    kinds = (safety.kind, *safety.also)
    table, at_home = crisis_lines(), "violence" in kinds
    first: For = "home" if safety.kind == "violence" else "life"
    wanted: set[For] = {"home"} if kinds == ("violence",) else {"life", "home"} if at_home else {"life"}
    place = table.place(preferences.place)
    lines = tuple(line for line in place.lines if line.of in wanted) if place else ()
    return Care(
        came_up=_joined([CAME_UP[kind] for kind in kinds]),
        safety=safety,
        agreed=safety.agreed,
        at_home=at_home,
        place=place.name if place else "",
        emergency=place.emergency if place else (),
        lines=tuple(sorted(lines, key=lambda line: line.of != first)),
        directories=tuple(d for d in table.directories if d.of in wanted),
        checked=table.checked.isoformat(),
        old=table.old(today),
    )


def _joined(parts: list[str]) -> str:
    """'a', 'a and b', 'a, b and c'."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))
