"""Adding a recording, its progress, the record, corrections, the receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture import intake, names
from afterword.capture.forms import OWN_VOICE, is_written
from afterword.capture.live import Live
from afterword.capture.sender import fingerprint, send
from afterword.notebook.forgetting import forget
from afterword.notebook.notes import plan_citing
from afterword.notebook.shelf import Shelf, Shelved
from afterword.outcome import heard_with, why_no_note, why_not_by_the_model, why_nothing
from afterword.verbatim import words_kept
from afterword.web.ask import Ask, see_other
from afterword.web.pages.care import care_for
from afterword.web.pages.consent import starts
from afterword.web.pages.lent import stop_and_keep, watching
from afterword.web.pages.moment import rested
from afterword.web.pages.progress import progress_of
from afterword.web.pages.reminders import refresh
from afterword.work.sweep import LONGEST_SECONDS, PROVISIONAL_SECONDS, end, end_unbegun

SAMPLE = Path(__file__).parents[2] / "sample" / "session.ogg"
SAMPLE_DAY = "2026-11-20"


def add_form(ask: Ask) -> Response:
    """Choose a file, say whose voices are on it."""
    return ask.page(
        "add.html", alone=False, today=date.today().isoformat(), most=intake.MOST_BYTES, **starts(ask, any_day=True)
    )


def add_sample(ask: Ask) -> Response:
    """The sample session, sealed here as a browser would (it is nobody's, and no secret)."""
    house = ask.house
    with SAMPLE.open("rb") as file:
        coming = intake.Coming("nobody", SAMPLE_DAY, SAMPLE.stat().st_size, fingerprint(file))
        opened = intake.open_capture(house.settings, house.ledger, ask.owner, coming)
        if not opened.going_on:
            send(house.settings, house.ledger, opened, file)
    return see_other(f"/sessions/{opened.session.hex()}")


def session(ask: Ask) -> Response:
    """The record; or, until it is there, how far it is."""
    shelf = Shelf(ask.house.engine, ask.owner)
    shelved = _going_on(ask, shelf)
    if shelved.row["state"] == "provisional" and shelved.record:
        return _record(ask, shelved, check=False)
    if shelved.row["state"] != "destroyed":
        quotes = shelf.question(shelved.id) if shelved.row["state"] == "asking" else []
        shown = {"quotes": quotes, "last_day": last_day(shelved.row), **progress_of(ask, shelved.row, shelved.form)}
        shown |= {"watching": watching(ask, shelved.row)}
        return ask.page("progress.html", session=head(shelved), **shown)
    if shelved.record is None:
        return ask.page("nothing.html", session=head(shelved), says=_why_nothing(shelved))
    return _record(ask, shelved, check=False)


def check(ask: Ask) -> Response:
    """The record with where each line comes from, and a way to change it."""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    if shelved.row["state"] != "destroyed" or shelved.record is None:
        return see_other(f"/sessions/{shelved.id.hex()}")
    return _record(ask, shelved, check=True)


def progress(ask: Ask) -> Response:
    """For progress.js."""
    shelved = _going_on(ask, Shelf(ask.house.engine, ask.owner))
    return JSONResponse(progress_of(ask, shelved.row, shelved.form))


def speakers(ask: Ask) -> Response:
    """Which of the two is you?"""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    answer = {"first": "keep", "second": "swap", "unsure": "unsure"}.get(ask.form.get("value", ""), "")
    intake.answer_speakers(ask.house.ledger, shelved.row["id"], answer)
    return see_other(f"/sessions/{shelved.id.hex()}")


def discard(ask: Ask) -> Response:
    """The key is gone before the answer."""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    if end_unbegun(ask.house.settings, ask.house.ledger, shelved.row["id"]):
        return see_other("/today")
    end(ask.house.settings, ask.house.ledger, shelved.row["id"], "discarded")
    return see_other(f"/sessions/{shelved.id.hex()}")


def finish(ask: Ask) -> Response:
    """Nothing more will come from the recording device: the notes are made of what is here."""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    if end_unbegun(ask.house.settings, ask.house.ledger, shelved.row["id"]):
        return see_other("/today")
    if shelved.row["live"] and shelved.row["state"] in ("open", "provisional"):
        Live(ask.house.settings, ask.house.ledger, shelved.row["id"]).end_without_device()
    return see_other(f"/sessions/{shelved.id.hex()}")


def stop(ask: Ask) -> Response:
    """The laptop that records it stops, and the notes are made."""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    kept = stop_and_keep(ask, shelved.row)
    return see_other(f"/sessions/{shelved.id.hex()}" if kept else "/today")


def correct_line(ask: Ask) -> Response:
    """Change, delete or bring back one line, or what stands beside it."""
    shelf, found = finished(ask), ask.id()
    section, place, part = (ask.form.get(name, "") for name in ("section", "place", "part"))
    if not re.fullmatch(r"[0-9]{1,4}", place):
        raise KeyError
    match ask.form.get("action"):
        case "save":
            if not (text := one_line(ask.form.get("text", ""))):
                return refuse(ask, found, "An empty line cannot be saved. You can delete it instead.")
            shelf.correct_line(found, section, int(place), text, part)
        case "delete":
            shelf.correct_line(found, section, int(place), None, part)
        case "undo":
            shelf.undo_line(found, section, int(place), part)
        case _:
            raise KeyError
    return see_other(f"/sessions/{found.hex()}/check#{section}-{int(place)}")


def correct_name(ask: Ask) -> Response:
    """Maya, not Mya: everywhere in this session; or as it was before."""
    shelf, found = finished(ask), ask.id()
    heard, right = one_line(ask.form.get("heard", "")), one_line(ask.form.get("right", ""))
    if ask.form.get("action") == "undo":
        shelf.undo_name(found, heard)
        return see_other(f"/sessions/{found.hex()}/check#names")
    if ask.form.get("action") == "know":
        return _know_name(ask, shelf, found, heard)
    if not heard or not right:
        return refuse(ask, found, "Please give the name as it stands here, and the right one.")
    if not shelf.correct_name(found, heard, right):
        return refuse(ask, found, "That name does not stand in this session. Please write it as it stands there.")
    back = "settle" if ask.form.get("from") == "settle" else "check"
    return see_other(f"/sessions/{found.hex()}/{back}#names")


def _know_name(ask: Ask, shelf: Shelf, session: bytes, heard: str) -> Response:
    """A name that was corrected here goes onto the list, for notes to come. Raises KeyError when it was not."""
    names.add(ask.house.engine, ask.owner, shelf.corrections(session).names[heard], heard)
    back = "settle" if ask.form.get("from") == "settle" else "check"
    return see_other(f"/sessions/{session.hex()}/{back}#names")


def receipt(ask: Ask) -> Response:
    """What existed, from when to when, and when it was destroyed."""
    shelf = Shelf(ask.house.engine, ask.owner)
    shelved, found = shelf.session(ask.id()), shelf.receipt(ask.id())
    if found is None:
        raise KeyError
    gaps, kept = shelved.record.gaps if shelved.record else (), shelved.record is not None
    engine = shelved.record.engine if shelved.record else ""
    return ask.page(
        "receipt.html",
        session=head(shelved),
        receipt=found,
        gaps=gaps,
        kept=kept,
        engine=engine,
        heard_with=heard_with(shelved.record.heard_with) if shelved.record else "",
        verbatim=words_kept(shelved.record) if shelved.record else 0,
        sent=shelf.sent(ask.id()),
        yes=shelf.yes_of(ask.id()),
    )


def delete_form(ask: Ask) -> Response:
    """Are you sure?"""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    return ask.page("delete.html", session=head(shelved), kept=shelved.record is not None)


def delete(ask: Ask) -> Response:
    """Delete one session for good; what is still being worked on is destroyed first."""
    shelf, found = Shelf(ask.house.engine, ask.owner), ask.id()
    row, form = shelf.session(found).row, shelf.session(found).form
    if row["state"] != "destroyed":
        end(ask.house.settings, ask.house.ledger, row["id"], "discarded")
        row = shelf.session(found).row
    if row["state"] != "destroyed":
        raise intake.Refused("busy", "The recording is just being destroyed. Please try again in a moment.", 409)
    forget(ask.house.engine, ask.owner, found)
    refresh(ask)
    return see_other("/notes" if form in OWN_VOICE else "/today")


def _record(ask: Ask, shelved: Shelved, check: bool) -> Response:
    lines = shelved.corrections.lines
    deleted = {key for key, text in lines.items() if text is None}
    provisional = shelved.row["state"] == "provisional"
    until = date.fromtimestamp(shelved.row["seen"] + PROVISIONAL_SECONDS).isoformat() if provisional else ""
    made = shelved.corrections
    changes: dict[str, Any] = {"edited": set(lines) - deleted, "deleted": deleted, "names": made.names}
    changes["unknown"] = unknown(ask, made.names)
    changes |= {"mattered": mattered(shelved), "settled": made.settled, "kept": {f"next_steps.{p}" for p in made.steps}}
    danger = shelved.record.safety if shelved.record else None
    changes["care"] = care_for(danger, ask.preferences, date.today())
    found = shelved.record
    changes["plan"] = plan_citing(ask.house.engine, ask.owner, shelved.id) if shelved.form in OWN_VOICE else ""
    changes["why"] = why_not_by_the_model(found.fell_back, found.engine) if found else ""
    changes["rested"] = set() if provisional else rested(ask, shelved)
    return ask.page("session.html", session=head(shelved), record=shelved.record, check=check, until=until, **changes)


def _why_nothing(shelved: Shelved) -> str:
    code = shelved.row["failure"]
    return why_no_note(code) if shelved.form in OWN_VOICE else why_nothing(code, head(shelved)["thing"])


def unknown(ask: Ask, corrected: Mapping[str, str]) -> set[str]:
    """Those names, as they were heard, whose right form is not on the person's list yet."""
    known = {name.name: name.heard for name in names.load(ask.house.engine, ask.owner)}
    return {heard for heard, right in corrected.items() if heard not in known.get(right, ())}


def mattered(shelved: Shelved) -> list[str]:
    """The lines that the person marked."""
    places = [key.partition(".") for key in shelved.corrections.mattered]
    return [text for section, _, n in places if (text := getattr(shelved.record, section)[int(n)].text)]


def finished(ask: Ask) -> Shelf:
    """For corrections: notes that will be made anew take none. Raises KeyError."""
    shelf = Shelf(ask.house.engine, ask.owner)
    if shelf.session(ask.id()).row["state"] != "destroyed":
        raise KeyError
    return shelf


def refuse(ask: Ask, session: bytes, says: str) -> Response:
    """A correction that cannot be made. Nothing is told of a session that is not there. Raises KeyError."""
    Shelf(ask.house.engine, ask.owner).session(session)
    return ask.problem(says, 422, f"/sessions/{session.hex()}/check", "Back to the session")


def _going_on(ask: Ask, shelf: Shelf) -> Shelved:
    """The session; and if a restart stopped its work while its owner stayed unlocked, the work goes on, as it does at
    an unlock. Asking twice changes nothing more."""
    shelved = shelf.session(ask.id())
    if "waiting" in (shelved.row["state"], shelved.row["stage"]):
        intake.resume_waiting(ask.house.settings, ask.house.ledger, ask.owner)
    return shelved


def last_day(row: Mapping[str, Any]) -> str:
    """The ISO date by which a recording that still waits is destroyed; nothing once it is over."""
    waits = row["state"] not in ("sealed", "destroyed", "discarded")
    return date.fromtimestamp(row["opened"] + LONGEST_SECONDS).isoformat() if waits else ""


def head(shelved: Shelved) -> dict[str, str]:
    """`form`: what its record was made of; `thing`: what that is called."""
    thing = "text" if is_written(shelved.form) else "recording"
    return {"id": shelved.id.hex(), "day": shelved.day, "form": shelved.form, "thing": thing}


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:2000]
