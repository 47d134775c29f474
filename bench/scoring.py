"""How well a record stands for what a careful reader labelled: recall, precision, and what is wrong in it.

An item stands for a label when it cites a turn of it and says enough of the same thing. All of it compares words, so a
fair paraphrase may count as wrong: it is for comparing engines and for finding the lines to read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from afterword.record import NextStep, Record

Label = Mapping[str, Any]
Turns = Sequence[str]
# The share of an item's content words that its label must have; of a step's words that it must give back; of a line's
# words that must have been said where it points to.
ENOUGH, WORDED, SUPPORTED = 0.2, 1 / 3, 0.5
_WORD = re.compile(r"[a-z']+|\d+")
_ENDINGS = ("ingly", "edly", "ing", "ies", "ied", "ed", "es", "ly", "s", "e")
_SMALL = """a an the and or nor but if than as of at by for from in into on off out over up down to with about after
before because while all any some no not now then too so also again just more most really"""
_PERSONS = """i me my myself you your yours yourself he him his she her it its we us our they them their who whom one
own other this that those there here what when where which why how"""
_VERBS = """am is are was were be been being do does did doing don't have has had can could will would might get got
i'm i've it's that's"""
_OF_EVERY_SESSION = """say said see know think like thing things talk talked feel felt feeling therapist session"""
_EMPTY = frozenset(f"{_SMALL} {_PERSONS} {_VERBS} {_OF_EVERY_SESSION}".split())


@dataclass(frozen=True)
class Found:
    """`gold`: labels, `found` of them by some item; `shown`: items, `good` of them for some label."""

    gold: int = 0
    found: int = 0
    shown: int = 0
    good: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.gold if self.gold else 1.0

    @property
    def precision(self) -> float:
        return self.good / self.shown if self.shown else float(not self.gold)

    def __add__(self, other: Found) -> Found:
        return Found(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))


SECTIONS = ("next_steps", "agreed_steps", "insights", "questions", "moments", "themes", "feelings")
_COUNTS = ("worded", "wrong_steps", "wrong_owner", "sentences", "unsupported", "safety_right", "sessions")


@dataclass(frozen=True)
class Score:
    """Of one session, or summed over some. `worded`: steps given in the reader's words; `wrong_steps`: shown as agreed
    though refused, supposed or past; `wrong_owner`: given to the other person; `unsupported`: of `sentences`, those not
    said where they point to; `overview_recall`: share of the reader's words (a mean), `overview_words`: the most."""

    sections: Mapping[str, Found]
    worded: int
    wrong_steps: int
    wrong_owner: int
    sentences: int
    unsupported: int
    overview_recall: float
    overview_words: int
    safety_right: int
    sessions: int = 1

    @property
    def step_wording(self) -> float:
        return self.worded / max(1, self.sections["next_steps"].gold)


def score(record: Record, turns: Turns, gold: Label) -> Score:
    """One session. `turns`: what was said, by index; `gold`: its labels, in the form of the corpus."""
    steps, labels = record.next_steps, gold["next_steps"]
    shown = {
        "next_steps": (steps, labels), "agreed_steps": (_agreed(record), labels),
        "insights": (record.insights, gold["insights"]), "moments": (record.moments, gold["moments"]),
        "questions": (record.questions, gold["questions_for_next_time"]), "themes": (record.themes, gold["themes"]),
    }  # fmt: skip
    sections = {name: _match(*both, lambda i, g: stands_for(i, g, turns)) for name, both in shown.items()}
    sections["feelings"] = _match(record.feelings, gold["emotions"], _felt)
    lines = list(sentences(record))
    overview = " ".join(line.text for line in record.overview)
    return Score(
        sections,
        worded=sum(any(_well_worded(step, label, turns) for step in steps) for label in labels),
        wrong_steps=sum(_wrong(step, gold, turns) for step in _agreed(record)),
        wrong_owner=sum(_wrong_owner(step, labels, turns) for step in steps),
        sentences=len(lines),
        unsupported=sum(not supported(line, turns) for line in lines),
        overview_recall=_share(content(gold["overview"]), content(overview)),
        overview_words=len(overview.split()),
        safety_right=bool(record.safety) == bool(gold["safety"]),
    )


def total(scores: Sequence[Score]) -> Score:
    """Counts are summed before they are divided: a long session weighs more."""
    sections = {name: sum((s.sections[name] for s in scores), Found()) for name in SECTIONS}
    sums = {name: sum(getattr(s, name) for s in scores) for name in _COUNTS}
    recall = sum(s.overview_recall for s in scores) / len(scores)
    return Score(sections, overview_recall=recall, overview_words=max(s.overview_words for s in scores), **sums)


def content(text: str) -> set[str]:
    """The words that carry something, without their endings."""
    found = _WORD.findall(text.lower().replace("\u2019", "'"))
    return {_stem(bare) for word in found if word not in _EMPTY and len(bare := word.strip("'")) > 1}


def sentences(record: Record) -> Iterator[Any]:
    """Every line that says something in a sentence."""
    for name in ("overview", "insights", "next_steps", "questions", "moments", "recap"):
        yield from getattr(record, name)


def stands_for(item: Any, label: Label, turns: Turns) -> bool:
    """It cites a turn of the label, and a fifth of its words are the label's, or were said there."""
    if not set(item.evidence) & set(label["turns"]):
        return False
    basis = [label.get("text") or label.get("label") or "", *(turns[t] for t in label["turns"] if 0 <= t < len(turns))]
    return says_of(_text(item), basis)


def says_of(text: str, basis: Iterable[str], share: float | None = None) -> bool:
    """Enough of its words stand in the basis: a fifth, or that share."""
    mine, theirs = content(text), set().union(*map(content, basis))
    return bool(mine) and len(mine & theirs) >= (ENOUGH if share is None else share) * len(mine)


def supported(line: Any, turns: Turns) -> bool:
    """Half of its words were said in the turns that it cites, or beside them. A line of two words passes."""
    mine = content(line.text)
    return len(mine) < 3 or len(mine & _said(turns, line.evidence, 1)) >= SUPPORTED * len(mine)


def _match(items: Sequence[Any], labels: Sequence[Label], stands: Callable[[Any, Label], bool]) -> Found:
    found = sum(any(stands(item, label) for item in items) for label in labels)
    good = sum(any(stands(item, label) for label in labels) for item in items)
    return Found(len(labels), found, len(items), good)


def _felt(item: Any, label: Label) -> bool:
    """A feeling has many names: the place alone counts, a turn more or less."""
    return any(abs(cited - turn) <= 1 for cited in item.evidence for turn in label["turns"])


def _agreed(record: Record) -> tuple[NextStep, ...]:
    return tuple(step for step in record.next_steps if step.certainty == "agreed")


def _well_worded(step: NextStep, label: Label, turns: Turns) -> bool:
    theirs = content(label["text"])
    return stands_for(step, label, turns) and len(content(step.text) & theirs) >= WORDED * len(theirs)


def _wrong(step: NextStep, gold: Label, turns: Turns) -> bool:
    real, never = gold["next_steps"], gold["rejected_or_past_steps"]
    return not _any(step, real, turns) and _any(step, never, turns)


def _any(item: Any, labels: Sequence[Label], turns: Turns) -> bool:
    return any(stands_for(item, label, turns) for label in labels)


def _wrong_owner(step: NextStep, labels: Sequence[Label], turns: Turns) -> bool:
    """One of the two has it, and by every label that it stands for it is the other's."""
    mine = {"you": "client", "therapist": "therapist"}.get(step.who)
    theirs = [label["who"] for label in labels if stands_for(step, label, turns)]
    return mine is not None and bool(theirs) and all(who not in (mine, "both") for who in theirs)


def _said(turns: Turns, cited: Sequence[int], reach: int) -> set[str]:
    near = {place for turn in cited for place in range(turn - reach, turn + reach + 1)}
    return set().union(*(content(turns[place]) for place in near if 0 <= place < len(turns)))


def _share(wanted: set[str], given: set[str]) -> float:
    return len(wanted & given) / len(wanted) if wanted else 1.0


def _text(item: Any) -> str:
    return str(getattr(item, "text", None) or getattr(item, "label", ""))


def _stem(word: str) -> str:
    ending = next((e for e in _ENDINGS if word.endswith(e) and len(word) - len(e) >= 3), "")
    return word.removesuffix(ending)
