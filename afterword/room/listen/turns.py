"""Lines become turns: one voice that goes on is one turn; somebody alone has a turn a sentence. RED."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from afterword.room.listen.lines import Line
from afterword.room.transcript import Speaker, Turn

_STOP = re.compile(r"(?<!\bDr\.)(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bSt\.)(?<=[.!?…])\s+")
_ENDS = re.compile(r"[.!?…]$")
# A sentence of fewer words ("So?", "Okay.") belongs to the next one: the speech model stops at every breath.
_FEWEST = 3

Piece = tuple[float, str]


def turns_of(lines: Sequence[Line], speakers: Sequence[Speaker]) -> tuple[Turn, ...]:
    """One speaker for each line.

    One who tells alone is cut into sentences: what is found cites a turn, and nothing could be found twice in a recap
    of a single turn.
    """
    groups = [list(group) for _, group in groupby(zip(speakers, lines, strict=True), key=lambda pair: pair[0])]
    said: list[tuple[Speaker, Piece]] = []
    for group in groups:
        speaker, own = group[0][0], [line for _, line in group]
        said += [(speaker, piece) for piece in (_joined(own) if "therapist" in speakers else _sentences(own))]
    return tuple(Turn(index, start, speaker, text) for index, (speaker, (start, text)) in enumerate(said))


def _joined(lines: Sequence[Line]) -> list[Piece]:
    return [(lines[0].start, " ".join(line.text for line in lines))]


def _sentences(lines: Sequence[Line]) -> list[Piece]:
    found: list[Piece] = []
    for start, text in (piece for line in lines for piece in _cut(line)):
        open_before = found and (not _ENDS.search(found[-1][1]) or len(found[-1][1].split()) < _FEWEST)
        if open_before:
            found[-1] = (found[-1][0], f"{found[-1][1]} {text}")
        else:
            found.append((start, text))
    return found


def _cut(line: Line) -> Iterator[Piece]:
    """The sentences of a line, each with its share of the time."""
    a_letter, at = (line.end - line.start) / max(1, len(line.text)), 0
    for sentence in _STOP.split(line.text):
        yield round(line.start + at * a_letter, 3), sentence
        at += len(sentence) + 1
