"""The worker: holds the boot key, opens new captures, carries waiting ones through, sweeps. Never a word in clear.

A row claimed by one filtered UPDATE is its queue; see docs/decisions.md.
"""

from __future__ import annotations

import logging
import threading
import time

from sqlalchemy import Engine

from afterword.capture import bootkey
from afterword.capture.crash import crash_point
from afterword.capture.spool import Spool
from afterword.capture.wraps import Manifest, Wraps
from afterword.door import Progress, RoomFailed
from afterword.seal.errors import SealError
from afterword.session import Capture, carry_through, destroy
from afterword.settings import Settings
from afterword.store.database import now
from afterword.store.ledger import Claim, Ledger, Lost
from afterword.work.sweep import sweep

TRIES = 3
_log = logging.getLogger("afterword.worker")


class Worker:
    """Works until `stop` is set. `poll`: seconds between looks at the table."""

    def __init__(self, settings: Settings, engine: Engine, poll: float = 0.1) -> None:
        self.settings, self.ledger, self.poll = settings, Ledger(engine), poll
        self.boot = bootkey.hold(settings.data)
        self.stop = threading.Event()

    def run(self) -> None:
        """Opening new captures must not wait for a room, so it has a thread of its own."""
        self.ledger.release(self.settings.worker)
        opener = threading.Thread(target=self._open_forever, daemon=True)
        opener.start()
        swept = 0.0
        while not self.stop.is_set():
            if time.monotonic() - swept > 60:
                sweep(self.settings, self.ledger, now())
                swept = time.monotonic()
            if not self.work_once():
                self.stop.wait(self.poll)
        opener.join()

    def work_once(self) -> bool:
        """One claimed capture, if one waits. False when there was nothing to do."""
        claim = self.ledger.claim(self.settings.worker)
        if claim is None:
            return False
        _log.info("capture %s attempt %d", claim.capture.hex()[:6], claim.attempt)
        try:
            self._carry(claim)
        except Lost:
            _log.info("capture %s was taken over", claim.capture.hex()[:6])
        return True

    def open_new(self) -> None:
        """Open wrap B of each new capture: only then may the browser have its public key."""
        for row in self.ledger.in_state("new"):
            try:
                manifest = self._wraps(row["id"]).open_b(self.boot)
            except (SealError, FileNotFoundError):
                continue
            if manifest.key.recipient.raw == row["recipient"]:
                crash_point("capture-before-open")
                self.ledger.move(row["id"], ("new",), state="open")

    def _open_forever(self) -> None:
        while not self.stop.is_set():
            self.open_new()
            self.stop.wait(self.poll)

    def _carry(self, claim: Claim) -> None:
        capture = Capture(claim, Spool(self.settings.spool, claim.capture), self._wraps(claim.capture))
        if claim.state == "sealed":
            destroy(capture, self.ledger)
            return
        try:
            manifest = capture.wraps.open_b(self.boot)
        except (SealError, FileNotFoundError):
            self.ledger.move(claim.capture, ("working",), state="waiting", stage="waiting", lease=0)
            return
        self._attend(capture, manifest)

    def _attend(self, capture: Capture, manifest: Manifest) -> None:
        claim = capture.claim

        def tell(progress: Progress) -> None:
            self.ledger.tell(claim, progress.stage, progress.heard, progress.total)

        try:
            carry_through(capture, manifest, self.ledger, tell)
        except RoomFailed as failed:
            self._failed(capture, failed)

    def _failed(self, capture: Capture, failed: RoomFailed) -> None:
        claim = capture.claim
        _log.info("capture %s: %s", claim.capture.hex()[:6], failed.code)
        if failed.retryable and claim.failures + 1 < TRIES:
            self.ledger.move(claim.capture, ("working",), state="ended", failures=claim.failures + 1, lease=0)
            return
        self.ledger.move(claim.capture, ("working",), failure=failed.code)
        destroy(capture, self.ledger)

    def _wraps(self, capture: bytes) -> Wraps:
        return Wraps(self.settings.keys, capture)

