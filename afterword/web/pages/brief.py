"""The Brief: closed until its time, then one screen before you meet, each point with where it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, get_args

from starlette.responses import Response

from afterword.notebook import appointments, moments, notes, opening, outcomes
from afterword.notebook.briefing import briefing
from afterword.notebook.moments import Kept
from afterword.notebook.notes import Note
from afterword.notebook.opening import Opening, countdown, openings
from afterword.notebook.outcomes import Outcome, OwnStep
from afterword.notebook.past import Past, Ref, line_of, pasts
from afterword.notebook.point import Part, Point
from afterword.record import SECTIONS
from afterword.web.ask import Ask, see_other
from afterword.web.pages.notes import fitting
from afterword.web.pages.reminders import refresh
from afterword.web.templating import day

TITLES: Mapping[Part, str] = {
    "where we left off": "Where we left off",
    "steps": "Steps, and how they went",
    "kept": "What I kept",
    "threads": "Promised, and not come back to",
    "mine": "My notes and questions",
    "keeps coming up": "What keeps coming up",
    "a place to start": "A place to start",
}
Wall = Literal["said", "wrote", "plan"]
MOST_ORIGINS = 3
MOST_OWN_STEPS = 2


@dataclass(frozen=True)
class Shown:
    """One point on the page. `origins`: where it comes from, each with its address; `more`: how many further ones;
    `beside`: where what the person wrote to it comes from, if something of it is theirs."""

    text: str = field(repr=False)
    wall: Wall
    origins: tuple[tuple[str, str], ...] = field(repr=False)
    more: int = 0
    note: str = ""
    beside: tuple[tuple[str, str], ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Known:
    """Everything that a point may rest on. `today`: where the person is; `said`: how steps went, in the person's words;
    `kept`: Moments under which they wrote."""

    today: date
    behind: Mapping[str, Past] = field(repr=False)
    notes: Mapping[str, Note] = field(repr=False)
    own: Mapping[str, OwnStep] = field(repr=False)
    said: Mapping[Ref, Outcome] = field(default_factory=dict, repr=False)
    kept: Mapping[Ref, Kept] = field(default_factory=dict, repr=False)


def brief_form(ask: Ask) -> Response:
    """One Brief for each next appointment, the nearer first; without one, what there is, not locked."""
    refresh(ask)
    now, coming = ask.now(), _openings(ask)
    ready = not coming or any(one.is_open for one in coming)
    known = _known(ask) if ready else Known(now.date(), {}, _notes(ask), {})
    briefs = [_brief(ask, known, one) for one in coming] or [_brief(ask, known, None)]
    shown = {point.note for brief in briefs for _, points in brief["parts"] for point in points}
    waiting = [
        (found, note) for found, note in known.notes.items() if note.wall == "plan" and not note.raised
        and found not in shown
    ]  # fmt: skip
    return ask.page(
        "brief.html",
        briefs=briefs,
        waiting=waiting,
        hours=ask.preferences.brief_hours,
        appointment=bool(coming),
        countdown=lambda one: countdown(one.opens, now),
        waits=[int(one.opens.timestamp() - now.timestamp()) for one in coming if not one.is_open],
    )


def open_now(ask: Ask) -> Response:
    """Before its time, for this appointment. Raises KeyError for one that is not among the next."""
    wanted = ask.form.get("appointment", "")
    if wanted not in {one.appointment.id for one in _openings(ask)}:
        raise KeyError
    opening.open_early(ask.house.engine, ask.owner, wanted, ask.now())
    return see_other("/brief")


def plan(ask: Ask) -> Response:
    """I want to raise this: the person's own words, and never said in a session."""
    text = notes.whole(ask.form.get("text", ""))
    if not text:
        return ask.problem("An empty line cannot be kept.", 422, "/brief", "Back to the Brief")
    notes.keep(ask.house.engine, ask.owner, notes.written("plan", ask.now(), fitting(text)))
    return see_other("/brief#raise")


def state_of(ask: Ask) -> dict[str, Any]:
    """For Today: the nearest Brief. `appointment`, `opens`: ISO with the offset where the person is, or None where no
    appointment is known; then `is_open` is False, though the page can be read."""
    coming = _openings(ask)
    if not coming:
        return {"appointment": None, "therapist": "", "opens": None, "is_open": False}
    first = coming[0]
    starts = first.appointment.starts.astimezone(first.opens.tzinfo)
    return {"appointment": starts.isoformat(), "therapist": first.appointment.therapist,
            "opens": first.opens.isoformat(), "is_open": first.is_open}  # fmt: skip


def composed(ask: Ask, known: Known, therapist: str, on: date) -> list[Point]:
    """Everything of it, in order; what the person decided alone comes last in its part. `on`: of the appointment."""
    found = briefing(ask.house.engine, ask.owner, list(known.behind.values()), known.notes, therapist, on)
    return [*found, *_own_points(known.own)]


def resting_on(points: Iterable[Point], known: Known) -> list[tuple[Part, Shown]]:
    """Each with where it comes from. A point that rests on nothing that stands is left out: here nothing is invented,
    by whomever it was composed."""
    found = [(point.part, _shown(point, known)) for point in points]
    return [(part, shown) for part, shown in found if shown]


def _brief(ask: Ask, known: Known, one: Opening | None) -> dict[str, Any]:
    """One section of the page. `parts`: titles with their points; empty while it is closed."""
    is_open = one is None or one.is_open
    therapist = one.appointment.therapist if one else ""
    on = one.appointment.starts.astimezone(one.opens.tzinfo).date() if one else known.today
    points = resting_on(composed(ask, known, therapist, on), known) if is_open else []
    parts = [(TITLES[part], [shown for of, shown in points if of == part]) for part in get_args(Part)]
    starts = one.appointment.starts.astimezone(one.opens.tzinfo).isoformat() if one else ""
    return {"one": one, "is_open": is_open, "at": starts, "therapist": therapist,
            "parts": [(title, shown) for title, shown in parts if shown]}  # fmt: skip


def _openings(ask: Ask) -> list[Opening]:
    engine, owner = ask.house.engine, ask.owner
    kept, early = appointments.load(engine, owner), opening.opened_early(engine, owner)
    return openings(kept, ask.preferences.brief_hours, early, ask.now())


def _known(ask: Ask) -> Known:
    engine, owner = ask.house.engine, ask.owner
    behind = {past.id: past for past in pasts(engine, owner)}
    kept = {one.ref: one for one in moments.answered(list(behind.values()), moments.load(engine, owner)) if one.line}
    said = outcomes.load(engine, owner)
    return Known(ask.now().date(), behind, _notes(ask), outcomes.own_steps(engine, owner), said, kept)


def _notes(ask: Ask) -> dict[str, Note]:
    return notes.load(ask.house.engine, ask.owner)


def _own_points(own: Mapping[str, OwnStep]) -> list[Point]:
    """What the person decided alone, the newest: behind the wall of what they wrote."""
    went = {"done": " It is done.", "partly": " Partly done.", "not": " It did not happen.", "not now": " Not now."}
    here = [(found, step) for found, step in own.items() if not step.removed][-MOST_OWN_STEPS:]
    return [
        Point("mine", f"I decided: {step.text}{went[step.outcome.went] if step.outcome else ''}", note=found)
        for found, step in here
    ]


def _shown(point: Point, known: Known) -> Shown | None:
    if not point.note:
        return _said(point, known)
    if note := known.notes.get(point.note):
        origin = (_day(note.at[:10], known.today), f"/notes/{point.note}")
        return Shown(point.text, "plan" if note.wall == "plan" else "wrote", (origin,), note=point.note)
    if step := known.own.get(point.note):
        return Shown(point.text, "wrote", ((_day(step.on, known.today), f"/steps#own-{point.note}"),))
    return None


def _said(point: Point, known: Known) -> Shown | None:
    """One address a session is enough, the first line in it."""
    origins: dict[str, str] = {}
    for ref in point.sources:
        if _stands(ref, known):
            label, href = _origin(ref, known)
            origins.setdefault(label, href)
    shown, more = tuple(origins.items())[:MOST_ORIGINS], len(origins) - MOST_ORIGINS
    return Shown(point.text, "said", shown, max(more, 0), beside=_beside(point, known)) if origins else None


def _beside(point: Point, known: Known) -> tuple[tuple[str, str], ...]:
    """How a step went, and what stands under a Moment, was said by nobody: the person wrote it."""
    said, kept = known.said, known.kept
    steps = [(said[ref].on, f"/steps#step-{ref.session}-{ref.place}") for ref in point.sources if ref in said]
    lines = [(kept[ref].on, _origin(ref, known)[1]) for ref in point.sources if ref in kept]
    wrote = {"steps": steps, "kept": lines}.get(point.part, [])
    return tuple((_day(on, known.today), href) for on, href in wrote)


def _origin(ref: Ref, known: Known) -> tuple[str, str]:
    line = f"/check#{ref.section}-{ref.place}" if ref.section in SECTIONS else ""
    return _day(known.behind[ref.session].day, known.today), f"/sessions/{ref.session}{line}"


def _stands(ref: Ref, known: Known) -> bool:
    """The session is there, and the line in it was not deleted."""
    try:
        line = line_of(known.behind[ref.session].record, ref)
    except (KeyError, IndexError, AttributeError, AssertionError):
        return False
    return ref.section not in SECTIONS or bool(getattr(line, "text", "") or getattr(line, "label", ""))


def _day(iso: str, today: date) -> str:
    """Without the year where it is this one."""
    return day(iso).removesuffix(f" {today.year}")
