"""What a person chooses for their ask, read once at the door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

REASONS = {
    "remember": "I forget too much of it",
    "revisit": "I want to come back to what was said",
    "homework": "I lose track of what we agreed",
    "patterns": "I want to see what keeps coming back",
    "attention": "ADHD, brain fog or shutting down",
    "own": "In my own words",
}
ASKS = {
    "record": "Notes from a recording of the session",
    "recap": "A short recap of my own, afterwards",
    "last_two": "The last two minutes, together",
    "theirs": "A transcript or recording from them, if they would rather",
    "suggest": "“What would you suggest?”",
}
USES = {"me": "Only me", "you": "I share the notes with them", "someone": "I share some with somebody else"}
ROOMS = {"open": "Yes and no are both fine", "time": "They can take their time", "limits": "They can set limits"}
TONES = {"warmer": "Warmer", "shorter": "Shorter", "direct": "More direct"}
PURPOSES = {"message": "A message beforehand", "spoken": "To read aloud at the start"}

OWN_MOST = 400
NAME_MOST = 60


@dataclass(frozen=True)
class Choices:
    """Keys of the tables above. `own`: the reason in the person's own words; `to`: whom it is for, or nothing.
    `page`: offer the page for therapists."""

    reason: str = "remember"
    ask: str = "record"
    use: str = "me"
    room: str = "open"
    tone: str = "warmer"
    purpose: str = "message"
    page: bool = True
    own: str = field(default="", repr=False)
    to: str = field(default="", repr=False)


TABLES = {"reason": REASONS, "ask": ASKS, "use": USES, "room": ROOMS, "tone": TONES, "purpose": PURPOSES}


def read(form: Mapping[str, str]) -> Choices:
    """From the fields of the form; what is missing is as usual. Raises KeyError for what no page of ours sends."""
    chosen = {name: form[name] for name in TABLES if name in form}
    for name, key in chosen.items():
        TABLES[name][key]
    return Choices(
        **chosen,
        page="page" in form if chosen else True,
        own=_one_line(form.get("own", ""))[:OWN_MOST],
        to=_one_line(form.get("to", ""))[:NAME_MOST],
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
