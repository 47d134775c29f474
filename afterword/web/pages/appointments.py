"""Appointments: the next ones, putting one down, moving, cancelling and undoing, a calendar file, and the time zone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from starlette.responses import Response

from afterword.consent import answers
from afterword.consent import kept as consent
from afterword.notebook import appointments, calendar_file, preferences, said
from afterword.notebook.appointments import Appointment, Arranged, Change
from afterword.notebook.calendar_file import NotACalendar, zone_names
from afterword.notebook.past import pasts
from afterword.web.ask import Ask, see_other
from afterword.web.pages.reminders import refresh
from afterword.web.pages.sessions import one_line

SHOWN = 16
LATELY = 60  # days: what an older session said of the next appointment is of no use
_WEEKS = {"0": 0, "1": 1, "2": 2, "4": 4}
_HOWEVER = "Please give a day and a time, as 2026-12-03 and 10:00."


@dataclass(frozen=True)
class Row:
    """One meeting on the page. `found`: what it belongs to, hex; `here`: its time where the person is, with its day if
    that differs, or "" where it is the same; `repeats`: more follow it; `undo`: the place of the change that it stands
    under, or None."""

    one: Appointment = field(repr=False)
    found: str
    here: str
    repeats: bool
    undo: int | None


@dataclass(frozen=True)
class Made:
    """One change that was made. `says`: in words."""

    found: str
    place: int
    says: str = field(repr=False)
    on: str
    undone: bool


def page(ask: Ask) -> Response:
    """What comes next, and ways to change it."""
    return _page(ask, {})


def put_down(ask: Ask) -> Response:
    """By hand: once, or repeating."""
    try:
        arranged = _arranged(ask)
    except ValueError as wrong:
        return _page(ask, ask.form, str(wrong))
    appointments.put_down(ask.house.engine, ask.owner, arranged)
    return _back(ask)


def put_down_as_said(ask: Ask) -> Response:
    """One tap where a day and a time could be read; else with what the person filled in. Or not wanted."""
    offer = _offer(ask)
    if offer is None or offer.session != ask.form.get("session"):
        return _back(ask)
    if ask.form.get("action") != "no":
        try:
            once = Arranged(f"{_day(ask, 'day')}T{_time(ask, 'time')}", _zone(ask), offer.therapist)
        except ValueError as wrong:
            return _page(ask, {}, str(wrong))
        appointments.put_down(ask.house.engine, ask.owner, once)
    said.settle(ask.house.engine, ask.owner, bytes.fromhex(offer.session), ask.now().date().isoformat())
    return _back(ask)


def change(ask: Ask) -> Response:
    """Move or cancel one, skip some, end a series, undo, or delete it for good. Raises KeyError."""
    found, action = _found(ask), ask.form.get("action", "")
    arranged = appointments.load(ask.house.engine, ask.owner)[found]
    if action == "undo":
        appointments.undo(ask.house.engine, ask.owner, found, _place(ask))
    elif action == "delete":
        appointments.remove(ask.house.engine, ask.owner, found)
    else:
        try:
            made = _change(ask, arranged, action)
        except ValueError as wrong:
            return _page(ask, {}, str(wrong))
        appointments.change(ask.house.engine, ask.owner, found, made)
    return _back(ask)


def file_form(ask: Ask) -> Response:
    """Paste a calendar file, or have it read into the field by this browser."""
    return ask.page("appointments_file.html", read=None, text="", error="")


def read_file(ask: Ask) -> Response:
    """What stands in it, to choose from; then what was chosen. Nothing of the file is kept."""
    text = ask.form.get("text", "")
    try:
        read = calendar_file.read_calendar(text, ask.now())
    except NotACalendar as wrong:
        return ask.page("appointments_file.html", 422, read=None, text="", error=wrong.says)
    chosen = [one for one in read.found if ask.form.get(f"take-{one.place}")]
    if not chosen:
        return ask.page("appointments_file.html", read=read, text=text, error="")
    for one in chosen:
        named = replace(one.arranged, therapist=one.called if ask.form.get(f"name-{one.place}") else "")
        appointments.put_down(ask.house.engine, ask.owner, named)
    return _back(ask)


def zone_form(ask: Ask) -> Response:
    """Where the clock of this notebook hangs."""
    return ask.page("zone.html", now=ask.now(), zone=ask.preferences.zone, zones=sorted(zone_names()))


def change_zone(ask: Ask) -> Response:
    """Kept with the other settings. Raises KeyError for what is no zone."""
    zone = ask.form.get("zone", "")
    if zone and zone not in zone_names():
        raise KeyError(zone)
    preferences.keep(ask.house.engine, ask.owner, replace(ask.preferences, zone=zone))
    return _back(ask)


def _page(ask: Ask, typed: Mapping[str, str], error: str = "") -> Response:
    kept, now = appointments.load(ask.house.engine, ask.owner), ask.now()
    since = now.date().isoformat()
    every = [one for one in appointments.meetings(kept, now) if one.at >= since and one.ends > now]
    rows = [_row(one, kept, now) for one in sorted(every, key=lambda one: one.starts)]
    return ask.page(
        "appointments.html",
        422 if error else 200,
        rows=rows[:SHOWN],
        more=max(len(rows) - SHOWN, 0),
        behind=appointments.last_one(kept, now),
        made=[made for found, arranged in kept.items() for made in _made(found, arranged)],
        offer=_offer(ask),
        today=since,
        zone=appointments.name_of(now.tzinfo) if now.tzinfo else "",
        clock=now.strftime("%H:%M"),
        therapists=_therapists(ask, kept),
        typed={"day": "", "time": "", "weeks": "1", "until": "", "therapist": "", **typed},
        error=error,
    )


def _row(one: Appointment, kept: Mapping[str, Arranged], now: datetime) -> Row:
    found = one.id[:32]
    arranged, local = kept[found], one.starts.astimezone(now.tzinfo).strftime("%Y-%m-%dT%H:%M")
    here = "" if local == one.at else local[11:] if local[:10] == one.at[:10] else local
    under = [place for place, made in enumerate(arranged.changes) if _touches(made, one.meant)]
    return Row(one, found, here, arranged.repeats, under[-1] if under else None)


def _touches(made: Change, meant: str) -> bool:
    if made.undone or made.what == "ended":
        return False
    return made.meant == meant or (made.what == "skipped" and made.meant <= meant < made.to)


def _made(found: str, arranged: Arranged) -> list[Made]:
    return [Made(found, place, _says(made), made.on, made.undone) for place, made in enumerate(arranged.changes)]


def _says(made: Change) -> str:
    meant, to = _spoken(made.meant), _spoken(made.to)
    return {
        "moved": f"{meant} was moved to {to}.",
        "cancelled": f"{meant} was cancelled.",
        "skipped": f"From {meant} on none until {to}.",
        "ended": f"{meant} was to be the last.",
    }[made.what]


def _spoken(at: str) -> str:
    day, _, hour = at.partition("T")
    said_day = f"{date.fromisoformat(day):%a %-d %b %Y}" if day else ""
    return f"{said_day}, {hour}" if hour else said_day


def _offer(ask: Ask) -> said.Offer | None:
    engine, owner, now = ask.house.engine, ask.owner, ask.now()
    since = (now.date() - timedelta(days=LATELY)).isoformat()
    return said.offered(
        pasts(engine, owner, since), appointments.load(engine, owner), said.answered(engine, owner), now
    )


def _therapists(ask: Ask, kept: Mapping[str, Arranged]) -> list[str]:
    """Names that are known already, from the consent record and from here."""
    entries = consent.load(ask.house.settings, ask.house.engine, ask.owner)
    known = (*answers.names(entries), *(one.therapist for one in kept.values()))
    return sorted({name for name in known if name})


def _arranged(ask: Ask) -> Arranged:
    weeks, until = _WEEKS[ask.form.get("weeks", "0")], ask.form.get("until", "")
    first = _day(ask, "day")
    last = _day(ask, "until") if weeks and until else ""
    if last and last < first:
        raise ValueError("The last day lies before the first. Please check the two.")
    return Arranged(
        f"{first}T{_time(ask, 'time')}", _zone(ask), one_line(ask.form.get("therapist", ""))[:100], weeks, last
    )


def _change(ask: Ask, arranged: Arranged, action: str) -> Change:
    """Raises ValueError with what to say, KeyError for what no page of ours sends."""
    meant, today = ask.form.get("meant", ""), ask.now().date().isoformat()
    if meant not in {one.meant for one in appointments.meetings({"": arranged}, ask.now())}:
        raise KeyError(meant)
    match action:
        case "move":
            return Change("moved", meant, today, f"{_day(ask, 'day')}T{_time(ask, 'time')}")
        case "cancel":
            return Change("cancelled", meant, today)
        case "skip":
            to = _day(ask, "to")
            if to <= meant[:10]:
                raise ValueError("That day is not after this appointment. Please give the first day you meet again.")
            return Change("skipped", meant, today, to)
        case "end":
            return Change("ended", meant, today)
    raise KeyError(action)


def _found(ask: Ask) -> str:
    found = ask.form.get("found", "")
    if not re.fullmatch(r"[0-9a-f]{32}", found):
        raise KeyError
    return found


def _place(ask: Ask) -> int:
    place = ask.form.get("place", "")
    if not re.fullmatch(r"[0-9]{1,4}", place):
        raise KeyError
    return int(place)


def _day(ask: Ask, name: str) -> str:
    try:
        day = date.fromisoformat(ask.form.get(name, ""))
    except ValueError:
        raise ValueError(_HOWEVER) from None
    if not 2000 <= day.year <= 2100:
        raise ValueError("Please check the year.")
    return day.isoformat()


def _time(ask: Ask, name: str) -> str:
    try:
        return time.fromisoformat(ask.form.get(name, "")).strftime("%H:%M")
    except ValueError:
        raise ValueError(_HOWEVER) from None


def _zone(ask: Ask) -> str:
    zone = ask.now().tzinfo
    return appointments.name_of(zone) if zone else ""


def _back(ask: Ask) -> Response:
    """To the list; what is told without words is told at the new times."""
    refresh(ask)
    return see_other("/appointments")
