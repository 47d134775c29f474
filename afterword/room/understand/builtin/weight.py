"""How much a sentence seems to matter, from how the other person took it up and how it is put."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from afterword.room.understand.builtin.clauses import Sentence, Talk, content, stems
from afterword.room.understand.builtin.meant import unmeant
from afterword.room.understand.builtin.person import first_person, self_attack
from afterword.room.understand.builtin.seeing import moves_along, narrates, sees

_SEEING = re.compile(
    r"\b(?:i (?:realized|realised|realize|realise|noticed|notice|figured out|found out|learned|learnt|"
    r"didn't know|see now|"
    r"get it|never thought|hadn't thought)|i'm noticing|i think i(?:'m)? (?:just |only |was |"
    r"really )?|it(?:'s| is) (?:more |kind of |sort of |almost )?like|it's not that|it wasn't|"
    r"it's not (?:the|about|that|her|him)|"
    r"that's (?:why|what i|the thing|where|when|how i)|so that's|what i (?:want|wanted|need|needed|"
    r"miss|do)|i just (?:want|wanted|wanna|need)|"
    r"i don't know (?:what|who|how) i|i've (?:always|never|been)|i (?:always|never)|the (?:real|"
    r"actual|truth|thing is|problem is|reason)|"
    r"it meant|it means|because (?:then|if)|'cause (?:then|if)|so (?:that )?i (?:don't|didn't) have to|as if|"
    r"i'm (?:allowed|the one)|i was the one|maybe (?:i|it|that)|if i (?:stop|let|say|don't|was|were)|"
    r"turns out|deep down|underneath|all this time|for years)\b"
)
_OFFER = re.compile(
    r"\b(?:sounds like|it's like|that's a|what if|maybe|i wonder|the way i|you(?:'re|"
    r" are) (?:not )?(?:allowed|the one)|you don't have to|"
    r"you were|you've been|you (?:just|get|got) to|doesn't (?:have|mean|know)|both|part of you|"
    r"almost as if|and (?:so )?you (?:never|always)|there's a difference|isn't the same|rather than|"
    r"instead of|more than)\b"
)
_STRUCK = re.compile(
    r"^(?:(?:oh|well|and|okay|wow)[,. ]+)*(?:huh|hm+|oh my|oh god|god\b|oh\.|oh,|ouch|oof|wow|yeah\.|"
    r"exactly|that's (?:it|a mean|right|true|annoying|"
    r"exactly|good|what)|i never|i hadn't|say that again|i like that|i don't know what i|right\.|no\. no|yes\.)"
)
_DULL = re.compile(
    r"\b(?:o'clock|minutes|appointment|copay|parking|tissues|recording|recorder|recorded|the session|"
    r"next session|next one|next visit|see you|thank you|"
    r"thanks|bye|calendar|video|screen|microphone|"
    r"how are you|come in|take a seat|next week|insurance|invoice|weather)\b"
)
_TOLD = re.compile(r"\b(?:she|he|they|[a-z]+) (?:said|asked me|asked|noticed|told me)\b")
_ASIDE = re.compile(
    r"\b(?:i'm just saying|if i quit|just kidding|put (?:that|it) in your notes|sitting in the|"
    r"this is \w+\.$|i'm in the car|talk into)\b"
)
_FEELING = re.compile(
    r"\b(?:afraid|scared|lonely|ashamed|shame|guilt\w*|angry|love[ds]?|hate[ds]?|hurts?|cry|cried|"
    r"miss(?:ed)?|lost|alone|tired|dread|safe|small|invisible|enough|die[ds]?|grief|sorry for|proud|"
    r"free)\b"
)
# Begun, and begun again: "it's a whole, it's out in ...".
_BROKEN = re.compile(r"\b(?:a|the|a whole|the whole|my|to|of|is|that i|like a),")
_IMAGE = re.compile(r"\b(?:like (?:a|an|the|i'm|it's|somebody|someone|my|when)|as if|as though)\b")


@dataclass(frozen=True)
class Weighed:
    """A sentence and how much it seems to matter."""

    sentence: Sentence = field(repr=False)
    score: float


def weigh(talk: Talk) -> list[Weighed]:
    """Sentences that may be worth returning to, heaviest first; ties in order of time."""
    weighed = [Weighed(s, weight_of(talk, s)) for s in talk.sentences if _fit(s) and not unmeant(talk, s)]
    return sorted(weighed, key=lambda w: (-w.score, w.sentence.at))


def _fit(sentence: Sentence) -> bool:
    words = len(sentence.text.split())
    if not 5 <= words <= 40 or _DULL.search(sentence.masked):
        return False
    return (
        not self_attack(sentence.text)
        and bool(content(sentence.text))
        and not sentence.text.endswith((",", "\u2014", "-"))
    )


def weight_of(talk: Talk, sentence: Sentence) -> float:
    """About -3 to 4; 1 is worth a look."""
    words = len(sentence.text.split())
    score = 0.8 * len(_SEEING.findall(sentence.masked)[:2]) if sentence.speaker != "therapist" else 0.0
    score += 0.5 * len(_FEELING.findall(sentence.masked)[:2]) + 0.5 * bool(_IMAGE.search(sentence.masked))
    score += 0.5 if 7 <= words <= 22 else 0.0
    score += 0.3 if first_person(sentence.text) and sentence.speaker != "therapist" else 0.0
    score -= 0.8 if sentence.question else 0.0
    score -= 0.25 * len(re.findall(r"\b(?:um|uh)\b|,\s*,", sentence.masked))
    score += _taken_up(talk, sentence) + _mark(talk, sentence) + _someone_quoted(sentence)
    score -= 0.5 if words < 6 * len(re.findall(r",|\u2014", sentence.text)) else 0.0
    score -= 0.6 if len(content(sentence.text)) < 2 else 0.0
    score -= (
        0.5
        if sentence.speaker == "client" and not talk.alone and re.search(r"\byou(?:r|'re)?\b", sentence.masked)
        else 0.0
    )
    score += 0.8 if talk.alone and _TOLD.search(sentence.masked) else 0.0
    score -= 1.0 if _ASIDE.search(sentence.masked) else 0.0
    if sentence.speaker == "therapist":
        score += 0.7 * bool(_OFFER.search(sentence.masked)) - 0.7
    score += 0.8 * sees(sentence) if sentence.speaker != "therapist" or talk.alone else 0.4 * sees(sentence)
    score -= 0.8 * (narrates(sentence) and not talk.alone) + 1.5 * moves_along(sentence)
    score -= 0.8 * bool(_BROKEN.search(sentence.masked))
    edge = min(sentence.at, len(talk.sentences) - 1 - sentence.at)
    return score - (0.7 if sentence.turn < len(talk.turns) * 0.05 or (talk.alone and edge < 2) else 0.0)


def _someone_quoted(sentence: Sentence) -> float:
    """Somebody's words told, rather than words tried out."""
    return 0.4 if "____" in sentence.masked and not sentence.masked.startswith("_") else 0.0


def _taken_up(talk: Talk, sentence: Sentence) -> float:
    """The other person repeats it, or is struck by it."""
    score, mine = 0.0, stems(sentence.text)
    for turn in range(sentence.turn + 1, min(sentence.turn + 3, len(talk.turns))):
        reply = talk.turns[turn]
        if reply.speaker == sentence.speaker or not talk.of_turn(turn):
            continue
        first = talk.of_turn(turn)[0]
        theirs = stems(first.text)
        if theirs and len(theirs & mine) / len(theirs) >= 0.5 and len(first.text.split()) <= 16:
            score = max(score, 1.0)
        if sentence.at == talk.of_turn(sentence.turn)[-1].at and _STRUCK.search(first.masked):
            score = max(score, 0.7)
    return score


def _mark(talk: Talk, sentence: Sentence) -> float:
    """Tears or a silence close by."""
    near = " ".join(talk.marks.get(turn, "") for turn in (sentence.turn - 1, sentence.turn, sentence.turn + 1))
    return 0.6 if re.search(r"cry|tear|sob|silence|pause|quiet", near) else 0.0
