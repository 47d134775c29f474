"""The speech model: samples in, pauses and words out. RED.

Two models in one library: one that hears where speech is (and cuts it at pauses), one that writes down a stretch.
They are used apart, because a stretch cut at every short pause is written down badly: joined to whole sentences of one
voice, the same sound gave 11% instead of 16% wrong words (bench/listening.py).
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from moonshine_voice.moonshine_api import ModelArch
from moonshine_voice.transcriber import Transcriber

from afterword.room.listen.calls import run
from afterword.room.listen.decode import RATE, Samples
from afterword.room.listen.speech_model import OPTIONS, bundled, bundled_model, model_in

# A short window ends a segment at the pause between two people; their voices are compared by our own module.
_PAUSES = {"vad_window_duration": "0.2", "skip_transcription": "true"}
_PAUSES |= {name: value for name, value in OPTIONS.items() if name != "vad_threshold"}
BUNDLED, NOT_LOADED = "bundled", "not loaded"
_QUIET = 1e-4
_M_MMAP_THRESHOLD, _M_MMAP_MAX = -3, -4  # malloc.h
_SHORTEST = RATE // 2


@dataclass(frozen=True)
class Span:
    """`start`, `end`: samples within the window."""

    start: int
    end: int


class Ear:
    """The models, loaded once a room. They are bundled with their package and never fetched; the one for words may
    also lie in a `folder`. Where that cannot be used, no recording fails for it: the bundled one listens.

    `model`: which one it is, as `Record.heard_with` has it.
    """

    def __init__(self, folder: Path | None = None) -> None:
        found = model_in(folder) if folder else None
        self.model = found[0] if found else NOT_LOADED if folder else BUNDLED
        self._words = found[1] if found else bundled_model()

    def speech(self, window: Samples) -> list[Span]:
        """Where somebody speaks in a window of at most a minute, 16 kHz. Silence gives none."""
        if len(window) < RATE // 10 or float(np.abs(window).max()) < _QUIET:
            return []
        self._forget()
        pauses = Transcriber(bundled(), ModelArch.TINY, options=_PAUSES)
        spans: list[Span] = []
        for line in run(pauses, window):
            begin = round(line.start_time * RATE)
            # Its look-behind of half a second reaches into the segment before.
            start = max(0, begin, spans[-1].end if spans else 0)
            end = min(len(window), begin + round(line.duration * RATE))
            spans += [Span(start, end)] if end - start > RATE // 20 else []
        return spans

    def _forget(self) -> None:
        """Drop the pause model, so that the next transcriber makes a new one (40 ms).

        The library keeps one for the whole process, and it remembers what it heard last: without this a resumed
        recording is cut differently from an uninterrupted one.
        """
        lib = self._words._lib
        kept = ctypes.c_void_p.in_dll(lib, "_ZN21VoiceActivityDetector10silero_vadE")
        old, kept.value = ctypes.c_void_p(kept.value), None
        if old:
            lib._ZN9SileroVadD1Ev(old)
            ctypes.CDLL(None).free(old)

    def words(self, stretch: Samples) -> str:
        """What is said in a stretch of one voice, of at most half a minute."""
        padded = np.pad(stretch, (0, max(0, _SHORTEST - len(stretch))))
        texts = [ctypes.string_at(line.text) for line in run(self._words, padded) if line.text]
        return b" ".join(texts).decode("utf-8", "ignore").strip()


def keep_memory_even() -> None:
    """Have glibc map every block over 1 MB by itself and unmap it when freed, for this process; free what is small.

    onnxruntime asks for aligned blocks, and glibc before 2.38 does not find freed ones again: the heap grew by 3 MB a
    voice print and 5 MB a stretch, past 3 GiB of addresses in ten minutes of speech. Call it after every window. (A
    limit of 64 kB keeps memory lower by a fifth, and costs half as much time again.) What stays is a leak in the
    library, 2 MB for each minute of speech.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt") and hasattr(libc, "malloc_trim"):
        libc.mallopt(_M_MMAP_THRESHOLD, 1 << 20)
        libc.mallopt(_M_MMAP_MAX, 1 << 20)
        libc.malloc_trim(0)
