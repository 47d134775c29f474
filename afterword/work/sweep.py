"""What is over its time is finished or destroyed. Times are promises: never longer, whatever the clock does."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.session import Capture, destroy
from afterword.settings import Settings
from afterword.store.ledger import Claim, Ledger

LONGEST_SECONDS = 7 * 86400
ASKING_SECONDS = 86400
NEVER_OPENED_SECONDS = 600


def sweep(settings: Settings, ledger: Ledger, at: int) -> None:
    """`at`: seconds since 1970."""
    for row in ledger.in_state("asking"):
        if at - (row["ended"] or row["opened"]) > ASKING_SECONDS:
            ledger.move(row["id"], ("asking",), state="ended", speakers="unsure")
    for row in ledger.in_state("new", "open", "ended", "working", "waiting", "asking"):
        limit = NEVER_OPENED_SECONDS if row["state"] == "new" else LONGEST_SECONDS
        if at - row["opened"] > limit:
            end(settings, ledger, row["id"], "expired")
    for row in ledger.in_state("discarded"):
        end(settings, ledger, row["id"], row["failure"] or "discarded")
    _remove_strays(settings, ledger)


def end(settings: Settings, ledger: Ledger, capture: bytes, why: str) -> None:
    """Destroy a capture without a record: 'discarded' by the person, or 'expired'. The key goes first. Idempotent."""
    row = ledger.row(capture)
    states = ("new", "open", "ended", "working", "waiting", "asking", "discarded")
    if not ledger.move(capture, states, state="discarded", failure=why):
        return
    claim = Claim(capture, row["person"], row["session"], "discarded", row["attempts"], 0, 0, row["size"], None)
    destroy(Capture(claim, Spool(settings.spool, capture), Wraps(settings.keys, capture)), ledger)


def _remove_strays(settings: Settings, ledger: Ledger) -> None:
    """Wraps and chunks whose row was never committed: a crash came between the two."""
    known = {row["id"].hex() for row in ledger.in_state("new", "open", "ended", "working", "waiting", "asking", "sealed")}
    for path in settings.keys.iterdir():
        name = path.name.lstrip(".").split(".")[0]
        if name not in known and _old(path):
            Wraps(settings.keys, bytes.fromhex(name)).destroy()
            path.unlink(missing_ok=True)
    for folder in settings.spool.iterdir():
        if folder.name not in known and _old(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _old(path: Path) -> bool:
    return path.exists() and time.time() - path.stat().st_mtime > NEVER_OPENED_SECONDS
