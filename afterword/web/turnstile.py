"""Opening a notebook costs memory on purpose (Argon2id): two at a time (vault/slots.py), a few in line, no more."""

from __future__ import annotations

from threading import BoundedSemaphore

from afterword.capture.intake import Refused


class Turnstile:
    """Lets `most` in at once, so that waiting unlocks never take every thread of the pages. Raises Refused (503)."""

    def __init__(self, most: int = 10) -> None:
        self._places = BoundedSemaphore(most)

    def __enter__(self) -> None:
        if not self._places.acquire(blocking=False):
            raise Refused("busy", "There were very many attempts just now. Please wait a moment and try again.", 503)

    def __exit__(self, *_: object) -> None:
        self._places.release()
