"""Whose a plan is, by the grammar of the words it rests on: "I'll send it" and "could you bring it" do not mix."""

from __future__ import annotations

import re
from collections.abc import Sequence

from afterword.record import NextStep, Who
from afterword.room.transcript import Speaker
from afterword.room.understand.builtin import cues
from afterword.room.understand.builtin.clauses import mask, split, stems
from afterword.room.understand.builtin.lexicon import ERRANDS
from afterword.room.understand.model.said import Said

_WILL = (
    r"(?:'ll|'m (?:going to|gonna|not)| will| won't| can| could| promise| (?:am|was) going to|'d like to|'d be willing)"
)
_I = re.compile(
    rf"\bi(?:{_WILL})\b(?! (?:you|like you|love you))|\blet me\b|\bi owe you\b|"
    r"\bi (?:call|send|post|ring|write|bring|ask|mail|email|phone|text|fax|print|copy|find|look into)\b"
    r"(?! you (?:if|when|why))"
)
_SENDS_YOU = re.compile(r"\bi'm \w+ing you\b")
_YOU_DO = re.compile(
    rf"\byou (?:don't |just |also )?(?:{ERRANDS}|go|tell|keep|start|stop|come|walk|sit|sleep|eat|drive|stay|say|rate|"
    rf"check|practi[sc]e|notice|choose|pick|hold|touch)\b|^(?:(?:and|so|then|okay|good|just)[,.]? )*(?:{ERRANDS}|keep|"
    rf"tell|go|start|walk|sit|practi[sc]e|notice|choose|pick) (?!me\b)\w+"
)
_IS_AT_IT = re.compile(r"\bi'm (?:also )?(?!not|just|sorry|so|really|glad)\w+ing\b|\bi've got to\b|\bi have to\b")
_ASKS_YOU = re.compile(
    r"\b(?:you(?:'ll| will|'re going to|'re gonna| could| can| might| should| need to)|(?:could|can|would|will) you|"
    r"(?:i'd like|i want|i'd love|i'd ask|i need) (?:for )?you(?: to)?|what if you|how about you|have you)\b"
)
_WE = re.compile(r"\b(?:we|we'll|we'd|let's|us|together|both)\b")
_NAMES_THERAPIST = re.compile(r"^(?:your therapist|they|she|he) (?:will|is going to|has promised|promised)\b")
_NAMES_YOU = re.compile(r"^you (?:will|are going to|'ll|plan to|agreed to)\b")


def contradicts_owner(said: Said, step: NextStep) -> bool:
    """The words it rests on, or its own, give it to somebody else."""
    text = step.text.lower().replace("\u2019", "'")
    if step.who != "therapist" and _NAMES_THERAPIST.search(text):
        return True
    if step.who == "therapist" and _NAMES_YOU.search(text):
        return True
    if step.who == "therapist" and not said.talk.alone and not _promised(said, step):
        return True
    owners = set() if said.talk.alone else owners_of(said, step)
    return step.who != "both" and bool(owners) and step.who not in owners


def _promised(said: Said, step: NextStep) -> bool:
    """The therapist takes it on in some line cited, or says yes right after one."""
    places = said.places(step.evidence)
    if all(said.turns[p].speaker == "unclear" for p in places):
        return True
    wide = {*places, *(p + 1 for p in places if p + 1 < len(said.turns))}
    theirs = [said.turns[p].text for p in wide if said.turns[p].speaker != "client"]
    about = stems(step.text)
    takes_on = [mask(s) for text in theirs for s in split(text) if stems(s) & about or len(stems(s)) <= 2]
    return any(cues.accepts(mask(text)) for text in theirs) or any(
        pattern.search(s) for s in takes_on for pattern in (_I, _IS_AT_IT, _WE)
    )


def owners_of(said: Said, step: NextStep) -> set[Who]:
    """By the sentence that is quoted; where that does not tell, by those that are cited and speak of the same."""
    quoted = [(s, who) for s, who in _sentences(said, step.evidence) if s in step.quote or step.quote in s]
    if owners := _told(quoted):
        return owners
    about = stems(step.text)
    return _told([(s, who) for s, who in _sentences(said, step.evidence) if len(stems(s) & about) >= 2])


def _told(sentences: list[tuple[str, Speaker]]) -> set[Who]:
    return {owner for text, speaker in sentences for owner in _owners(mask(text), speaker)}


def _owners(masked: str, speaker: Speaker) -> set[Who]:
    if speaker == "unclear":
        return set()
    mine: Who = "you" if speaker == "client" else "therapist"
    other: Who = "therapist" if speaker == "client" else "you"
    found: set[Who] = set()
    if _I.search(masked) or _SENDS_YOU.search(masked):
        found.add(mine)
    if _ASKS_YOU.search(masked) or (speaker == "therapist" and _YOU_DO.search(masked)):
        found.add(other)
    return found


def _sentences(said: Said, evidence: Sequence[int]) -> list[tuple[str, Speaker]]:
    return [(s, said.turns[p].speaker) for p in said.places(evidence) for s in split(said.turns[p].text)]
