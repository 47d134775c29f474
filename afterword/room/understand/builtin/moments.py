"""Moments: lines worth coming back to, verbatim, each with a short question."""

from __future__ import annotations

import re
from collections import Counter

from afterword.record import Moment
from afterword.room.understand.builtin.beside import other_before, turn_masked
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, stems
from afterword.room.understand.builtin.lexicon import FEELINGS
from afterword.room.understand.builtin.person import self_attack
from afterword.room.understand.builtin.seeing import narrates, sees
from afterword.room.understand.builtin.tagger import Tags
from afterword.room.understand.builtin.weight import Weighed

LONGEST = 40
TAGGED, SEEN = 4.0, 2.0
LEAST = 0.0  # of weight: a lighter line is not worth coming back to
LEAVES_WITH = 1.0  # for the answer to "what are you leaving with?"
_LEAVING = re.compile(
    r"\bwhat (?:are you|do you|will you|would you|did you|you're)[\w' ]{0,24} (?:leav\w+|hang(?:ing)? on|hold\w*|"
    r"tak\w+|"
    r"keep\w*|carry\w*)\b|\bwhat (?:stays|stayed|stands out|mattered)\b"
)
_LEAD = re.compile(
    r"^(?:(?:so|okay|ok|um|uh|well|yeah|yes|oh|no|hm|huh|right|anyway|i mean|you know)\b[,.]? +)+", re.IGNORECASE
)
_PICTURE = re.compile(r"\b(?:like (?:a|an|the|somebody|someone|when)|as if|as though)\b")
_THEN = re.compile(
    r"\b(?:when i was (?:a |an )?(?:child|kid|girl|boy|little|small|young|\w+teen|six|seven|eight|nine|ten)|"
    r"my (?:father|mother|dad|mum|mom|parents)|grew up|back then)\b"
)
# What to ask with a line, the more special first; each is used up before it comes again.
_SEEN = ("Does this still ring true?", "Where have you met this since?", "What has this changed, if anything?")
_PICTURED = ("What do you see in this picture now?", "Does this picture still fit?")
_FELT = ("Is this feeling still there?", "What would help this feeling a little?")
_PAST = ("What does this have to do with today?", "What would you want to say about this now?")
_HEARD = ("What do you make of this now?", "How does this sit with you today?", "Where does this touch your week?")
_ANY = ("What comes up when you read this?", "What would you add to this now?", "Is there more to say about this?")


def moments(talk: Talk, tags: Tags, weighed: list[Weighed], planned: frozenset[str]) -> tuple[Moment, ...]:
    """Four to seven, in order, spread over the session; fewer when little was said. `planned`: quotes of next steps."""
    worth = {w.sentence.at: w.score + _heard(tags, w.sentence) + _left_with(talk, w.sentence) for w in weighed}
    weighed = sorted(weighed, key=lambda w: -worth[w.sentence.at] + (0.6 if w.sentence.text in planned else 0.0))
    wanted = max(1, min(7, 4 + talk.words // 1200, len(talk.sentences) // 3))
    chosen: list[Sentence] = []
    for w in weighed:
        if narrates(w.sentence) and chosen and not talk.alone:
            continue
        apart = all(abs(w.sentence.turn - s.turn) > (0 if talk.alone else 1) for s in chosen)
        if len(chosen) < wanted and worth[w.sentence.at] >= LEAST and apart and not _alike(w.sentence, chosen):
            chosen.append(w.sentence)
    asked: Counter[str] = Counter()
    return tuple(_moment(s, asked) for s in sorted(chosen, key=lambda s: s.at))


def _heard(tags: Tags, sentence: Sentence) -> float:
    """What the tagger hears in its turn."""
    return TAGGED * (tags.of("moment", sentence.turn) - 0.5) + SEEN * (tags.of("insight", sentence.turn) - 0.5)


def _left_with(talk: Talk, sentence: Sentence) -> float:
    """Asked what they leave with, they said it."""
    before = other_before(talk, sentence)
    asked = before is not None and before.turn == sentence.turn - 1 and _LEAVING.search(turn_masked(talk, before))
    return LEAVES_WITH if asked and sentence.speaker == "client" else 0.0


def clipped(sentence: Sentence) -> str:
    """Verbatim, without the filler it opens with, at most forty words."""
    text = _LEAD.sub("", sentence.text)
    text = text if len(content(text)) >= 2 else sentence.text
    return " ".join(text.split()[:LONGEST]) if len(text.split()) > LONGEST else text


def _moment(sentence: Sentence, asked: Counter[str]) -> Moment:
    prompt = min(_prompts(sentence), key=lambda p: asked[p])
    asked[prompt] += 1
    return Moment(clipped(sentence), prompt, (sentence.t,))


def _prompts(sentence: Sentence) -> tuple[str, ...]:
    if sentence.speaker == "therapist":
        return _HEARD
    if _PICTURE.search(sentence.masked):
        return _PICTURED
    if _THEN.search(sentence.masked):
        return _PAST
    if any(re.search(rf"\b{word}\b", sentence.masked) for word in FEELINGS):
        return _FELT
    return _SEEN if sees(sentence) else _ANY


def _alike(sentence: Sentence, chosen: list[Sentence]) -> bool:
    mine = stems(sentence.text)
    return self_attack(sentence.text) or any(len(mine & stems(s.text)) > len(mine) / 2 for s in chosen)
