"""After any engine: what the cited turns do not bear out is dropped, and "agreed" is kept only where it holds."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TypeVar

from afterword.record import Label, Line, Moment, NextAppointment, NextStep, Passage, Record, Safety
from afterword.room.transcript import Transcript, Turn
from afterword.room.understand.builtin import cues
from afterword.room.understand.builtin.clauses import Sentence, Talk, mask, quoted, stems, talk_of, tokens
from afterword.room.understand.builtin.dropped import Drop, drops_in, taken_back
from afterword.room.understand.builtin.lexicon import listed
from afterword.room.understand.builtin.tagger import the_tagger
from afterword.room.understand.builtin.wording import antecedent, named
from afterword.room.understand.manner import passes_verdict

MOST_EVIDENCE = 4
OVERVIEW_WORDS = 120
_HUMS = listed("um uh uhm umm erm er hm hmm mm")
_FRAME = stems(
    "therapist asked said added told promise agreed left plan took spoke talked came up thoughts dying live wanting "
    "hurting yourself someone else violence control home question next time session mentioned please check later"
)
_TOGETHER = re.compile(
    r"\b(?:we'll both|we will both|we're both|we are both|both of us (?:will|are)|you and i (?:will|are))\b"
)

Cites = TypeVar("Cites", Line, Label, Moment, Passage, NextStep, Safety)


@dataclass(frozen=True)
class Heard:
    """What a record is checked against."""

    talk: Talk = field(repr=False)
    drops: list[Drop] = field(repr=False)
    by_index: dict[int, tuple[int, ...]] = field(repr=False)  # t -> places among the turns

    def cited(self, evidence: tuple[int, ...]) -> list[Turn]:
        return [self.talk.turns[p] for t in evidence for p in self.by_index.get(t, ())]

    def near(self, evidence: tuple[int, ...]) -> str:
        """The cited turns and their neighbours."""
        places = {p + d for t in evidence for p in self.by_index.get(t, ()) for d in (-1, 0, 1)}
        return " ".join(self.talk.turns[p].text for p in sorted(places) if 0 <= p < len(self.talk.turns))


def checked(record: Record, transcript: Transcript) -> Record:
    """The record without what is not borne out. Never adds a line, only drops, shortens or lowers certainty."""
    heard = _heard(transcript)
    return replace(
        record,
        overview=_within(_lines(heard, record.overview)),
        themes=tuple(x for x in _citing(heard, record.themes) if _supported(heard, x.label, x.evidence))[:6],
        insights=_lines(heard, record.insights),
        feelings=_citing(heard, record.feelings),
        next_steps=tuple(step for s in _citing(heard, record.next_steps) if (step := _step(heard, s))),
        questions=_lines(heard, record.questions),
        moments=tuple(m for m in _citing(heard, record.moments) if _verbatim(heard, m.text, m.evidence))[:7],
        recap=tuple(p for p in _citing(heard, record.recap) if _stands(heard, p.text, p.evidence)),
        safety=next(iter(_citing(heard, (record.safety,) if record.safety else ())), None),
        next_appointment=_appointment(heard, record.next_appointment),
    )


def _heard(transcript: Transcript) -> Heard:
    talk = talk_of(transcript)
    by_index: dict[int, tuple[int, ...]] = {}
    for place, turn in enumerate(talk.turns):
        by_index[turn.t] = (*by_index.get(turn.t, ()), place)
    return Heard(talk, drops_in(talk, the_tagger().tag(talk)), by_index)


def _citing(heard: Heard, lines: tuple[Cites, ...]) -> tuple[Cites, ...]:
    """Each line with those of its citations that exist, four at most; lines without any are dropped."""
    kept = []
    for line in lines:
        evidence = tuple(t for t in dict.fromkeys(line.evidence) if t in heard.by_index)[:MOST_EVIDENCE]
        if evidence:
            kept.append(replace(line, evidence=evidence))
    return tuple(kept)


def _lines(heard: Heard, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    return tuple(line for line in _citing(heard, lines) if _stands(heard, line.text, line.evidence))


def _within(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    kept, words = [], 0
    for line in lines:
        words += len(line.text.split())
        if words <= OVERVIEW_WORDS:
            kept.append(line)
    return tuple(kept)


def _stands(heard: Heard, text: str, evidence: tuple[int, ...]) -> bool:
    """Borne out by what it cites, its quotations really said, and nobody run down outside quotation marks."""
    return (
        _supported(heard, text, evidence)
        and all(_said(heard, quote, evidence) for quote in quoted(text))
        and _attributed(heard, text, evidence)
        and not passes_verdict(text)
    )


def _supported(heard: Heard, text: str, evidence: tuple[int, ...], share: float = 0.5) -> bool:
    """Most content words stand in the cited turns or beside them, every number and negation included."""
    mine = stems(text) - _FRAME
    basis = heard.near(evidence)
    if not mine:
        return True
    numbers = {w for w in tokens(text) if w.isdigit()}
    return len(mine & stems(basis)) / len(mine) >= share and numbers <= set(tokens(basis))


def _said(heard: Heard, quote: str, evidence: tuple[int, ...]) -> bool:
    """The quoted words, in order, in the cited turns or beside them; only hums and doubles may be missing."""
    wanted = [w for part in quote.split("\u2026") for w in tokens(part) if w not in _HUMS]
    return _in_order(wanted, [w for w in tokens(heard.near(evidence)) if w not in _HUMS])


def _in_order(wanted: list[str], there: list[str]) -> bool:
    """`wanted` runs through `there` with at most six words left out at a time."""
    starts = [i for i, w in enumerate(there) if wanted and w == wanted[0]]
    return not wanted or any(_runs(wanted, there[start:]) for start in starts)


def _runs(wanted: list[str], there: list[str]) -> bool:
    place = 0
    for word in wanted:
        ahead = there[place : place + 7]
        if word not in ahead:
            return False
        place += ahead.index(word) + 1
    return True


def _attributed(heard: Heard, text: str, evidence: tuple[int, ...]) -> bool:
    """ "You said" stands only before the client's words, "Your therapist said" only before the therapist's."""
    for m in re.finditer(
        r"\b(you|your therapist) (?:said|asked): [\"\u201c]([^\"\u201d]+)[\"\u201d]", text, re.IGNORECASE
    ):
        speaker = "client" if m.group(1).lower() == "you" else "therapist"
        places = {p + d for t in evidence for p in heard.by_index.get(t, ()) for d in (-1, 0, 1)}
        theirs = [heard.talk.turns[p] for p in sorted(places) if 0 <= p < len(heard.talk.turns)]
        words = [w for turn in theirs if turn.speaker == speaker for w in tokens(turn.text) if w not in _HUMS]
        if not _in_order([w for part in m.group(2).split("\u2026") for w in tokens(part) if w not in _HUMS], words):
            return False
    return True


def _verbatim(heard: Heard, text: str, evidence: tuple[int, ...]) -> bool:
    return len(text.split()) <= 40 and any(text in turn.text for turn in heard.cited(evidence))


def _step(heard: Heard, step: NextStep) -> NextStep | None:
    """The step as far as it holds: agreed, mentioned, or not at all."""
    basis = heard.cited(step.evidence)
    if not _stands(heard, step.text, step.evidence) or not any(
        step.quote and step.quote in turn.text for turn in basis
    ):
        return None
    sentences = _sentences_of(heard, step)
    if not sentences or all(_falls(heard, s, step) for s in sentences):
        return None
    due = step.due if step.due and any(step.due in turn.text for turn in basis) else None
    turns = [turn for turn in basis if step.quote in turn.text]
    if all(turn.speaker == "unclear" for turn in turns) and not _TOGETHER.search(mask(step.quote)):
        return None  # whose it is cannot be told, and "both of you" would be a false owner
    owner = _owner(heard, step, sentences)
    if owner is not None and owner != step.who:
        return None
    holds = step.certainty == "agreed" and _undertaken(heard, sentences)
    return replace(step, due=due, certainty="agreed" if holds else "mentioned")


def _sentences_of(heard: Heard, step: NextStep) -> list[Sentence]:
    places = {p for t in step.evidence for p in heard.by_index.get(t, ())}
    own = [s for s in heard.talk.sentences if s.turn in places]
    return [s for s in own if s.text in step.quote or step.quote in s.text]


def _falls(heard: Heard, sentence: Sentence, step: NextStep) -> bool:
    """Taken back later, or only ever said as refused, supposed or somebody else's words."""
    if taken_back(heard.talk, heard.drops, sentence, _about(heard, sentence, step)):
        return True
    found = cues.cues_in(sentence, True)
    return (
        bool(found)
        and all(cues.negated(c) or cues.reported(c) or cues.hypothetical(c) for c in found)
        and not heard.talk.alone
    )


def _about(heard: Heard, sentence: Sentence, step: NextStep) -> set[str]:
    """What the step is about: what its quote names, else what was named just before it."""
    before = antecedent(heard.talk, sentence)
    own = [s.text for s in heard.talk.of_turn(sentence.turn) if s.at < sentence.at]
    return named(step.quote) or stems(" ".join([*own, before.text if before else ""]))


def _owner(heard: Heard, step: NextStep, sentences: list[Sentence]) -> str | None:
    """Whose it is by the grammar of the quoted words; None where that does not tell."""
    if heard.talk.alone:
        return None
    firm = [c for s in sentences for c in cues.cues_in(s, True) if c.strong and stems(c.act) & stems(step.text)]
    if any(c.kind == "together" for c in firm):
        return "both"
    owners = {"you" if c.sentence.speaker == "client" or c.kind != "promise" else "therapist" for c in firm}
    return owners.pop() if len(owners) == 1 else None


def _undertaken(heard: Heard, sentences: list[Sentence]) -> bool:
    """Somebody present bound themselves, or took up what was proposed, without an if or a maybe."""
    return any(_binds(heard, s) for s in sentences if s.speaker != "unclear")


def _binds(heard: Heard, sentence: Sentence) -> bool:
    if heard.talk.alone:
        return True
    if sentence.speaker == "therapist" and any(c.kind != "promise" for c in cues.cues_in(sentence, True)):
        reply = next((t for t in heard.talk.turns[sentence.turn + 1 :]), None)
        return reply is not None and reply.speaker == "client" and cues.accepts_warmly(mask(reply.text))
    found = cues.cues_in(sentence, True)
    return not sentence.question and (any(not cues.hedged(c) for c in found) or sentence.speaker == "client")


def _appointment(heard: Heard, found: NextAppointment | None) -> NextAppointment | None:
    if found is None or not found.said.strip():
        return None
    return found if any(found.said in turn.text for turn in heard.talk.turns) else None
