"""Yes and no: whether a line says of a thing what was said of it, or the opposite. Word by word, within clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from afterword.room.understand.builtin.clauses import mask, stem
from afterword.room.understand.builtin.lexicon import listed

_APOSTROPHES = re.compile(r"\b(do|does|did|ca|wo|is|are|was|were|have|has|had|could|would|should|ai)(n)t\b")
_FIRM = re.compile(
    r"(?:not|no|never|none|nope|(?:nobody|nothing)(?:'s)?|neither|nor|cannot|refus\w+|declin\w+|unable|hardly|"
    r"\w+n't)$"
)
# What may amount to a no without being one: nothing is concluded from a clause with one of these.
_LOOSE = re.compile(
    r"(?:stop\w*|quit|avoid\w*|skip\w*|rather|instead|against|un\w{4,}|fail\w*|miss\w*|leav\w+|left|drop\w*|wait\w*|yet|"
    r"clos\w+|lack\w*|empty|gone|only|unless|until|till|turned|off|out|away|lost|let|least|almost|nearly|before|"
    r"keep\w*|kept|refus\w+|less|other|hard\w*|open|no|nos|without)$"
)
# "Not the money but the deadline", "call, not text", "say no", "not what you wanted": no word stands under this no.
_BESIDE = re.compile(
    r"(?:[(,]\s*|\b(?:and|but) )not\b|\bnot (?:the|a|an|your|my|his|her|their|just|only|because|about|why|what|how|"
    r"where|who|this|that|even|really|all|so|in|on|by|at|for|with)\b|"
    r"\b(?:say|says|said|saying|tell|tells|told|telling|a|the|your|my|her|his|answer is|clear|first|this|that) no\b|"
    r"\bno (?:to|longer|more|matter|doubt|problem|wonder)\b"
)
_JOINT = re.compile(
    r"[.;!?\u2026\u2014\u2013:,]+|\b(?:and|but|so|because|that|which|who|when|while|though|or|like)\b|"
    r"(?=\bif\b)"
)
_SUPPOSED = re.compile(r"\b(?:if|unless|in case|would|could|might)\b")
_TOKEN = re.compile(r"[a-z0-9]+(?:'[a-z]+)*")
_SCOPE = 6  # words after a "not" to which it may belong
_IDLE = listed(
    """a about again all also am an any are as at be because been being both by can could do does did doing done each
    even ever for from had has have having he he's her here him his how i i'm i've i'll i'd in into is it it's its
    just me more most my of on one or our over own really she she's should some something such than the their them
    then there these they they're thing things think this those to too up us very was we we're were what where which
    who why will with would you you're you've you'll you'd your yourself beside get got gets getting go goes going
    went kind sort lot way therapist said say says told tell tells gonna wanna"""
)
_BASE = {
    "sent": "send", "gave": "give", "given": "give", "bought": "buy", "wrote": "write", "written": "write",
    "kept": "keep", "made": "make", "took": "take", "taken": "take", "brought": "bring", "felt": "feel",
    "came": "come", "slept": "sleep", "drank": "drink", "ate": "eat", "eaten": "eat", "paid": "pay", "met": "meet",
    "spoke": "speak", "spoken": "speak", "rang": "ring", "knew": "know", "known": "know", "saw": "see", "seen": "see",
    "woke": "wake", "woken": "wake", "drove": "drive", "driven": "drive", "broke": "break", "forgot": "forget",
    "forgave": "forgive", "chose": "choose", "began": "begin", "heard": "hear", "meant": "mean", "stood": "stand",
    "understood": "understand", "sold": "sell", "lost": "lose", "won": "win", "caught": "catch", "thought": "think",
    "dying": "die", "died": "die",
}  # fmt: skip


def opposes(line: str, said: Sequence[str], patient: bool = True) -> bool:
    """A word of `line` stands under a no and was only ever said without one, or the other way round. `said`: turns.
    `patient`: a bare "no" in them, or the answer to a question, may be the one that the line means."""
    there: dict[str, set[bool]] = {}
    asked_of: set[str] = set()
    bare = False
    for turn in said:
        for piece, asked in _clauses(turn):
            marks = _marked(piece)
            bare = bare or (says_no(piece) and len(marks) <= 1)
            for word, negated in marks:
                if asked:
                    asked_of.add(word)
                else:
                    there.setdefault(word, set()).add(negated)
    for word in asked_of & set(there) if patient else ():
        there[word].add(True)  # it may have been answered with a no
    none = not any(_has_no(turn) for turn in said)
    return any(_against(piece, there, bare and patient, none) for piece, _ in _clauses(line))


def last_word_on(words: Set[str], said: Sequence[str], beside: Set[str] = frozenset()) -> bool | None:
    """Whether the last that was said of any of these stems, questions apart, stood under a no, and nothing much else
    did; `beside`: stems that may. None: nothing was said of them."""
    last: bool | None = None
    for turn in said:
        for piece, asked in _clauses(turn):
            marks = _marked(piece)
            mine = [negated for word, negated in marks if word in words]
            if mine and not asked:
                last = all(mine) and len(mine) >= 0.6 * sum(no for word, no in marks if word not in beside)
    return last


def denied(line: str, said: str) -> bool:
    """What `line` does first stands only under a no in `said`."""
    first = next((word for word, _ in _marked(line.partition(" ")[0].lower())), None)
    marks = {negated for piece, _ in _clauses(said) for word, negated in _marked(piece) if word == first}
    return marks == {True}


def says_no(text: str) -> bool:
    return any(_FIRM.match(word) for word in _TOKEN.findall(_APOSTROPHES.sub(r"\1n't", mask(text))))


def _against(piece: str, there: dict[str, set[bool]], bare: bool, none: bool) -> bool:
    """`bare`: somebody said just "no", or "if I wasn't". `none`: nobody said any no."""
    marks = _marked(piece)
    negated = [word for word, no in marks if no]
    if negated and not _SUPPOSED.search(piece):
        if none:
            return True
        first = negated[0]
        return not bare and there.get(first) == {False} and not any(True in there.get(w, ()) for w in negated)
    if negated or any(_LOOSE.match(word) or _FIRM.match(word) for word in _TOKEN.findall(piece)):
        return False
    known = [word for word, _ in marks if word in there]
    return len(known) >= max(2, 0.5 * len(marks)) and all(there[word] == {True} for word in known)


def _clauses(text: str) -> Iterator[tuple[str, bool]]:
    """Each with whether it is part of a question."""
    masked = _APOSTROPHES.sub(r"\1n't", mask(text).replace("_", " "))
    for sentence in re.findall(r"[^.!?\u2026]+[.!?\u2026]*", _BESIDE.sub(" beside ", masked)):
        for piece in _JOINT.split(sentence):
            if piece.strip():
                yield piece, "?" in sentence


def _has_no(text: str) -> bool:
    return any(_FIRM.match(w) or _LOOSE.match(w) for w in _TOKEN.findall(_APOSTROPHES.sub(r"\1n't", mask(text))))


def _marked(piece: str) -> list[tuple[str, bool]]:
    """The stems of a clause, each with whether it stands under a no."""
    found, left = [], 0
    for word in _TOKEN.findall(piece):
        if _FIRM.match(word):
            left = _SCOPE
            continue
        if word not in _IDLE and (len(word) > 2 or word.isdigit()):
            found.append((stem(_BASE.get(word, word)), left > 0))
        left = max(0, left - 1)
    return found
