"""What lies in a notebook: which kinds are read in their own way, which stay where they are, and how all others are
searched, taken along and brought in. A new kind of `Drawer` needs nothing here: it comes along by itself.

`tests/notebook/test_takeout.py` holds a kind that nobody has heard of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, select

from afterword.store.tables import objects
from afterword.vault.owner import Owner

# With a session, a consent record or a list of their own.
OF_SESSIONS = ("session", "record", "corrections", "receipt", "sent", "question")
CONSENT, CONSENT_BEFORE = "consent", "consent before"
SETTINGS = ("preferences", "names")
# Never in a file, and never taken from one: caches; keys and addresses that open something; a choice that lets words
# leave this machine; the voice of somebody.
STAYS = ("digest", "reading", "code", "draft", "model", "sample", "voice", "reminders")
# The keys of a value that hold words to be searched, and those that hold its day.
_WORDS = frozenset(("text", "line", "title", "label", "named", "name", "therapist", "words", "tags"))
_DAYS = ("at", "on", "day", "first", "shown")


@dataclass(frozen=True)
class About:
    """How a kind is spoken of. `whose`: whose words it holds, before "on" a day; `href`: where it stands, with `{}` for
    its id."""

    whose: str
    href: str
    title: str


# A kind that is not here is searched and taken along all the same, under the last one.
KNOWN = {
    "note": About("I wrote", "/notes/{}", "Notes"),
    "plan": About("I plan to raise", "/notes/{}", "To bring up"),
    "ask": About("an ask that I kept", "/ask", "Asks"),
    "outcomes": About("how a step went", "/sessions/{}", "How steps went"),
    "own step": About("a step of my own", "/steps", "Steps of my own"),
    "moments": About("what I wrote under a moment", "/sessions/{}", "Moments"),
    "threads": About("a thread", "/threads", "Threads"),
    "patterns": About("what I called a pattern", "/patterns", "Patterns"),
    "appointments": About("an appointment", "/appointments", "Appointments"),
    "wants": About("what I want", "/came-for", "What I want"),
}
OTHER = About("I kept", "/today", "Other things")


def drawers(engine: Engine, owner: Owner) -> list[str]:
    """The kinds of `Drawer` that this notebook has something of."""
    query = select(objects.c.kind).where(objects.c.person == owner.person).distinct()
    with engine.connect() as db:
        there = set(db.execute(query).scalars())
    return sorted(kind for kind in there if is_drawer(kind))


def is_drawer(kind: str) -> bool:
    """Whether it is read, taken along and brought in as any other."""
    return kind not in (*OF_SESSIONS, CONSENT, CONSENT_BEFORE, *SETTINGS, *STAYS)


def words_in(value: Any) -> list[str]:
    """Every wording in the value of a drawer, but for earlier ones."""
    found: list[str] = []
    _gather(value, found)
    return found


def day_in(value: Any) -> str:
    """The ISO date of a value, or ""."""
    if isinstance(value, dict):
        dated = (inner for key in _DAYS if isinstance(inner := value.get(key), str))
        inside = (day_in(inner) for inner in value.values() if isinstance(inner, (dict, list)))
        return next((day[:10] for day in (*dated, *inside) if day[:2].isdigit()), "")
    return max((day_in(inner) for inner in value), default="") if isinstance(value, list) else ""


def _gather(value: Any, found: list[str], key: str = "") -> None:
    if isinstance(value, str):
        if key in _WORDS and value:
            found.append(value)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name != "before":
                _gather(inner, found, name)
    elif isinstance(value, list):
        for inner in value:
            _gather(inner, found, key)
