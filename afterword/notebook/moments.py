"""Moments: one line of a session at a time, over the days to the next appointment. AMBER.

At most one a day by the date where the person is, and never two within twelve hours; the first the day after the
session. Nothing is lost silently: each is answered, still to come, or rests and is listed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Engine

from afterword.notebook.appointments import Arranged, next_one, same_name
from afterword.notebook.drawer import Drawer
from afterword.notebook.heavy import is_heavy
from afterword.notebook.past import Past, Ref
from afterword.record import Moment
from afterword.vault.owner import Owner

KIND = "moments"
Answer = Literal["keep", "let go", "bring"]
ANSWERS = get_args(Answer)
NOT_TODAY, AGAIN = "not today", ""

# The pace, all of it. Without an appointment they spread over WITHOUT days; after LONGEST a session is far away.
APART = timedelta(hours=12)
QUIET = timedelta(hours=12)
WITHOUT = 7
LONGEST = 28
MOST_SHOWN = 3
TIMES = 8


@dataclass(frozen=True)
class Kept:
    """A Moment that the person answered. `line`: what they wrote under it, or ""; `on`: ISO date."""

    ref: Ref
    text: str = field(repr=False)
    answer: Answer
    on: str
    line: str = field(default="", repr=False)


@dataclass(frozen=True)
class Answered:
    """One answer: keep, let go, bring, not today, or "" for one that was taken back. `on`: ISO date."""

    answer: str
    on: str
    line: str = field(default="", repr=False)


@dataclass(frozen=True)
class Told:
    """What became of one Moment. `shown`: each time it came, ISO with the offset there; `open`: it waits for an answer;
    `opened`: the one more tap was given; `answers`: every one, newest last."""

    shown: tuple[str, ...] = ()
    open: bool = False
    opened: bool = False
    answers: tuple[Answered, ...] = ()

    @property
    def answer(self) -> Answered | None:
        """The one that counts."""
        last = self.answers[-1] if self.answers else None
        return last if last and last.answer in ANSWERS else None


@dataclass(frozen=True)
class Shown:
    """That a Moment came, and nothing of which: it outlives a session that is deleted. `at`: ISO with the offset."""

    at: str
    heavy: bool


@dataclass(frozen=True)
class State:
    """Everything that became of Moments, and the latest times at which any came."""

    told: Mapping[Ref, Told] = field(default_factory=dict)
    shown: tuple[Shown, ...] = ()


@dataclass(frozen=True)
class OfToday:
    """The Moment of today. `day`: of its session, ISO; `asked`: what stayed was asked already; `opened`: it may be
    read, as every light one may."""

    ref: Ref
    day: str
    moment: Moment = field(repr=False)
    heavy: bool
    asked: bool
    opened: bool


def due(
    pasts: Sequence[Past], state: State, kept: Mapping[str, Arranged], now: datetime, quiet: timedelta = QUIET
) -> OfToday | None:
    """The Moment of today, or None. It stays the same until it is answered or the day is over; the 12 hours before an
    appointment are the Brief's. `now`: where the person is."""
    if not is_free(state.shown, now):
        return _on_show(pasts, state, now)
    lined_up = [one for past in lively(pasts, now) if (one := _turn(past, state, kept, now, quiet))]
    _, past, place = min(lined_up, key=lambda turn: (turn[0], turn[1].day, turn[2]), default=(None, None, 0))
    return _of_today(past, place, Told()) if past else None


def is_free(shown: Sequence[Shown], now: datetime) -> bool:
    """No Moment came on this date yet, nor within twelve hours: so it holds when the zone changes or a clock is set
    back. A time that lies far ahead (a clock that was wrong) stops nothing until its date is there."""
    return not any(_counts(one.at, now) for one in shown)


def lively(pasts: Sequence[Past], now: datetime) -> list[Past]:
    """The sessions whose Moments may still come: with nobody was there a later session, and none is four weeks old."""
    today = now.date()
    begun = [past for past in pasts if past.day <= today.isoformat()]
    young = [past for past in begun if past.day >= (today - timedelta(days=LONGEST)).isoformat()]
    return [past for past in young if not any(later.day > past.day and _with_same(later, past) for later in begun)]


def resting(pasts: Sequence[Past], state: State, now: datetime) -> list[OfToday]:
    """Those that come no more by themselves, oldest first: a later session came, or they were put off three times."""
    alive = {past.id for past in lively(pasts, now)}
    over = [past for past in pasts if past.day <= now.date().isoformat()]
    return [
        _of_today(past, place, told)
        for past in over
        for place, told in _unanswered(past, state)
        if not _is_on_show(told, now) and (past.id not in alive or _tired(told))
    ]


def to_come(pasts: Sequence[Past], state: State, now: datetime) -> list[Ref]:
    """Those that have not been answered and do not rest."""
    rest = {one.ref for one in resting(pasts, state, now)}
    waiting = [past.ref(KIND, place) for past in pasts for place, _ in _unanswered(past, state)]
    return [ref for ref in waiting if ref not in rest]


def answered(pasts: Sequence[Past], state: State) -> list[Kept]:
    """What was kept, let go, or is to be brought, oldest answer first. A line that was deleted is left out."""
    found = [
        Kept(ref, past.record.moments[ref.place].text, said.answer, said.on, said.line)  # type: ignore[arg-type]
        for past in pasts
        for ref in (past.ref(KIND, place) for place in _standing(past))
        if (said := state.told.get(ref, Told()).answer)
    ]
    return sorted(found, key=lambda one: one.on)


def load(engine: Engine, owner: Owner, only: Sequence[Past] | None = None) -> State:
    """Everything, or what became of the Moments of these sessions alone, which is quicker after ten years. What is kept
    of sessions that are gone is harmless: nobody asks for it."""
    drawer = Drawer(engine, owner, KIND)
    about = None if only is None else (owner.person, *(bytes.fromhex(past.id) for past in only))
    every = drawer.all() if about is None else {found: drawer.get(found) or {} for found in about}
    times = tuple(Shown(**one) for one in every.pop(owner.person, {}).get("shown", ()))
    return State({ref: told for found, read in every.items() for ref, told in _told(found, read)}, times)


def came(state: State, today: OfToday, now: datetime) -> State:
    """As it is after that Moment came."""
    told = _shown_at(state.told.get(today.ref, Told()), _stamp(now))
    times = (*state.shown, Shown(_stamp(now), today.heavy))[-TIMES:]
    return State({**state.told, today.ref: told}, times)


def replied(state: State, ref: Ref, said: Answered) -> State:
    """As it is after that answer."""
    return replace(state, told={**state.told, ref: _with(state.told.get(ref, Told()), said)})


def show(engine: Engine, owner: Owner, today: OfToday, now: datetime) -> None:
    """It comes today. Its time is kept first: a crash in between costs a day, never a second one."""
    drawer, shown = Drawer(engine, owner, KIND), asdict(Shown(_stamp(now), today.heavy))
    drawer.change(owner.person, lambda before: {"shown": [*(before or {}).get("shown", ()), shown][-TIMES:]})
    _change(drawer, today.ref, lambda told: _shown_at(told, _stamp(now)))


def open_heavy(engine: Engine, owner: Owner, ref: Ref) -> None:
    """The one more tap."""
    _change(Drawer(engine, owner, KIND), ref, lambda told: replace(told, opened=True))


def answer(engine: Engine, owner: Owner, ref: Ref, said: Answered) -> None:
    """One more answer; the last counts, and what was written under an earlier one stays."""
    _change(Drawer(engine, owner, KIND), ref, lambda told: _with(told, said))


def shown_last(state: State, now: datetime) -> Told | None:
    """The one that came today, answered or not."""
    told = [one for one in state.told.values() if one.shown and _counts(one.shown[-1], now)]
    return max(told, key=lambda one: _at(one.shown[-1]), default=None)


def _shown_at(told: Told, at: str) -> Told:
    return replace(told, shown=(*told.shown, at), open=True, opened=False)


def _stamp(now: datetime) -> str:
    return now.isoformat(timespec="seconds")


def _with(told: Told, said: Answered) -> Told:
    line = said.line or next((one.line for one in reversed(told.answers) if one.line), "")
    return replace(told, open=False, answers=(*told.answers, replace(said, line=line)))


def _on_show(pasts: Sequence[Past], state: State, now: datetime) -> OfToday | None:
    """The one that came last, while it waits for its answer."""
    latest = shown_last(state, now)
    if latest is None or not latest.open:
        return None
    for past in pasts:
        for place in _standing(past):
            if state.told.get(past.ref(KIND, place)) is latest:
                return _of_today(past, place, latest)
    return None


def _turn(
    past: Past, state: State, kept: Mapping[str, Arranged], now: datetime, quiet: timedelta
) -> tuple[date, Past, int] | None:
    """Since when a Moment of that session has been due, and which; None while none is."""
    meets, first = next_one(kept, now, past.therapist or None), date.fromisoformat(past.day) + timedelta(days=1)
    if meets and meets.starts - now < quiet:
        return None
    last = meets.starts.astimezone(now.tzinfo).date() - timedelta(days=1) if meets else first + timedelta(WITHOUT - 1)
    waiting = [(place, told) for place, told in _unanswered(past, state) if not _tired(told)]
    come = sum(len(state.told[ref].shown) for place in range(len(past.record.moments))
               if (ref := past.ref(KIND, place)) in state.told)  # fmt: skip
    days = min(max((last - first).days + 1, 1), LONGEST)
    slot = first + timedelta(days=come * days // max(come + len(waiting), 1))
    place = _choice(past, waiting, bool(state.shown) and state.shown[-1].heavy)
    return (slot, past, place) if place is not None and slot <= now.date() else None


def _choice(past: Past, waiting: Sequence[tuple[int, Told]], after_heavy: bool) -> int | None:
    """In the order of the session, put-off ones last; a heavy one is never followed by another, and where most are
    heavy they begin early enough to take turns."""
    queue = [place for place, told in sorted(waiting, key=lambda one: len(one[1].shown))]
    heavy = [place for place in queue if is_heavy(past, place)]
    light = [place for place in queue if place not in heavy]
    if after_heavy:
        return light[0] if light else None
    return heavy[0] if len(heavy) > len(light) else next(iter(queue), None)


def _unanswered(past: Past, state: State) -> Iterator[tuple[int, Told]]:
    for place in _standing(past):
        told = state.told.get(past.ref(KIND, place), Told())
        if told.answer is None:
            yield place, told


def _standing(past: Past) -> list[int]:
    """A deleted line is no Moment any more."""
    return [place for place, moment in enumerate(past.record.moments) if moment.text]


def _tired(told: Told) -> bool:
    """Shown three times without an answer: it asks no more."""
    return len(told.shown) >= MOST_SHOWN


def _is_on_show(told: Told, now: datetime) -> bool:
    return told.open and _counts(told.shown[-1], now)


def _with_same(one: Past, other: Past) -> bool:
    return not one.therapist or not other.therapist or same_name(one.therapist, other.therapist)


def _of_today(past: Past, place: int, told: Told) -> OfToday:
    heavy = is_heavy(past, place)
    return OfToday(
        past.ref(KIND, place), past.day, past.record.moments[place], heavy, told.open, told.opened or not heavy
    )


def _counts(at: str, now: datetime) -> bool:
    return at[:10] == now.date().isoformat() or abs(now - _at(at)) < APART


def _at(iso: str) -> datetime:
    return datetime.fromisoformat(iso)


def _change(drawer: Drawer, ref: Ref, made: Callable[[Told], Told]) -> None:
    def anew(before: Any) -> Any:
        told = dict(_told(bytes.fromhex(ref.session), before or {})).get(ref, Told())
        return {**(before or {}), str(ref.place): asdict(made(told))}

    drawer.change(bytes.fromhex(ref.session), anew)


def _told(session: bytes, read: Mapping[str, Any]) -> Iterator[tuple[Ref, Told]]:
    for place, kept in read.items():
        answers = tuple(Answered(**one) for one in kept["answers"])
        yield (
            Ref(session.hex(), KIND, int(place)),
            Told(tuple(kept["shown"]), kept["open"], kept["opened"], answers),
        )
