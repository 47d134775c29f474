"""Which labels name the same thing. AMBER: words, for one request.

Every label is compared with the one that stands for a group, never with the others in it: what is nearly the same is
not handed on from one to the next until "work" is "sleep".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from afterword.notebook.likeness import Measure

# From here two labels are the same: "Mum's calls" and "Dad's calls" are 0.57 alike.
SAME = 0.7
# What is shared has to say more than these, as `likeness` names them: half of a life is work, love or family.
_BROAD = "WORK LOVE FAMILY HOME FRIEND CHANGE HELP life peopl person self futur past problem"
_SMALL = "a an the my your our his her their of at in on with about and for to by from"
_WORD = re.compile(r"[^\W_]+(?:'[a-z]+)?")


def same(one: str, other: str) -> bool:
    """Two labels for one thing. Sooner no than wrong."""
    return _alike(one, other, Measure()) >= SAME


def group(wordings: Iterable[str], given: Sequence[Sequence[str]] = ()) -> list[list[str]]:
    """Groups of labels that name the same. The first of a group stands for it: so give the usual ones first. `given`:
    groups that stand whatever they say, each of which takes in what is like any of its own."""
    found = _Groups()
    for labels in given:
        found.open(labels)
    for label in wordings:
        found.add(label)
    return found.groups


def _alike(one: str, other: str, measure: Measure) -> float:
    """0 to 1, and 0 where too little of it is shared to say that they are the same."""
    shared = measure.weights(one).keys() & measure.weights(other).keys()
    if shared <= set(_BROAD.split()) and not (_is_one_word(one) and _is_one_word(other)):
        return 0.0
    return measure.likeness(one, other)


def _is_one_word(label: str) -> bool:
    return len([word for word in _WORD.findall(label.lower()) if word not in _SMALL.split()]) == 1


@dataclass(frozen=True)
class _Groups:
    """Those found so far, and which labels stand for each thing, so that few are compared."""

    groups: list[list[str]] = field(default_factory=list, repr=False)
    _heads: dict[str, list[tuple[int, str]]] = field(default_factory=dict, repr=False)
    _in: set[str] = field(default_factory=set, repr=False)
    _measure: Measure = field(default_factory=Measure)

    def open(self, labels: Sequence[str]) -> None:
        """A group of its own, with everything in it standing for it."""
        new = [label for label in labels if label not in self._in]
        if new:
            self.groups.append(new)
            self._in.update(new)
        for label in new:
            for thing in self._measure.weights(label):
                self._heads.setdefault(thing, []).append((len(self.groups) - 1, label))

    def add(self, label: str) -> None:
        """To the group that it is most like, or to one of its own."""
        if label in self._in:
            return
        near = {head for thing in self._measure.weights(label) for head in self._heads.get(thing, ())}
        alike, place = max(((_alike(label, head, self._measure), -n) for n, head in near), default=(0.0, 0))
        if alike >= SAME:
            self.groups[-place].append(label)
            self._in.add(label)
        else:
            self.open([label])
