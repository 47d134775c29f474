"""Today: one glance. What is next, one Moment, what was meant to be done, a place to write, and Record."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from afterword.capture import intake
from afterword.capture.forms import OF_A_SESSION
from afterword.notebook.shelf import Shelf, Shelved
from afterword.web.ask import Ask
from afterword.web.pages import brief, moment, notes, steps
from afterword.web.pages.consent import end_taken_back
from afterword.web.pages.progress import short_of
from afterword.web.pages.sessions import last_day

MOST_SESSIONS = 3
MOST_STEPS = 3


def today(ask: Ask) -> Response:
    """What waited for its owner after a restart goes on, or ends."""
    end_taken_back(ask)
    intake.resume_waiting(ask.house.settings, ask.house.ledger, ask.owner)
    shelved = _sessions(ask)
    if not shelved:
        return ask.page("welcome.html")
    unfinished = [s for s in shelved if s.row["state"] != "destroyed"]
    over = [s for s in shelved if s.row["state"] == "destroyed"]
    return ask.page(
        "today.html",
        now=ask.now(),
        unfinished=[_listed(ask, s) for s in unfinished],
        recent=[_listed(ask, s) for s in over[:MOST_SESSIONS]],
        more=len(over) > MOST_SESSIONS,
        brief=brief.state_of(ask),
        moment=moment.of_today(ask),
        steps=steps.open_steps(ask, MOST_STEPS),
        jot=notes.quick_form("today"),
    )


def all_sessions(ask: Ask) -> Response:
    """Every session, newest first."""
    return ask.page("sessions.html", sessions=[_listed(ask, s) for s in _sessions(ask)])


def _sessions(ask: Ask) -> list[Shelved]:
    """Notes by voice stand with the notes."""
    return [one for one in Shelf(ask.house.engine, ask.owner).sessions() if one.form in OF_A_SESSION]


def _listed(ask: Ask, shelved: Shelved) -> dict[str, Any]:
    return {
        "id": shelved.id.hex(),
        "day": shelved.day,
        "state": shelved.row["state"],
        "says": short_of(ask, shelved.row, shelved.form),
        "last_day": last_day(shelved.row),
    }
