"""A recording device that never gives up, in front of the real web process, and the points where live captures die."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx

from afterword.capture.intake import Opened
from tests.recorder import Recorder
from tests.safety.browser import Browser
from tests.speech import Samples

# Where the web process may die while a device talks to it, and the worker while it follows.
DEVICE = ("forget-before-commit", "forget-committed", "live-end-before-commit", "live-end-committed")
FOLLOWING = ("parts-covered", "provisional-before-keep", "provisional-kept")

Step = Callable[[Browser], httpx.Response]


@dataclass
class Device:
    """`acknowledged`: chunks whose number and hash the server named."""

    recorder: Recorder
    acknowledged: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, browser: Browser) -> Device:
        """A live capture of the unlocked owner."""
        given = browser.begin_live()
        key = base64.urlsafe_b64decode(given["public_key"] + "==")
        opened = Opened(bytes.fromhex(given["capture"]), bytes.fromhex(given["session"]), key, given["token"])
        return cls(Recorder(opened))

    @property
    def capture(self) -> bytes:
        return self.recorder.opened.capture

    def record(self, sound: Samples, **how: Any) -> Iterator[Step]:
        """One segment, and that it is over. `how`: as `Recorder.segment` has it."""
        chunks = self.recorder.segment(sound, **how)
        for place, sealed in chunks:
            yield lambda browser, place=place, sealed=sealed: self._put(browser, place, sealed)  # type: ignore[misc]
        name = chunks[0][0].segment
        counts = self.recorder.count(name)
        yield lambda browser: self.ask(browser, f"segments/{name}/close", {"chunks": counts})

    def forget(self, minutes: int) -> Step:
        """The same wish however often it is sent."""
        name = [*self.recorder.segments][-1]
        wish = {
            "minutes": minutes, "segment": name, "chunks": self.recorder.count(name), "order": self.capture.hex(),
        }  # fmt: skip
        return lambda browser: self.ask(browser, "forget", wish)

    def end(self) -> Step:
        """All of it was sent."""
        return lambda browser: self.ask(browser, "end", {"segments": self.recorder.counts})

    def ask(self, browser: Browser, what: str, body: dict[str, Any]) -> httpx.Response:
        """A request with the capture's token."""
        headers = self._headers | {"content-type": "application/json"}
        return browser.http.post(f"/captures/{self.capture.hex()}/{what}", content=json.dumps(body), headers=headers)

    def _put(self, browser: Browser, place: Any, sealed: bytes) -> httpx.Response:
        where = f"/captures/{self.capture.hex()}/segments/{place.segment}/{place.track}/{place.seq}"
        headers = self._headers | {"content-type": "application/octet-stream"}
        answer = browser.http.put(where, content=sealed, headers=headers)
        if answer.status_code == 200:
            assert answer.json()["sha256"] == sha256(sealed).hexdigest()
            self.acknowledged.append(place.name)
        return answer

    @property
    def _headers(self) -> dict[str, str]:
        return {"authorization": f"Capture {self.recorder.opened.token}"}


def go_on(browser: Browser, steps: list[Step]) -> None:
    """Do them in order, and take each from the list when it is answered. Raises httpx.TransportError."""
    while steps:
        answer = steps[0](browser)
        assert answer.status_code in (200, 410), (answer.status_code, answer.text)
        steps.pop(0)
