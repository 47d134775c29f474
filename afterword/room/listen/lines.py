"""What has been heard so far: lines with their times and the print of their voice, to and from bytes. RED.

The bytes hold words. They leave the room only sealed.
"""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from afterword.record import Gap
from afterword.room.listen.decode import RATE

# 2 had no `found`, 3 no tracks. A recording may go on across an upgrade.
VERSION, _READABLE = 4, (2, 3, 4)
Print = NDArray[np.float32]


@dataclass(frozen=True)
class Line:
    """A stretch of one voice. `start`, `end`: seconds in the recording. `voice`: its print, 512 signed bytes. `track`:
    mic or call where the call had a track of its own, so that it is known whose it is; else empty."""

    start: float
    end: float
    text: str = field(repr=False)
    voice: bytes = field(repr=False)
    track: str = ""


@dataclass(frozen=True)
class Segment:
    """Of a live capture: sound without a break. `begin`: second of the recording at which it begins; `wall`: the same
    in milliseconds since 1970 by the device's clock; `done`: samples at 16 kHz of it that are done with."""

    name: str
    begin: float
    wall: int
    done: int = 0

    @property
    def end(self) -> float:
        """The second of the recording up to which it is done with."""
        return self.begin + self.done / RATE


@dataclass(frozen=True)
class Checkpoint:
    """How far listening has come. `at`: samples at 16 kHz that are done with, breaks of a live capture included.
    `found`: what a language model has found in parts of it already, as `Findings.to_bytes` writes it. `heard_with`:
    the speech models that listened."""

    at: int = 0
    lines: tuple[Line, ...] = field(default=(), repr=False)
    gaps: tuple[Gap, ...] = ()
    segments: tuple[Segment, ...] = ()
    found: tuple[bytes, ...] = field(default=(), repr=False)
    heard_with: tuple[str, ...] = ()

    @property
    def seconds(self) -> float:
        """The position in the recording."""
        return self.at / RATE

    def on(self, samples: int, lines: tuple[Line, ...] = (), gaps: tuple[Gap, ...] = ()) -> Checkpoint:
        """The next checkpoint, `samples` further."""
        return replace(self, at=self.at + samples, lines=self.lines + lines, gaps=self.gaps + gaps)

    def to_bytes(self) -> bytes:
        """UTF-8 JSON, to be sealed by the caller; about 0.8 kB a line."""
        lines = [[x.start, x.end, x.text, base64.b64encode(x.voice).decode(), x.track] for x in self.lines]
        state = {
            "version": VERSION, "at": self.at, "lines": lines, "gaps": [asdict(gap) for gap in self.gaps],
            "segments": [asdict(segment) for segment in self.segments],
            "found": [found.decode() for found in self.found], "heard_with": self.heard_with,
        }  # fmt: skip
        return json.dumps(state, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Checkpoint:
        """Read `to_bytes` back. Raises ValueError for another version or no checkpoint at all."""
        state = json.loads(data)
        if not isinstance(state, dict) or state.get("version") not in _READABLE:
            raise ValueError("not a checkpoint of this version")
        lines = tuple(
            Line(start, end, text, base64.b64decode(voice), *track)
            for start, end, text, voice, *track in state["lines"]
        )
        gaps, segments = (Gap(**gap) for gap in state["gaps"]), (Segment(**s) for s in state["segments"])
        found = tuple(str(found).encode() for found in state.get("found", ()))
        models = tuple(str(name) for name in state.get("heard_with", ()))
        return cls(int(state["at"]), lines, tuple(gaps), tuple(segments), found, models)


def packed(voice: Print) -> bytes:
    """A print as one signed byte a dimension: 0.5 kB instead of 2, and the angle kept to about half a degree."""
    steps: NDArray[np.int8] = np.round(voice / np.abs(voice).max() * 127).astype(np.int8)
    return steps.tobytes()


def unpacked(voices: list[bytes]) -> Print:
    """Prints as rows of length 1, shape (lines, 512)."""
    rows = np.frombuffer(b"".join(voices), dtype=np.int8).reshape(len(voices), -1).astype(np.float32)
    unit: Print = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit
