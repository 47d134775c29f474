"""The result of listening: who said what, what was missed, and how sure the names are. RED: never printed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from afterword.record import Gap
from afterword.room.transcript import Speaker, Turn

_OTHER: dict[Speaker, Speaker] = {"client": "therapist", "therapist": "client", "unclear": "unclear"}


@dataclass(frozen=True)
class Heard:
    """`heard`: seconds of sound listened to. `client_confidence`: 0 to 1, how sure it is which voice is the client's.

    `examples`: a short quote of the voice taken for the client, then one of the other.
    """

    turns: tuple[Turn, ...] = field(repr=False)
    heard: float
    gaps: tuple[Gap, ...]
    client_confidence: float
    examples: tuple[str, str] = field(repr=False)


def swap(heard: Heard) -> Heard:
    """The same with client and therapist exchanged. Twice is as before."""
    turns = tuple(replace(turn, speaker=_OTHER[turn.speaker]) for turn in heard.turns)
    confidence = round(1 - heard.client_confidence, 6)
    return replace(heard, turns=turns, client_confidence=confidence, examples=heard.examples[::-1])
