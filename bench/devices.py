"""Recording devices for benchmarks: chunks made beforehand, then sent over HTTP as fast or as slowly as wanted."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import numpy as np

from afterword.capture.intake import open_capture
from afterword.capture.live import Place
from afterword.settings import Settings
from afterword.store.ledger import Ledger
from afterword.vault.owner import Owner
from bench.room import DIALOGUE, VOICES
from tests.consent.yes import say_yes
from tests.recorder import Recorder, coming
from tests.speech import RATE, Samples, say, silence


def two_voices(minutes: float) -> Samples:
    """The sample's two voices over and over, 16 kHz."""
    lines = [line.split(":", 1) for line in DIALOGUE.read_text().splitlines() if ":" in line]
    once = np.concatenate(
        [part for who, text in lines for part in (say(VOICES[who.strip()], text.strip()), silence(0.6))]
    )
    whole: Samples = np.tile(once, int(minutes * 60 * RATE // len(once)) + 1)[: int(minutes * 60 * RATE)]
    return whole


@dataclass
class Sender:
    """One device. `took`: seconds until each chunk was acknowledged; `sent`: bytes."""

    address: str
    recorder: Recorder
    took: list[float] = field(default_factory=list)
    sent: int = 0

    @classmethod
    def begin(cls, settings: Settings, ledger: Ledger, owner: Owner) -> Sender:
        """A live capture of two voices."""
        say_yes(settings, ledger.engine, owner)
        opened = open_capture(settings, ledger, owner, coming("both"))
        return cls(f"http://127.0.0.1:{settings.port}", Recorder(opened, "ogg"))

    @property
    def capture(self) -> bytes:
        return self.recorder.opened.capture

    def send(self, chunks: Iterator[tuple[Place, bytes]], every: float) -> None:
        """One chunk every so many seconds."""
        with httpx.Client(base_url=self.address, timeout=60) as http:
            begun = time.monotonic()
            for count, (place, sealed) in enumerate(chunks, 1):
                time.sleep(max(0.0, begun + count * every - time.monotonic()))
                self._put(http, place, sealed)

    def end(self) -> None:
        """All was sent."""
        with httpx.Client(base_url=self.address, timeout=60) as http:
            self._post(http, "end", {"segments": self.recorder.counts})

    def discard(self) -> None:
        """Nothing of it is wanted."""
        with httpx.Client(base_url=self.address, timeout=60) as http:
            self._post(http, "discard", {})

    def _put(self, http: httpx.Client, place: Place, sealed: bytes) -> None:
        where = f"/captures/{self.capture.hex()}/segments/{place.segment}/{place.track}/{place.seq}"
        begun = time.monotonic()
        answer = http.put(where, content=sealed, headers=self._headers("application/octet-stream"))
        answer.raise_for_status()
        self.took.append(time.monotonic() - begun)
        self.sent += len(sealed)

    def _post(self, http: httpx.Client, what: str, body: object) -> None:
        where = f"/captures/{self.capture.hex()}/{what}"
        http.post(where, content=json.dumps(body), headers=self._headers("application/json")).raise_for_status()

    def _headers(self, kind: str) -> dict[str, str]:
        return {"authorization": f"Capture {self.recorder.opened.token}", "content-type": kind}
