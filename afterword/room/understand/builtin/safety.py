"""Whether wishing to die, self-harm, harm to others or violence at home was spoken of. Leans towards noticing."""

from __future__ import annotations

from collections.abc import Iterable

from afterword.record import NextStep, Safety
from afterword.room.understand.builtin.clauses import Sentence, Talk
from afterword.room.understand.builtin.danger.agreed import agreed
from afterword.room.understand.builtin.danger.lexicon import KINDS, Kind
from afterword.room.understand.builtin.danger.signs import Sign, signs

MOST_EVIDENCE = 4


def safety(talk: Talk, steps: Iterable[NextStep] = ()) -> Safety | None:
    """The gravest kind that came up with at most four places, what else did, and what was agreed about it."""
    found = signs(talk)
    if not found:
        return None
    kinds = _by_weight(found)
    kind: Kind = kinds[0] if kinds else "suicide"  # a plan for bad nights, and no word of what it is for
    told = [sign for sign in found if sign.kind == kind] or found
    turns = (turn for sign in found for turn in sign.turns)
    return Safety(kind, _evidence(talk, told), agreed=agreed(talk, turns, steps), also=tuple(kinds[1:]))


def words_of(talk: Talk, found: Safety) -> Sentence | None:
    """The sentence in which it was said, in the person's own words if there is one."""
    cited = [sign for sign in signs(talk) if sign.sentence.t in found.evidence]
    own = [sign for sign in cited if sign.outright and sign.sentence.speaker != "therapist"]
    return next((sign.sentence for sign in own or cited), None)


def answer_to(talk: Talk, asked: Sentence, found: Safety) -> str:
    """What the person answered, where the words of the sign are the therapist's question; else nothing."""
    answers = [sign.turns[-1] for sign in signs(talk) if sign.sentence == asked and len(sign.turns) > 1]
    return " ".join(s.text for s in talk.of_turn(answers[0])) if answers and found else ""


def spoken_of(talk: Talk) -> frozenset[int]:
    """The indexes of every turn in which danger came up: they are for the record, not to be surprised with later."""
    return frozenset(talk.turns[turn].t for sign in signs(talk) for turn in sign.turns)


def _by_weight(found: list[Sign]) -> list[Kind]:
    """A wish to die first; then what took up most turns, and of equals the graver."""
    turns = {kind: len({turn for sign in found if sign.kind == kind for turn in sign.turns}) for kind in KINDS}
    return sorted((k for k in KINDS if turns[k]), key=lambda k: (k != "suicide", -turns[k], KINDS.index(k)))


def _evidence(talk: Talk, found: list[Sign]) -> tuple[int, ...]:
    """What was said outright first, then what was asked and answered; in the order of the talk."""
    heaviest = sorted(found, key=lambda sign: not sign.outright)
    turns = list(dict.fromkeys(turn for sign in heaviest for turn in sign.turns))[:MOST_EVIDENCE]
    return tuple(talk.turns[turn].t for turn in sorted(turns))
