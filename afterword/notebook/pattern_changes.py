"""What the person did with patterns: named, put together, dismissed. Each can be taken back. AMBER.

A pattern is known by its first wording, so whatever was done with it holds for what later sessions bring to it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sqlalchemy import Engine

from afterword.notebook.drawer import Drawer
from afterword.vault.owner import Owner

KIND = "patterns"
Kind = Literal["rename", "merge", "dismiss"]
LONGEST = 120


@dataclass(frozen=True)
class Act:
    """One change. `of`: the wordings that stand for its patterns; the first one stands for what comes of it. `name`:
    the person's words, or "" """

    id: str
    kind: Kind
    of: tuple[str, ...] = field(repr=False)
    name: str = field(default="", repr=False)


@dataclass(frozen=True)
class Changes:
    """All of them, oldest first."""

    acts: tuple[Act, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """By wording; the last one counts."""
        return {act.of[0]: act.name for act in self.acts if act.kind == "rename"}

    @property
    def dismissed(self) -> frozenset[str]:
        """Wordings."""
        return frozenset(act.of[0] for act in self.acts if act.kind == "dismiss")

    @property
    def merged(self) -> list[list[str]]:
        """Wordings that are one, each list beginning with the one that stands for it."""
        found: list[list[str]] = []
        for act in (act for act in self.acts if act.kind == "merge"):
            into = [wordings for wordings in found if set(wordings) & set(act.of)]
            found = [wordings for wordings in found if wordings not in into]
            found.append(list(dict.fromkeys([*act.of[:1], *(w for wordings in into for w in wordings), *act.of])))
        return found

    @property
    def touched(self) -> frozenset[str]:
        """Wordings of which the person has said something."""
        return frozenset(act.of[0] for act in self.acts)

    @property
    def groups(self) -> list[list[str]]:
        """For `alike.group`: what stands whatever later sessions bring."""
        return [*self.merged, *([one] for one in sorted(self.touched))]

    def last(self, kind: Kind, of: str) -> Act | None:
        """The one that would be taken back."""
        return next((act for act in reversed(self.acts) if act.kind == kind and act.of[0] == of), None)

    def with_act(self, kind: Kind, of: Sequence[str], name: str = "") -> Changes:
        """One more."""
        return Changes((*self.acts, Act(secrets.token_hex(8), kind, tuple(of), name)))

    def without(self, act: str) -> Changes:
        """As if it had never been. Raises KeyError."""
        if act not in {one.id for one in self.acts}:
            raise KeyError
        return Changes(tuple(one for one in self.acts if one.id != act))

    def less(self, gone: Collection[str]) -> Changes:
        """Without wordings that stand nowhere any more. What was put together with others stands for the rest."""
        stands = {
            one: next((other for other in group if other not in gone), "") for group in self.merged for one in group
        }
        left = [
            replace(act, of=_each_once(stands.get(one, "") if one in gone else one for one in act.of))
            for act in self.acts
        ]
        return Changes(tuple(act for act in left if len(act.of) > (act.kind == "merge")))


def _each_once(wordings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in wordings if one))


UNTOUCHED = Changes()


def load(engine: Engine, owner: Owner) -> Changes:
    """None at first."""
    return _read(Drawer(engine, owner, KIND).get(owner.person))


def change(engine: Engine, owner: Owner, how: Callable[[Changes], Changes]) -> None:
    """Kept at once. Two tabs at a time: neither loses anything."""
    Drawer(engine, owner, KIND).change(owner.person, lambda kept: _kept(how(_read(kept))))


def _read(kept: Any) -> Changes:
    return Changes(tuple(Act(i, kind, tuple(of), name) for i, kind, of, name in kept or ()))


def _kept(changes: Changes) -> list[Any]:
    return [[act.id, act.kind, list(act.of), act.name] for act in changes.acts]
