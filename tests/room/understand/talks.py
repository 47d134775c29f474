"""Small dialogues for the tests: `talk("T: ...", "C: ...")`, and what the engine makes of them."""

from __future__ import annotations

from afterword.record import Record
from afterword.room.transcript import Speaker, Transcript, Turn
from afterword.room.understand import understand

SPEAKERS: dict[str, Speaker] = {"T": "therapist", "C": "client", "U": "unclear"}
DAY = "2026-03-05"  # a Thursday


def talk(*lines: str, date: str | None = DAY) -> Transcript:
    """Each line begins with T:, C: or U:; turns are ten seconds apart."""
    turns = []
    for t, line in enumerate(lines):
        who, _, text = line.partition(": ")
        turns.append(Turn(t, 10.0 * t, SPEAKERS[who], text))
    return Transcript(date, tuple(turns))


def record(*lines: str, date: str | None = DAY) -> Record:
    return understand(talk(*lines, date=date), {})


def chatter(turns: int) -> list[str]:
    """Talk in which nothing is planned, to put distance between lines."""
    lines = ["T: What was the garden like when you were small?", "C: There was a pear tree and a wall with moss on it."]
    return [lines[i % 2] for i in range(turns)]
