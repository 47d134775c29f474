"""A recording that a laptop makes: what the phone shows the whole time, and how it stops it. The phone's page has the
capture's own token for that, so that it works when the notebook locks itself; it is told nothing private by it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse, Response

from afterword.capture.intake import token_of
from afterword.store.handoffs import Handoffs
from afterword.web.ask import Ask
from afterword.web.pages.given import mine
from afterword.web.pages.progress import lent_to, says_of
from afterword.work.sweep import end_unbegun


def stop(ask: Ask) -> Response:
    """Stop and keep, from a phone whose notebook is locked by now."""
    stop_and_keep(ask, ask.house.ledger.row(mine(ask)))
    return JSONResponse({})


def watch(ask: Ask) -> Response:
    """How far it is, for the same."""
    row = ask.house.ledger.row(mine(ask))
    return JSONResponse({"state": row["state"], "says": says_of(ask, row)})


def watching(ask: Ask, row: Mapping[str, Any]) -> dict[str, Any] | None:
    """For the page of a recording that a laptop makes now; None for any other."""
    lent = lent_to(ask, row)
    if lent is None or row["state"] != "open":
        return None
    stopped = lent["stopped"] is not None
    return {"capture": row["id"].hex(), "token": token_of(ask.owner, row["id"]), "stopped": stopped}


def stop_and_keep(ask: Ask, row: Mapping[str, Any]) -> bool:
    """The laptop hears it within a second, and sends what it has. False for one that has not begun: there is nothing to
    keep of it. Twice is as once."""
    stopped = Handoffs(ask.house.engine).stop(row["id"], time.time_ns() // 1_000_000)
    return stopped or not end_unbegun(ask.house.settings, ask.house.ledger, row["id"])
