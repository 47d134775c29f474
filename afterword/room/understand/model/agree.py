"""Whether the names, numbers and days of a line are those that were said where it cites."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Literal

from afterword.room.understand.builtin.clauses import mask, stems, tokens
from afterword.room.understand.model import figures
from afterword.room.understand.model.frame import FRAME
from afterword.room.understand.model.said import Said

REACH = 2
_SOMEBODY = re.compile(r"\b(?:he|she|him|her|his|hers|they|them)\b")
_RECENT = 2  # people named last, of whom "he" and "she" may be one
_MEMORY = 90  # turns in which a name is still who "she" is
# A sum that the writer did: two brothers, three reasons.
_COUNTED = re.compile(
    r"\b(?:the|these|those|all|your) (?:two|three|four)\b|"
    r"\b(?:two|three|four|2|3|4) (?:things?|ways?|sides?|parts?|people|"
    r"of (?:you|them|these|those)|reasons?|sentences?|steps?|questions?|brothers?|sisters?|plans?|kinds?|lines?|words?|"
    r"different|other)\b"
)


def disagreement(
    said: Said, text: str, evidence: Sequence[int], wide: bool = False
) -> Literal["name", "number", "day"] | None:
    """What in the line was not said, or was said of something else. `wide`: the line joins what lies far apart, so that
    other names and numbers beside those it has say nothing."""
    if _strange_name(said, text, evidence, wide):
        return "name"
    near = said.text(evidence, REACH)
    about = stems(text) - FRAME
    counted = {n for m in _COUNTED.finditer(mask(text)) for n in figures.numbers(m.group())}
    for number in figures.numbers(text) - counted - figures.numbers_said(near):
        replaced = not wide and _in_its_place(number, text, said.text(evidence))
        if replaced or not _elsewhere(said, about, partial(_has, figures.numbers_said, number)):
            return "number"
    strange = figures.days(text) - figures.days(near)
    if any(not _elsewhere(said, about, partial(_has, figures.days, day)) for day in strange):
        return "day"
    return None


def _in_its_place(number: str, text: str, cited: str) -> bool:
    """Another number stands there before or after the same word: "ten minutes", "at eight"."""
    mine = {word for n, beside in figures.beside(text) if n == number for word in beside}
    return any(n != number and mine & beside for n, beside in figures.beside(cited))


def _has(read: Callable[[str], set[str]], one: str, turn: str) -> bool:
    return one in read(turn)


def _elsewhere(said: Said, about: set[str], has: Callable[[str], bool]) -> bool:
    return any(len(stems(turn.text) & about) >= 2 for turn in said.turns if has(turn.text))


def names_in(said: Said, text: str) -> set[str]:
    """The names in a line, those that open a sentence too if they are names in the session."""
    opening = {m.group(1).lower() for m in re.finditer(r"(?:^|[.!?;:]\s+)([A-Z][\w-]+)", text)}
    return (figures.names(text) | (opening & said.names)) - said.therapist


def _strange_name(said: Said, text: str, evidence: Sequence[int], wide: bool) -> bool:
    """It names somebody whom nobody named; or who was not spoken of there, though others were; or not for a long while
    before and in no such connection."""
    mine = names_in(said, text)
    if any(not _known(said, name) for name in mine):
        return True
    near = said.text(evidence, REACH).lower()
    strange = {name for name in mine if _bare(name) not in near}
    unconnected = {name for name in strange if not _spoken_of(said, text, name)}
    if not unconnected or wide:
        return False
    last = said.places(evidence)[-1]
    if _SOMEBODY.search(said.text(evidence, 1).lower()):
        decisive = said.places(evidence[:1])
        unconnected -= set(said.named_before(decisive[0] if decisive else last, _RECENT))
    if not unconnected:
        return False
    before = " ".join(t.text for t in said.turns[max(0, last - _MEMORY) : last + REACH]).lower()
    cited = {_bare(word) for word in tokens(said.text(evidence))}
    others = (cited & said.people) - said.therapist - {_bare(n) for n in mine}
    return bool(others) or any(_bare(name) not in before for name in unconnected)


def _known(said: Said, name: str) -> bool:
    return all(part in said.words for part in re.split(r"['-]", _bare(name)) if len(part) > 1)


def _bare(name: str) -> str:
    return name.removesuffix("'s")


def _spoken_of(said: Said, text: str, name: str) -> bool:
    """Somewhere in the session the line's other words stand beside the name."""
    others = stems(" ".join(names_in(said, text)))
    about = {
        s for s in stems(text) - others - FRAME if not figures.numbers_said(s) - {"0", "1", ""} and not figures.days(s)
    }
    places = [p for p, turn in enumerate(said.turns) if _bare(name) in turn.text.lower()]
    least = min(2, len(about)) or 1
    return any(len(about & stems(" ".join(t.text for t in said.turns[max(0, p - 3) : p + 4]))) >= least for p in places)
