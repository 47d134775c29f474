"""What stands beside a sentence: the other's words before and after it, and the whole of its turn."""

from __future__ import annotations

from afterword.room.understand.builtin.clauses import Sentence, Talk


def other_after(talk: Talk, sentence: Sentence) -> Sentence | None:
    """The first sentence of the next turn, where somebody else speaks."""
    for other in talk.sentences[sentence.at + 1 :]:
        if other.turn > sentence.turn:
            return other if other.speaker != sentence.speaker or other.speaker == "unclear" else None
    return None


def other_before(talk: Talk, sentence: Sentence) -> Sentence | None:
    """The last sentence of the turn before, where somebody else speaks."""
    for other in reversed(talk.sentences[: sentence.at]):
        if other.turn < sentence.turn:
            return other if other.speaker != sentence.speaker or other.speaker == "unclear" else None
    return None


def turn_masked(talk: Talk, sentence: Sentence) -> str:
    """All of its turn, masked."""
    return " ".join(s.masked for s in talk.of_turn(sentence.turn))
