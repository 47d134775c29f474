"""How a step is put: as an action if it stands alone, else as the words said and the line before them."""

from __future__ import annotations

import re

from afterword.record import Who
from afterword.room.transcript import Speaker
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, mask, stems
from afterword.room.understand.builtin.cues import asks_for_plan, proposes
from afterword.room.understand.builtin.lexicon import ERRANDS
from afterword.room.understand.builtin.person import says, second_person, self_attack
from afterword.room.understand.builtin.shown import as_plan, flow, large, short, small, tidy
from afterword.room.understand.builtin.times import times_in

_POINTS_BACK = re.compile(
    r"\b(?:it|them|him|her|he|she|they|the same|both of them)\b|\b(?:that|this|those|these)\b(?! (?!one\b)[a-z]{3})"
)
_SECOND_SUBJECT = re.compile(r"\b(?:i|i'm|i'll|i've|i'd|we|we'll|we're|you're|you'll)\b")
_BASE = re.compile(r"^[a-z][a-z'-]*(?<!ing)$")
_REACHES = re.compile(r"\b(?:phone|call|ring|text|email|message|write to) (?:you|me)\b")
QUOTE_WORDS = 34
BREATH_WORDS = 24
_ERRAND_STEMS = stems(ERRANDS.replace("|", " ")) | stems("tell take keep start bring read write")


_COMPLEMENT = re.compile(r"\bthat i\b")
_MEETS = re.compile(r"^(?:phone|call|ring|text|email|message|write to) you(?: (?!that\b|it\b|this\b)\w+){0,3}$")


def stands_alone(act: str) -> bool:
    """An action and its object, with nothing that points back."""
    masked = _COMPLEMENT.sub("that", mask(act))
    if _MEETS.match(masked):
        return True
    named = [w for w in content(act) if w.isalpha() or "'" in w]
    if _SECOND_SUBJECT.search(masked):
        return False
    return len(named) >= 2 and not _POINTS_BACK.search(masked) and "_" not in masked and len(act.split()) <= 26


def as_action(act: str, speaker: Speaker, who: Who) -> str | None:
    """Such as "Call the surgery." or "Your therapist will call the surgery."; None if it does not stand alone."""
    act = tidy(act)
    if not stands_alone(act) or self_attack(f"I'm {act}"):
        return None
    turned = _for_owner(act, speaker, who)
    if turned is None:
        return None
    first, _, rest = turned.partition(" ")
    if not _BASE.match(first.lower()):
        return None
    if who == "therapist":
        return f"Your therapist will {first.lower()} {rest}."
    return f"{first[:1].upper()}{first[1:]} {rest}."


def under(when: str, action: str | None, speaker: Speaker) -> str | None:
    """ "When he asks you, say that you need to check." `when`: the head of the sentence as said."""
    turned = second_person(when, speaker) if when else None
    if action is None or not turned:
        return None
    return f"{large(turned)}, {small(action)}"


def as_quotation(talk: Talk, sentence: Sentence, text: str | None = None) -> tuple[str, int | None]:
    """The words said, as one quotation; with one line of another turn before it (and that turn) where they lean."""
    said = short(as_plan(text or sentence.text), QUOTE_WORDS)
    if not leans(said):
        return says(sentence.speaker, said if text else short(as_plan(in_its_turn(talk, sentence)), QUOTE_WORDS)), None
    breath = _same_breath(talk, sentence, said)
    if breath is not None:
        return says(sentence.speaker, breath), None
    before = antecedent(talk, sentence)
    if before is None or not stems(before.text) - stems(said):
        return says(sentence.speaker, said), None
    return f"{says(before.speaker, short(tidy(before.text), 26))} {says(sentence.speaker, said)}", before.t


def leans(text: str) -> bool:
    """Naming nothing itself, or next to nothing and pointing at something said before."""
    own = named(text)
    if _REACHES.search(mask(text)) and not re.search(r"\b(?:it|that|this|those|these|them)\b", mask(text)):
        return False
    return not own or (len(own) == 1 and bool(_POINTS_BACK.search(mask(text))))


def named(text: str) -> set[str]:
    """The stems of what is done and to what, errand verbs left out: "send you the link" names a link."""
    spans = times_in(text)
    kept = "".join(c for i, c in enumerate(text) if not any(a <= i < b for a, b in spans))
    return stems(kept) - _ERRAND_STEMS


def antecedent(talk: Talk, sentence: Sentence) -> Sentence | None:
    """What "it" is about: a proposal or question shortly before, else the last line that names something."""
    near = [s for s in talk.sentences[max(0, sentence.at - 9) : sentence.at] if 0 < sentence.turn - s.turn <= 4]
    near = [s for s in reversed(near) if len(content(s.text)) >= 2]
    asked = [s for s in near if s.speaker != sentence.speaker and (proposes(s.masked) or asks_for_plan(s.masked))]
    return next(iter(asked[:1] or near[:1]), None)


def in_its_turn(talk: Talk, sentence: Sentence, most: int = BREATH_WORDS) -> str:
    """The sentence with what stands around it in the same turn, what follows first, within `most` words."""
    own = [s for s in talk.of_turn(sentence.turn) if content(s.text) or s is sentence]
    here = own.index(sentence)
    first, last = here, here
    while True:
        after = own[last + 1 : last + 2]
        before = own[first - 1 : first] if first else []
        grown = next((g for g in (after, before) if g and _words(own[first : last + 1]) + _words(g) <= most), None)
        if not grown:
            return flow([s.text for s in own[first : last + 1]])
        first, last = (first, last + 1) if grown is after else (first - 1, last)


def _words(sentences: list[Sentence]) -> int:
    return sum(len(s.text.split()) for s in sentences)


def _same_breath(talk: Talk, sentence: Sentence, said: str) -> str | None:
    """The one or two sentences before it in the same turn, if they name what it is about."""
    before = [s for s in talk.of_turn(sentence.turn) if 0 < sentence.at - s.at <= 2]
    text = " ".join(t for s in before if (t := tidy(s.text)))
    whole = f"{text} {said}".strip()
    return whole if before and len(content(text)) >= 2 and len(whole.split()) <= 48 else None


def _for_owner(act: str, speaker: Speaker, who: Who) -> str | None:
    if speaker == "therapist" and who == "you":
        return None if re.search(r"\b(?:i|me|my|we|us|our)\b", mask(act)) else act
    if speaker == "client" and re.search(r"\b(?:you|your)\b", mask(act)):
        return None
    return second_person(act, speaker)
