"""The Moment of today, and the ones that were kept or rest."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from afterword.notebook import appointments, moments, notes
from afterword.notebook.moments import ANSWERS, LONGEST, NOT_TODAY, Answered, OfToday, State
from afterword.notebook.past import Past, Ref, pasts
from afterword.notebook.shelf import Shelf, Shelved
from afterword.web.ask import Ask, see_other
from afterword.web.pages.notes import fitting
from afterword.web.pages.reminders import refresh

LATE = 92


def of_today(ask: Ask) -> dict[str, Any] | None:
    """For the Today page, with nothing of the text: whether it is heavy, whether what stayed was asked already, and the
    day of its session (ISO). None where none is due."""
    today, _ = _due(ask)
    return {"heavy": today.heavy, "asked": today.asked, "day": today.day} if today else None


def moment(ask: Ask) -> Response:
    """It asks before it shows, and a heavy one waits to be opened."""
    today, state = _due(ask)
    told = moments.shown_last(state, ask.now())
    answered = told.answers[-1].answer if told and not told.open and told.answers else None
    return ask.page("moment.html", today=today, answered=answered, of=_named(ask, today.day) if today else "")


def answer_moment(ask: Ask) -> Response:
    """Show it, open it, or answer. What was typed is kept in any case. Raises KeyError for what no page of ours
    sends."""
    action, engine, owner = ask.form.get("action", ""), ask.house.engine, ask.owner
    if action == "show":
        _write(ask, "note", ask.form.get("stayed", ""))
        today, _ = _due(ask)
        if today and not today.asked:
            moments.show(engine, owner, today, ask.now())
    elif action == "open":
        moments.open_heavy(engine, owner, _ref(ask, _alone(ask)))
    elif action in (*ANSWERS, NOT_TODAY):
        _answer(ask, _ref(ask, _alone(ask)), action)
    else:
        raise KeyError(action)
    refresh(ask)
    return see_other("/moment")


def late_moments(ask: Ask) -> Response:
    """What was kept, what is to be brought, what was let go, and what rests: of the last three months."""
    return _list(ask, (ask.now().date() - timedelta(days=LATE)).isoformat())


def all_moments(ask: Ask) -> Response:
    """The same, of all sessions."""
    return _list(ask, "")


def change_moment(ask: Ask) -> Response:
    """Another answer, or none again; the line stays. Raises KeyError."""
    action, ref = ask.form.get("action", ""), _ref(ask, _alone(ask))
    if action not in (*ANSWERS, moments.AGAIN):
        raise KeyError(action)
    _answer(ask, ref, action)
    refresh(ask)
    return see_other("/moments")


def rested(ask: Ask, shelved: Shelved) -> set[int]:
    """The places of those Moments of a session that come no more by themselves."""
    if shelved.record is None or not shelved.record.moments:
        return set()
    found = shelved.id.hex()
    alone = Past(found, shelved.day, shelved.form, "", shelved.record)  # an old one rests, whatever came after it
    near = _lately(ask) if shelved.day >= _since(ask) else [alone]
    state = moments.load(ask.house.engine, ask.owner, near)
    return {one.ref.place for one in moments.resting(near, state, ask.now()) if one.ref.session == found}


def _list(ask: Ask, since: str) -> Response:
    every = pasts(ask.house.engine, ask.owner, since)
    state, days = moments.load(ask.house.engine, ask.owner, every), {past.id: past.day for past in every}
    found = [(days[one.ref.session], one) for one in reversed(moments.answered(every, state))]
    rest = moments.resting(every, state, ask.now())
    return ask.page("moments.html", kept=found, resting=list(reversed(rest)), every=not since)


def _named(ask: Ask, day: str) -> str:
    """'Friday' in the week after it, then 'Friday 20 November'."""
    read = date.fromisoformat(day)
    return f"{read:%A}" if (ask.now().date() - read).days < 7 else f"{read:%A %-d %B}"


def _due(ask: Ask) -> tuple[OfToday | None, State]:
    engine, owner, lately = ask.house.engine, ask.owner, _lately(ask)
    state, kept = moments.load(engine, owner, lately), appointments.load(engine, owner)
    return moments.due(lately, state, kept, ask.now()), state


def _lately(ask: Ask) -> list[Past]:
    """The sessions whose Moments may still come."""
    since = _since(ask)
    return [past for past in ask.behind if past.day >= since]


def _alone(ask: Ask) -> list[Past]:
    """The session that the form names. Raises KeyError."""
    found = ask.form.get("moment", "").partition(".")[0]
    if not re.fullmatch(r"[0-9a-f]{32}", found):
        raise KeyError
    one = Shelf(ask.house.engine, ask.owner).session(bytes.fromhex(found))
    made = one.record if one.row["state"] == "destroyed" else None
    return [Past(found, one.day, one.form, "", made)] if made else []


def _since(ask: Ask) -> str:
    return (ask.now().date() - timedelta(days=LONGEST + 1)).isoformat()


def _answer(ask: Ask, ref: Ref, action: str) -> None:
    line = fitting(notes.whole(ask.form.get("line", "")))
    said = Answered(action, ask.now().date().isoformat(), line)
    moments.answer(ask.house.engine, ask.owner, ref, said)
    if action == "bring":
        _write(ask, "plan", line)


def _write(ask: Ask, wall: notes.Wall, text: str) -> None:
    if words := fitting(notes.whole(text)):
        notes.keep(ask.house.engine, ask.owner, notes.written(wall, ask.now(), words))


def _ref(ask: Ask, known: list[Past]) -> Ref:
    """Of a Moment that stands. Raises KeyError."""
    read = re.fullmatch(r"([0-9a-f]{32})\.(\d{1,4})", ask.form.get("moment", ""))
    past = next((one for one in known if read and one.id == read[1]), None)
    if read is None or past is None or not any(m.text and n == int(read[2]) for n, m in enumerate(past.record.moments)):
        raise KeyError
    return past.ref(moments.KIND, int(read[2]))
