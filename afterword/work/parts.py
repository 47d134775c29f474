"""When a live capture is to be listened to while it goes on. It looks at names and times only."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from threading import Event
from typing import Any

from afterword.capture.live import CHUNK_SECONDS, Live, Place
from afterword.settings import Settings
from afterword.store.database import now
from afterword.store.ledger import SILENT_SECONDS, TRIES, WAITING, Aim, Claim, Ledger

# A room is started, or goes on, for this much.
PART_SECONDS = 30
_ENOUGH = PART_SECONDS // CHUNK_SECONDS
LOOK_SECONDS = 0.5
AGAIN_SECONDS = 20
# A room that waits so long for more ends; the next part has another.
AWAIT_SECONDS = 60
Known = frozenset[tuple[str, str, int]]


@dataclass(frozen=True)
class _Seen:
    """What a room was started for: chunks that waited, chunks that were done with, and when."""

    waiting: int
    done: int
    at: float


class Follow:
    """What to do next for each live capture."""

    def __init__(self, settings: Settings, ledger: Ledger) -> None:
        self._settings, self._ledger = settings, ledger
        self._last: dict[bytes, _Seen] = {}
        self._tried: dict[bytes, float] = {}
        self._flushed: dict[bytes, Known] = {}

    def aim(self, row: Mapping[str, Any]) -> Aim | None:
        """None while nothing is to be done."""
        live = Live(self._settings, self._ledger, row["id"])
        live.tidy()
        waiting = _long(live.waiting())
        seen = _Seen(waiting, sum(segment.done for segment in live.segments.of(row["id"])), time.monotonic())
        if row["unforgotten"] or (self._is_news(row["id"], seen) and (waiting >= _ENOUGH or live.pausing())):
            self._last[row["id"]] = seen
            return "part"
        return "provisional" if now() - row["seen"] > SILENT_SECONDS and self._may_try(row) else None

    def await_more(self, claim: Claim, stop: Event, live: Live, known: Known) -> bool:
        """Wait for a room that has heard all of `known`. True once enough more waits, or once nothing more comes for
        now; False when the room should end: the capture is over, or another one waits for its place."""
        self._ledger.fulfil(claim)
        others, until = 0, time.monotonic() + AWAIT_SECONDS
        while not stop.wait(LOOK_SECONDS) and time.monotonic() < until and self._goes_on(claim):
            places = live.waiting()
            waiting = frozenset(map(astuple, places))
            if _long(places) >= _ENOUGH and waiting - known:
                return True
            if live.pausing():
                flushed = self._flushed.get(claim.capture) == waiting
                self._flushed[claim.capture] = waiting
                return bool(waiting) and not flushed
            others = others + 1 if self._somebody_waits(claim) else 0
            if others > 2:  # with a room free, it would not wait so long
                return False
        return False

    def _goes_on(self, claim: Claim) -> bool:
        row = self._ledger.row(claim.capture)
        return bool(row["state"] == "open" and row["attempts"] == claim.attempt)

    def _somebody_waits(self, claim: Claim) -> bool:
        if any(row["lease"] < now() for row in self._ledger.in_state(*WAITING)):
            return True
        others = [row for row in self._ledger.in_state("open") if row["live"] and row["id"] != claim.capture]
        free = [row for row in others if row["lease"] < now() and row["stage"] != "waiting"]
        return any(_long(Live(self._settings, self._ledger, row["id"]).waiting()) >= _ENOUGH for row in free)

    def _may_try(self, row: Mapping[str, Any]) -> bool:
        """False when no record could be made of it (nobody spoke): that is tried again now and then, not all the
        time."""
        if row["failures"] < TRIES - 1:
            return True
        at = time.monotonic()
        if at - self._tried.get(row["id"], at - SILENT_SECONDS) < SILENT_SECONDS:
            return False
        self._tried[row["id"]] = at
        return True

    def _is_news(self, capture: bytes, seen: _Seen) -> bool:
        """False when a room was started for the same and left it, because nobody had paused."""
        last = self._last.get(capture, _Seen(0, 0, 0.0))
        more = seen.waiting > last.waiting or seen.done > last.done
        return bool(seen.waiting) and (more or seen.at - last.at > AGAIN_SECONDS)


def _long(waiting: list[Place]) -> int:
    """In chunks: two tracks of the same time are no longer than one."""
    return len({(place.segment, place.seq) for place in waiting})
