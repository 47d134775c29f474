"""What was wished away is taken out of what has been heard: lines, and the prints of voices with them. RED."""

from __future__ import annotations

from dataclasses import replace

from afterword.record import Gap
from afterword.room.listen.chunk import SECONDS
from afterword.room.listen.lines import Checkpoint


def without(state: Checkpoint, forgotten: list[tuple[str, str, int, int]]) -> Checkpoint:
    """Nothing that was said in a forgotten minute, and no print of a voice in it."""
    for name, _, first, past in forgotten:
        for segment in state.segments:
            begin = segment.begin + first * SECONDS
            end = min(segment.begin + past * SECONDS, segment.end)
            if segment.name == name and end > begin:
                state = _cut_out(state, begin, end)
    return state


def _cut_out(state: Checkpoint, begin: float, end: float) -> Checkpoint:
    """A line that reaches into it goes whole, and the gap says so."""
    kept = tuple(line for line in state.lines if line.end <= begin or line.start >= end)
    gone = [line for line in state.lines if line not in kept]
    start = round(min([begin, *(line.start for line in gone)]), 3)
    stop = round(max([end, *(line.end for line in gone)]), 3)
    if not gone and any(g.why == "forgotten" and g.start <= start and stop <= g.end for g in state.gaps):
        return state
    gaps = tuple(gap for gap in state.gaps if not (start <= gap.start and gap.end <= stop))
    return replace(state, lines=kept, gaps=(*gaps, Gap(start, stop, "forgotten")), found=())
