"""After a model: what the cited turns do not bear out is dropped, what is not certain is marked, nothing is added."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from afterword.record import Label, Line, Moment, NextAppointment, NextStep, Passage, Record, Safety
from afterword.room.transcript import Transcript
from afterword.room.understand.builtin.appointment import appointment
from afterword.room.understand.builtin.clauses import mask, split, stems
from afterword.room.understand.builtin.lexicon import FEELINGS
from afterword.room.understand.builtin.person import self_attack
from afterword.room.understand.manner import diagnoses, passes_verdict, praises
from afterword.room.understand.model.agree import REACH, disagreement
from afterword.room.understand.model.claims import other_meeting, unfounded
from afterword.room.understand.model.figures import names
from afterword.room.understand.model.lines import SHARE, fault
from afterword.room.understand.model.said import Said, said_in
from afterword.room.understand.model.steps import standing

MOST_EVIDENCE = 4
MOST_STEPS = 14
OVERVIEW_WORDS = 120
OVERVIEW_SHARE = 0.15  # its lines join what lies far apart
MOMENT_WORDS = 40
PROMPT = "What comes up when you read this now?"
_PROMPT_WORDS = 25
_SOUNDS_OF_DANGER = re.compile(
    r"\b(?:die\w*|dying|dead|death|kill\w*|suicid\w*|harm\w*|hurt\w*|cut\w*|burn\w*|hit\w*|beat\w*|slap\w*|punch\w*|grab\w*|"
    r"chok\w*|strangl\w*|shov\w*|push\w*|threat\w*|violen\w*|rap(?:e|ed|ing)|afraid|scared|frighten\w*|safe\w*|danger\w*|"
    r"blood|bleed\w*|bruis\w*|pills?|overdos\w*|knife|gun\w*|rope|bridge|alive|living|wake up|end it|be here|"
    r"disappear|lock\w*|check\w* my|crisis|police|let me (?:go|leave|out|see))\b"
)
_STRETCH = 50  # turns

Cites = TypeVar("Cites", Line, Label, Moment, Passage, NextStep, Safety)


def checked_model(record: Record, transcript: Transcript) -> Record:
    """The record of a model as far as it is borne out."""
    said = said_in(transcript)
    danger = record.safety.evidence if record.safety else ()
    meeting = _meeting(said, record.next_appointment)
    given = [step for step in _citing(said, record.next_steps) if not other_meeting(step.text, meeting)]
    steps = _apart([s for step in given if (s := standing(said, step))])

    def stands(text: str, evidence: Sequence[int], share: float = SHARE) -> bool:
        wrong = (
            fault(said, text, evidence, share, wide=share < SHARE)
            or unfounded(said, text, evidence, steps)
            or other_meeting(text, meeting)
        )
        return not wrong

    def lines(given: tuple[Line, ...], share: float = SHARE) -> tuple[Line, ...]:
        return tuple(line for line in _citing(said, given) if stands(line.text, line.evidence, share))

    return replace(
        record,
        overview=_within(lines(record.overview, OVERVIEW_SHARE)),
        themes=tuple(x for x in _citing(said, record.themes) if _theme(said, x))[:6],
        insights=_once(lines(record.insights))[:10],
        feelings=tuple(x for x in _citing(said, record.feelings) if _felt(said, x))[:8],
        next_steps=steps,
        questions=_once(lines(record.questions))[:6],
        moments=_moments(said, record.moments, danger),
        recap=tuple(p for x in _citing(said, record.recap) if (p := _passage(said, x, stands))),
        safety=_danger(said, record.safety),
        next_appointment=meeting,
    )


def _citing(said: Said, lines: tuple[Cites, ...]) -> tuple[Cites, ...]:
    """Each line with those of its citations that exist, four at most; lines without any are dropped."""
    kept = []
    for line in lines:
        evidence = tuple(t for t in dict.fromkeys(line.evidence) if t in said.by_index)[:MOST_EVIDENCE]
        if evidence:
            kept.append(replace(line, evidence=evidence))
    return tuple(kept)


def _within(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    kept, words = [], 0
    for line in lines:
        words += len(line.text.split())
        if words <= OVERVIEW_WORDS:
            kept.append(line)
    return tuple(kept)


def _once(lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """Without those that say what an earlier one says."""
    kept: list[Line] = []
    for line in lines:
        if not any(_alike(line.text, other.text) for other in kept):
            kept.append(line)
    return tuple(kept)


def _alike(one: str, other: str) -> bool:
    a, b = stems(one), stems(other)
    return bool(a) and len(a & b) >= 0.8 * min(len(a), len(b)) and min(len(a), len(b)) >= 3


def _apart(steps: Sequence[NextStep]) -> tuple[NextStep, ...]:
    """Each errand once. What is only shown in its words is left out where a step that is worded rests on them too."""
    kept: list[NextStep] = []
    for step in sorted(steps, key=lambda s: s.quote in s.text):
        double = (o for o in kept if o.who == step.who)
        if not any(_alike(step.text, o.text) or (step.quote in step.text and _share(step, o)) for o in double):
            kept.append(step)
    return tuple(sorted(kept, key=steps.index)[:MOST_STEPS])


def _share(one: NextStep, other: NextStep) -> bool:
    return one.quote in other.quote or other.quote in one.quote or one.evidence[0] == other.evidence[0]


def _passage(said: Said, passage: Passage, stands: Callable[..., bool]) -> Passage | None:
    """Sentence by sentence: what does not stand is left out. A passage rests on the stretch that it cites the corners
    of."""
    places = said.places(passage.evidence)
    near = places[-1] - places[0] <= _STRETCH
    stretch = tuple(said.turns[p].t for p in range(places[0], places[-1] + 1)) if near else passage.evidence
    if disagreement(said, passage.heading, passage.evidence) or passes_verdict(passage.heading):
        passage = replace(passage, heading="What was said")
    pieces = [s for s in split(passage.text) if stands(s, stretch)]
    return replace(passage, text=" ".join(pieces)) if pieces else None


def _theme(said: Said, theme: Label) -> bool:
    """Something of it was said, and nothing in it is a verdict, a diagnosis or a stranger's name."""
    near = said.text(theme.evidence, REACH)
    mine = stems(theme.label)
    return (
        (not mine or bool(mine & set(said.talk.spread)))
        and disagreement(said, theme.label, theme.evidence, wide=True) in (None, "day")
        and not diagnoses(theme.label, near)
        and not praises(theme.label, near)
        and not self_attack(f"I'm {theme.label}")
    )


def _felt(said: Said, feeling: Label) -> bool:
    """In the person's own words, or in a word of the same feeling."""
    theirs = said.text(feeling.evidence, 1, "client")
    mine = stems(feeling.label) - {"feel"}
    kin = {FEELINGS.get(word, word) for word in mask(feeling.label).split()}
    there = {FEELINGS[word] for word in mask(theirs).replace(",", " ").replace(".", " ").split() if word in FEELINGS}
    tears = "tear" in mine and any(word in mask(theirs) for word in ("cry", "cried", "tear", "sob", "weep"))
    return (bool(mine & stems(theirs)) or bool(kin & there) or tears) and not passes_verdict(f"You are {feeling.label}")


def _moments(said: Said, moments: tuple[Moment, ...], danger: Sequence[int]) -> tuple[Moment, ...]:
    kept: dict[str, Moment] = {}
    for moment in _citing(said, moments):
        if (m := _moment(said, moment)) and not set(m.evidence) & set(danger):
            kept.setdefault(m.text, m)
    return tuple(kept.values())[:7]


def _moment(said: Said, moment: Moment) -> Moment | None:
    """The words as they stand in a turn that is cited, or next to one, with a question that says nothing new."""
    found = said.exact(moment.text, moment.evidence, 1)
    if found is None or not 2 <= len(found[0].split()) <= MOMENT_WORDS:
        return None
    text, t = found
    return Moment(text, _prompt(said, moment.prompt, (t,)), (t,))


def _prompt(said: Said, prompt: str, evidence: tuple[int, ...]) -> str:
    asks = prompt.endswith("?") and len(prompt.split()) <= _PROMPT_WORDS and prompt.count("?") == 1
    near = said.text(evidence, 6)
    strange = {n for n in names(prompt) if n not in near.lower()}
    fine = not strange and not passes_verdict(prompt) and not diagnoses(prompt, near) and not praises(prompt, near)
    return prompt if asks and fine else PROMPT


def _danger(said: Said, found: Safety | None) -> Safety | None:
    """What the model saw and the built-in reading did not: kept where anything near it sounds of danger."""
    cited = _citing(said, (found,) if found else ())
    return next((s for s in cited if _SOUNDS_OF_DANGER.search(said.text(s.evidence, 1).lower())), None)


def _meeting(said: Said, found: NextAppointment | None) -> NextAppointment | None:
    """What the built-in engine reads, which knows dates; the model's words where that found none."""
    built = appointment(said.talk)
    if built is not None or found is None:
        return built
    exact = said.exact(found.said, [turn.t for turn in said.turns])
    return NextAppointment(exact[0], None) if exact else None
