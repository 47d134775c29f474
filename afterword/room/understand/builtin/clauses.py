"""Sentences of a talk, with quotations masked: what every other module of the engine reads."""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import groupby

import snowballstemmer

from afterword.room.transcript import Speaker, Transcript, Turn
from afterword.room.understand.builtin.lexicon import STOP
from afterword.room.understand.builtin.runs import cut

_STAGE = re.compile(
    r"\[[^\]]{0,200}\]|<[^>]{0,200}>|"
    r"\*[^*\n]{1,30}\*|\((?:[a-z]+ )?(?:laugh|cry|sob|sigh|sniff|pause|silence|chuckle|tear)[^)]*\)",
    re.IGNORECASE,
)
_QUOTE = re.compile(r"[\"\u201c][^\"\u201c\u201d]{1,400}[\"\u201d]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|st|prof|vs|etc|e\.g|i\.e|a\.m|p\.m)|(?<!['\u2019])\b[a-z])\.$", re.IGNORECASE
)
_STOPS = re.compile(r"[.!?\u2026]+[\"\u201d')]*\s+|\n+")
_JOINT = re.compile(r",?\s+(?=(?:and then|and so|so|but|because|and i|and she|and he|and we|and it) )", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_TONIGHT = re.compile(r"\bto (night|morrow)\b")  # as the speech model now and then writes them
_BULLET = re.compile(r"^(?:[-*\u2022\u2013\u2014]+|\d+[.)])\s+")
_LONG = 45  # words: longer than this, a sentence without full stops is cut at its joints
_MOST = 150  # words: nobody's sentence, but a transcript without any stops may come in one line
_CLOSING = re.compile(
    r"minutes? (?:left|to go)|(?:two|three|five|six|ten|couple|few|\d+) (?:more )?minutes|out of time|wrap(?:ping)? up|"
    r"looking at the (?:clock|time)|before (?:we|you|i) (?:stop|finish|go|leave|wrap|let you)|(?:so|"
    r"and),? (?:then )?the "
    r"homework|to (?:recap|summari[sz]e)|for next (?:week|time)|(?:between|until) now and|this week\b.*\?|what are you "
    r"(?:taking|leaving)|so the plan|our time"
)


@dataclass(frozen=True)
class Sentence:
    """A contiguous stretch of one turn. `masked`: lower case, same length, quoted words struck out."""

    at: int  # its place among the sentences
    turn: int  # its turn's place in the transcript
    t: int  # its turn's index as cited
    speaker: Speaker
    text: str = field(repr=False)
    masked: str = field(repr=False)
    first: bool = True

    @property
    def question(self) -> bool:
        return self.text.rstrip("\"' )\u201d").endswith("?")


@dataclass(frozen=True)
class Talk:
    """A transcript made ready for reading. `closing`: the turn from which the end of the hour is arranged."""

    date: str | None
    turns: tuple[Turn, ...] = field(repr=False)
    sentences: tuple[Sentence, ...] = field(repr=False)
    alone: bool
    closing: int
    words: int
    marks: dict[int, str] = field(repr=False)  # turn -> stage directions in it
    spread: dict[str, int] = field(repr=False)  # stem -> turns that use it

    def of_turn(self, turn: int) -> tuple[Sentence, ...]:
        return self._by_turn.get(turn, ())

    @cached_property
    def _by_turn(self) -> dict[int, tuple[Sentence, ...]]:
        return {turn: tuple(own) for turn, own in groupby(self.sentences, key=lambda s: s.turn)}

    def rare(self, stems: Set[str]) -> set[str]:
        """The stems that single a matter out, because few turns use them."""
        most = max(4, len(self.turns) // 12)
        return {s for s in stems if self.spread.get(s, 0) <= most}


def talk_of(transcript: Transcript) -> Talk:
    """Everything the other modules need, computed once."""
    turns = tuple(turn for turn in transcript.turns if turn.text.strip())
    sentences: list[Sentence] = []
    for place, turn in enumerate(turns):
        for n, text in enumerate(split(turn.text)):
            sentences.append(Sentence(len(sentences), place, turn.t, turn.speaker, text, mask(text), n == 0))
    marks = {i: " ".join(m.group().lower() for m in _STAGE.finditer(t.text)) for i, t in enumerate(turns)}
    spread: dict[str, int] = {}
    for turn in turns:
        for stem in stems(turn.text):
            spread[stem] = spread.get(stem, 0) + 1
    alone = bool(turns) and all(turn.speaker == "client" for turn in turns)
    words = sum(len(turn.text.split()) for turn in turns)
    return Talk(transcript.date, turns, tuple(sentences), alone, _closing(turns), words, marks, spread)


def split(text: str) -> list[str]:
    """Sentences as contiguous pieces of `text`, cut at stops outside quotations and at stage directions."""
    pieces: list[str] = []
    start = 0
    for stage in [*_STAGE.finditer(text), None]:
        stretch = text[start : stage.start()] if stage else text[start:]
        pieces.extend(_sentences(stretch))
        start = stage.end() if stage else start
    bare = (_BULLET.sub("", piece) for piece in pieces)
    return [piece for piece in bare if _TOKEN.search(piece)]


def mask(text: str) -> str:
    """Lower case and same length: quotations become underscores, so that nobody is bound by what they quote."""
    plain = "".join(c.lower() if len(c.lower()) == 1 else c for c in text).replace("\u2019", "'").replace("\u2018", "'")
    return _QUOTE.sub(lambda m: "_" * len(m.group()), plain)


def quoted(text: str) -> list[str]:
    """What stands between quotation marks."""
    return [m.group()[1:-1] for m in _QUOTE.finditer(text)]


def tokens(text: str) -> list[str]:
    return _TOKEN.findall(_TONIGHT.sub(r"to\1", text.lower().replace("\u2019", "'")))


def content(text: str) -> list[str]:
    """Content words in order."""
    return [w for w in tokens(text) if w not in STOP and (len(w) > 2 or w.isdigit())]


def stems(text: str) -> set[str]:
    return {stem(word) for word in content(text)}


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    return str(_stemmer().stemWord(word.removesuffix("'s")))


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")


def _sentences(text: str) -> list[str]:
    quotes = [m.span() for m in _QUOTE.finditer(text)]
    pieces, start = [], 0
    for stop in _STOPS.finditer(text):
        inside = any(a < stop.start() and stop.end() < b for a, b in quotes)
        if inside or _ABBREVIATION.search(text[start : stop.start() + 1]):
            continue
        pieces.append(text[start : stop.end()].strip())
        start = stop.end()
    pieces.append(text[start:].strip())
    return [part for piece in pieces for run in cut(piece) for long in _cut(run) for part in _bounded(long)]


def _bounded(piece: str) -> list[str]:
    """At most `_MOST` words each: every rule reads a sentence as a whole, some of them once for each of its clauses."""
    words = list(re.finditer(r"\S+", piece))
    runs = [words[i : i + _MOST] for i in range(0, len(words), _MOST)]
    return [piece[run[0].start() : run[-1].end()] for run in runs]


def _cut(piece: str) -> list[str]:
    if len(piece.split()) <= _LONG:
        return [piece] if piece else []
    parts, start, quotes = [], 0, [m.span() for m in _QUOTE.finditer(piece)]
    for joint in _JOINT.finditer(piece):
        inside = any(a < joint.start() < b for a, b in quotes)
        if not inside and len(piece[start : joint.start()].split()) >= 12:
            parts.append(piece[start : joint.start()].strip())
            start = joint.end()
    parts.append(piece[start:].strip())
    return [part for part in parts if part]


def _closing(turns: tuple[Turn, ...]) -> int:
    if len(turns) <= 30:
        return 0
    late, last = int(len(turns) * 0.68), int(len(turns) * 0.85)
    for place in range(late, last):
        if turns[place].speaker != "client" and _CLOSING.search(mask(turns[place].text)):
            return place
    return last
