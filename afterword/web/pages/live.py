"""What the recording device may ask with its capture's token: put, close, forget, status, end, discard, receipt.
Nothing is read back. A browser that was lent the capture may neither forget nor discard. docs/live-capture.md says what
each promises."""

from __future__ import annotations

import re
import time
from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture import live
from afterword.capture.files import Conflict
from afterword.capture.intake import Refused
from afterword.capture.live import Live, Place
from afterword.store.handoffs import Row
from afterword.web.ask import Ask
from afterword.web.pages.given import incomplete, json_of, mine
from afterword.work.sweep import end as end_for_good
from afterword.work.sweep import end_unbegun

MODES = ("recording", "paused", "off")


def put(ask: Ask) -> Response:
    """One sealed chunk. 200 for the same bytes again, 409 for others."""
    here, place = _live(ask), _place(ask)
    if len(ask.body) > live.SEALED_MOST or place.seq >= live.MOST_CHUNKS:
        raise Refused("too_long", "A recording can be 3 hours long at most.", 413)
    try:
        stored = here.put(place, ask.body)
    except Conflict:
        raise Refused("conflict", "Another part of this recording has this number already.", 409) from None
    return JSONResponse({"segment": place.segment, "track": place.track, "seq": place.seq, "sha256": stored})


def close(ask: Ask) -> Response:
    """No further chunk of this segment will come."""
    missing = _live(ask).close(_segment(ask.path["segment"]), _counts(json_of(ask.body).get("chunks")))
    return JSONResponse({"missing": missing})


def forget(ask: Ask) -> Response:
    """The last minutes are gone."""
    here, wanted = _live(ask), json_of(ask.body)
    wish, minutes = wanted.get("order"), wanted.get("minutes")
    if not (isinstance(wish, str) and re.fullmatch(r"[0-9a-f]{32}", wish)):
        raise incomplete()
    if not (isinstance(minutes, int) and minutes in live.MINUTES):
        raise incomplete()
    counts = _counts(wanted.get("chunks"))
    gone = here.forget(bytes.fromhex(wish), minutes, _segment(wanted.get("segment")), counts)
    return JSONResponse({"forgotten": [[r.segment, r.track, r.first, r.past] for r in gone]})


def status(ask: Ask) -> Response:
    """The device is there; how far its chunks are safe."""
    here, mode = _live(ask), json_of(ask.body).get("state")
    if mode not in MODES:
        raise incomplete()
    told = here.heard_of(mode)
    return JSONResponse(told | {"stop": _stop(ask.handoff)} if ask.handoff else told)


def end(ask: Ask) -> Response:
    """Everything was sent, or what is missing will never come; otherwise: what is missing."""
    here, told = _live(ask), json_of(ask.body)
    given, gone = told.get("segments"), told.get("gone") is True
    if not isinstance(given, dict):
        raise incomplete()
    missing = here.end({_segment(name): _counts(counts) for name, counts in given.items()}, gone)
    return JSONResponse({"missing": [[p.segment, p.track, p.seq] for p in missing]}, 409 if missing else 200)


def receipt(ask: Ask) -> Response:
    """How far what was sent is: the device may forget all of it once this says that it was received."""
    row = ask.house.ledger.row(_live(ask).capture)
    if row["failure"] in ("discarded", "expired"):
        return JSONResponse({"state": "discarded"})
    going_on = row["state"] in ("new", "open", "provisional")
    return JSONResponse({"state": "open" if going_on else "destroyed" if row["destroyed"] else "received"})


def discard(ask: Ask) -> Response:
    """The key is gone before the answer. Nobody is told so who asks when the notes are made already."""
    capture = mine(ask)
    if end_unbegun(ask.house.settings, ask.house.ledger, capture):
        return JSONResponse({})
    end_for_good(ask.house.settings, ask.house.ledger, capture, "discarded")
    if ask.house.ledger.row(capture)["failure"] != "discarded":
        raise Refused(
            "kept", "The notes of this recording are made already. You can delete them in your notebook.", 410
        )
    return JSONResponse({})


def _stop(handoff: Row) -> dict[str, int] | None:
    """How long ago, in milliseconds, the person pressed Stop on their phone."""
    pressed = handoff["stopped"]
    return None if pressed is None else {"ago": max(0, time.time_ns() // 1_000_000 - pressed)}


def _live(ask: Ask) -> Live:
    capture = mine(ask)
    if not ask.house.ledger.row(capture)["live"]:
        raise KeyError
    return Live(ask.house.settings, ask.house.ledger, capture)


def _place(ask: Ask) -> Place:
    track, seq = ask.path["track"], ask.path["seq"]
    if track not in live.TRACKS or not re.fullmatch(r"[0-9]{1,6}", seq):
        raise KeyError
    return Place(_segment(ask.path["segment"]), track, int(seq))


def _segment(given: object) -> str:
    if not (isinstance(given, str) and re.fullmatch(r"[0-9a-f]{8}", given)):
        raise incomplete()
    return given


def _counts(given: Any) -> dict[str, int]:
    if not isinstance(given, dict):
        raise incomplete()
    for track, count in given.items():
        if track not in live.TRACKS or type(count) is not int or not 0 <= count <= live.MOST_CHUNKS:
            raise incomplete()
    return dict(given)
