"""What the person came for, in their words, and where lines of sessions and notes came close to it. AMBER.

Lines and dates, no verdict and no score: whether something changed is not for a program to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from sqlalchemy import Engine

from afterword.notebook.drawer import Drawer
from afterword.notebook.likeness import Measure
from afterword.notebook.notes import Note
from afterword.notebook.past import Past, Ref
from afterword.vault.owner import Owner

KIND = "wants"
LONGEST = 300
# A line is close when it says half of a want, and by more than one word where the want has more.
_CLOSE = 0.5
_SECTIONS = ("insights", "moments", "next_steps", "questions")


@dataclass(frozen=True)
class Want:
    """`on`: ISO date on which it was written; `source`: the line it was taken from, if from one; `before`: earlier
    wordings, newest last; `away`: the person put it away, and may take it up again."""

    on: str
    text: str = field(repr=False)
    source: Ref | None = None
    before: tuple[str, ...] = field(default=(), repr=False)
    away: bool = False


@dataclass(frozen=True)
class Near:
    """One line that came close. `day`: ISO; `ref`: the line of a record, or `note`: the id of the person's note."""

    day: str
    text: str = field(repr=False)
    ref: Ref | None = None
    note: str = ""


def load(engine: Engine, owner: Owner) -> dict[str, Want]:
    """By id (hex), oldest first."""
    read = {about.hex(): _read(kept) for about, kept in Drawer(engine, owner, KIND).all().items()}
    return dict(sorted(read.items(), key=lambda pair: (pair[1].on, pair[0])))


def keep(engine: Engine, owner: Owner, want: Want) -> str:
    """One more. Returns its id."""
    return Drawer(engine, owner, KIND).add(_kept(want)).hex()


def reword(engine: Engine, owner: Owner, want: str, text: str) -> None:
    """Raises KeyError when it is not there."""
    _change(engine, owner, want, lambda one: replace(one, text=text, before=(*one.before, one.text)))


def as_it_was(engine: Engine, owner: Owner, want: str) -> None:
    """Its wording before. Raises KeyError when there is none."""
    _change(engine, owner, want, _before)


def put_away(engine: Engine, owner: Owner, want: str, *, away: bool) -> None:
    """Or take it up again. Raises KeyError when it is not there."""
    _change(engine, owner, want, lambda one: replace(one, away=away))


def remove(engine: Engine, owner: Owner, want: str) -> None:
    """For good. Raises KeyError when it is not there."""
    Drawer(engine, owner, KIND).remove(bytes.fromhex(want))


def near(wants: Iterable[str], pasts: Sequence[Past], notes: Mapping[str, Note]) -> dict[str, list[Near]]:
    """By the text of a want, the lines that came close to it, oldest first."""
    measure = Measure()
    found: dict[str, list[Near]] = {text: [] for text in wants}
    words = _Words(measure, {thing for text in found for thing in measure.weights(text)})
    lines = [line for line in _lines(pasts, notes) if words.speaks(line.text)]
    for line in sorted(lines, key=lambda line: line.day):
        for text, close in found.items():
            if _close(text, line.text, measure):
                close.append(line)
    return found


@dataclass(frozen=True)
class _Words:
    """Whether a line says any word of a want; each word is looked at once, and most lines are then left."""

    measure: Measure
    asked: set[str] = field(repr=False)
    _known: dict[str, bool] = field(default_factory=dict, repr=False)

    def speaks(self, text: str) -> bool:
        return any(self._is_asked(word) for word in text.lower().split())

    def _is_asked(self, word: str) -> bool:
        if word not in self._known:
            self._known[word] = not self.asked.isdisjoint(self.measure.weights(word))
        return self._known[word]


def _close(text: str, line: str, measure: Measure) -> bool:
    wanted = measure.weights(text)
    shared = wanted.keys() & measure.weights(line).keys()
    return len(shared) >= min(2, len(wanted)) > 0 and line != text and measure.share(text, line) >= _CLOSE


def _lines(pasts: Sequence[Past], notes: Mapping[str, Note]) -> Iterator[Near]:
    for past in pasts:
        for section in _SECTIONS:
            for place, item in enumerate(getattr(past.record, section)):
                if item.text:
                    yield Near(past.day, item.text, past.ref(section, place))
    yield from (Near(note.at[:10], note.text, note=found) for found, note in notes.items())


def _change(engine: Engine, owner: Owner, want: str, how: Any) -> None:
    def change(kept: Any) -> Any:
        if kept is None:
            raise KeyError
        return _kept(how(_read(kept)))

    Drawer(engine, owner, KIND).change(bytes.fromhex(want), change)


def _before(one: Want) -> Want:
    if not one.before:
        raise KeyError
    return replace(one, text=one.before[-1], before=one.before[:-1])


def _kept(want: Want) -> dict[str, Any]:
    return asdict(want) | {"source": want.source.to_json() if want.source else None}


def _read(kept: Mapping[str, Any]) -> Want:
    source = Ref.from_json(kept["source"]) if kept["source"] else None
    return Want(kept["on"], kept["text"], source, tuple(kept["before"]), kept["away"])
