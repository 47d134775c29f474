"""A question about danger, and whether what came back was a no."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from afterword.room.understand.builtin.clauses import Sentence
from afterword.room.understand.builtin.danger import replies
from afterword.room.understand.builtin.danger.frame import Around, is_old
from afterword.room.understand.builtin.danger.lexicon import ASKED, SAID, Kind

Verdict = Literal["yes", "no", "open"]
MOST_REPLIES = 3
SHORTLY = 12  # turns


@dataclass(frozen=True)
class Asked:
    """A therapist's sentence of that kind, the answer, and the turns both stand in."""

    sentence: Sentence
    verdict: Verdict
    replies: tuple[int, ...]


def asked(around: Around, sentence: Sentence, kind: Kind) -> Asked | None:
    """None where the sentence asks nothing of the kind, or asks about somebody else."""
    if sentence.speaker != "therapist":
        return None
    words = around.plain[sentence.at]
    hit = _asks_of(around, sentence, kind)
    presupposes = bool(hit) and any(replies.PRESUPPOSES.search(w) for w in (words, _rest(around, sentence)))
    if hit is None or not (_is_question(around, sentence) or (presupposes and "?" in _rest(around, sentence))):
        return None
    if replies.BEYOND.search(words[: hit.start()]) or replies.OF_AN_ACT.search(hit.group()):
        return Asked(sentence, "yes", tuple(_replies(around, sentence)[:1]))
    if kind == "violence" and replies.OF_A_CHILDHOOD.search(words):
        return None
    denies = replies.DENYING.search(re.split(r"[,;:]", words[: hit.start()])[-1]) or replies.NO_PART.search(words)
    return _answered(around, sentence, presupposes, bool(denies) and not presupposes)


def _asks_of(around: Around, sentence: Sentence, kind: Kind) -> re.Match[str] | None:
    """The words that ask; "those thoughts" alone only where it was spoken of shortly before."""
    words = around.plain[sentence.at]
    hits = [m for m in ASKED[kind].finditer(words) if not _of_others(words[: m.start()], kind)]
    if not hits and kind == "suicide" and (referring := replies.THOSE.search(words)) and _spoken_of(around, sentence):
        return referring
    return hits[0] if hits else None


def _spoken_of(around: Around, sentence: Sentence) -> bool:
    before = (s for s in around.talk.sentences[: sentence.at] if sentence.turn - s.turn <= SHORTLY)
    return any(p.search(around.plain[s.at]) for s in before for p in (SAID["suicide"], ASKED["suicide"]))


def _answered(around: Around, sentence: Sentence, presupposes: bool, negative: bool) -> Asked:
    words = around.plain[sentence.at]
    safe = bool(replies.SAFE.search(words)) and not replies.NOT_SAFE.search(words)
    used: list[int] = []
    for turn in _replies(around, sentence):
        words = " ".join(around.plain[s.at] for s in around.talk.of_turn(turn))
        used.append(turn)
        verdict = _safe(words) if safe else _verdict(words, presupposes, negative)
        if verdict != "open":
            return Asked(sentence, verdict, tuple(used))
        if len(words.split()) > 6:
            break
    return Asked(sentence, "open", tuple(used))


def _replies(around: Around, sentence: Sentence) -> list[int]:
    """The turns of the other that follow, with at most a short word of the therapist's between them."""
    found: list[int] = []
    for place in range(sentence.turn + 1, min(len(around.talk.turns), sentence.turn + 6)):
        turn = around.talk.turns[place]
        if turn.speaker != "therapist":
            found.append(place)
        elif not found or len(turn.text.split()) > 14 or "?" in turn.text:
            break
    return found[:MOST_REPLIES]


def _verdict(words: str, presupposes: bool, negative: bool) -> Verdict:
    parts = [p.strip() for p in re.split(r"(?<=[.?!\u2026]) ", words) if re.search(r"\w", p)]
    hedged = replies.HEDGE.search(words)
    if presupposes and parts and not is_old(words):
        return "no" if replies.GONE.match(words) and not hedged else "yes"
    if is_old(words) or (negative and replies.AGREES.match(words) and not hedged):
        return "no"
    if not parts:
        return "open"
    first = replies.YES.match(parts[0])
    if not first and any(replies.NO.match(part) for part in parts[:2]):
        return "yes" if _takes_back(parts, words) else "no"
    flat = not first and parts[1:] and replies.FLAT_NO.fullmatch(parts[-1])
    admits = first or replies.ADMITS_LATER.search(words) or hedged
    noes = [part for part in parts if len(part.split()) <= 3 and re.search(r"\bno\b[.!]*$", part)]
    return (
        "no"
        if flat or (len(noes) > 1 and not first and not replies.ADMITS_LATER.search(words))
        else "yes"
        if admits
        else "open"
    )


def _takes_back(parts: list[str], words: str) -> bool:
    """ "No, but at night ..."; after a firm no only with an "I" in it: "my knees do, some mornings" does not."""
    if replies.OVER.search(words) or (parts[1:] and replies.FLAT_NO.fullmatch(parts[-1])):
        return False
    of_oneself = (part for part in parts if re.search(r"\bi(?:'\w+)?\b", part))
    return _hedges(" ".join(of_oneself) if replies.FIRMLY.match(words) else words)


def _hedges(words: str) -> bool:
    return bool(replies.HEDGE.search(words) or replies.ADMITS_LATER.search(words))


def _safe(words: str) -> Verdict:
    if not re.search(r"\w", words):
        return "open"
    if replies.UNSAFE.match(words):
        return "yes"
    if replies.SAFELY.match(words):
        return "yes" if replies.BUT_NOT_ALWAYS.search(words) else "no"
    return "yes" if replies.NOT_ALWAYS.search(words) else "open"


def _is_question(around: Around, sentence: Sentence) -> bool:
    words = around.plain[sentence.at]
    said = around.talk.turns[sentence.turn].text.rstrip()
    unpunctuated = not said.endswith((".", "!", "\u2026"))
    return sentence.question or (bool(replies.ASKS.search(words)) and ("?" in said or unpunctuated))


def _rest(around: Around, sentence: Sentence) -> str:
    """What follows in the therapist's turn."""
    return " ".join(s.text.lower() for s in around.talk.of_turn(sentence.turn) if s.at > sentence.at)


def _of_others(before: str, kind: Kind) -> bool:
    themselves = kind in ("suicide", "self_harm")
    return themselves and bool(replies.OTHERS.search(before)) and not replies.OF_YOU.search(before)
