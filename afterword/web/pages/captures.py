"""The sealing side of a capture: begin it as the owner; put chunks and end it with its own token alone."""

from __future__ import annotations

import base64
import re
from datetime import date, timedelta
from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture import intake
from afterword.capture.files import Conflict
from afterword.capture.forms import WITHOUT_VOICES, Form, is_written, read_form
from afterword.consent.gate import Voices
from afterword.web.ask import Ask
from afterword.web.pages import live, voice
from afterword.web.pages.given import incomplete, json_of, mine

_SPOKEN: dict[str, Voices] = {"mine": "mine", "both": "both"}
MOST_CHUNKS = intake.MOST_BYTES // intake.CHUNK_BYTES + 1


def begin(ask: Ask) -> Response:
    """The public key to seal to, once both wraps are safe; or the capture that this file began already."""
    coming = _coming(json_of(ask.body))
    opened = intake.open_capture(ask.house.settings, ask.house.ledger, ask.owner, coming)
    if coming.sample:
        voice.forget(ask, but=opened.session)  # it takes the place of the one before, now that it is admitted
    answer = {
        "capture": opened.capture.hex(),
        "session": opened.session.hex(),
        "public_key": base64.urlsafe_b64encode(opened.public_key).decode().rstrip("="),
        "chunk_bytes": intake.CHUNK_BYTES,
        "token": opened.token,
        "have": opened.have,
        "going_on": opened.going_on,
        "draft": base64.urlsafe_b64encode(opened.draft).decode().rstrip("="),
    }
    return JSONResponse(answer, 201)


def put(ask: Ask) -> Response:
    """One sealed chunk. 200 for the same bytes again, 409 for others."""
    capture = mine(ask)
    if not re.fullmatch(r"[0-9]{1,6}", ask.path["index"]):
        raise KeyError
    index = int(ask.path["index"])
    try:
        stored = intake.put_chunk(ask.house.settings, ask.house.ledger, capture, index, ask.body)
    except Conflict:
        says = "Another part of a recording has this number already. Please add the file once more."
        raise intake.Refused("conflict", says, 409) from None
    return JSONResponse({"number": index, "sha256": stored})


def end(ask: Ask) -> Response:
    """Everything was sent; or which numbers are missing."""
    if "segments" in json_of(ask.body):
        return live.end(ask)
    capture, counts = mine(ask), json_of(ask.body)
    chunks, size = counts.get("chunks"), counts.get("bytes")
    if not (isinstance(chunks, int) and isinstance(size, int) and 1 <= chunks <= MOST_CHUNKS):
        raise incomplete()
    if not (chunks - 1) * intake.CHUNK_BYTES < size <= chunks * intake.CHUNK_BYTES:
        raise incomplete()
    missing = intake.end_capture(ask.house.settings, ask.house.ledger, capture, chunks, size)
    return JSONResponse({"missing": missing}, 409 if missing else 200)


def _coming(wanted: dict[str, Any]) -> intake.Coming:
    is_live, form = wanted.get("live") is True, _form(wanted.get("form", "session"))
    unsized = is_live or is_written(form)
    voices, whose, size = wanted.get("voices", ""), wanted.get("therapist"), 0 if unsized else wanted.get("size")
    if not (isinstance(size, int) and isinstance(voices, str) and isinstance(whose, str | None)):
        raise incomplete()
    facts = _voices(voices, form), _day(wanted.get("day")), size, _fingerprint(wanted.get("fingerprint"))
    if wanted.get("sample") is not True:
        return intake.Coming(*facts, is_live and not is_written(form), form, whose)
    if is_live or form != "session" or voices != "mine" or size > intake.CHUNK_BYTES:  # ten seconds are a third of it
        raise incomplete()
    return intake.Coming(*facts, sample=True)


def _voices(given: str, form: Form) -> Voices:
    """A text has none. Nobody may claim from outside that nobody spoke."""
    if form in WITHOUT_VOICES:
        return "none"
    if given not in _SPOKEN:
        raise intake.Refused("whose_voices", "Please say whose voices are on the recording.")
    return _SPOKEN[given]


def _form(given: object) -> Form:
    try:
        return read_form(given)
    except ValueError:
        raise incomplete() from None


def _day(given: object) -> str:
    """The day of the session. Tomorrow is let through: this computer may be behind the person's clock."""
    try:
        day = date.fromisoformat(str(given))
    except ValueError:
        raise intake.Refused("bad_date", "Please give the day of the session.") from None
    if day > date.today() + timedelta(days=1):
        raise intake.Refused("bad_date", "The day of the session lies in the future. Please check it.")
    return day.isoformat()


def _fingerprint(given: object) -> bytes:
    if not (isinstance(given, str) and re.fullmatch(r"[0-9a-f]{64}", given)):
        raise incomplete()
    return bytes.fromhex(given)
