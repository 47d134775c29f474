"""The Full Recap: the session in order, part by part, told in quotations and reported speech."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from afterword.record import Passage
from afterword.room.understand.builtin.clauses import Sentence, Talk, stems
from afterword.room.understand.builtin.steps import ownerless
from afterword.room.understand.builtin.tagger import Tags
from afterword.room.understand.builtin.telling import Telling, varied
from afterword.room.understand.builtin.themes import Term, named, terms_of
from afterword.room.understand.builtin.weight import Weighed

PART_WORDS = 360  # of speech to a part
PART_WORDS_ALONE = 110
HOUSEKEEPING = 0.8  # from there on the tagger is sure enough
ANCHORS = 4  # places a part is told from: a line cites at most four turns
_SHIFT = re.compile(
    r"^(?:okay|ok|alright|all right|so|right|well|now)\b|\b(?:go back to|come back to|what about|"
    r"how's|how is|let's|moving on|can i tell you|the other thing)\b"
)


@dataclass(frozen=True)
class Told:
    """One exchange of the recap and the turn it is anchored in."""

    anchor: Sentence = field(repr=False)
    text: str = field(repr=False)


def recap(talk: Talk, tags: Tags, weighed: list[Weighed], quotable: int) -> tuple[Passage, ...]:
    """In order; about a third of what was said, at most about 850 words, of which `quotable` may be quoted. Chairs,
    fees and dates that were tried out are left to the summary."""
    if not talk.sentences:
        return ()
    weighed = [w for w in weighed if tags.of("housekeeping", w.sentence.turn) < HOUSEKEEPING]
    edges = _edges(talk)
    budget = int(min(850, max(40, talk.words * 0.4), talk.words * 0.9) / (len(edges) - 1))
    terms = terms_of(talk)
    used: set[str] = set()
    aside = frozenset(s.at for s in ownerless(talk))
    told = Telling(talk, aside, max(0, quotable))
    parts = [_part(told, weighed, terms, used, a, b, budget) for a, b in pairwise(edges)]
    return tuple(part for part in parts if part is not None)


def _edges(talk: Talk) -> list[int]:
    """Where parts begin, as places among the turns: about equal in words, moved to where the subject changes."""
    wanted = max(1, min(9, round(talk.words / (PART_WORDS_ALONE if talk.alone else PART_WORDS))))
    sizes = [len(turn.text.split()) for turn in talk.turns]
    edges, total, seen = [0], sum(sizes), 0
    for place, size in enumerate(sizes):
        seen += size
        if len(edges) < wanted and seen >= total * len(edges) / wanted:
            edges.append(_shift_near(talk, place, edges[-1]))
    return [*sorted(set(edges)), len(talk.turns)]


def _shift_near(talk: Talk, place: int, after: int) -> int:
    reach = max(2, len(talk.turns) // 25)
    places = [p for p in range(place - reach, place + reach + 1) if after + 2 < p < len(talk.turns) - 2]
    return max(places, key=lambda p: (_change(talk, p), -abs(p - place)), default=min(place, len(talk.turns) - 1))


def _change(talk: Talk, place: int) -> float:
    before = stems(" ".join(t.text for t in talk.turns[max(0, place - 6) : place]))
    after = stems(" ".join(t.text for t in talk.turns[place : place + 6]))
    shared = len(before & after) / (min(len(before), len(after)) or 1)
    first = talk.of_turn(place)
    return (0.25 if first and _SHIFT.search(first[0].masked) else 0.0) - shared


def _part(
    telling: Telling, weighed: list[Weighed], terms: dict[str, Term], used: set[str], start: int, end: int, budget: int
) -> Passage | None:
    talk = telling.talk
    inside = [w.sentence for w in weighed if start <= w.sentence.turn < end and w.score > -0.5]
    inside = inside or [s for s in talk.sentences if start <= s.turn < end]
    first = [s for s in talk.sentences if s.at in telling.aside and start <= s.turn < end]
    told: list[Told] = []
    words = 0
    for sentence in dict.fromkeys([*first, *inside]):
        if len(told) == ANCHORS or (words >= budget and sentence not in first):
            break
        if sentence.at in telling.done or (sentence not in first and _close(talk, sentence, told)):
            continue
        text = telling.exchange(sentence, max(20, min(75, budget - words)))
        if not text:
            continue
        told.append(Told(sentence, text))
        words += len(text.split())
    if not told:
        return None
    told.sort(key=lambda t: t.anchor.at)
    evidence = tuple(dict.fromkeys(t.anchor.t for t in told))[:4]
    return Passage(_heading(talk, terms, used, start, end), varied([t.text for t in told]), evidence)


def _close(talk: Talk, sentence: Sentence, told: list[Told]) -> bool:
    return any(abs(sentence.turn - t.anchor.turn) < (1 if talk.alone else 2) for t in told)


def _heading(talk: Talk, terms: dict[str, Term], used: set[str], start: int, end: int) -> str:
    def weight(key: str) -> float:
        inside = sum(start <= turn < end for turn in terms[key].turns)
        return float(inside**1.5 / len(terms[key].turns))

    here = [k for k in terms if sum(start <= turn < end for turn in terms[k].turns) >= (2 if talk.words > 500 else 1)]
    fresh = [k for k in here if k not in used] or here
    best = sorted(fresh, key=lambda k: (-weight(k), k))[:2]
    used.update(best)
    best.sort(key=lambda k: min(t for t in terms[k].turns if start <= t < end))
    edge = "At the start" if start == 0 else "Towards the end" if end == len(talk.turns) else "In between"
    text = " and ".join(named(terms[k]) for k in best) or edge
    return text[:1].upper() + text[1:]
