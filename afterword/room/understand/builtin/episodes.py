"""Plans that were made without "I will": stretches of talk in which the tagger hears a step being settled."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from afterword.record import NextStep, Who
from afterword.room.understand.builtin import cues
from afterword.room.understand.builtin.clauses import Sentence, Talk, content, stems
from afterword.room.understand.builtin.lexicon import ERRANDS
from afterword.room.understand.builtin.meant import unmeant
from afterword.room.understand.builtin.person import says
from afterword.room.understand.builtin.seeing import narrates
from afterword.room.understand.builtin.shown import as_plan, short
from afterword.room.understand.builtin.tagger import Tags
from afterword.room.understand.builtin.times import last_time
from afterword.room.understand.builtin.wording import in_its_turn

# A therapist who speaks of what they themselves do: whose step it is cannot be told from that.
_OF_MINE = re.compile(r"\b(?:i'm|i'll|i|we|we'll|we're|my|me)\b")
_OFFERS = re.compile(
    r"\b(?:i'll|i will|i'm going to|i'm gonna|i can|i could|i send|let me|want me to|shall i|i've got to|i have to|"
    r"i'd keep|i'm (?:writing|calling|ringing|sending|telling|putting|asking))\b"
)
_ERRAND = re.compile(rf"\b(?:{ERRANDS}|tell|writ|send|ring|call|read|keep|bring|post|find|ask|put)(?:ing)?\b")
LIKELY = 0.62  # of a turn that a step is settled in it
GAP = 2  # turns that may lie between two such turns of one stretch
WORDS = 18  # of one quotation


@dataclass(frozen=True)
class Episode:
    """A stretch of turns, by place, in which one thing is settled."""

    places: tuple[int, ...]
    likely: float = field(compare=False)


def episodes(talk: Talk, tags: Tags) -> list[Episode]:
    """In order; turns apart by more than a little begin another."""
    found: list[list[int]] = []
    for place in range(len(talk.turns)):
        if tags.of("step", place) < LIKELY or tags.of("rejected", place) > tags.of("step", place):
            continue
        if found and place - found[-1][-1] <= GAP:
            found[-1].append(place)
        else:
            found.append([place])
    return [Episode(tuple(places), tags.most("step", places)) for places in found]


def step_of(talk: Talk, tags: Tags, episode: Episode) -> tuple[Sentence, NextStep] | None:
    """The sentence that says what was settled, and the step in the words of both, as something to check; None where
    whose it is cannot be told."""
    anchor = _anchor(talk, tags, episode)
    who = _owner(tags, anchor) if anchor else None
    if anchor is None or who is None or unmeant(talk, anchor):
        return None
    lead = _lead(talk, tags, anchor)
    if not cues.cues_in(anchor, True) and (offer := _offered(talk, anchor, lead)):
        return _offer(talk, offer)
    if lead and lead.question and not cues.cues_in(anchor, True) and not _asks_for_it(lead):
        return None  # an answer to a question about something else
    parts = [s for s in (lead, anchor) if s is not None]
    text = " ".join(says(s.speaker, short(as_plan(in_its_turn(talk, s, WORDS)), WORDS)) for s in parts)
    due = last_time(anchor.text, anchor.masked)
    evidence = [s.t for s in (anchor, lead) if s is not None]
    near = [talk.turns[place].t for place in episode.places if talk.turns[place].t not in evidence]
    return anchor, NextStep(
        text, who, due, "mentioned", short(anchor.text, 24).removesuffix(" \u2026"), (*evidence, *near)[:4]
    )


def _offered(talk: Talk, anchor: Sentence, lead: Sentence | None) -> Sentence | None:
    """What the therapist says, just before it or beside it, that they will do themselves."""
    theirs = talk.of_turn(anchor.turn if anchor.speaker == "therapist" else anchor.turn - 1)
    offers = [s for s in (*theirs, lead) if s and s.speaker == "therapist" and s is not anchor]
    return max((s for s in offers if _OFFERS.search(s.masked)), key=lambda s: len(content(s.text)), default=None)


def _offer(talk: Talk, offer: Sentence) -> tuple[Sentence, NextStep] | None:
    """It is the therapist's, as far as it names anything to do; the client only answered."""
    if offer.question or len(content(offer.text)) < 2 or not _ERRAND.search(offer.masked):
        return None
    text = says("therapist", short(as_plan(in_its_turn(talk, offer, WORDS)), WORDS))
    due = last_time(offer.text, offer.masked)
    quote = short(offer.text, 24).removesuffix(" \u2026")
    return offer, NextStep(text, "therapist", due, "mentioned", quote, (offer.t,))


def _asks_for_it(lead: Sentence) -> bool:
    return cues.proposes(lead.masked) or cues.asks_for_plan(lead.masked)


def _anchor(talk: Talk, tags: Tags, episode: Episode) -> Sentence | None:
    """The sentence that says most of what is to be done."""
    best: tuple[float, Sentence] | None = None
    for place in episode.places:
        bound = max(tags.of(role, place) for role in ("commit", "assign", "recap", "accept", "amend", "propose"))
        for sentence in talk.of_turn(place):
            if sentence.masked.count("_") > len(sentence.masked) / 2:
                continue  # somebody's words, or words that are only tried out
            asks = sentence.question and (sentence.speaker == "client" or not cues.proposes(sentence.masked))
            if sentence.speaker == "unclear" or asks:
                continue
            if sentence.speaker == "therapist" and _OF_MINE.search(sentence.masked):
                continue
            if any(cues.negated(c) for c in cues.cues_in(sentence, True)):
                continue
            names = min(4, len(content(sentence.text)))
            acts = [c for c in cues.cues_in(sentence, True) if cues.volitional(c) and not cues.reported(c)]
            score = bound + 0.15 * names + 0.6 * bool(acts) - 0.4 * narrates(sentence)
            if names >= 2 and (best is None or score > best[0]):
                best = (score, sentence)
    return best[1] if best else None


def _owner(tags: Tags, anchor: Sentence) -> Who | None:
    if anchor.speaker == "client":
        return "you"
    told = max(tags.of(role, anchor.turn) for role in ("assign", "propose", "recap"))
    return "you" if told > tags.of("commit", anchor.turn) else None


def _lead(talk: Talk, tags: Tags, anchor: Sentence) -> Sentence | None:
    """The line of the other that it answers, or that answers it, where that adds what it is about."""
    near = [place for place in range(anchor.turn - 3, anchor.turn) if place >= 0]
    others = [s for place in near for s in talk.of_turn(place) if s.speaker not in (anchor.speaker, "unclear")]
    adds = [s for s in others if len(stems(s.text) - stems(anchor.text)) >= 2]
    return max(adds, key=lambda s: (tags.of("propose", s.turn) + tags.of("assign", s.turn), s.at), default=None)
