"""How often somebody may ask. Counted in the memory of the web process; nothing of it is ever stored."""

from __future__ import annotations

import ipaddress
import time
from collections import deque
from collections.abc import Callable, Hashable
from threading import Lock

MINUTE, HOUR = 60.0, 3600.0
# How many keys are remembered at most: an attacker with many addresses must not fill the memory.
MOST_KEYS = 4096


class Rate:
    """At most `most` times in `within` seconds for each key. Over that: not before `pause` seconds have passed, if
    given."""

    def __init__(self, most: int, within: float, clock: Callable[[], float], pause: float = 0.0) -> None:
        self.most, self.within, self.clock, self.pause = most, within, clock, pause
        self._times: dict[Hashable, deque[float]] = {}
        self._until: dict[Hashable, float] = {}
        self._lock = Lock()

    def allows(self, key: Hashable) -> bool:
        """Whether once more fits, without counting it."""
        with self._lock:
            return self._fits(key, self.clock())

    def count(self, key: Hashable) -> bool:
        """Count it if it fits. False when it does not."""
        with self._lock:
            at = self.clock()
            if not self._fits(key, at):
                return False
            self._times[key].append(at)
            if self.pause and len(self._times[key]) >= self.most:
                self._until[key] = at + self.pause
            return True

    def _fits(self, key: Hashable, at: float) -> bool:
        if self._until.get(key, at) > at:
            return False
        if self._until.pop(key, None) is not None:
            self._times.pop(key, None)
        times = self._times.setdefault(key, deque())
        while times and at - times[0] >= self.within:
            times.popleft()
        self._forget(key)
        return len(times) < self.most

    def _forget(self, but: Hashable) -> None:
        """The oldest key goes."""
        if len(self._times) > MOST_KEYS:
            oldest = next(key for key in self._times if key != but)
            self._times.pop(oldest)
            self._until.pop(oldest, None)


class Pending:
    """Codes that are shown now: so many for each key; a further one takes the place of the oldest."""

    def __init__(self, within: float, clock: Callable[[], float]) -> None:
        self.within, self.clock = within, clock
        self._made: dict[Hashable, deque[tuple[float, bytes]]] = {}
        self._lock = Lock()

    def add(self, key: Hashable, id: bytes, most: int) -> list[bytes]:
        """Returns those that have to go."""
        with self._lock:
            at = self.clock()
            made = self._made.setdefault(key, deque())
            while made and at - made[0][0] >= self.within:
                made.popleft()
            gone = [made.popleft()[1] for _ in range(len(made) - most + 1)]
            made.append((at, id))
            if len(self._made) > MOST_KEYS:
                self._made.pop(next(k for k in self._made if k != key))
            return gone


class Limits:
    """All of a handoff. security.md, 4: RFC 8628's polling, and guesses that are too slow to be worth it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.create = Rate(10, MINUTE, clock)
        # Behind a proxy nobody knows whose address it is, so all of them count as one.
        self.create_anywhere = Rate(60, MINUTE, clock)
        self.pending = Pending(120.0, clock)
        self.poll = Rate(1, 1.5, clock)
        self.wrong_codes = Rate(5, 10 * MINUTE, clock, pause=15 * MINUTE)
        self.approvals = Rate(10, HOUR, clock)

    def may_create(self, address: str) -> bool:
        """`address`: empty where it is not known."""
        return self.create.count(_one(address)) if address else self.create_anywhere.count("")

    def made(self, address: str, id: bytes) -> list[bytes]:
        """One more code is shown. Returns those whose place it takes."""
        return self.pending.add(_one(address), id, 3 if address else 30)


def _one(address: str) -> str:
    """The same for all that one device may call itself: of IPv6 it has a whole /64."""
    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((found, 64), strict=False))
