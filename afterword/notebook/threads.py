"""Threads: what was meant to be come back to. Raised, revisited by later sessions, or let go. AMBER."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Literal

from sqlalchemy import Engine

from afterword.notebook.drawer import Drawer
from afterword.notebook.likeness import Measure
from afterword.notebook.meant import is_open, shortly
from afterword.notebook.past import Past, Ref
from afterword.notebook.told import Told, told
from afterword.record import lines_of
from afterword.vault.owner import Owner

KIND = "threads"
Status = Literal["open", "revisited", "let go"]
# Two lines of one session speak of the same from this likeness on.
_SAME = 0.55
# What a thread is about is what its session speaks of elsewhere too, above all its themes; a word that stands nowhere
# else counts little ("the clock", "six minutes").
_THEME, _ELSEWHERE, _ALONE = 1.5, 1.0, 0.45
# A later line comes back to it when it says half of it, or more where it leaves the name out; or the chief thing and so
# much in all; or a chief thing that is as rare as this; or this much (a rare word is 1).
_HALF, _MORE, _CHIEF, _RARE, _MUCH = 0.5, 0.6, 0.4, 0.65, 1.4
# What says less than this is left aside.
_TELLS = 0.25
# A year of weekly sessions: what nobody comes back to in that time stays open.
_FOLLOWED = 52
# A line that is put off says at least one thing as much as this, an aim of a session names one.
_SAYS, _NAMES = 0.3, 0.6
# So many other lines about what a session was meant for, and it was reached.
_REACHED = 3
_SENTENCES = ("insights", "recap")
_LATER = re.compile(
    r"""\b(?:next\ (?:time|session)|(?:come|coming|get|go)\ back\ to\ (?:it|that|this|him|her|them)
    |(?:for|until|till)\ another\ (?:day|time)|not\ (?:today|tonight)|(?:hold|keep|save)\w*\ (?:a|the)\ place
    |(?:park|save|leave|keep|hold)\w*\ (?:it|that|this)\ for|first\ thing
    |we\ (?:never|didn't|haven't)\ (?:got|get|gotten)\b|r[au]n\ out\ of\ time|on\ (?:my|our)\ list
    |(?:go|goes|put|start|begin)\ (?:\w+\ ){0,3}at\ the\ top
    |(?:haven't|hasn't|not|isn't|don't)\ (?:yet\ )?(?:decided|know\ yet|sure\ yet)
    |(?:think|sleep)\ (?:about|on|over)\ (?:it|that)|waiting\ to\ hear|still\ (?:have|need)\ to
    |don't\ know\ what\ to\ do\ (?:about|with)
    |(?:by|till|until)\ the\ (?:\w+(?:first|second|third|th|ieth)|\d+(?:st|nd|rd|th)))\b""",
    re.IGNORECASE | re.VERBOSE,
)
_AIM = re.compile(
    r"""\b(?:use\ (?:the|this|our)\ (?:hour|time|session)|(?:came|come)\ (?:in\ )?(?:here\ )?about|the\ main\ thing
    |want(?:ed)?\ to\ (?:talk\ about|start\ with|begin\ with|bring\ up)|(?:figured|thought)\ we'd\ do|up\ front)\b""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Thread:
    """`id`: stable for as long as its first source stands. `sources`: where it was raised; `revisited`: lines of later
    sessions in which it is come back to; `day`: of the session that raised it, ISO. `by_hand`: the person set its
    status, which outranks everything."""

    id: str
    day: str
    text: str = field(repr=False)
    sources: tuple[Ref, ...]
    status: Status = "open"
    revisited: tuple[Ref, ...] = ()
    by_hand: bool = False


@dataclass(frozen=True)
class Change:
    """What the person said of one thread: its status, or None for as it is found; their own wording, or "". `before`:
    what they had said before, newest last, so that each change can be taken back."""

    status: Status | None = None
    text: str = field(default="", repr=False)
    before: tuple[tuple[Status | None, str], ...] = field(default=(), repr=False)


Changes = Mapping[str, Change]
_NONE: Changes = MappingProxyType({})


def load(engine: Engine, owner: Owner) -> dict[str, Change]:
    """Everything that was set by hand, by the id of the thread."""
    return {about.hex(): _change(kept) for about, kept in Drawer(engine, owner, KIND).all().items() if kept}


def say(engine: Engine, owner: Owner, thread: str, status: Status) -> None:
    """Let go, revisited, or open again."""
    _say(engine, owner, thread, lambda before: replace(before, status=status))


def word(engine: Engine, owner: Owner, thread: str, text: str) -> None:
    """In the person's own words."""
    _say(engine, owner, thread, lambda before: replace(before, text=text))


def undo(engine: Engine, owner: Owner, thread: str) -> None:
    """Take the last change back. Nothing happens where there is none."""

    def change(kept: Any) -> Any:
        before = _change(kept).before if kept else ()
        return asdict(Change(*before[-1], before[:-1])) if before else None

    Drawer(engine, owner, KIND).change(bytes.fromhex(thread), change)


def ids_in(past: Past) -> list[bytes]:
    """Of every thread that its lines may have raised: what was said of these goes with the session."""
    return [bytes.fromhex(_id(past.ref(section, place))) for section, place, _ in lines_of(past.record)]


def threads(pasts: Sequence[Past], changes: Changes = _NONE) -> list[Thread]:
    """All of them, oldest first. `pasts`: oldest first."""
    measure, so_far, later, followed = Measure(), _SoFar(), _Later(), list[Thread]()
    sessions = [_Session.of(past, measure, so_far) for past in pasts]
    for session in reversed(sessions):
        followed[:0] = [_followed(thread, session, later) for thread in session.raised()]
        later.add(session)
    return [_as_said(thread, changes.get(thread.id, Change())) for thread in followed]


@dataclass(frozen=True)
class _Subject:
    """What a line is about: how much each thing says. `chief`: the name that says most, else the thing; `part`: how
    much of it a line must say that does not say the chief thing; `rare`: that is a word, and says enough alone;
    `own`: names, and words of no everyday meaning; `said`: all that its words name, little things too."""

    weights: Mapping[str, float] = field(repr=False)
    chief: str = field(repr=False)
    part: float
    rare: bool
    own: frozenset[str] = field(repr=False)
    said: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, text: str, weights: Mapping[str, float], measure: Measure) -> _Subject:
        names = measure.names(text)
        telling = {thing: weight for thing, weight in weights.items() if weight >= _TELLS}
        named = names & telling.keys()
        chief = max(sorted(named or telling), key=telling.__getitem__, default="")
        # What the table of likeness calls a thing is in capitals: a call is no rare word, whoever is called.
        rare = not named and chief.islower() and telling[chief] >= _RARE
        return cls(telling, chief, _MORE if named else _HALF, rare, measure.own(text), measure.said(text))

    @property
    def most(self) -> float:
        return max(self.weights.values(), default=0.0)

    def is_told(self, much: float, *, with_chief: bool) -> bool:
        """Whether a line that says so much of it comes back to it."""
        whole = sum(self.weights.values())
        if much >= min(_MUCH, self.part * whole):
            return much > 0
        return with_chief and (self.rare or much >= _CHIEF * whole)

    def is_shared(self, line: Mapping[str, float]) -> bool:
        """One everyday word in common is chance ("sleep" is in a brother's sleep too, and a house is no flat), unless
        it is all that there is ("next time, my sister")."""
        shared = self.said & line.keys()
        return len(shared) > 1 or not self.own.isdisjoint(shared) or (len(self.weights) == 1 and self.chief in line)

    def is_told_in(self, line: Mapping[str, float]) -> bool:
        much = sum(weight for thing, weight in self.weights.items() if thing in line)
        return self.is_told(much, with_chief=self.chief in line)


@dataclass(frozen=True)
class _SoFar:
    """How often each thing stands in the lines up to a session: what only later ones speak of was rare then."""

    lines: list[int] = field(default_factory=lambda: [0])
    counted: Counter[str] = field(default_factory=Counter, repr=False)

    def add(self, lines: Sequence[Mapping[str, float]]) -> dict[str, float]:
        """Returns the rarity of what they speak of."""
        self.lines[0] += len(lines)
        self.counted.update(thing for line in lines for thing in line)
        most = math.log1p(self.lines[0])
        return {t: math.log1p(self.lines[0] / self.counted[t]) / most for line in lines for t in line}


@dataclass(frozen=True)
class _Session:
    """One that lies behind. `about`: how much it speaks of each thing, beside the line that is asked about."""

    past: Past
    lines: Sequence[Told] = field(repr=False)
    measure: Measure = field(repr=False)
    rarity: Mapping[str, float] = field(repr=False)
    about: Mapping[str, int] = field(repr=False)
    themes: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, past: Past, measure: Measure, so_far: _SoFar) -> _Session:
        lines = list(told(past))
        rarity = so_far.add([measure.weights(line.text) for line in lines])
        telling = [line for line in lines if line.ref.section not in ("overview", "questions")]
        about = Counter(thing for line in telling for thing in measure.weights(line.text))
        themes = frozenset(thing for label in past.record.themes for thing in measure.weights(label.label))
        return cls(past, lines, measure, rarity, about, themes)

    def subject(self, text: str) -> _Subject:
        """What a line of this session is about."""
        names = self.measure.names(text)
        weighed = self.measure.weights(text).items()
        weights = {t: w * self.rarity.get(t, 1.0) * self._factor(t, t in names) for t, w in weighed}
        return _Subject.of(text, weights, self.measure)

    def raised(self) -> list[Thread]:
        """Each once."""
        kept: list[Thread] = []
        for line in (*_promised(self.past), *self._put_off(), *self._not_reached()):
            said = [self.measure.likeness(thread.text, line.text) for thread in kept]
            if said and max(said) >= _SAME:
                at = said.index(max(said))
                kept[at] = replace(kept[at], sources=tuple(dict.fromkeys((*kept[at].sources, line.ref))))
            else:
                kept.append(Thread(_id(line.ref), self.past.day, line.text, (line.ref,)))
        return kept

    def _factor(self, thing: str, is_name: bool) -> float:
        if thing in self.themes:
            return _THEME
        return _ELSEWHERE if is_name or self.about.get(thing, 0) > 1 else _ALONE

    def _put_off(self) -> list[Told]:
        found = [line for line in self.lines if line.ref.section in _SENTENCES and _LATER.search(line.text)]
        return [line for line in found if self.subject(line.text).most >= _SAYS]

    def _not_reached(self) -> list[Told]:
        """What the session was meant for, where little more is told of it."""
        aims = [line for line in self.lines if line.ref.section in _SENTENCES and _AIM.search(line.text)]
        main = max(aims, key=lambda line: self.subject(line.text).most, default=None)
        if main is None or self.subject(main.text).most < _NAMES:
            return []
        others = [line for line in self.lines if line not in aims]
        more = [line for line in others if self.subject(main.text).is_told_in(self.measure.weights(line.text))]
        return [replace(line, text=main.text) for line in aims] if len(more) < _REACHED else []


@dataclass(frozen=True)
class _Later:
    """The lines of the sessions after one, the latest first, and where they speak of each thing. `starts`: of each
    session, its first line."""

    lines: list[tuple[str, Ref, Mapping[str, float]]] = field(default_factory=list, repr=False)
    where: dict[str, list[int]] = field(default_factory=dict, repr=False)
    starts: list[int] = field(default_factory=list)

    def add(self, session: _Session) -> None:
        self.starts.append(len(self.lines))
        for line in session.lines:
            told = session.measure.weights(line.text)
            for thing in told:
                self.where.setdefault(thing, []).append(len(self.lines))
            self.lines.append((session.past.day, line.ref, told))

    def telling_of(self, subject: _Subject, since: str) -> tuple[Ref, ...]:
        """Lines that come back to it, of sessions after that day, oldest first."""
        there = {thing: self._near(thing) for thing in subject.weights}
        much: dict[int, float] = {}
        for thing, places in there.items():
            for at in places:
                much[at] = much.get(at, 0.0) + subject.weights[thing]
        chief = set(there.get(subject.chief, ()))
        again = [self.lines[at] for at, said in much.items() if subject.is_told(said, with_chief=at in chief)]
        found = sorted((day, ref) for day, ref, told in again if day > since and subject.is_shared(told))
        return tuple(dict.fromkeys(ref for _, ref in found))

    def _near(self, thing: str) -> list[int]:
        """Of the next sessions only."""
        places = self.where.get(thing, [])
        return places[bisect_left(places, self.starts[-_FOLLOWED:][0]) :] if places else []


def _followed(thread: Thread, session: _Session, later: _Later) -> Thread:
    again = later.telling_of(session.subject(thread.text), thread.day)
    return replace(thread, status="revisited" if again else "open", revisited=again)


def _promised(past: Past) -> Iterator[Told]:
    for place, question in enumerate(past.record.questions):
        if question.text:
            yield Told(past.ref("questions", place), question.text)
    for place, step in enumerate(past.record.next_steps):
        if is_open(step):
            yield Told(past.ref("next_steps", place), shortly(step))


def _as_said(thread: Thread, change: Change) -> Thread:
    said = {"status": change.status, "by_hand": True} if change.status else {}
    return replace(thread, text=change.text or thread.text, **said)  # type: ignore[arg-type]


def _id(ref: Ref) -> str:
    return blake2b(f"{ref.session}.{ref.section}.{ref.place}".encode(), digest_size=16).hexdigest()


def _say(engine: Engine, owner: Owner, thread: str, said: Any) -> None:
    def change(kept: Any) -> Any:
        before = _change(kept) if kept else Change()
        return asdict(replace(said(before), before=(*before.before, (before.status, before.text))))

    Drawer(engine, owner, KIND).change(bytes.fromhex(thread), change)


def _change(kept: Mapping[str, Any]) -> Change:
    return Change(kept["status"], kept["text"], tuple((status, text) for status, text in kept["before"]))
