"""Makes spoken dialogues with Debian's flite, and files of many kinds from them. Invented sentences only."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

RATE = 16000
Samples = NDArray[np.float32]

# Container, codec and sample format that PyAV writes each kind of file with.
_KINDS = {
    "ogg": ("ogg", "libopus", 48000),
    "webm": ("webm", "libopus", 48000),
    "m4a": ("ipod", "aac", 48000),
    "mp4": ("mp4", "aac", 48000),
    "mp3": ("mp3", "libmp3lame", 44100),
    "flac": ("flac", "flac", 16000),
    "wav": ("wav", "pcm_s16le", 16000),
}


@cache
def say(voice: str, text: str) -> Samples:
    """One sentence in one of flite's voices (slt, kal16, awb, rms): mono float32 at 16 kHz, peak about 0.5."""
    flite = shutil.which("flite")
    if flite is None:
        pytest.skip("flite is not installed, and the spoken tests need it: apt install flite")
    out = subprocess.run([flite, "-voice", voice, "-t", text, "-o", "/dev/stdout"], capture_output=True, check=True)
    return _levelled(_pcm(out.stdout))


def dialogue(lines: Sequence[tuple[str, str]], pause: float = 0.6) -> Samples:
    """(voice, text) after (voice, text), with `pause` seconds of near-silence before, between and after."""
    gap = silence(pause)
    return np.concatenate([gap] + [part for voice, text in lines for part in (say(voice, text), gap)])


def silence(seconds: float, level: float = 1e-4) -> Samples:
    """Faint noise of a quiet room; `level` is its standard deviation."""
    noise = np.random.default_rng(7).standard_normal(int(seconds * RATE))
    return (noise * level).astype(np.float32)


def write_wav(path: Path, samples: Samples) -> None:
    """16-bit mono WAV at 16 kHz."""
    path.write_bytes(encode(samples, "wav"))


def encode(
    samples: Samples,
    kind: str,
    *,
    rate: int | None = None,
    layout: str = "mono",
    bit_rate: int = 24000,
    video: bool = False,
) -> bytes:
    """The bytes of a file of `kind`: ogg, webm, m4a, mp4, mp3, flac or wav. `video` adds a black picture."""
    name, codec, usual = _KINDS[kind]
    file = io.BytesIO()
    with av.open(file, mode="w", format=name) as container:
        stream: Any = container.add_stream(codec, rate=rate or usual, layout=layout)
        if codec in ("libopus", "aac", "libmp3lame"):
            stream.bit_rate = bit_rate * stream.layout.nb_channels
        picture = _picture(container) if video else None
        _write(container, stream, samples)
        if picture is not None:
            _write_picture(container, picture, len(samples) / RATE)
    return file.getvalue()


def only_video(seconds: float = 2.0) -> bytes:
    """An mp4 with a picture and no sound."""
    file = io.BytesIO()
    with av.open(file, mode="w", format="mp4") as container:
        _write_picture(container, _picture(container), seconds)
    return file.getvalue()


def _pcm(data: bytes) -> Samples:
    # flite states no length when it writes to a pipe, so the header is read by hand.
    rate = int.from_bytes(data[24:28], "little")
    body = data[data.index(b"data") + 8 :]
    samples = np.frombuffer(body[: len(body) // 2 * 2], dtype="<i2").astype(np.float32) / 32768
    if rate != RATE:
        at = np.arange(0, len(samples), rate / RATE)
        samples = np.interp(at, np.arange(len(samples)), samples)
    return samples.astype(np.float32)


def _levelled(samples: Samples) -> Samples:
    return (samples * (0.5 / max(float(np.abs(samples).max()), 1e-6))).astype(np.float32)


def _write(container: Any, stream: Any, samples: Samples) -> None:
    resampler = av.AudioResampler(format=stream.format.name, layout=stream.layout.name, rate=stream.rate)
    for at in range(0, len(samples), RATE):
        frame = av.AudioFrame.from_ndarray(samples[None, at : at + RATE], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
        for out in resampler.resample(frame):
            container.mux(stream.encode(out))
    for out in resampler.resample(None):
        container.mux(stream.encode(out))
    container.mux(stream.encode(None))


def _picture(container: Any) -> Any:
    stream = container.add_stream("mpeg4", rate=5)
    stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
    return stream


def _write_picture(container: Any, stream: Any, seconds: float) -> None:
    for _ in range(int(seconds * 5)):
        frame = av.VideoFrame(64, 64, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


__all__ = ["RATE", "Samples", "dialogue", "encode", "only_video", "say", "silence", "write_wav"]
