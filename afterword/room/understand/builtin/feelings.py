"""Feelings, as the person named them themselves, or as tears showed."""

from __future__ import annotations

import re

from afterword.record import Label
from afterword.room.understand.builtin.clauses import Sentence, Talk
from afterword.room.understand.builtin.lexicon import FEELINGS

SHOWN = 6
LATE = 4
_WORD = re.compile(r"\b(?:" + "|".join(sorted(FEELINGS, key=len, reverse=True)) + r")\b")
_OWN = re.compile(
    r"\b(?:i(?:'m| am|'ve been| was| got| get| felt| feel| just felt| started feeling| 'm just)?|"
    r"it(?:'s| is| was| feels| felt)|made me|makes me|"
    r"kind of|sort of|so|a bit|a little|more like|pretty|really|very|this|that|in word|my|the|"
    r"like)\b(?:[\w', -]{0,28})$"
)
_NOT_OWN = re.compile(
    r"\b(?:not|n't|never|no longer|isn't|wasn't|less|without|you|he|she|they|he's|she's|they're|"
    r"you're|her|him|his|their|"
    r"if|would|gonna be|no)\b[^.,;]{0,14}$"
)
_OTHER_SENSE = {
    "down": re.compile(r"\b(?:feel|felt|feeling|been|so|really) (?:really |so |a bit |pretty )?down\b(?! \w)"),
    "flat": re.compile(
        r"\b(?:feel|felt|feeling|i'm|i was|just|so|bit) (?:so |really |a bit )?flat\b(?! (?:out|screen|"
        r"tire|tyre))"
    ),
    "lost": re.compile(
        r"\b(?:feel|felt|feeling|i'm|so|bit|totally|completely) (?:so |a bit |kind of )?lost\b(?! (?:my|"
        r"the|a|it|him|her|them|count|track|my))"
    ),
    "small": re.compile(r"\b(?:feel|felt|feeling|made me|makes me)[\w ]{0,12} small\b"),
    "sick": re.compile(r"\b(?:feel|felt|feeling|made me|makes me)[\w ]{0,12} sick\b|sick (?:about|with)"),
    "hurt": re.compile(
        r"\b(?:i was|i'm|i felt|i feel|that|it|so|really|kind of) (?:\w+ )?hurt\b(?! (?:my|myself|his|her|"
        r"when i))"
    ),
    "hurts": re.compile(r"\b(?:it|that) (?:\w+ )?hurts\b(?! (?:when|my|to|here|there))"),
    "alone": re.compile(r"\b(?:feel|felt|feeling|so|all|i'm|i was|completely|really) alone\b"),
    "pain": re.compile(r"$^"),
    "cross": re.compile(r"\b(?:i'm|i was|so|felt|bit) cross\b"),
    "miss": re.compile(
        r"\bi (?:really |just |do |still )?miss (?:him|her|them|my|it|you|\w+ing|being|having|us|that|"
        r"home)\b"
    ),
    "missed": re.compile(r"\bi (?:really |just )?missed (?:him|her|them|my (?:mum|mom|dad|brother|sister|home))\b"),
    "safe": re.compile(r"\b(?:feel|felt|feeling) (?:\w+ )?safe\b"),
    "heavy": re.compile(r"\b(?:feel|felt|feeling|it's|so) (?:\w+ )?heavy\b"),
    "weird": re.compile(r"\b(?:feel|felt|feeling|feels) (?:\w+ ){0,2}weird\b"),
    "empty": re.compile(r"\b(?:feel|felt|feeling|i'm|i was) (?:\w+ ){0,2}empty\b"),
    "awful": re.compile(r"\b(?:feel|felt|feeling) (?:\w+ ){0,2}awful\b"),
    "tense": re.compile(r"\b(?:feel|felt|feeling|i'm|i was|get|got|so) (?:\w+ ){0,2}tense\b"),
    "relieve": re.compile(r"\b(?:i'm|i am|is|was|feel|felt|also|so|bit) relieve\b(?! \w)"),
    "surprised": re.compile(r"\bi(?:'m| was)(?: \w+)? surprised\b"),
    "mad": re.compile(r"\b(?:i'm|i was|i got|so|felt|feel) (?:\w+ )?mad\b"),
    "glad": re.compile(r"\bi(?:'m| was)(?: \w+)? glad\b"),
    "touched": re.compile(r"\bi(?:'m| was)(?: \w+)? touched\b(?! (?:my|the|it|his))"),
}  # fmt: skip
_TEARS = re.compile(r"cry|cries|tear|sob|weep")
_SPOKEN_TEARS = re.compile(
    r"\bi (?:did |just |kind of |sort of |started |was |had a )?(?:cry|cried|crying|wept|to cry|"
    r"sobbed|teared up|burst into tears)\b"
)


def feelings(talk: Talk) -> tuple[Label, ...]:
    """Each once, with where it was said, in the order of first mention."""
    found: dict[str, list[int]] = {}
    for sentence in talk.sentences:
        if sentence.speaker == "therapist":
            continue
        for label in _named(sentence) + _tears(talk, sentence):
            found.setdefault(label, []).append(sentence.t)
    kept = _kept(talk, found)
    ordered = [label for label in found if label in kept]
    return tuple(Label(label, tuple(dict.fromkeys(found[label]))[:4]) for label in ordered)


def _kept(talk: Talk, found: dict[str, list[int]]) -> set[str]:
    """The most often named, and the last ones that first came up late: how somebody leaves matters."""
    late_from = talk.turns[len(talk.turns) * 2 // 3].t if talk.turns else 0
    late = [label for label, places in found.items() if places[0] >= late_from][-LATE:]
    often = sorted((label for label in found if label not in late), key=lambda label: -len(found[label]))
    return {*late, *often[: SHOWN - len(late)]}


def _named(sentence: Sentence) -> list[str]:
    return [FEELINGS[m.group()] for m in _WORD.finditer(sentence.masked) if _felt(sentence, m)]


def _felt(sentence: Sentence, m: re.Match[str]) -> bool:
    masked, word = sentence.masked, m.group()
    before = masked[: m.start()]
    if _NOT_OWN.search(before) or sentence.question:
        return False
    if word in _OTHER_SENSE:
        return bool(_OTHER_SENSE[word].search(masked))
    return bool(_OWN.search(before)) or not before.strip(" ,.") or len(masked.split()) <= 4


def _tears(talk: Talk, sentence: Sentence) -> list[str]:
    marked = sentence.first and _TEARS.search(talk.marks.get(sentence.turn, ""))
    return ["tears"] if marked or _SPOKEN_TEARS.search(sentence.masked) else []
