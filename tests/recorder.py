"""A recording device without its browser: cuts sound into chunks, seals and numbers them (docs/live-capture.md)."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from afterword.capture.intake import Coming, Opened
from afterword.capture.live import CHUNK_SECONDS, Place
from afterword.consent.gate import Voices
from afterword.room.listen.chunk import write_chunk
from afterword.seal.context import live_place
from afterword.seal.keys import CaptureRecipient
from tests.speech import RATE, Samples, encode

CHUNK = CHUNK_SECONDS * RATE


def coming(voices: Voices = "mine") -> Coming:
    """A live capture that is about to begin."""
    return Coming(voices, "2026-11-20", 0, secrets.token_bytes(32), live=True)


@dataclass
class Recorder:
    """One device. `wall`: milliseconds since 1970 by its clock, which goes on with the sound alone."""

    opened: Opened
    kind: str = "wav"
    wall: int = field(default_factory=lambda: int(time.time() * 1000))
    segments: dict[str, int] = field(default_factory=dict)

    def segment(
        self, sound: Samples, after: str = "", away: float = 0.0, zeros: bool = False
    ) -> list[tuple[Place, bytes]]:
        """All sealed chunks of one segment. `away`: seconds between the segment before and this one."""
        return list(self.chunks(sound, after, away, zeros))

    def chunks(
        self, sound: Samples, after: str = "", away: float = 0.0, zeros: bool = False
    ) -> Iterator[tuple[Place, bytes]]:
        """The same, one at a time."""
        self.wall += round(away * 1000)
        name, begin, key = secrets.token_hex(4), self.wall, CaptureRecipient(self.opened.public_key)
        self.segments[name] = 0
        for seq, at in enumerate(range(0, len(sound), CHUNK)):
            piece = np.asarray(sound[at : at + CHUNK], np.float32)
            head = {
                "v": 1, "type": self.kind, "start": at, "samples": len(piece), "rate": RATE, "wall": begin,
                "after": after, "zeros": len(piece) if zeros else 0,
            }  # fmt: skip
            place = Place(name, "mic", seq)
            plain = write_chunk(head, encode(piece, self.kind))
            self.segments[name], self.wall = seq + 1, begin + round((at + len(piece)) * 1000 / RATE)
            yield place, key.seal(plain, live_place(self.opened.capture, name, "mic", seq))

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """For the end: how many chunks each segment has."""
        return {name: {"mic": count} for name, count in self.segments.items()}
