"""What somebody alone says about the saying: where they sit, that they forgot the words, what they then put right."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.clauses import Sentence, Talk, stems
from afterword.room.understand.builtin.weight import weight_of

LEAST_TURNS = 6  # in a shorter piece the first line may be all there is
MATTERS = 1.0  # of weight: a line worth a look stays, wherever it stands
_LOST = re.compile(
    r"\b(?:said|was) something, |\bhad it (?:at|on|in|by|when)\b|"
    r"\b(?:don't|dont|do not|can't|cant|cannot) (?:know that i |really |quite |even )*"
    r"remember (?:it|all|everything|what|who|how|which)\b|"
    r"\bdon't know (?:who|which of us) (?:said|came up|put)\b|"
    r"\bforgot(?:ten)? (?:what|how) (?:she|he|they|i) (?:put|said)"
)
_NO_TASK = re.compile(
    r"\bno homework\b|\bnothing (?:to|i have to) do\b|\bthat's a different (?:session|story)\b|"
    r"\bthat's for (?:another|a different)\b|\bjust saying\b"
)
_JOKES = re.compile(
    r"\b(?:simply die|rather die|till i die|just kidding|i'm kidding|(?:i'm|only|just) "
    r"joking|yeah,? right)\b|\bha(?:ha)?\b"
)
_CORRECTS = re.compile(
    r"^(?:(?:oh|wait|well|sorry|hang on)[,. ]+)*no,? (?:it was|it's|it is|wait|what (?:she|he) said)\b"
)


def asides(talk: Talk) -> frozenset[int]:
    """Places of the sentences that tell nothing of the session; of a talk between two, none."""
    if not talk.alone:
        return frozenset()
    told = (s.at for s in talk.sentences if _at_an_end(talk, s) or _LOST.search(s.masked) or _put_right(talk, s))
    return frozenset(told)


def no_task(sentence: Sentence) -> bool:
    """Says that there is nothing to do, or that it belongs elsewhere: to be told, and nothing that was seen."""
    return bool(_NO_TASK.search(sentence.masked))


def jokes(sentence: Sentence) -> bool:
    return bool(_JOKES.search(sentence.masked))


def puts_right(talk: Talk, sentence: Sentence) -> bool:
    """ "No, it was ...": the words as they were after all."""
    return talk.alone and bool(_CORRECTS.search(sentence.masked))


def _at_an_end(talk: Talk, sentence: Sentence) -> bool:
    """The first or the last thing said, of nothing that the rest comes back to: the car, the rain, good-bye."""
    if sentence.turn not in (0, len(talk.turns) - 1) or len(talk.turns) <= LEAST_TURNS:
        return False
    again = any(talk.spread.get(stem, 0) > 1 for stem in stems(sentence.text))
    return not again and weight_of(talk, sentence) < MATTERS


def _put_right(talk: Talk, sentence: Sentence) -> bool:
    """The next sentence says "No, it was ..."."""
    after = talk.sentences[sentence.at + 1 : sentence.at + 2]
    return any(_CORRECTS.search(s.masked) for s in after)
