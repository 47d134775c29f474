"""The sealing side of a capture: begin it as the owner; put chunks and end it with its own token alone."""

from __future__ import annotations

import base64
import json
from datetime import date

from starlette.responses import JSONResponse, Response

from afterword.capture import intake
from afterword.capture.files import Conflict
from afterword.web.ask import Ask


def begin(ask: Ask) -> Response:
    """The public key to seal to, once both wraps are safe."""
    try:
        wanted = json.loads(ask.body)
        voices, agreed, agreed_on = str(wanted["voices"]), bool(wanted.get("agreed")), wanted.get("agreed_on")
        day, size = date.fromisoformat(wanted["day"]).isoformat(), int(wanted["size"])
    except (ValueError, KeyError, TypeError):
        raise intake.Refused("incomplete", "Something is missing. Please fill in every field.") from None
    house = ask.house
    consent = intake.check_consent(voices, agreed, agreed_on, date.today())
    opened = intake.open_capture(house.settings, house.ledger, ask.owner, consent, day, size)
    answer = {
        "capture": opened.capture.hex(),
        "session": opened.session.hex(),
        "public_key": base64.urlsafe_b64encode(opened.public_key).decode().rstrip("="),
        "chunk_bytes": intake.CHUNK_BYTES,
        "token": opened.token,
    }
    return JSONResponse(answer, 201)


def put(ask: Ask) -> Response:
    """One sealed chunk. 200 for the same bytes again, 409 for others."""
    capture = _mine(ask)
    if not ask.path["index"].isdigit():
        raise KeyError
    index = int(ask.path["index"])
    try:
        stored = intake.put_chunk(ask.house.settings, ask.house.ledger, capture, index, ask.body)
    except Conflict:
        says = "Another part of a recording has this number already. Please add the file once more."
        return JSONResponse({"error": "conflict", "says": says}, 409)
    return JSONResponse({"number": index, "sha256": stored})


def end(ask: Ask) -> Response:
    """Everything was sent; or which numbers are missing."""
    capture = _mine(ask)
    try:
        counts = json.loads(ask.body)
        chunks, size = int(counts["chunks"]), int(counts["bytes"])
    except (ValueError, KeyError, TypeError):
        raise intake.Refused("incomplete", "The upload did not say how long it is. Please try once more.") from None
    missing = intake.end_capture(ask.house.settings, ask.house.ledger, capture, chunks, size)
    return JSONResponse({"missing": missing}, 409 if missing else 200)


def _mine(ask: Ask) -> bytes:
    capture = ask.id()
    if not ask.capture_token or not intake.may_put(ask.house.ledger, capture, ask.capture_token):
        raise KeyError
    return capture
