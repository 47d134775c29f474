"""The Pre-Session Brief: one screen, two minutes, every point with where it comes from. AMBER.

What was said in a session and what the person wrote are never in one part, and nothing stands here that was refused,
replaced or only supposed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import get_args

from afterword.notebook.appointments import same_name
from afterword.notebook.coming_up import LATELY, how_often
from afterword.notebook.left_off import Behind
from afterword.notebook.likeness import Measure
from afterword.notebook.moments import Kept
from afterword.notebook.notes import Note
from afterword.notebook.outcomes import Outcome
from afterword.notebook.past import Past, Ref
from afterword.notebook.patterns import Pattern
from afterword.notebook.point import Part, Point
from afterword.notebook.threads import Thread
from afterword.notebook.told import cut, words

__all__ = ["MOST_WORDS", "Part", "Point", "compose"]

MOST_WORDS = 250
# Words at most of each part, so that nothing crowds out the rest.
_ROOM: dict[Part, int] = {
    "where we left off": 150, "steps": 95, "kept": 45, "threads": 70, "mine": 80, "keeps coming up": 24,
    "a place to start": 20,
}  # fmt: skip
_A_NOTE = 40
# Two points say the same when one holds this much of the other.
_SAME = 0.75


def compose(
    pasts: Sequence[Past],
    outcomes: Mapping[Ref, Outcome],
    kept: Sequence[Kept],
    threads: Sequence[Thread],
    notes: Mapping[str, Note],
    patterns: Sequence[Pattern],
    therapist: str = "",
    today: date | None = None,
) -> tuple[Point, ...]:
    """At most MOST_WORDS words, in the order of `Part`; nothing where nothing is known. `pasts`: oldest first.
    `therapist`: only sessions with them, or with nobody named, count for what was left off, steps and threads.
    `today`: of the appointment; a gap is told from it."""
    counted = [past for past in pasts if not therapist or not past.therapist or same_name(past.therapist, therapist)]
    behind = Behind(tuple(counted), outcomes, tuple(kept), today)
    danger, promised, to_do, open_ = behind.danger(), behind.promised(), behind.steps(), behind.open(threads)
    plans, written = _mine(notes, "plan", ""), _mine(notes, "note", behind.since)
    start = _start(danger, plans, promised, open_, to_do, written, behind)
    chosen = _chosen(
        [*start, *danger, *behind.gap(), *promised, *plans, *written, *to_do, *open_, *behind.kept(),
         *_coming_up(patterns, pasts), *behind.told()]
    )  # fmt: skip
    order = get_args(Part)
    return tuple(sorted(chosen, key=lambda point: order.index(point.part)))


def _mine(notes: Mapping[str, Note], wall: str, since: str) -> list[Point]:
    """In the person's own words, newest first; what was brought up already is left out. `since`: ISO date."""
    found = [pair for pair in notes.items() if pair[1].wall == wall and not pair[1].raised and pair[1].at[:10] >= since]
    found.sort(key=lambda pair: pair[1].at, reverse=True)
    return [Point("mine", cut(note.text, _A_NOTE), (), name) for name, note in found]


def _coming_up(patterns: Sequence[Pattern], pasts: Sequence[Past]) -> list[Point]:
    """What came up in two of the last sessions or more, the most often first; told as its own page tells it."""
    last = {past.id for past in pasts[-LATELY:]}
    often = sorted(patterns, key=lambda pattern: -len(pattern.sessions & last))
    return [
        Point(
            "keeps coming up", f"{pattern.label}: {how_often(pattern, pasts).replace('In', 'in', 1)}.", pattern.sources
        )
        for pattern in often
        if len(pattern.sessions & last) > 1
    ]


def _start(
    danger: Sequence[Point], plans: Sequence[Point], promised: Sequence[Point], open_: Sequence[Point],
    to_do: Sequence[Point], written: Sequence[Point], behind: Behind,
) -> list[Point]:  # fmt: skip
    """One place, with what it rests on; none where there is nothing to start with."""
    topic = behind.topic(promised[0]) if promised else ""
    ways = [
        (danger, "Perhaps with how it has been since, and what was agreed."),
        (plans, "Perhaps with what you mean to raise."),
        (promised, f"Perhaps with what was kept for this time{f': {topic}' if topic else ''}."),
        (open_, "Perhaps with what was left open."),
        (to_do, "Perhaps with how the steps went."),
        (written, "Perhaps with what you wrote."),
    ]
    return next(([replace(points[0], part="a place to start", text=text)] for points, text in ways if points), [])


def _chosen(points: Iterable[Point]) -> list[Point]:
    """As many as there is room for, each said once."""
    chosen: list[Point] = []
    left, room, measure = MOST_WORDS, dict(_ROOM), Measure()
    for point in points:
        size = words(point.text)
        if size <= min(left, room[point.part]) and not _is_said(point, chosen, measure):
            chosen.append(point)
            left, room[point.part] = left - size, room[point.part] - size
    return chosen


def _is_said(point: Point, chosen: Sequence[Point], measure: Measure) -> bool:
    """What the person wrote is said by nobody else."""
    if point.note or point.part == "a place to start":
        return False
    others = [other.text for other in chosen if not other.note and other.part != "a place to start"]
    return any(max(measure.share(point.text, one), measure.share(one, point.text)) >= _SAME for one in others)
