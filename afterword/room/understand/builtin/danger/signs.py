"""Every sign of danger in a talk: said outright, hinted and taken up, or asked and not denied."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from afterword.room.understand.builtin.clauses import Sentence, Talk
from afterword.room.understand.builtin.danger.answers import Asked, asked
from afterword.room.understand.builtin.danger.frame import Around, around, denied, of_another, own, told_elsewhere
from afterword.room.understand.builtin.danger.lexicon import (
    ASKED,
    HEAVY,
    HINTED,
    KINDS,
    PLANNED,
    PLANNED_FOR_EVERYBODY,
    SAID,
    WEAPON,
    Kind,
)

_AFRAID = re.compile(
    r"(?:^|\b(?:i|i'm|i am|i was|i've|i get|i got|we|we're|we are|the kids are|been|always|so|still|just) "
    r"(?:\w+ ){0,2})$"
)
_WISHED = re.compile(r"\b(?:want\w*|wish\w*|thoughts?|thinking|rather|hop\w+)\b[\w' ]{0,14}$")
_TOLD_US = re.compile(
    r"\b(?:you (?:told|said|mentioned|wrote|described)|you(?:'ve| have) (?:been|had|told|talked)"
    r"|(?:the|those|your) (?:nights?|days|wish|thoughts|urges?) (?:when|to|of)|we (?:made|talked|agreed)|you (?:ring|"
    r"call|text|phone))\b"
)
_OF_OTHERS = re.compile(r"\b(?:your|he|she|they) (?:mother|father|brother|sister|friend|said|wanted)\b")
_NOT_SO = re.compile(r"\W*(?:no\b|i (?:didn't|never)|that's not)")
_FEAR = re.compile(r"(?:afraid|scared|frightened|terrified|petrified|feart)")
TAKEN_UP = 3  # turns after a hint in which the therapist asks about it
DENIED_LATER = 4


@dataclass(frozen=True)
class Sign:
    """One place where it came up. `kind` is None where only a plan for it is named. `turns`: places it rests on."""

    kind: Kind | None
    sentence: Sentence
    turns: tuple[int, ...]
    outright: bool = False


def signs(talk: Talk) -> list[Sign]:
    """In the order of the talk."""
    read = around(talk)
    return [sign for sentence in talk.sentences for sign in _of(read, sentence)]


def _of(read: Around, sentence: Sentence) -> Iterator[Sign]:
    for kind in KINDS:
        question = asked(read, sentence, kind)
        if question and question.verdict == "yes":
            yield Sign(kind, sentence, (sentence.turn, *question.replies))
            return
        if _told(read, sentence, kind):
            yield Sign(kind, sentence, (sentence.turn,), True)
            return
    for kind in KINDS:
        if _hinted_and_meant(read, sentence, kind):
            yield Sign(kind, sentence, (sentence.turn,))
            return
    if _planned(read, sentence):
        yield Sign(None, sentence, (sentence.turn,))


def _told(read: Around, sentence: Sentence, kind: Kind) -> bool:
    """Said outright by the one who is in it; by a therapist only as "the nights when you don't want to live"."""
    if sentence.speaker == "therapist":
        return _said_back(read, sentence, kind)
    words = read.plain[sentence.at]
    hits = [*SAID[kind].finditer(words), *_weapons(read, sentence, kind)]
    return any(_holds(read, sentence, kind, hit) for hit in hits)


def _weapons(read: Around, sentence: Sentence, kind: Kind) -> list[re.Match[str]]:
    """Of harm to others where the turn says so, else of suicide."""
    if kind not in ("suicide", "harm_to_others"):
        return []
    hits = list(WEAPON.finditer(read.plain[sentence.at]))
    own = read.talk.of_turn(sentence.turn) if hits else ()
    others = any(SAID["harm_to_others"].search(read.plain[s.at]) for s in own)
    return hits if others == (kind == "harm_to_others") else []


def _holds(read: Around, sentence: Sentence, kind: Kind, hit: re.Match[str]) -> bool:
    if not own(read, sentence, hit):
        return False
    if kind in ("suicide", "self_harm"):
        first = re.search(r"\b(?:myself|my|i|i'\w+)\b", read.plain[sentence.at][: hit.end()])
        return not of_another(read, sentence, hit) and (bool(first) or not told_elsewhere(read, sentence))
    if _FEAR.match(hit.group()):
        before = read.plain[sentence.at][: hit.start()]
        return bool(_AFRAID.search(before)) and not told_elsewhere(read, sentence)
    return not told_elsewhere(read, sentence)


def _said_back(read: Around, sentence: Sentence, kind: Kind) -> bool:
    """ "If the wish to die comes back, you ring ...": stated to the client, and not answered with no."""
    words = read.plain[sentence.at]
    hit = ASKED[kind].search(words)
    if sentence.question or hit is None or denied(read, sentence, hit) or kind == "violence":
        return False
    if re.fullmatch(r"die|dying|dead", hit.group()) and not _WISHED.search(words[: hit.start()]):
        return False
    told, others = _TOLD_US.search(words), _OF_OTHERS.search(words[: hit.start()])
    later = range(sentence.turn + 1, len(read.talk.turns))
    reply = next((t for t in later if read.talk.turns[t].speaker != "therapist"), None)
    refuses = reply is not None and _NOT_SO.match(_turn(read, reply))
    return bool(told) and not refuses and not others


def _hinted_and_meant(read: Around, sentence: Sentence, kind: Kind) -> bool:
    hits = _hints(read, sentence, kind)
    if not hits:
        return False
    verdicts = [q.verdict for q in _questions_after(read, sentence, kind, DENIED_LATER)]
    if "no" in verdicts:
        return False
    if verdicts and any(True for _ in _questions_after(read, sentence, kind, TAKEN_UP)):
        return True
    before = (s for s in read.talk.sentences[: sentence.at] if sentence.turn - s.turn <= 2)
    near = [s for s in before if s.speaker == sentence.speaker]
    found = hits | {hit for s in near for hit in _hints(read, s, kind)}
    return len(found) > 1 and (kind not in HEAVY or any(HEAVY[kind].search(hit) for hit in found))


def _hints(read: Around, sentence: Sentence, kind: Kind) -> set[str]:
    if sentence.speaker == "therapist":
        return set()
    found = HINTED[kind].finditer(read.plain[sentence.at])
    return {hit.group() for hit in found if own(read, sentence, hit) and not _anothers(read, sentence, kind, hit)}


def _anothers(read: Around, sentence: Sentence, kind: Kind, hit: re.Match[str]) -> bool:
    themselves = kind in ("suicide", "self_harm")
    return (themselves and of_another(read, sentence, hit)) or told_elsewhere(read, sentence)


def _questions_after(read: Around, sentence: Sentence, kind: Kind, turns: int) -> list[Asked]:
    later = [s for s in read.talk.sentences[sentence.at + 1 :] if 0 < s.turn - sentence.turn <= turns]
    return [question for s in later if (question := asked(read, s, kind))]


def _planned(read: Around, sentence: Sentence) -> bool:
    hit = PLANNED.search(read.plain[sentence.at])
    return (
        hit is not None
        and not PLANNED_FOR_EVERYBODY.search(_turn(read, sentence.turn))
        and not denied(read, sentence, hit)
        and not told_elsewhere(read, sentence)
        and not of_another(read, sentence, hit)
    )


def _turn(read: Around, turn: int) -> str:
    return " ".join(read.plain[s.at] for s in read.talk.of_turn(turn))
