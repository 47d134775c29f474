"""One call into the speech library, past its package. RED."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from moonshine_voice.moonshine_api import TranscriptC
from moonshine_voice.transcriber import Transcriber

from afterword.room.listen.decode import RATE, Samples


def run(model: Transcriber, samples: Samples) -> list[Any]:
    """The lines that a model makes of some sound. Raises RuntimeError."""
    data = np.ascontiguousarray(samples, dtype=np.float32)
    out = ctypes.POINTER(TranscriptC)()
    # The array goes in as it is: the package's own method makes a Python float of every sample.
    error = model._lib.moonshine_transcribe_without_streaming(
        model._handle, data.ctypes.data_as(ctypes.POINTER(ctypes.c_float)), len(data), RATE, 0, ctypes.byref(out)
    )
    if error:
        raise RuntimeError("speech model")
    return [out.contents.lines[i] for i in range(out.contents.line_count)] if out else []
