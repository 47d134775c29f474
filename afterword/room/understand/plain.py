"""The simpler engine: a few quotations and nothing else, for when the built-in one fails."""

from __future__ import annotations

from afterword.record import Line, Moment, Passage, Record
from afterword.room.transcript import Transcript, Turn

NAME = "plain"
_WHOM = {"client": "You said", "therapist": "Your therapist said", "unclear": "It was said"}


def write_up_plainly(transcript: Transcript) -> Record:
    """Up to four of the longer turns, shortened, in order. Never empty when something was said."""
    spoken = [turn for turn in transcript.turns if any(c.isalnum() for c in turn.text)]
    longest = sorted(spoken, key=lambda turn: -min(40, len(turn.text.split())))[:4]
    chosen = sorted(longest, key=spoken.index)
    return Record(
        overview=tuple(Line(_says(turn, 20), (turn.t,)) for turn in chosen[:3]),
        moments=tuple(Moment(_start(turn, 40), "What comes up when you read this?", (turn.t,)) for turn in chosen),
        recap=tuple(Passage("What was said", _says(turn, 60), (turn.t,)) for turn in chosen),
        engine=NAME,
    )


def _start(turn: Turn, words: int) -> str:
    """The opening words, as they stand."""
    parts = turn.text.split()
    if len(parts) <= words:
        return turn.text.strip()
    place = 0
    for part in parts[:words]:
        place = turn.text.index(part, place) + len(part)
    return turn.text[:place].strip()


def _says(turn: Turn, words: int) -> str:
    inner = _start(turn, words).replace('"', "'").replace("\u201c", "'").replace("\u201d", "'")
    return f'{_WHOM[turn.speaker]}: "{inner}"'
