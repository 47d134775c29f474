"""What the person told of themselves, put to use in the room: their voice print and the names that come up. RED."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from afterword.capture.manifest import Manifest
from afterword.room.listen import Heard
from afterword.room.listen.aids import Aids
from afterword.room.listen.decode import RATE, open_audio
from afterword.room.listen.names import RightNames
from afterword.room.listen.own_voice import LONGEST_SECONDS, print_of, read_print
from afterword.room.listen.voices import VoicePrints
from afterword.seal.context import place


def aids_for(manifest: Manifest, job: Mapping[str, Any]) -> Aids:
    """Once the person has answered who is who, their print is not asked any more."""
    voice = manifest.known.voice if job.get("speakers") is None else None
    folder = job.get("speech")
    return Aids(read_print(voice.print) if voice else None, Path(folder) if folder else None)


def with_right_names(heard: Heard, manifest: Manifest) -> Heard:
    """Names that were nearly heard, as the person writes them. Every other word stays as it is."""
    if not manifest.known.names:
        return heard
    right = RightNames(manifest.known.names)
    turns = tuple(replace(turn, text=right.in_text(turn.text)) for turn in heard.turns)
    first, second = (right.in_text(text) for text in heard.examples)
    return replace(heard, turns=turns, examples=(first, second))


def sealed_print(sound: BinaryIO, manifest: Manifest, aids: Aids, tell: Callable[[float, float | None], None]) -> bytes:
    """A sample of the person's voice as a print, sealed to their notebook. Raises ListenError."""
    audio, blocks, heard = open_audio(sound), [], 0
    for block in audio.samples():
        blocks.append(block)
        heard += len(block)
        if heard >= LONGEST_SECONDS * RATE:
            break
    tell(heard / RATE, audio.duration)
    made = print_of(np.concatenate([np.empty(0, np.float32), *blocks]), aids.ear(), VoicePrints())
    return manifest.notebook.seal(made, place(manifest.person, "voice", manifest.session, 0))
