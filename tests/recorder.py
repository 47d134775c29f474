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
    calls: dict[str, int] = field(default_factory=dict)

    def segment(
        self, sound: Samples, after: str = "", away: float = 0.0, zeros: bool = False, call: Samples | None = None
    ) -> list[tuple[Place, bytes]]:
        """All sealed chunks of one segment. `away`: seconds between the segment before and this one. `call`: the sound
        of its second track, if it has one."""
        return list(self.chunks(sound, after, away, zeros, call))

    def chunks(
        self, sound: Samples, after: str = "", away: float = 0.0, zeros: bool = False, call: Samples | None = None
    ) -> Iterator[tuple[Place, bytes]]:
        """The same, one at a time: the first of each track, then the second of each."""
        self.wall += round(away * 1000)
        name, begin, key = secrets.token_hex(4), self.wall, CaptureRecipient(self.opened.public_key)
        self.segments[name] = 0
        tracks = {"mic": sound} if call is None else {"mic": sound, "call": call}
        for seq, at in enumerate(range(0, max(map(len, tracks.values())), CHUNK)):
            for track, its in tracks.items():
                piece = np.asarray(its[at : at + CHUNK], np.float32)
                if not len(piece):
                    continue
                head = {
                    "v": 1, "type": self.kind, "start": at, "samples": len(piece), "rate": RATE, "wall": begin,
                    "after": after, "zeros": len(piece) if zeros and track == "mic" else 0,
                } | ({} if call is None else {"tracks": [*tracks]})  # fmt: skip
                plain = write_chunk(head, encode(piece, self.kind))
                (self.segments if track == "mic" else self.calls)[name] = seq + 1
                self.wall = max(self.wall, begin + round((at + len(piece)) * 1000 / RATE))
                yield Place(name, track, seq), key.seal(plain, live_place(self.opened.capture, name, track, seq))

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """For the end: how many chunks each segment has."""
        return {name: self.count(name) for name in self.segments}

    def count(self, segment: str) -> dict[str, int]:
        """Chunks of each track of one segment."""
        call = {"call": self.calls[segment]} if segment in self.calls else {}
        return {"mic": self.segments[segment]} | call
