"""What is let go of: refused in the reply, dropped by name, or taken back at the door."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from afterword.room.understand.builtin import cues
from afterword.room.understand.builtin.beside import other_after, turn_masked
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, stems
from afterword.room.understand.builtin.meant import unmeant
from afterword.room.understand.builtin.tagger import Tags

LET_GO = 0.5
SOON = 4  # turns within which a bare "no, don't put it" is about what was just said
BESIDE = range(-3, 2)  # turns around a plan that tell what it is about
DOOR = 12  # last turns, in which any shared word is enough
_OFF = re.compile(
    r"\boff the (?:list|card|wall|board|sheet|plan|page)\b|\b(?:so |then )?(?:that's|it's) off\b|"
    r"\b(?:take|took|taking|call|called|calling|leave|leaving|cross|rub|rubbing|wipe) (?:it|that|this|the \w+|[a-z]+) "
    r"(?:off|out)\b|\b(?:don't|do not) (?:put|write|call|ring|tell|send|text|email|ask|do|book|come|go|say|bring)\b|"
    r"(?:^|[,.] )(?:don't|leave it|leave that|scrap (?:it|that)|forget it)[.,!]?(?:$| )|^no[,.]? you know what\b|"
    r", (?:no|nope|nah)[.!]?$|\bi only said it\b|\bnot going (?:to )?\w+, am i\b|"
    r"\bi'm not (?:going|doing|calling|telling|ringing)\b|\b(?:i think|i've decided|decided) no(?:t)?\b|"
    r"\b(?:i'll|i will) (?:no|not)\b|\bi can't (?:call|go|do|ring|tell|ask)\b|\bi'd as soon not\b"
)
_CANNOT = re.compile(r"(?:no,? )?i (?:can't|cannot|couldn't|won't)(?: do (?:it|that))?\W*$")


@dataclass(frozen=True)
class Drop:
    """A line by which something is let go. `named`: what it names; empty for a bare "forget it"."""

    sentence: Sentence = field(repr=False)
    named: frozenset[str] = field(repr=False)


def drops_in(talk: Talk, tags: Tags | None = None) -> list[Drop]:
    """Every line that lets something go; with `tags` only where that is said outright, or the tagger too hears it."""
    heard = [
        s for s in talk.sentences
        if tags is None or cues.OUTRIGHT.search(s.masked) or tags.of("rejected", s.turn) >= LET_GO
    ]  # fmt: skip
    things = ((s, thing) for s in heard for thing in cues.dropped_things(s.masked))
    return [Drop(sentence, frozenset(stems(thing))) for sentence, thing in things]


def taken_back(talk: Talk, drops: list[Drop], sentence: Sentence, about: set[str]) -> bool:
    """Refused in the reply, or dropped by name later: "scratch the twenty-four", "I'm not sending it"."""
    if _refused_at_once(talk, sentence):
        return True
    return any(drop.sentence.at > sentence.at and _hits(talk, drop, sentence, about) for drop in drops)


def _refused_at_once(talk: Talk, sentence: Sentence) -> bool:
    rest = [s for s in talk.of_turn(sentence.turn) if s.at > sentence.at]
    if unmeant(talk, sentence) or any(
        re.match(
            r"(?:no,|so no\b|no\.|actually,? no|scratch|never ?mind|just kidding|not really|which i'm not)", s.masked
        )
        for s in rest[:2]
    ):
        return True
    return not any(content(s.text) for s in rest) and answered_no(talk, sentence)


def let_go_later(talk: Talk, sentence: Sentence, about: set[str]) -> bool:
    """True where it may have been taken back in other words: soon after without a name, or later beside what it was
    about. Too little to strike a plan out; enough not to call it agreed."""
    wider = about | {x for place in BESIDE for s in talk.of_turn(sentence.turn + place) for x in stems(s.text)}
    for other in talk.sentences[sentence.at + 1 :]:
        if not (_OFF.search(other.masked) or cues.OUTRIGHT.search(other.masked)):
            continue
        here = {x for s in talk.of_turn(other.turn) for x in stems(s.text)}
        if other.turn - sentence.turn <= SOON and not stems(other.text) - wider and other.turn != sentence.turn:
            return True
        if other.turn - sentence.turn <= 2 and len(content(other.text)) <= 2:
            return True
        at_the_door = other.turn >= len(talk.turns) - DOOR
        if stems(other.text) & wider if at_the_door else talk.rare(here & wider):
            return True
    return False


def answered_no(talk: Talk, sentence: Sentence) -> bool:
    """The reply says no."""
    reply = other_after(talk, sentence)
    if reply is None or cues.accepts_warmly(turn_masked(talk, reply)):
        return False
    return cues.refuses(reply.masked) or any(_CANNOT.match(s.masked) for s in talk.of_turn(reply.turn)[:2])


def _hits(talk: Talk, drop: Drop, sentence: Sentence, about: set[str]) -> bool:
    soon = drop.sentence.turn - sentence.turn <= SOON and cues.OUTRIGHT.search(drop.sentence.masked)
    shared = drop.named & (about | stems(sentence.text) if soon else about)  # "scrap the call": its verb is its name
    if drop.named:
        return len(shared) / len(drop.named) >= 0.5 and bool(talk.rare(shared) or len(shared) >= 2)
    near = 0 < drop.sentence.turn - sentence.turn <= 6
    return near and bool(_context(talk, drop.sentence) & about)


def _context(talk: Talk, sentence: Sentence) -> set[str]:
    """What a "forget it" is about: the rest of its sentence, else the sentence before it."""
    own = stems(sentence.text)
    return own or (stems(talk.sentences[sentence.at - 1].text) if sentence.at else set())
