"""What is over its time is finished or destroyed. Times are promises: never longer, whatever the clock does."""

from __future__ import annotations

import re
import time
from pathlib import Path

from afterword.capture.live import Live
from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.session import Capture, destroy
from afterword.settings import Settings
from afterword.store.handoffs import Handoffs
from afterword.store.ledger import Claim, Ledger
from afterword.work.erase import finish

LONGEST_SECONDS = 7 * 86400
# A live capture that nobody ends is ended then, so that there is a day for its notes.
LAST_CALL_SECONDS = 6 * 86400
ASKING_SECONDS = 86400
NEVER_OPENED_SECONDS = 600
# How long the key of a capture whose device fell silent is kept for what may still come.
PROVISIONAL_SECONDS = 72 * 3600
_CAPTURE = re.compile("[0-9a-f]{32}")


def sweep(settings: Settings, ledger: Ledger, at: int) -> None:
    """`at`: seconds since 1970."""
    finish(settings, ledger)
    _end_handoffs(settings, ledger, at)
    for row in ledger.in_state("asking"):
        if at - (row["ended"] or row["opened"]) > ASKING_SECONDS:
            ledger.move(row["id"], ("asking",), state="ended", speakers="unsure")
    # Also one that is still open, because no record could be made of it, or because it waits for an unlock.
    # And one whose device says for days that it is there: better notes of what is here than none.
    ended = set()
    for row in ledger.in_state("open", "provisional"):
        if row["live"] and (at - row["seen"] > PROVISIONAL_SECONDS or at - row["opened"] > LAST_CALL_SECONDS):
            Live(settings, ledger, row["id"]).end_without_device()
            ended.add(row["id"])
    for row in ledger.in_state("new", "open", "provisional", "ended", "working", "waiting", "asking"):
        limit = NEVER_OPENED_SECONDS if row["state"] == "new" else LONGEST_SECONDS
        # Ended just now, perhaps by a clock that was set: until the next sweep there is time for its notes.
        if at - row["opened"] > limit and row["id"] not in ended:
            end(settings, ledger, row["id"], "expired")
    for row in ledger.in_state("discarded"):
        end(settings, ledger, row["id"], row["failure"] or "discarded")
    _remove_strays(settings, ledger)
    ledger.scrub()


def end(settings: Settings, ledger: Ledger, capture: bytes, why: str) -> None:
    """Destroy a capture without a record: 'discarded' by the person, or 'expired'. The key goes first. Idempotent."""
    row = ledger.row(capture)
    states = ("new", "open", "provisional", "ended", "working", "waiting", "asking", "discarded")
    if not ledger.move(capture, states, state="discarded", failure=why):
        return
    claim = Claim(capture, row["person"], row["session"], "discarded", row["attempts"], 0, 0, row["size"], None)
    destroy(Capture(claim, Spool(settings.spool, capture), Wraps(settings.keys, capture)), ledger)


def end_unbegun(settings: Settings, ledger: Ledger, capture: bytes) -> bool:
    """End what was opened for a laptop that has not begun: the key first, then every row of it, so that no session
    stands for what never was. False for any other capture: nothing is changed."""
    if not Handoffs(ledger.engine).revoke(capture):
        return False
    end_without_trace(settings, ledger, capture)
    return True


def end_without_trace(settings: Settings, ledger: Ledger, capture: bytes) -> None:
    """Only for a capture whose key nobody outside was ever given, or can have used."""
    end(settings, ledger, capture, "discarded")
    ledger.forget_unbegun(capture)


def _end_handoffs(settings: Settings, ledger: Ledger, at: int) -> None:
    """Whose time is over, and what was opened for them and never begun; the rows go a little later."""
    rows = Handoffs(ledger.engine)
    for capture in rows.expire(at):
        end_without_trace(settings, ledger, capture)
    rows.remove_old(at)


def _remove_strays(settings: Settings, ledger: Ledger) -> None:
    """Wraps and chunks whose row was never committed: a crash came between the two."""
    living = ("new", "open", "provisional", "ended", "working", "waiting", "asking", "sealed")
    known = {row["id"].hex() for row in ledger.in_state(*living)}
    for path in (*settings.keys.iterdir(), *settings.spool.iterdir()):
        name = path.name.lstrip(".").split(".")[0]
        if _CAPTURE.fullmatch(name) and name not in known and _old(path):
            Wraps(settings.keys, bytes.fromhex(name)).destroy()
            Spool(settings.spool, bytes.fromhex(name)).remove()


def _old(path: Path) -> bool:
    return path.exists() and time.time() - path.stat().st_mtime > NEVER_OPENED_SECONDS
