"""The data flow of one capture on one screen: capture -> listen -> understand -> seal -> destroy.

The worker runs this. It holds ciphertext and, for as long as a room lives, the capture's key; never a word.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from afterword.capture.crash import crash_point
from afterword.capture.receipt import Receipt
from afterword.capture.spool import Spool
from afterword.capture.wraps import Manifest, Wraps
from afterword.door import Asked, Door, Left, Progress, Sound
from afterword.store.ledger import Claim, Ledger


@dataclass(frozen=True)
class Capture:
    """What the worker has of one capture: sealed chunks, wraps, and its row, claimed."""

    claim: Claim
    spool: Spool
    wraps: Wraps


def carry_through(capture: Capture, manifest: Manifest, ledger: Ledger, tell: Callable[[Progress], None]) -> None:
    """From sealed chunks to a kept record and a destroyed key. Raises RoomFailed when the room could not."""
    left = listen_and_understand(capture, manifest, tell)
    if isinstance(left, Asked):
        ledger.keep_question(capture.claim, left.sealed)
        return
    seal_into_notebook(capture, ledger, left)
    destroy(capture, ledger)


def listen_and_understand(capture: Capture, manifest: Manifest, tell: Callable[[Progress], None]) -> Left | Asked:
    """One room: a child process without network or files, which ends with what it leaves."""
    sound = Sound(capture.claim.chunks, capture.claim.size, capture.spool.read)
    with Door(manifest, sound, capture.spool.checkpoint(), capture.claim.speakers) as door:
        return door.attend(tell, capture.spool.save_checkpoint)


def seal_into_notebook(capture: Capture, ledger: Ledger, left: Left) -> None:
    """The record, sealed by the room to the notebook, durable; then read back by another connection and compared."""
    crash_point("record-before-keep")
    ledger.keep_record(capture.claim, left.sealed)
    crash_point("record-kept")
    ledger.compare_record(capture.claim, left.sealed)


def destroy(capture: Capture, ledger: Ledger) -> None:
    """Key, then chunks, then the receipt. Every step may be repeated after a crash."""
    capture.wraps.destroy()
    capture.spool.remove()
    crash_point("spool-removed")
    checked = [name for name, gone in (("key", capture.wraps.gone()), ("sound", capture.spool.gone())) if gone]
    ledger.keep_receipt(capture.claim, Receipt.of(ledger.row(capture.claim.capture), checked))
    crash_point("receipt-kept")
    ledger.scrub()
