"""The worker: holds the boot key, opens new captures, carries waiting ones through, sweeps. Never a word in clear.

A row claimed by one filtered UPDATE is its queue; see docs/decisions.md.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from sqlalchemy import Engine

from afterword.capture import bootkey
from afterword.capture.crash import crash_point
from afterword.capture.live import Live
from afterword.capture.manifest import Manifest
from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.door import Progress, RoomFailed
from afterword.seal.errors import SealError
from afterword.seal.keys import BootIdentity
from afterword.session import Capture, carry_through, destroy, keep_up, make_provisional
from afterword.settings import Settings
from afterword.store.database import now
from afterword.store.ledger import Claim, Ledger, Lost, NotKept
from afterword.work.parts import LOOK_SECONDS, Follow
from afterword.work.push import remind
from afterword.work.sweep import sweep

_log = logging.getLogger("afterword.worker")

# Two rooms at once: while one begins or ends, which is work for one processor, the other listens.
LANES = 2
SWEEP_SECONDS = 60


class Worker:
    """Works until `stop` is set. `poll`: seconds between looks at the table. `lanes`: rooms at once. `boot`: another
    boot key than that of the installation."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        poll: float = 0.1,
        lanes: int = LANES,
        boot: BootIdentity | None = None,
    ) -> None:
        self.settings, self.ledger, self.poll, self.lanes = settings, Ledger(engine), poll, lanes
        self.boot = boot or bootkey.hold(settings.data)
        self.follow, self._looked = Follow(settings, self.ledger), 0.0
        self.stop = threading.Event()

    def run(self) -> None:
        """Opening new captures must not wait for a room, nor one room for another, so each has a thread of its own."""
        self.ledger.release(self.settings.worker)
        threads = [threading.Thread(target=self._until_stopped, args=(self.open_new,), daemon=True)]
        threads += [threading.Thread(target=self._until_stopped, args=(self.work_once,)) for _ in range(self.lanes)]
        threads += [threading.Thread(target=self._until_stopped, args=(self.remind_once,), daemon=True)]
        for thread in threads:
            thread.start()
        try:
            self._sweep_until_stopped()
        finally:  # without it no time limit would be kept: end the worker, and `serve` starts a new one
            self.stop.set()
        for thread in threads:
            thread.join()

    def work_once(self) -> bool:
        """One claimed capture, if one waits. False when there was nothing to do."""
        claim = self.ledger.claim(self.settings.worker) or self._claim_live()
        if claim is None:
            return False
        _log.info("capture %s attempt %d", claim.capture.hex()[:6], claim.attempt)
        try:
            self._carry(claim)
        except Lost:
            _log.info("capture %s was taken over", claim.capture.hex()[:6])
        return True

    def open_new(self) -> bool:
        """Open wrap B of each new capture: only then may the browser have its public key."""
        for row in self.ledger.in_state("new"):
            try:
                manifest = self._wraps(row["id"]).open_b(self.boot)
            except (SealError, FileNotFoundError):
                continue
            if manifest.key.recipient.raw == row["recipient"]:
                crash_point("capture-before-open")
                self.ledger.move(row["id"], ("new",), state="open")
        return False

    def remind_once(self) -> bool:
        """One look a minute at who is due. A push service that is slow holds up nothing else."""
        remind(self.settings, self.ledger.engine, now())
        self.stop.wait(SWEEP_SECONDS)
        return False

    def _sweep_until_stopped(self) -> None:
        swept = 0.0
        while not self.stop.wait(self.poll):
            if time.monotonic() - swept > SWEEP_SECONDS:
                sweep(self.settings, self.ledger, now())
                swept = time.monotonic()

    def _until_stopped(self, work: Callable[[], bool]) -> None:
        try:
            while not self.stop.is_set():
                if not work():
                    self.stop.wait(self.poll)
        finally:  # without it no recording could begin or end: end the worker, and `serve` starts a new one
            self.stop.set()

    def _claim_live(self) -> Claim | None:
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return None
        claim = self.ledger.claim_live(self.settings.worker, self.follow.aim)
        self._looked = 0.0 if claim else time.monotonic()
        return claim

    def _carry(self, claim: Claim) -> None:
        live = Live(self.settings, self.ledger, claim.capture) if claim.live else None
        spool, speech = Spool(self.settings.spool, claim.capture), self.settings.speech_model
        capture = Capture(claim, spool, self._wraps(claim.capture), live, speech)
        if claim.state == "sealed" and self.ledger.has_record(claim):
            destroy(capture, self.ledger)
            return
        if claim.state == "sealed":
            self.ledger.redo(claim)
            return
        try:
            manifest = capture.wraps.open_b(self.boot)
        except (SealError, FileNotFoundError):
            (self.ledger.wait_for_unlock if claim.aim == "record" else self.ledger.stall)(claim)
            return
        self._attend(capture, manifest)

    def _attend(self, capture: Capture, manifest: Manifest) -> None:
        def tell(progress: Progress) -> None:
            self.ledger.tell(capture.claim, progress.stage, progress.heard, progress.total)

        try:
            self._flow(capture, manifest, tell)
        except RoomFailed as failed:
            self._failed(capture, failed)
        except NotKept:
            self.ledger.redo(capture.claim)
        except FileNotFoundError:  # discarded by the person meanwhile: then `give_up` finds the claim lost
            self._failed(capture, RoomFailed("sound_missing", retryable=False))

    def _flow(self, capture: Capture, manifest: Manifest, tell: Callable[[Progress], None]) -> None:
        match capture.claim.aim:
            case "record":
                carry_through(capture, manifest, self.ledger, tell)
            case "provisional":
                make_provisional(capture, manifest, self.ledger, tell)
            case "part":
                await_more = partial(self.follow.await_more, capture.claim, self.stop)
                keep_up(capture, manifest, self.ledger, tell, await_more)

    def _failed(self, capture: Capture, failed: RoomFailed) -> None:
        _log.info("capture %s: %s", capture.claim.capture.hex()[:6], failed.code)
        if capture.claim.aim != "record":
            self.ledger.part_failed(capture.claim)
            return
        # A room that was killed says nothing about the recording: its key is kept for as long as it was promised.
        if failed.retryable and not (capture.claim.careful and failed.code == "failed"):
            self.ledger.try_again(capture.claim)
            return
        self.ledger.give_up(capture.claim, failed.code)
        destroy(capture, self.ledger)

    def _wraps(self, capture: bytes) -> Wraps:
        return Wraps(self.settings.keys, capture)
