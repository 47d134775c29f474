"""Where somebody sees something: the marks of it in the words, and a reflection that the other takes up."""

from __future__ import annotations

import re

from afterword.room.understand.builtin.clauses import Sentence, Talk, content

_SEES = re.compile(
    r"\b(?:(?:i had|i'd|i have|i've|i) never (?:looked|thought|seen|saw|noticed|realised|realized|said)\b|"
    r"i think i(?:'ve| have| am|'m) \w+|it(?:'s| is| was)(?:n't| not) about\b|not about \w+(?: \w+)? at all|"
    r"that(?:'s| is| was) when i (?:realis|realiz|knew|saw|understood)\w*|i (?:just )?(?:realis|realiz)\w+|"
    r"the (?:yes|no) is\b|is (?:really )?a (?:yes|no) to|every time i \w+\b.*, i(?:'m| am)\b|"
    r"(?:and )?now the same\b|it was the same with|same (?:alarm|thing|feeling|old) \w+ (?:off|again|with)|"
    r"so i learn(?:ed|t)\b|i learn(?:ed|t) to\b|is (?:just |only )?a way (?:to|of)|all along\b|"
    r"i(?:'ve| have) been (?:\w+ing|afraid|scared|angry)\b|the (?:wrong|real) (?:person|reason|thing)|it hit me|"
    r"i get it now|i see (?:it )?now|(?:it|that) makes it go away|you (?:are|'re) only|you (?:are|'re) not \w+ing \w+)"
)
_AFFIRMS = re.compile(
    r"^(?:(?:oh|um|uh|mm|hm+|well|huh)[,. ]+)*(?:yes\b(?!,? please)|yeah\b|exactly|that(?:'s| is) (?:it|right|true)|"
    r"i think that(?:'s| is) right|i (?:had|'d) never|right\b)"
)
_NARRATES = re.compile(
    r"^(?:(?:so|and|then|but|on \w+|yesterday|last \w+),? )*(?:i|he|she|they|we|it|my \w+|[a-z]+) "
    r"(?:went|said|says|came|called|rang|got|told|asked|took|drove|sat|put|did|had to|had told|texted|left|made|ate|"
    r"looked|walked|tried|was (?:at|in|on))\b|^(?:it|that) was (?:a )?(?:good|fine|okay|nice|long)\b|"
    r"^(?:and then|so) i (?:went|said|did|got)\b|, (?:so|and then) i (?:said|went|did|got|was|had)\b|"
    r"^i (?:sleep|fall asleep|lie|lay|wake)\b"
)
# A therapist's line that moves the hour along.
_PROCEDURE = re.compile(
    r"\b(?:before we (?:stop|finish|go)|much time|time (?:left|today)|next time|last time|we(?: will|'ll) leave|"
    r"let(?:'s| us) (?:come|go|get|look)|good to (?:know|hear)|i(?:'m| am) (?:glad|going to ask|looking at)|"
    r"can i ask|we talked about|that(?:'s| is) (?:fine|okay)|come in|how (?:was|has) your|would it be|i know a|"
    r"i will send|i'll send|good morning|hello)\b"
)


def sees(sentence: Sentence) -> bool:
    return bool(_SEES.search(sentence.masked)) and not sentence.question


def narrates(sentence: Sentence) -> bool:
    """Tells what happened, and no more."""
    return bool(_NARRATES.search(sentence.masked)) and not sees(sentence)


def moves_along(sentence: Sentence) -> bool:
    return sentence.speaker == "therapist" and bool(_PROCEDURE.search(sentence.masked))


def taken_up(talk: Talk, sentence: Sentence) -> tuple[Sentence, ...]:
    """The "yes, I think that is right ..." by which the client makes a reflection their own; or nothing."""
    last = talk.of_turn(sentence.turn)[-1:]
    if sentence.speaker != "therapist" or sentence.question or last != (sentence,) or len(sentence.text.split()) < 6:
        return ()
    reply = talk.of_turn(sentence.turn + 1)
    if not reply or reply[0].speaker != "client" or not _AFFIRMS.search(reply[0].masked):
        return ()
    said = reply[: 1 if len(reply[0].text.split()) > 12 else 2]
    return said if any(len(content(s.text)) >= 2 for s in said) or any(sees(s) for s in said) else ()
