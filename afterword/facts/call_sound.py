"""What a browser can take of a call's sound, by browser and system: a dated table that says what was tried and what was
only read. Whoever may see it learns nothing about anybody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

TABLE = Path(__file__).with_name("call_sound.json")
# Codes and the order of pages; the codes are those that a laptop names itself by when it asks for a handoff.
SYSTEMS = {
    "windows": "Windows",
    "macos": "macOS",
    "linux": "Linux",
    "chromeos": "ChromeOS",
    "android": "Android",
    "ios": "iPhone and iPad",
    "other": "another system",
}
BROWSERS = {
    "chrome": "Chrome",
    "edge": "Edge",
    "brave": "Brave",
    "opera": "Opera",
    "firefox": "Firefox",
    "safari": "Safari",
    "other": "others",
}
# 'newer': only new versions, if at all. 'code': no camera app, but the typed code works. 'unknown': nothing was read.
Can = Literal["yes", "no", "newer", "code", "unknown"]
# 'tab': sound of another tab, on a track of its own. 'system_sound': all that the computer plays. 'scan': as the phone.
What = Literal["tab", "system_sound", "microphone", "scan"]
WHATS: tuple[What, ...] = ("tab", "system_sound", "microphone", "scan")


@dataclass(frozen=True)
class Row:
    """Browsers that are alike on one system. `tried`: which of WHATS we did ourselves; the rest was only read, in
    `sources`."""

    system: str
    browsers: tuple[str, ...]
    tab: Can
    system_sound: Can
    microphone: Can
    scan: Can
    sources: tuple[str, ...]
    tried: tuple[What, ...] = ()
    note: str = ""

    def can(self, what: What) -> Can:
        """One cell."""
        found: Can = getattr(self, what)
        return found

    @property
    def system_name(self) -> str:
        """As a reader knows it."""
        return SYSTEMS[self.system]

    @property
    def name(self) -> str:
        """As a reader knows them."""
        names = [BROWSERS[code] for code in self.browsers]
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@dataclass(frozen=True)
class CallSound:
    """The whole table. `checked`: the day on which somebody last went through it. `sources`: what each key names."""

    checked: date
    how: str
    tried_on: str
    sources: dict[str, str]
    rows: tuple[Row, ...]

    def row(self, browser: str, system: str) -> Row | None:
        """None for a pair of which nothing was read."""
        return next((row for row in self.rows if row.system == system and browser in row.browsers), None)

    def by_system(self) -> dict[str, tuple[Row, ...]]:
        """For a page: the name of each system, and its rows."""
        found = {name: tuple(row for row in self.rows if row.system == code) for code, name in SYSTEMS.items()}
        return {name: rows for name, rows in found.items() if rows}


@lru_cache(maxsize=1)
def call_sound() -> CallSound:
    """As it ships."""
    table = json.loads(TABLE.read_text("utf-8"))
    rows = tuple(_row(given) for given in table["rows"])
    return CallSound(date.fromisoformat(table["checked"]), table["how"], table["tried_on"], table["sources"], rows)


def for_page() -> dict[str, dict[str, dict[str, str]]]:
    """For a page that looks up its own browser, by system and then by browser: {"tab": yes, no or unknown, "system":
    yes, no, newer or unknown}. It has every pair of codes; 'unknown' means that the browser has to be asked."""
    return {system: {browser: _pair(browser, system) for browser in BROWSERS} for system in SYSTEMS}


def _pair(browser: str, system: str) -> dict[str, str]:
    row = call_sound().row(browser, system)
    return {"tab": row.tab, "system": row.system_sound} if row else {"tab": "unknown", "system": "unknown"}


def _row(given: dict[str, Any]) -> Row:
    lists = {name: tuple(given.get(name, ())) for name in ("browsers", "sources", "tried")}
    return Row(**given | lists)
