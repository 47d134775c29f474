"""What was said, made ready to hold a line against it. RED."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from afterword.room.transcript import Speaker, Transcript, Turn
from afterword.room.understand.builtin.clauses import Talk, mask, split, stems, talk_of, tokens
from afterword.room.understand.builtin.dropped import Drop, drops_in
from afterword.room.understand.builtin.lexicon import STOP, listed
from afterword.room.understand.model.figures import names

_HUM = listed("um uh uhm umm erm er hm hmm mm mhm")
_AT = listed("in from at to near past on the through over toward towards")
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_NO = re.compile(r"(?:(?:oh|um|uh|well|god|hm+|what)[,. ]+)*(?:no|nope|nah|never|not)\b")
_YES_ALL_THE_SAME = re.compile(
    r"(?:(?:oh|um|uh|well|god|hm+)[,. ]+)*no[,.]? (?:no[,.]? )*(?:you're right|that's (?:right|true|it|fine|good|okay)|"
    r"exactly|i know|totally|it's (?:good|fine|okay|true)|it was|yeah|yes|i (?:do|did|will|am|would|can)\b(?! not))"
)
_STAGE = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True)
class Said:
    """A transcript by its turns. A place is a turn's position, `t` its index as cited."""

    talk: Talk = field(repr=False)
    drops: Sequence[Drop] = field(repr=False)
    by_index: dict[int, tuple[int, ...]] = field(repr=False)
    words: frozenset[str] = field(repr=False)  # all that were said, in lower case
    names: frozenset[str] = field(repr=False)  # with a capital inside a sentence, in lower case
    people: frozenset[str] = field(repr=False)  # names that are not only places
    therapist: frozenset[str] = field(repr=False)  # what the client calls the therapist

    @property
    def turns(self) -> tuple[Turn, ...]:
        return self.talk.turns

    def places(self, evidence: Sequence[int], reach: int = 0) -> list[int]:
        """Of the cited turns, and of so many on either side, in order."""
        wide = {p + d for t in evidence for p in self.by_index.get(t, ()) for d in range(-reach, reach + 1)}
        return sorted(p for p in wide if 0 <= p < len(self.turns))

    def text(self, evidence: Sequence[int], reach: int = 0, speaker: Speaker | None = None) -> str:
        """What was said there, by `speaker` if one is named (an unclear voice may be anybody's)."""
        turns = (self.turns[p] for p in self.places(evidence, reach))
        return " ".join(t.text for t in turns if speaker is None or t.speaker in (speaker, "unclear"))

    def stems(self, evidence: Sequence[int], reach: int = 0, speaker: Speaker | None = None) -> set[str]:
        return stems(self.text(evidence, reach, speaker))

    def named_before(self, place: int, most: int) -> list[str]:
        """The last people named up to that place, latest first."""
        found: list[str] = []
        for turn in reversed(self.turns[: place + 1]):
            words = _WORD.findall(turn.text)
            for word in reversed(words):
                name = word.lower().replace("\u2019", "'").removesuffix("'s")
                if name in self.people and name not in found and name not in self.therapist:
                    found.append(name)
            if len(found) >= most:
                break
        return found[:most]

    def answered(self, evidence: Sequence[int], reach: int = 0) -> list[str]:
        """What was said there, turn by turn, without what the other one denied at once:
        "You told her." "No. I ..."."""
        return [self._undenied(p) for p in self.places(evidence, reach)]

    def _undenied(self, place: int) -> str:
        turn = self.turns[place]
        after = self.turns[place + 1] if place + 1 < len(self.turns) else None
        if turn.speaker == "client" or after is None or after.speaker == turn.speaker or not _denies(after.text):
            return turn.text
        return " ".join(split(turn.text)[:-1])

    def exact(
        self, words: str, evidence: Sequence[int], reach: int = 0, speaker: Speaker | None = None
    ) -> tuple[str, int] | None:
        """`words` as they stand in one of those turns (of `speaker`, if one is named), with its index: letters, stops
        and hums may differ."""
        wanted = _plain(words)
        for place in sorted(self.places(evidence, reach), key=lambda p: self.turns[p].t not in evidence):
            turn = self.turns[place]
            if speaker is not None and turn.speaker not in (speaker, "unclear"):
                continue
            if wanted and (span := _span(wanted, turn.text)):
                return turn.text[span[0] : span[1]], turn.t
        return None


def _denies(reply: str) -> bool:
    masked = mask(_STAGE.sub(" ", reply)).strip()
    return bool(_NO.match(masked)) and not _YES_ALL_THE_SAME.match(masked)


def said_in(transcript: Transcript) -> Said:
    talk = talk_of(transcript)
    by_index: dict[int, tuple[int, ...]] = {}
    for place, turn in enumerate(talk.turns):
        by_index[turn.t] = (*by_index.get(turn.t, ()), place)
    words = frozenset(w for turn in talk.turns for word in tokens(turn.text) for w in (word, *re.split("['-]", word)))
    named = _names(talk)
    whole = "\n".join(turn.text for turn in talk.turns).lower()
    within = names("\n".join(turn.text for turn in talk.turns))
    people = frozenset(name for name in named & within if _is_somebody(name, whole))
    return Said(talk, drops_in(talk), by_index, words, named, people, _therapist(talk, named))


def _names(talk: Talk) -> frozenset[str]:
    """Words that are written with a capital inside a sentence, and hardly ever without."""
    whole = "\n".join(turn.text for turn in talk.turns)
    low, found = whole.lower(), (names(whole) | _opening_often(whole)) - STOP
    return frozenset(n for n in found if 2 * _count(n, whole) <= _count(n, low))


def _opening_often(whole: str) -> set[str]:
    """Words that only ever open a sentence, more than once: "Jaydon can come." """
    opening = [m.group(1).lower() for m in re.finditer(r"(?:^|[.!?\u2026\]] )([A-Z][a-z]{2,})\b", whole, re.MULTILINE)]
    return {word for word in opening if opening.count(word) > 1}


def _count(name: str, whole: str) -> int:
    return len(re.findall(rf"\b{re.escape(name)}\b", whole))


def _therapist(talk: Talk, named: frozenset[str]) -> frozenset[str]:
    """Names by which only the client speaks, and speaks to somebody: "Thanks, Joyce."."""
    turns = [turn.text for turn in talk.turns if turn.speaker == "client"]
    called = {m.group(1).lower() for text in turns for m in re.finditer(r",\s([A-Z]\w+)(?=[.,!?])", text)}
    others = " ".join(turn.text.lower() for turn in talk.turns if turn.speaker == "therapist")
    return frozenset(name for name in called & named if not _count(name, others))


def _is_somebody(name: str, whole: str) -> bool:
    """Named at least three times, and mostly not as where somebody is or goes."""
    found = re.findall(rf"(?:(\w+)[ ,]+)?\b{re.escape(name)}\b", whole)
    return len(found) >= 3 and sum(word in _AT for word in found) < 0.5 * len(found)


def _plain(text: str) -> list[str]:
    return [w for m in _WORD.finditer(_STAGE.sub(" ", text)) if (w := _same(m.group())) not in _HUM]


def _same(word: str) -> str:
    """As it is compared: typed notes leave the apostrophe out."""
    return word.lower().replace("\u2019", "").replace("'", "")


def _span(wanted: list[str], text: str) -> tuple[int, int] | None:
    """Where `wanted` stands in `text` word after word, hums and stage directions skipped."""
    stages = [m.span() for m in _STAGE.finditer(text)]
    there = [
        (_same(m.group()), m.start(), m.end())
        for m in _WORD.finditer(text)
        if not any(a <= m.start() < b for a, b in stages)
    ]
    there = [w for w in there if w[0] not in _HUM]
    for at in range(len(there) - len(wanted) + 1):
        if [w[0] for w in there[at : at + len(wanted)]] == wanted:
            end = there[at + len(wanted) - 1][2]
            stop = re.match(r"[.!?\u2026]+|,(?=$)", text[end:])
            return there[at][1], end + (stop.end() if stop else 0)
    return None
