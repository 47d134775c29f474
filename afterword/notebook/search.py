"""Search over everything that the unlocked owner has: records as corrected, notes, plans and the rest. AMBER.

Nothing of a search is kept, and there is no index: the words of ten years are looked through in a tenth of a second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from sqlalchemy import Engine

from afterword.capture.forms import Form
from afterword.notebook import kinds
from afterword.notebook.drawer import Drawer
from afterword.notebook.past import Past, pasts_and_readings
from afterword.notebook.readings import Reading
from afterword.notebook.words import folded_each, stem, words_of
from afterword.vault.owner import Owner

MOST_LETTERS, MOST_WORDS = 200, 12
AT_ONCE, MOST = 50, 1000
_BEST = 3
_AROUND = 140
_WORD = re.compile(r"\w+")
# What is left of "mum's" and "don't" beside the word.
_TAIL = re.compile(r"(?<=\w)['\u2019](?:s|t|d|m|ll|re|ve)(?!\w)")
_SAID: dict[Form, str] = {
    "note": "I wrote", "steps": "I wrote", "given": "my therapist wrote", "together": "we both wrote",
    "recap": "said on my own",
}  # fmt: skip


@dataclass(frozen=True)
class Found:
    """One line. `parts`: its words, each with whether they were searched for; `day`: ISO, or ""."""

    parts: tuple[tuple[str, bool], ...] = field(repr=False)
    day: str
    whose: str
    href: str


@dataclass(frozen=True)
class Answer:
    """`found`: those from `first` on, at most fifty; `total`: of all that can be shown; `more`: there are others."""

    found: tuple[Found, ...] = field(repr=False)
    first: int
    total: int
    more: bool = False

    @property
    def next(self) -> int:
        """Where the next fifty begin; 0 when there are none."""
        after = self.first + len(self.found)
        return after if after < self.total else 0


@dataclass(frozen=True)
class Wanted:
    """What was typed: every word has to be there, or one of the same stem."""

    words: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, typed: str) -> Wanted:
        """At most twelve words."""
        return cls(tuple(dict.fromkeys(words_of(_TAIL.sub("", typed[:MOST_LETTERS]))))[:MOST_WORDS])

    def may_stand_in(self, text: str) -> bool:
        """Quickly, of folded text: False only where it is certain."""
        return all(word in text or start in text for word, start in self._starts)

    def rank(self, line: str) -> int:
        """Of a folded line: 3 the very words in a row, 2 the very words, 1 their stems; 0 where one is missing."""
        if not self.may_stand_in(line):
            return 0
        if self._row.search(line):
            return _BEST
        exact = [bool(one.search(line)) for one in self._exact]
        if all(exact):
            return 2
        others = (word for word, there in zip(self.words, exact, strict=True) if not there)
        return int(all(any(self._same(word, other) for other in _WORD.findall(line)) for word in others))

    def marks(self, word: str) -> bool:
        """Whether this folded word is one of those."""
        return any(word == one or self._same(one, word) for one in self.words)

    def _same(self, word: str, other: str) -> bool:
        return other[:2] == word[:2] and stem(word) == stem(other)

    @cached_property
    def _starts(self) -> list[tuple[str, str]]:
        """Each word with what all words of its stem begin with: "hope", "hoped" and "hoping" share "hop"."""
        return [(word, stem(word)[:-1] if stem(word)[-1:] in "eiy" else stem(word)) for word in self.words]

    @cached_property
    def _row(self) -> re.Pattern[str]:
        return re.compile(r"(?<!\w)" + r"(?:'\w+)?\W+".join(map(re.escape, self.words)) + r"(?!\w)")

    @cached_property
    def _exact(self) -> list[re.Pattern[str]]:
        return [re.compile(rf"(?<!\w){re.escape(word)}(?!\w)") for word in self.words]


class _Hit(NamedTuple):
    """A line that matched, before its words are fetched: the rank, the day, and where it stands."""

    rank: int
    day: str
    past: Past | None = None
    reading: Reading | None = None
    place: str = ""
    text: str = ""
    whose: str = ""
    href: str = ""


def search(engine: Engine, owner: Owner, typed: str, first: int = 0) -> Answer:
    """Ranked, and newest first among equals. `first`: how many to pass over."""
    wanted = Wanted.of(typed)
    if not wanted.words:
        return Answer((), 0, 0)
    hits = [*chain(_in_sessions(engine, owner, wanted), _in_drawers(engine, owner, wanted))]
    hits.sort(key=itemgetter(0, 1), reverse=True)
    worded: dict[str, dict[str, str]] = {}
    shown = tuple(_found(hit, wanted, worded) for hit in hits[:MOST][first : first + AT_ONCE])
    return Answer(shown, first, min(MOST, len(hits)), len(hits) > MOST)


def _in_sessions(engine: Engine, owner: Owner, wanted: Wanted) -> Iterator[_Hit]:
    """Newest first. Behind a thousand that match as well as can be, no older one would be shown."""
    behind, readings = pasts_and_readings(engine, owner)
    every, best = readings.all(), 0
    for past in reversed(behind):
        reading = every[bytes.fromhex(past.id)]
        if not wanted.may_stand_in(reading.lines):
            continue
        hits = [_Hit(rank, past.day, past, reading, place) for place, rank in _ranked(reading.lines, wanted)]
        yield from hits
        best += sum(hit.rank == _BEST for hit in hits)
        if best > MOST:
            return


def _ranked(lines: str, wanted: Wanted) -> Iterator[tuple[str, int]]:
    for line in lines.split("\n"):
        if wanted.may_stand_in(line):
            place, _, words = line.partition("\t")
            if rank := wanted.rank(words):
                yield place, rank


def _in_drawers(engine: Engine, owner: Owner, wanted: Wanted) -> Iterator[_Hit]:
    for kind in kinds.drawers(engine, owner):
        known = kinds.KNOWN.get(kind, kinds.OTHER)
        there = list(Drawer(engine, owner, kind).all().items())
        texts = [" \u00b7 ".join(kinds.words_in(value)) for _, value in there]
        for (about, value), text, line in zip(there, texts, folded_each(texts), strict=True):
            if rank := wanted.rank(line):
                href = known.href.format(about.hex())
                yield _Hit(rank, kinds.day_in(value), text=text, whose=known.whose, href=href)


def _found(hit: _Hit, wanted: Wanted, worded: dict[str, dict[str, str]]) -> Found:
    """`worded`: of the sessions that were looked into for this answer."""
    if hit.past is None or hit.reading is None:
        return Found(_marked(hit.text, wanted), hit.day, hit.whose, hit.href)
    past, href = hit.past, f"/sessions/{hit.past.id}#{hit.place.replace('.', '-')}"
    if past.id not in worded:
        worded[past.id] = hit.reading.worded()
    whose = _SAID.get(past.form, "said in the session")
    return Found(_marked(worded[past.id][hit.place], wanted), past.day, whose, href)


def _marked(text: str, wanted: Wanted) -> tuple[tuple[str, bool], ...]:
    """Around the first match where it is long."""
    words = list(_WORD.finditer(text))
    small = folded_each([word.group() for word in words])
    spans = [word.span() for word, one in zip(words, small, strict=True) if wanted.marks(one)]
    text, spans = _cut(text, spans)
    parts, at = list[tuple[str, bool]](), 0
    for begin, end in spans:
        parts += [(text[at:begin], False), (text[begin:end], True)]
        at = end
    return tuple(part for part in (*parts, (text[at:], False)) if part[0])


def _cut(text: str, spans: Sequence[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    if len(text) <= 3 * _AROUND:
        return text, list(spans)
    middle = spans[0][0] if spans else 0
    begin = text.rfind(" ", 0, max(1, middle - _AROUND)) + 1
    end = text.find(" ", min(len(text) - 1, middle + 2 * _AROUND))
    end = len(text) if end < 0 else end
    before, after = ("\u2026 " if begin else ""), (" \u2026" if end < len(text) else "")
    moved = [(b - begin + len(before), e - begin + len(before)) for b, e in spans if begin <= b and e <= end]
    return before + text[begin:end] + after, moved
