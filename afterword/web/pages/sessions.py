"""Today, adding a recording, its progress, the record, corrections, the receipt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture import intake
from afterword.capture.spool import chunk_info
from afterword.notebook.shelf import Shelf, Shelved
from afterword.record import SECTIONS
from afterword.seal.keys import CaptureRecipient
from afterword.web.ask import Ask, see_other
from afterword.work.sweep import end

SAMPLE = Path(__file__).parents[2] / "sample" / "session.ogg"
SAMPLE_DAY = "2026-11-20"

STATES = {
    "new": "getting ready", "open": "being received", "ended": "received", "working": "being listened to",
    "asking": "one question for you", "waiting": "waiting for you", "sealed": "sealed", "destroyed": "ready",
    "discarded": "discarded",
}  # fmt: skip

FAILURES = {
    "no_speech": "No speech was heard in this recording. You can add another one.",
    "empty": "The file was empty. You can add another one.",
    "not_audio": "This file holds no sound that can be read. Is it the right one?",
    "no_sound": "This video has no sound. You can add another file.",
    "unsupported": "This kind of file cannot be read here. An m4a, mp3 or wav file will work.",
    "truncated": "The file breaks off too early to be read. Please copy it again and add it once more.",
    "too_long": "A recording can be 3 hours long at most. Please cut it into parts.",
    "discarded": "You discarded this recording. Nothing of it was kept.",
    "expired": "This recording waited too long and was destroyed, as promised. Nothing of it was kept.",
}
FAILED = "No record could be made of this recording, and it was destroyed. Please add it once more."


def today(ask: Ask) -> Response:
    """The sessions, newest first."""
    shown = [
        {
            "id": s.id.hex(),
            "day": s.day,
            "state": s.row["state"],
            "says": _short(s.row),
            "heard": _clock(s.row["heard"]),
        }
        for s in Shelf(ask.house.engine, ask.owner).sessions()
    ]
    return ask.page("today.html", sessions=shown)


def add_form(ask: Ask) -> Response:
    """Choose a file, say whose voices are on it."""
    return ask.page("add.html", day=date.today().isoformat())


def add_sample(ask: Ask) -> Response:
    """The sample session, sealed here as a browser would (it is nobody's, and no secret)."""
    data, house = SAMPLE.read_bytes(), ask.house
    consent = intake.check_consent("both", True, SAMPLE_DAY, date.today())
    opened = intake.open_capture(house.settings, house.ledger, ask.owner, consent, SAMPLE_DAY, len(data))
    pieces = [data[i : i + intake.CHUNK_BYTES] for i in range(0, len(data), intake.CHUNK_BYTES)]
    for index, piece in enumerate(pieces):
        sealed = CaptureRecipient(opened.public_key).seal(piece, chunk_info(opened.capture, index))
        intake.put_chunk(house.settings, house.ledger, opened.capture, index, sealed)
    intake.end_capture(house.settings, house.ledger, opened.capture, len(pieces), len(data))
    return see_other(f"/sessions/{opened.session.hex()}")


def session(ask: Ask) -> Response:
    """The record; or, until it is there, how far it is."""
    shelf = Shelf(ask.house.engine, ask.owner)
    shelved = shelf.session(ask.id())
    if shelved.row["state"] != "destroyed":
        quotes = shelf.question(shelved.id) if shelved.row["state"] == "asking" else []
        return ask.page("progress.html", session=_head(shelved), quotes=quotes, **_progress(shelved.row))
    if shelved.record is None:
        says = FAILURES.get(shelved.row["failure"], FAILED)
        return ask.page("nothing.html", session=_head(shelved), says=says)
    edited = {(k.split(".")[0], int(k.split(".")[1])) for k in shelved.corrections.lines}
    deleted = {k for k, text in shelved.corrections.lines.items() if text is None}
    return ask.page("session.html", session=_head(shelved), record=shelved.record, edited=edited, deleted=deleted)


def progress(ask: Ask) -> Response:
    """For progress.js."""
    return JSONResponse(_progress(Shelf(ask.house.engine, ask.owner).session(ask.id()).row))


def speakers(ask: Ask) -> Response:
    """Which of the two is you?"""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    answer = {"first": "keep", "second": "swap", "unsure": "unsure"}.get(ask.form.get("value", ""), "")
    intake.answer_speakers(ask.house.ledger, shelved.row["id"], answer)
    return see_other(f"/sessions/{shelved.id.hex()}")


def discard(ask: Ask) -> Response:
    """The key is gone before the answer."""
    shelved = Shelf(ask.house.engine, ask.owner).session(ask.id())
    end(ask.house.settings, ask.house.ledger, shelved.row["id"], "discarded")
    return see_other(f"/sessions/{shelved.id.hex()}")


def correct_line(ask: Ask) -> Response:
    """Change, delete or bring back one line."""
    shelf, found = Shelf(ask.house.engine, ask.owner), ask.id()
    section, place = ask.form.get("section", ""), ask.form.get("place", "")
    if section not in SECTIONS or not place.isdigit():
        raise KeyError
    match ask.form.get("action"):
        case "save":
            shelf.correct_line(found, section, int(place), _one_line(ask.form.get("text", "")))
        case "delete":
            shelf.correct_line(found, section, int(place), None)
        case "undo":
            shelf.undo_line(found, section, int(place))
        case _:
            raise KeyError
    return see_other(f"/sessions/{found.hex()}#{section}-{place}")


def correct_name(ask: Ask) -> Response:
    """Maya, not Mya: everywhere in this session."""
    heard, right = _one_line(ask.form.get("heard", "")), _one_line(ask.form.get("right", ""))
    if not heard or not right:
        raise intake.Refused("name", "Please give the name as it stands here, and the right one.")
    Shelf(ask.house.engine, ask.owner).correct_name(ask.id(), heard, right)
    return see_other(f"/sessions/{ask.id().hex()}")


def receipt(ask: Ask) -> Response:
    """What existed, from when to when, and when it was destroyed."""
    shelf = Shelf(ask.house.engine, ask.owner)
    shelved, found = shelf.session(ask.id()), shelf.receipt(ask.id())
    if found is None:
        raise KeyError
    gaps = [f"{_clock(g.start)} to {_clock(g.end)}" for g in shelved.record.gaps] if shelved.record else []
    shown = {
        "started": _time(found.started),
        "ended": _time(found.ended),
        "chunks": found.chunks,
        "bytes": found.size,
        "heard": _clock(found.heard),
        "gaps": gaps,
        "attempts": found.attempts,
        "sealed_at": _time(found.sealed_at),
        "destroyed_at": _time(found.destroyed_at),
        "checked": found.checked,
        "method": found.method,
    }
    return ask.page("receipt.html", session=_head(shelved), receipt=shown)


def delete_form(ask: Ask) -> Response:
    """Are you sure?"""
    return ask.page("delete.html", session=_head(Shelf(ask.house.engine, ask.owner).session(ask.id())))


def delete(ask: Ask) -> Response:
    """Delete one session for good; what is still being worked on is destroyed first."""
    shelf, found = Shelf(ask.house.engine, ask.owner), ask.id()
    row = shelf.session(found).row
    if row["state"] not in ("destroyed", "sealed"):
        end(ask.house.settings, ask.house.ledger, row["id"], "discarded")
    elif row["state"] == "sealed":
        raise intake.Refused("busy", "The recording is just being destroyed. Please try again in a moment.", 409)
    shelf.remove(found)
    return see_other("/today")


def _head(shelved: Shelved) -> dict[str, str]:
    return {"id": shelved.id.hex(), "day": shelved.day}


def _progress(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "state": row["state"],
        "stage": row["stage"],
        "heard": row["heard"],
        "of": row["total"],
        "says": _says(row),
        "done": row["state"] == "destroyed",
    }


def _says(row: Mapping[str, Any]) -> str:
    if row["state"] == "working" and row["stage"] == "listening":
        total = f" of {_clock(row['total'])}" if row["total"] else ""
        return f"Listening: {_clock(row['heard'])}{total}"
    words = {
        "new": "Getting ready",
        "open": "Receiving the recording",
        "ended": "Received. It will be listened to in a moment",
        "working": "Understanding what was said" if row["stage"] == "understanding" else "Received. Listening begins",
        "asking": "One question for you",
        "waiting": "The computer was restarted. The work goes on now that you have unlocked",
        "sealed": "Sealed. The recording is being destroyed",
        "destroyed": "Done. The recording is destroyed",
        "discarded": "Discarded",
    }
    return words[row["state"]]


def _short(row: Mapping[str, Any]) -> str:
    if row["state"] == "destroyed" and row["failure"]:
        return "nothing kept"
    return STATES[row["state"]]


def _clock(seconds: float | None) -> str:
    whole = int(seconds or 0)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def _time(at: int | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if at else ""


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:2000]
