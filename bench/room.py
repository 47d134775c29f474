"""The room alone: how fast it listens and understands, and how much memory it takes, for 5 and for 50 minutes."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from afterword.capture.intake import CHUNK_BYTES
from afterword.capture.manifest import Consent, Manifest
from afterword.door import Door, Progress, Rested, Sound
from afterword.seal.context import chunk_place
from afterword.seal.keys import CaptureIdentity, NotebookIdentity
from bench.figures import peak_kib, show
from tests.speech import RATE, encode, say, silence

DIALOGUE = Path(__file__).parents[1] / "afterword" / "sample" / "dialogue.txt"
VOICES = {"therapist": "kal16", "client": "slt"}


@dataclass(frozen=True)
class Run:
    """`seconds`: of wall clock; `peak`: KiB; `heard`: seconds of sound."""

    seconds: float
    peak: int
    heard: float


def recording(minutes: float) -> bytes:
    """The sample's two voices over and over: an Ogg Opus file of that length."""
    import numpy as np

    parts, length = [], 0
    lines = [line.split(":", 1) for line in DIALOGUE.read_text().splitlines() if ":" in line]
    while length < minutes * 60 * RATE:
        for who, text in lines:
            parts += [say(VOICES[who.strip()], text.strip()), silence(0.6)]
            length += len(parts[-2]) + len(parts[-1])
    return encode(np.concatenate(parts)[: int(minutes * 60 * RATE)], "ogg")


def run(data: bytes) -> Run:
    """From the first room to the sealed record, with keys of its own. Memory is that of the largest room."""
    key, notebook = CaptureIdentity.make(), NotebookIdentity.make()
    ids = secrets.token_bytes(16), secrets.token_bytes(16), secrets.token_bytes(16)
    manifest = Manifest(*ids, notebook.recipient, Consent("both", "2026-11-20"), "2026-11-20", key)

    def read(index: int) -> bytes:
        piece = data[index * CHUNK_BYTES : (index + 1) * CHUNK_BYTES]
        return key.recipient.seal(piece, chunk_place(manifest.capture, index))

    peak, heard, kept = 0, 0.0, b""
    sound = Sound(-(-len(data) // CHUNK_BYTES), len(data), read)
    began = time.monotonic()
    while True:
        with Door.to_listen(manifest, sound, kept, "keep") as door:

            def tell(progress: Progress, pid: int = door.pid) -> None:
                nonlocal peak, heard
                peak, heard = max(peak, peak_kib(pid)), max(heard, progress.heard)

            def save(checkpoint: bytes, _covered: int) -> None:
                nonlocal kept
                kept = checkpoint

            left = door.attend(tell, save)
            peak = max(peak, peak_kib(door.pid))
        if not isinstance(left, Rested):
            return Run(time.monotonic() - began, peak, heard)


def main() -> None:
    """Print the figures."""
    short, full = run(recording(5)), run(recording(50))
    show("50 minutes, two voices: times faster than real time", full.heard / full.seconds, "x", 8, less_is_better=False)
    show("peak memory of the room, 5 minutes", short.peak / 1024, "MB", 600)
    show("peak memory of the room, 50 minutes", full.peak / 1024, "MB", 600)
    show("peak memory, 50 minutes over 5 minutes", full.peak / short.peak, "", 1.1)


if __name__ == "__main__":
    main()
