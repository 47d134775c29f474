"""How far a capture is, in words: for the list of sessions, and for the page that waits for one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from afterword.capture import intake
from afterword.capture.forms import Form, is_written
from afterword.capture.live import QUIET_SECONDS
from afterword.capture.spool import Spool
from afterword.handoff.pairing import said
from afterword.store.database import now
from afterword.store.handoffs import Handoffs, Row
from afterword.web.ask import Ask
from afterword.web.templating import clock

# What a session is waiting for, in the list of sessions.
SHORT = {
    "new": "getting ready",
    "open": "not fully received: choose the same file again to go on",
    "ended": "received",
    "working": "being listened to",
    "provisional": "broke off: notes of what is here",
    "asking": "one question for you",
    "waiting": "waiting for you",
    "sealed": "sealed",
    "destroyed": "ready",
    "discarded": "being destroyed",
}

# Why a session has no notes, in the same list.
WHY = {
    "no_speech": "no speech", "empty": "an empty file", "not_audio": "not a recording", "no_sound": "no sound",
    "unsupported": "an unknown kind of file", "truncated": "the file breaks off", "too_long": "too long",
    "unreadable": "could not be listened to", "two_voices": "two voices", "discarded": "discarded",
    "expired": "waited too long", "not_a_transcript": "no text that can be read", "too_much_text": "too long",
}  # fmt: skip

# Of a text, where that is another word.
SHORT_TEXT = {"open": "begun: open it to go on", "working": "being read"}
SAYS_TEXT = {
    "open": "Begun, and not sent yet",
    "ended": "Received. It will be read in a moment",
    "sealed": "Your notes are safe. The text is being destroyed",
    "destroyed": "Done. The text is destroyed",
    "discarded": "The text is being destroyed",
}

# A laptop that was lent it is heard of every second.
LENT_QUIET_SECONDS = 20
LENT = {"recording": "Recording on {}", "paused": "Paused on {}, begun", "off": "Off the record on {}, begun"}
LIVE = {"recording": "Being recorded now", "paused": "Paused", "off": "Off the record"}

SAYS = {
    "new": "Getting ready",
    "open": "Receiving the recording",
    "ended": "Received. It will be listened to in a moment",
    "provisional": "The recording broke off. Your notes of what is here are ready",
    "asking": "One question for you",
    "waiting": "This computer was restarted, so the work stopped. It goes on now",
    "sealed": "Your notes are safe. The recording is being destroyed",
    "destroyed": "Done. The recording is destroyed",
    "discarded": "The recording is being destroyed",
}


def progress_of(ask: Ask, row: Mapping[str, Any], form: Form = "session") -> dict[str, Any]:
    """`step`: place in the list of steps; `done`, `total`: of the step, 0 while unknown; `count`: the same in words."""
    listening = row["state"] == "working" and row["stage"] == "listening"
    done, total, count = 0.0, 0.0, ""
    if row["live"] and row["state"] == "open":
        count = f"listened to up to {clock(row['heard'])}" if row["heard"] else ""
    elif row["state"] == "open" and not is_written(form):
        done, total = _parts(ask, row)
        count = f"{done:.0f} of {total:.0f} parts"
    elif listening and row["total"]:
        done, total = min(row["heard"], row["total"]), row["total"]
        count = f"{clock(done)} of {clock(total)}"
    elif listening and row["heard"]:
        count = f"{clock(row['heard'])} so far"
    return {
        "state": row["state"], "step": _step(row), "says": says_of(ask, row, form), "count": count, "done": done,
        "total": total, "live": bool(row["live"]),
    }  # fmt: skip


def says_of(ask: Ask, row: Mapping[str, Any], form: Form = "session") -> str:
    """One sentence on how far it is. Where it is recorded, and since when, if a laptop was lent it."""
    lent = lent_to(ask, row)
    return says_lent(ask, row, lent) if lent else _says(row, form)


def lent_to(ask: Ask, row: Mapping[str, Any]) -> Row | None:
    """The laptop that records it now; None for the person's own device, and once it is over."""
    going_on = row["live"] and row["state"] in ("new", "open")
    return Handoffs(ask.house.engine).of_capture(row["id"]) if going_on else None


def says_lent(ask: Ask, row: Mapping[str, Any], lent: Row) -> str:
    """'Recording on Chrome / Windows since 14:02'."""
    on, silent = said(lent), now() - (row["seen"] or 0)
    if lent["started"] is None:
        return f"Not begun yet on {on}"
    if lent["stopped"] is not None:
        return f"Stopped. What {on} still has is on its way"
    if silent > LENT_QUIET_SECONDS:
        return f"No word from {on} for {_long(silent)}"
    begun = datetime.fromtimestamp(lent["started"], _zone(ask))
    return f"{LENT[row['mode']].format(on)} since {begun:%H:%M}"


def _long(seconds: int) -> str:
    if seconds < 120:
        return f"{seconds} seconds"
    return f"{seconds // 60} minutes"


def _zone(ask: Ask) -> tzinfo | None:
    """Of the person; while their notebook is locked, of this computer."""
    return ask.preferences.clock_zone if ask.unlocked else None


def _parts(ask: Ask, row: Mapping[str, Any]) -> tuple[float, float]:
    spool = Spool(ask.house.settings.spool, row["id"])
    here = 0 if spool.gone() else len(spool.have())
    return here, -(-row["size"] // intake.CHUNK_BYTES)


def _step(row: Mapping[str, Any]) -> int:
    if row["state"] == "working":
        return 2 if row["stage"] == "understanding" else 1
    return {"new": 0, "open": 0, "ended": 1, "asking": 1, "waiting": 1, "sealed": 4}.get(row["state"], 4)


def _says(row: Mapping[str, Any], form: Form) -> str:
    if is_written(form) and row["state"] == "working":
        return "Putting your notes together" if row["stage"] == "understanding" else "Reading it"
    if is_written(form):
        return SAYS_TEXT.get(row["state"], SAYS[row["state"]])
    if row["state"] == "working":
        return "Putting your notes together" if row["stage"] == "understanding" else "Listening to your recording"
    if row["live"] and row["state"] == "open":
        return _says_live(row)
    return SAYS[row["state"]]


def _says_live(row: Mapping[str, Any]) -> str:
    silent = now() - row["seen"]
    if silent > QUIET_SECONDS:
        minutes = silent // 60
        return f"No word from your device for {minutes} minute{'' if minutes == 1 else 's'}"
    return LIVE[row["mode"]]


def short_of(ask: Ask, row: Mapping[str, Any], form: Form = "session") -> str:
    """For the list of sessions; where it is recorded, if a laptop was lent it."""
    if lent := lent_to(ask, row):
        says = says_lent(ask, row, lent)
        return says[0].lower() + says[1:]
    return short(row, form)


def short(row: Mapping[str, Any], form: Form = "session") -> str:
    """The same of the row alone."""
    if is_written(form) and row["state"] in SHORT_TEXT:
        return SHORT_TEXT[row["state"]]
    if row["live"] and row["state"] == "open":
        return _says_live(row)[0].lower() + _says_live(row)[1:]
    if row["state"] != "destroyed" or not row["failure"]:
        return SHORT[row["state"]]
    return f"nothing kept: {WHY[row['failure']]}" if row["failure"] in WHY else "nothing kept"
