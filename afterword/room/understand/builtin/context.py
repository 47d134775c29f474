"""What a step is about, where its own words say little: one short line from close by, quoted beside it."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

from afterword.record import NextStep
from afterword.room.understand.builtin.appointment import only_arranges
from afterword.room.understand.builtin.clauses import Sentence, Talk, quoted, stems
from afterword.room.understand.builtin.cues import cues_in, owner_of
from afterword.room.understand.builtin.meant import unmeant
from afterword.room.understand.builtin.person import says, self_attack
from afterword.room.understand.builtin.shown import as_plan
from afterword.room.understand.builtin.tagger import Tags
from afterword.room.understand.builtin.wording import named

LONGEST = 12  # words of such a line
REACH = 5  # turns to either side
ARRANGED = 0.5  # how likely a turn arranges the hours
ADDS = 2  # words that it has to bring
# Learnt on the corpus: what a line of a step with much to say is worth, a word that these turns come back to, a turn
# further away.
SETTLES, SALIENT, FAR = 0.074, 0.037, 0.013
_CLOCK = stems("one two three four five six seven eight nine ten eleven twelve twenty thirty half past quarter")


def with_context(talk: Talk, tags: Tags, steps: tuple[NextStep, ...], left: int) -> tuple[NextStep, ...]:
    """The steps, each with the line beside it that tells most, while `left` words may still be quoted; the steps that
    say least come first."""
    told = list(steps)
    for i in sorted(range(len(steps)), key=lambda i: len(stems(steps[i].text))):
        line = _line(talk, tags, steps[i]) if quoted(steps[i].text) else None  # an action stands alone
        if line is None or len(line.text.split()) > left or len(steps[i].evidence) > 3:
            continue
        left -= len(line.text.split())
        told[i] = _beside(steps[i], line)
    return tuple(told)


def _beside(step: NextStep, line: Sentence) -> NextStep:
    """In the order in which they were said."""
    said = says(line.speaker, as_plan(line.text))
    text = f"{said} {step.text}" if line.t < step.evidence[0] else f"{step.text} {said}"
    return replace(step, text=text, evidence=(*step.evidence, line.t))


def _line(talk: Talk, tags: Tags, step: NextStep) -> Sentence | None:
    place = next((i for i, turn in enumerate(talk.turns) if turn.t == step.evidence[0]), None)
    if place is None:
        return None
    near = range(max(0, place - REACH), min(len(talk.turns), place + REACH + 1))
    often = Counter(x for i in near for x in stems(talk.turns[i].text))
    have = stems(step.text)
    lines = [s for s in talk.sentences if s.turn in near and _may_stand(talk, tags, s) and len(_new(s, have)) >= ADDS]
    lines = [s for s in lines if not _of_another(s, step)]
    return max(lines, key=lambda s: (_worth(talk, tags, s, place, often), -s.at), default=None)


def _new(line: Sentence, have: set[str]) -> set[str]:
    """What it names beside the time of day."""
    return named(line.text) - have - _CLOCK


def _may_stand(talk: Talk, tags: Tags, sentence: Sentence) -> bool:
    if not 3 <= len(sentence.text.split()) <= LONGEST or sentence.speaker == "unclear" or "_" in sentence.masked:
        return False
    if only_arranges(sentence.masked) or tags.of("housekeeping", sentence.turn) >= ARRANGED:
        return False
    return not self_attack(sentence.text) and not unmeant(talk, sentence)


def _of_another(line: Sentence, step: NextStep) -> bool:
    """The line undertakes something itself, and for somebody else."""
    return any(owner_of(cue) != step.who for cue in cues_in(line, True))


def _worth(talk: Talk, tags: Tags, sentence: Sentence, place: int, often: Counter[str]) -> float:
    mine = stems(sentence.text)
    salient = sum(math.log(len(talk.turns) / talk.spread[x]) * min(3, often[x] - 1) for x in mine if x in talk.spread)
    settles = tags.of("step", sentence.turn) * len(mine) / 5
    return SETTLES * settles + SALIENT * salient / 10 - FAR * abs(sentence.turn - place) / REACH
