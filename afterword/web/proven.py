"""Who has no account and no token, but a key: whether a request carries the proof of its handoff."""

from __future__ import annotations

import re

from sqlalchemy import Engine
from starlette.requests import Request

from afterword.handoff import proof
from afterword.store.handoffs import Handoffs, Row

_ID = re.compile("[0-9a-f]{32}")


class Unproven(Exception):
    """Whatever was wrong with it. `after`: the last number that was accepted, so that an honest browser whose clock
    was set can go on from there; 0 for everybody else: it tells when that browser was last heard of."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after


def proof_of(engine: Engine, at: int, who: str, request: Request, body: bytes) -> Row:
    """The row of the handoff that this request is proven for. `who`: 'handoff' while it is asked for, 'device' for the
    one capture that it was lent. Its number is used up. Raises Unproven."""
    rows = Handoffs(engine)
    given = proof.read(request.headers.get("authorization", ""), request.headers.get("proof", ""))
    row = rows.row(given.id) if given else None
    if given is None:
        raise Unproven(0)
    key = row["key"] if row else proof.NOBODY
    right = proof.is_right(key, given, request.method, request.url.path, body)
    about = request.path_params["id"]
    accepted = right and row and _ID.fullmatch(about) and _accepted(rows, given, who, bytes.fromhex(about), at)
    now = rows.row(given.id)
    if not (accepted and now):
        raise Unproven(now["counter"] if right and now else 0)
    return now


def _accepted(rows: Handoffs, given: proof.Proof, who: str, about: bytes, at: int) -> bool:
    if who == "handoff":
        return about == given.id and rows.heard(given.id, given.n)
    return rows.used(given.id, given.n, about, at)
