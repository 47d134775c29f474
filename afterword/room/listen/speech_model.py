"""The speech model that writes down what is said: the one that comes with its package, or one in a folder. RED."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from moonshine_voice.errors import MoonshineError
from moonshine_voice.moonshine_api import ModelArch
from moonshine_voice.transcriber import Transcriber
from moonshine_voice.utils import get_model_path

from afterword.room.listen.calls import run

OPTIONS = {"vad_threshold": "0", "identify_speakers": "false", "return_audio_data": "false"}
_STREAMING = "streaming_config.json"
_AT_ONCE = (ModelArch.TINY, ModelArch.BASE)
_SAID = np.random.default_rng(1).normal(0, 0.01, 16000).astype(np.float32)


def bundled() -> str:
    """The folder of the model that is never fetched: it lies in its package."""
    return str(get_model_path("tiny-en"))


def bundled_model() -> Transcriber:
    """That model, loaded."""
    return Transcriber(bundled(), ModelArch.TINY, options=OPTIONS)


def model_in(folder: Path) -> tuple[str, Transcriber] | None:
    """(kind, the model), loaded and tried on a second of noise; None when no kind of this library's can be made of it.

    A folder does not say its kind. One of another kind loads as well, and fails at its first second.
    """
    for kind in _kinds(folder):
        try:
            model = Transcriber(str(folder), kind, options=OPTIONS)
            run(model, _SAID)
        except (MoonshineError, RuntimeError):
            continue
        return kind.name.lower().replace("_", " "), model
    return None


def _kinds(folder: Path) -> list[ModelArch]:
    """Those that its files could be, the one that its name gives first."""
    streams = (folder / _STREAMING).is_file()
    kinds = [kind for kind in ModelArch if (kind not in _AT_ONCE) == streams]
    return sorted(kinds, key=lambda kind: kind.name.split("_")[0].lower() not in folder.name.lower())
