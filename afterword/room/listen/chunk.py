"""One chunk of a live capture: its head, and its sound as samples. RED. The form is in docs/live-capture.md."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import av
import numpy as np

from afterword.room.listen.decode import RATE, Samples

SECONDS = 5
MIC, CALL = TRACKS = ("mic", "call")
_FORMATS = {"ogg": "ogg", "wav": "wav"}
_BREAKS = ("", "paused", "off the record", "forgotten", "not heard")
_LATEST = 1 << 45  # the year 3084
_RATES = (48000, 16000)


class NotAChunk(ValueError):
    """What was opened is no chunk of this version."""


@dataclass(frozen=True)
class Chunk:
    """`start`, `samples`, `zeros`: of 16 kHz. `wall`: milliseconds since 1970 at the segment's first sample. `after`:
    why there is a break before the segment. `tracks`: those that the segment has."""

    segment: str
    seq: int
    start: int
    samples: int
    zeros: int
    wall: int
    after: str
    kind: str
    sound: bytes = field(repr=False)
    track: str = MIC
    tracks: tuple[str, ...] = (MIC,)

    @property
    def end(self) -> int:
        """Samples of the segment up to its end."""
        return self.start + self.samples

    def decoded(self) -> Samples | None:
        """Mono float32 at 16 kHz, `samples` long; None when it cannot be decoded."""
        found: list[Samples] = []
        try:
            for piece in self._pieces():
                found.append(piece)
                if sum(map(len, found)) >= self.samples:  # what is more than was said is not decoded
                    break
        except (av.FFmpegError, ValueError, IndexError):
            return None
        joined = np.concatenate(found) if found else np.empty(0, np.float32)
        exact: Samples = np.pad(joined[: self.samples], (0, max(0, self.samples - len(joined)))).astype(np.float32)
        return exact

    def _pieces(self) -> Iterator[Samples]:
        with av.open(io.BytesIO(self.sound), format=_FORMATS[self.kind]) as container:
            resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
            for frame in chain(container.decode(audio=0), [None]):
                yield from (out.to_ndarray()[0] for out in resampler.resample(frame))


def read_chunk(plain: bytes, segment: str, seq: int, track: str = MIC) -> Chunk:
    """Raises NotAChunk."""
    try:
        head, sound = _split(plain)
        values: dict[str, Any] = json.loads(head)
        rate = int(values["rate"])
        if values["v"] != 1 or rate not in _RATES or values["type"] not in _FORMATS:
            raise NotAChunk
        times = {name: int(values[name]) * RATE // rate for name in ("start", "samples", "zeros")}
        # A start far beyond its number would make an endless gap.
        if not (0 <= times["samples"] <= 2 * SECONDS * RATE and 0 <= times["start"] <= (seq + 1) * SECONDS * RATE):
            raise NotAChunk
        wall, after = min(max(0, int(values["wall"])), _LATEST), str(values["after"])
        after = after if after in _BREAKS else "not heard"
        tracks = tuple(name for name in TRACKS if name in (*values.get("tracks", ()), track))
        kind = str(values["type"])
        return Chunk(segment, seq, wall=wall, after=after, kind=kind, sound=sound, track=track, tracks=tracks, **times)
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        raise NotAChunk from None


def write_chunk(head: dict[str, Any], sound: bytes) -> bytes:
    """As a browser makes it: for tests and benchmarks."""
    told = json.dumps(head).encode()
    whole = len(told).to_bytes(4, "big") + told + len(sound).to_bytes(4, "big") + sound
    return whole + bytes(-len(whole) % 4096)


def _split(plain: bytes) -> tuple[bytes, bytes]:
    at = 4 + int.from_bytes(plain[:4], "big")
    end = at + 4 + int.from_bytes(plain[at : at + 4], "big")
    if end > len(plain):
        raise NotAChunk
    return plain[4:at], plain[at + 4 : end]
