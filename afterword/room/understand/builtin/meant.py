"""Whether a sentence was meant: one taken back in the same breath may not be quoted alone, nor be a plan."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.clauses import Sentence, Talk

_TAKES_BACK = re.compile(
    r"^(?:(?:but|well|no|though|and|oh|um|uh)[, ]+)*(?:(?:i'm |i am |i was |only |just )*(?:joking|kidding)\b|"
    r"(?:i'm |i am )?not (?:so |really |too |quite |at all )?sure\b|(?:or |maybe |perhaps )not\b|not really\b|"
    r"i (?:don't|do not|didn't) (?:really )?mean (?:it|that)\b|"
    r"i (?:don't|do not) know\b(?! (?:what|how|who|why|where|when|that)\b))"
)
_SHORT = 8  # words


def unmeant(talk: Talk, sentence: Sentence) -> bool:
    """The next, short sentence of the turn takes it back: "I could stay with Lea. I'm not sure I want to."."""
    after = talk.sentences[sentence.at + 1 : sentence.at + 2]
    same_turn = [s for s in after if s.turn == sentence.turn and len(s.text.split()) <= _SHORT]
    return any(_TAKES_BACK.search(s.masked) for s in same_turn)
