"""The phone's side of a handoff: it scans, sees what is asked, types the number, compares, and can always say no."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture.intake import Coming, Refused
from afterword.handoff.pairing import Pairing, fingerprint, said
from afterword.store.handoffs import FINAL, Row
from afterword.vault.vault import only_person
from afterword.web.ask import Ask, see_other
from afterword.web.pages.consent import starts
from afterword.web.pages.handoff import pairing_of

# Whatever was wrong with it: unknown, over, used, somebody else's.
NO_CODE = "This code does not work. It may be over, or used already. Please show a new one there and try again."
TOO_MANY = "There were too many codes that do not work. Please wait a quarter of an hour and try again."
TOO_OFTEN = "Ten computers in an hour are the most. Please wait a little and try again."
# What keeps the question on the screen, with its answers as they were.
_ASKED_AGAIN = ("wrong_number", "whose_voices", "record_changed", "full", "disk_full", "no_worker")
OVER = {
    "expired": "The time for this was over, so nothing was lent. Please show a new code on the computer.",
    "denied": "This was ended before anything was recorded. Nothing of it is kept.",
    "revoked": "This was discarded. Nothing of it is kept.",
}


def page(ask: Ask) -> Response:
    """For the camera, whose code stands behind the # and so never reaches us by itself; and a field to type it."""
    if ask.unlocked is None and only_person(ask.house.engine) is None:
        return see_other("/setup")
    waiting = pairing_of(ask).rows.pending_of(ask.unlocked.person, ask.at) if ask.unlocked else None
    return _page(ask, waiting=waiting["id"].hex() if waiting else "")


def scan(ask: Ask) -> Response:
    """What was scanned or typed is this person's from here on, once."""
    wrong, person = ask.house.limits.wrong_codes, ask.owner.person
    if not wrong.allows(person):
        return _page(ask, 429, error=TOO_MANY)
    found = pairing_of(ask).scan(person, ask.form.get("code", ""))
    if found is None:
        wrong.count(person)
        return _page(ask, 422, error=NO_CODE)
    return see_other(f"/scan/{found.hex()}")


def look(ask: Ask) -> Response:
    """The question; then the four symbols; then, once the laptop agrees, the recording itself."""
    row, pairing = _mine(ask)
    match pairing.state(row):
        case "scanned":
            return _question(ask, row)
        case "approved":
            return ask.page("scan_compare.html", id=row["id"].hex(), on=said(row), symbols=_symbols(ask, pairing, row))
        case "confirmed":
            return see_other(f"/sessions/{ask.house.ledger.row(row['capture'])['session'].hex()}")
        case over:
            return ask.page("scan_over.html", says=OVER[over])


def state(ask: Ask) -> Response:
    """For scan.js."""
    row, pairing = _mine(ask)
    return JSONResponse({"state": pairing.state(row), "ready": row["opening"] is not None})


def approve(ask: Ask) -> Response:
    """The number is right and the gate lets it in: this laptop may add one recording, once it agrees."""
    row, pairing = _mine(ask)
    if not ask.house.limits.approvals.allows(ask.owner.person):
        return _question(ask, row, 429, TOO_OFTEN)
    letters = ask.form.get("letters", "") if _elsewhere(ask, row) else None
    try:
        pairing.approve(ask.owner, row, _coming(ask, row), ask.form.get("number", ""), letters)
    except Refused as refused:
        if refused.status == 403 or refused.code in _ASKED_AGAIN:
            return _question(ask, row, refused.status, refused.says, refused.code)
        return see_other(f"/scan/{row['id'].hex()}")
    ask.house.limits.approvals.count(ask.owner.person)
    return see_other(f"/scan/{row['id'].hex()}")


def deny(ask: Ask) -> Response:
    """It is not theirs, or the symbols differ: final, and what was opened for it is destroyed."""
    row, pairing = _mine(ask)
    pairing.deny(row)
    return see_other(f"/scan/{row['id'].hex()}")


def _mine(ask: Ask) -> tuple[Row, Pairing]:
    """Raises KeyError for what is somebody else's."""
    pairing = pairing_of(ask)
    return pairing.row_of(ask.id(), ask.owner.person), pairing


def _page(ask: Ask, status: int = 200, error: str = "", waiting: str = "") -> Response:
    return ask.page("scan.html", status, error=error, waiting=waiting, after="scan")


def _question(ask: Ask, row: Row, status: int = 200, error: str = "", code: str = "") -> Response:
    if pairing_of(ask).state(row) in FINAL:
        return see_other(f"/scan/{row['id'].hex()}")
    shown: dict[str, Any] = {
        "id": row["id"].hex(), "on": said(row), "ago": max(0, ask.at - row["created"]), "error": error,
        "wrong": "number" if code == "wrong_number" else "", "needs_yes": status == 403,
        "near": ask.house.networks.same(row["network"], ask.address),
        "voices_before": ask.form.get("voices", ""), "therapist_before": ask.form.get("therapist", ""),
    }  # fmt: skip
    return ask.page("scan_ask.html", status, **shown, **starts(ask, medium="video"))


def _elsewhere(ask: Ask, row: Row) -> bool:
    return ask.house.networks.same(row["network"], ask.address) is False


def _symbols(ask: Ask, pairing: Pairing, row: Row) -> tuple[tuple[str, str], ...]:
    return pairing.symbols(ask.owner, row)


def _coming(ask: Ask, row: Row) -> Coming:
    """A session by video, today. What is lent takes both sides of a call, so there is no own voice alone: it would be
    listened to for an hour, and then refused. Raises Refused where nobody said whose voices."""
    if ask.form.get("voices") != "both":
        raise Refused("whose_voices", "Please say whose voices will be on it.")
    return Coming(
        "both", date.today().isoformat(), 0, fingerprint(row["id"]), live=True, therapist=ask.form.get("therapist"),
        medium="video",
    )  # fmt: skip
