"""What a laptop without an account asks: for a code, how far its phone is, and then that both show the same."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, Response

from afterword.capture.intake import Refused
from afterword.facts.call_sound import for_page
from afterword.handoff import codes
from afterword.handoff.pairing import BROWSERS, CODE_SECONDS, SYSTEMS, Laptop, Pairing
from afterword.handoff.proof import is_key
from afterword.handoff.qr import qr
from afterword.settings import LOOPBACK_NAMES
from afterword.store.handoffs import Row
from afterword.web.ask import Ask
from afterword.web.pages.given import incomplete, json_of


def page(ask: Ask) -> Response:
    """The same for everybody: it shows nothing of any notebook."""
    return ask.page("handoff.html", sound=for_page())


def begin(ask: Ask) -> Response:
    """A code to scan or type, and a number."""
    laptop = _laptop(ask, json_of(ask.body))
    limits, pairing = ask.house.limits, pairing_of(ask)
    if not limits.may_create(ask.address):
        raise slow_down()
    shown = pairing.begin(laptop)
    for oldest in limits.made(ask.address, shown.id):
        pairing.rows.move(oldest, ("created",), ask.at, state="expired")
    address, reachable = _address(ask)
    answer = {
        "id": shown.id.hex(), "code": codes.shown(shown.code), "number": shown.number,
        "qr": qr(f"{address}#{codes.fragment(shown.id, laptop.key)}"), "address": address, "reachable": reachable,
        "seconds": CODE_SECONDS,
    }  # fmt: skip
    return JSONResponse(answer, 201)


def poll(ask: Ask) -> Response:
    """How far its phone is."""
    row = _mine(ask)
    if not ask.house.limits.poll.count(row["id"]):
        raise slow_down()
    told = dict(pairing_of(ask).told(row))
    if "capture" in told:
        told |= {"capture": told["capture"].hex(), "salt": told["salt"].hex(), "public_key": _b64(told["public_key"])}
    return JSONResponse(told)


def reveal(ask: Ask) -> Response:
    """Its half of the symbols, now that it knows ours."""
    opening = json_of(ask.body).get("opening")
    if not (isinstance(opening, str) and re.fullmatch("[0-9a-f]{64}", opening)):
        raise incomplete()
    if not pairing_of(ask).reveal(_mine(ask), bytes.fromhex(opening)):
        raise _not_now()
    return JSONResponse({})


def confirm(ask: Ask) -> Response:
    """Somebody looked, and both show the same."""
    if not pairing_of(ask).confirm(_mine(ask)):
        raise _not_now()
    return JSONResponse({"state": "confirmed"})


def deny(ask: Ask) -> Response:
    """They differ, or it is not wanted any more. Once it has begun, only the phone can discard it."""
    row, pairing = _mine(ask), pairing_of(ask)
    if not pairing.deny(row) and row["started"] is not None:
        raise _not_now()
    return JSONResponse({})


def pairing_of(ask: Ask) -> Pairing:
    """All handoffs, at the time of this request."""
    return Pairing(ask.house.settings, ask.house.ledger, ask.at)


def slow_down() -> Refused:
    """RFC 8628's word for it."""
    return Refused("slow_down", "That was a little fast. Please wait a moment.", 429)


def _mine(ask: Ask) -> Row:
    if ask.handoff is None:
        raise KeyError
    return ask.handoff


def _laptop(ask: Ask, told: dict[str, Any]) -> Laptop:
    key, commitment = _raw(told.get("key")), told.get("commit")
    browser, system = told.get("browser"), told.get("system")
    if not (is_key(key) and isinstance(commitment, str) and re.fullmatch("[0-9a-f]{64}", commitment)):
        raise incomplete()
    if not (isinstance(browser, str) and browser in BROWSERS and isinstance(system, str) and system in SYSTEMS):
        raise incomplete()
    return Laptop(key, bytes.fromhex(commitment), browser, system, ask.house.networks.mark(ask.address))


def _raw(given: object) -> bytes:
    if not (isinstance(given, str) and re.fullmatch("[A-Za-z0-9_-]{87}", given)):
        raise incomplete()
    try:
        return base64.urlsafe_b64decode(given + "=")
    except binascii.Error:
        raise incomplete() from None


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _address(ask: Ask) -> tuple[str, bool]:
    """Where the phone goes, and whether it can get there: under the name that the laptop used, or the first of ours."""
    known, name = ask.house.settings.addresses(), urlsplit(ask.origin).hostname or ""
    if name not in {host.strip("[]") for host in LOOPBACK_NAMES}:
        return f"{ask.origin}/scan", True
    return (f"{known[0]}scan", True) if known else (f"{ask.origin}/scan", False)


def _not_now() -> Refused:
    return Refused("not_now", "That cannot be done any more. Please begin again.", 409)
