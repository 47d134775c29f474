"""What a session names: its themes, the headings of its recap, and the lines in which they come up. AMBER.

A label names one thing, or several ("Ken and the cabin"): then each of them is one. Every name keeps the line it stands
in, so that nothing is said of a session that no line of it says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from afterword.notebook.past import Past, Ref

# Read for a name that a label gave to it: short lines, in the words of who said them. (The recap says the same again.)
SEARCHED = ("insights", "moments", "questions", "next_steps")
_HOLLOW = frozenset({"in between", "beginning", "end", "opening", "closing", "start", "session", "rest"})
_SPLIT = re.compile(r"\s*(?:[,;&]|\band\b)\s*", re.IGNORECASE)
_ARTICLE = re.compile(r"^(?:the|a|an|my|your|our|his|her|their)\s+", re.IGNORECASE)
_MARKS = str.maketrans(dict.fromkeys('.,;:!?"()[]\u201c\u201d\u2014\u2013\u2026-/', " ") | {"\u2019": "'"})
# Alone, these say too little: "work" in one line is not the work of another, and "will" is seldom Will.
_TOO_BROAD = """
    work job life home family friend friends relationship love help change people person self future past problem
    problems place part side end hand hands head point word words name house night nights morning evening week day days
    year years time thing things session question answer feeling feelings talk fear stress anger trust guilt shame
    world good bad new old first last next other someone everyone phone call calls car room
    will may mark bill hope rose grace dawn joy faith art jack sue pat drew chase max guy
"""


class Topic(NamedTuple):
    """One thing that a label names. `part`: which of the things in that label; `text`: as it stands there; `wording`:
    the same for labels that differ only in their article, in capitals or in space."""

    ref: Ref
    part: int
    text: str
    wording: str

    def __repr__(self) -> str:
        return f"<Topic {self.part} of {self.ref}>"


def topics(pasts: Iterable[Past]) -> Iterator[Topic]:
    """What themes name, and the headings of recaps."""
    read: dict[str, list[tuple[int, str, str]]] = {}
    for past in pasts:
        for section, place, label in _labels(past):
            if label not in read:
                read[label] = list(_parts(label))
            ref = past.ref(section, place)
            yield from (Topic(ref, *part) for part in read[label])


def wording(text: str) -> str:
    """See Topic."""
    return _ARTICLE.sub("", " ".join(text.translate(_MARKS).split())).lower()


def mentions(past: Past, wanted: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, Ref]]:
    """Lines in which a wording stands as it is, as (wording, line). `wanted`: wordings by their first word, as from
    `by_first_word`."""
    for section in SEARCHED:
        for place, item in enumerate(getattr(past.record, section)):
            said = item.text.translate(_MARKS).lower().split()
            for first in wanted.keys() & set(said):
                yield from ((one, past.ref(section, place)) for one in wanted[first] if _stands(one, said))


def by_first_word(wordings: Iterable[str]) -> dict[str, list[str]]:
    """For `mentions`: those that say enough to be found in a line by themselves."""
    found: dict[str, list[str]] = {}
    for one in wordings:
        if one not in _TOO_BROAD.split() and len(one) > 2:
            first, *rest = one.split()
            for form in (first, *(() if rest else _forms(first))):
                found.setdefault(form, []).append(one)
    return found


def _labels(past: Past) -> Iterator[tuple[str, int, str]]:
    for place, theme in enumerate(past.record.themes):
        yield "themes", place, theme.label
    for place, passage in enumerate(past.record.recap):
        yield "recap", place, passage.heading


def _parts(label: str) -> Iterator[tuple[int, str, str]]:
    for n, part in enumerate(_SPLIT.split(label.strip(" ."))):
        if (worded := wording(part)) and worded not in _HOLLOW:
            yield n, part, worded


def _forms(word: str) -> tuple[str, ...]:
    return (word.removesuffix("s"),) if word.endswith("s") and len(word) > 4 else (f"{word}s", f"{word}'s")


def _stands(one: str, said: Sequence[str]) -> bool:
    words = one.split()
    if len(words) == 1:
        return True
    *head, last = words
    text = f" {' '.join(said)} "
    return any(f" {' '.join([*head, form])} " in text for form in (last, *_forms(last)))
