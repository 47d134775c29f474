"""Ten seconds of the person's own voice: recorded in the browser, kept as a print, deleted with one press."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture import own_voice
from afterword.capture.intake import Refused
from afterword.capture.own_voice import Sample
from afterword.notebook.shelf import Shelf
from afterword.outcome import why_nothing
from afterword.web.ask import Ask, see_other
from afterword.work.sweep import end

# What the page shows: nothing is kept; a sample is on its way; a print is kept; a sample gave none.
_SHOWN = {"new": "waiting", "open": "broken", "ended": "waiting", "working": "waiting", "waiting": "waiting"}


def voice_form(ask: Ask) -> Response:
    """What is kept, what it is for, and how to record or delete it."""
    found = _sample(ask)
    receipt = Shelf(ask.house.engine, ask.owner).receipt(found.session) if found else None
    return ask.page("voice.html", shown=_state(found), sample=found, receipt=receipt, why=_why(found))


def delete_voice(ask: Ask) -> Response:
    """At once, also for recordings on their way."""
    forget(ask)
    return see_other("/voice")


def voice_progress(ask: Ask) -> Response:
    """For voice.js."""
    return JSONResponse({"shown": _state(_sample(ask))})


def forget(ask: Ask, but: bytes = b"") -> None:
    """No print and no sample any more, `but` of that session; one that is on its way is destroyed first. Raises
    Refused."""
    house = ask.house
    for sample in own_voice.samples(house.engine, ask.owner):
        if sample.session == but:
            continue
        end(house.settings, house.ledger, sample.capture, "discarded")
        if house.ledger.row(sample.capture)["state"] != "destroyed":
            raise Refused("busy", "The recording is just being destroyed. Please try again in a moment.", 409)
        own_voice.drop(house.engine, ask.owner, sample.session)


def _sample(ask: Ask) -> Sample | None:
    return next(iter(own_voice.samples(ask.house.engine, ask.owner)), None)


def _state(sample: Sample | None) -> str:
    """nothing, waiting, broken, kept or none."""
    if sample is None:
        return "nothing"
    over: Any = "kept" if sample.kept else "none"
    return str(_SHOWN.get(sample.state, over if sample.state == "destroyed" else "waiting"))


def _why(sample: Sample | None) -> str:
    return why_nothing(sample.failure) if sample and sample.failure else ""
