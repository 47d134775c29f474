"""Makes the sample session again from afterword/sample/dialogue.txt: `python tools/make_sample.py`. Needs flite.

The therapist is flite's voice slt, the client kal16. The result is Ogg Opus, mono, 24 kbit/s, under 1 MB.
"""

from __future__ import annotations

import subprocess
import wave
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import av
import numpy as np
from numpy.typing import NDArray

SAMPLE = Path(__file__).parents[1] / "afterword" / "sample"
VOICES = {"therapist": "slt", "client": "kal16"}
RATE, PAUSE_SECONDS = 16000, 0.7
# A little slower than flite speaks by itself, which is easier to follow.
STRETCH = 1.1
Samples = NDArray[np.int16]


def main() -> None:
    """Speak every line, join them with pauses, write one file."""
    spoken = [part for line in lines() for part in (speak(*line), pause())]
    write(SAMPLE / "session.ogg", np.concatenate([pause(), *spoken]))


def lines() -> list[tuple[str, str]]:
    """(speaker, text) for each line of the dialogue."""
    text = (SAMPLE / "dialogue.txt").read_text(encoding="utf-8")
    pairs = [line.split(": ", 1) for line in text.splitlines() if line.strip()]
    return [(speaker, said) for speaker, said in pairs]


def speak(speaker: str, text: str) -> Samples:
    """One line in its voice, 16 kHz, at an even loudness."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "line.wav"
        command = [
            "flite",
            "-voice",
            VOICES[speaker],
            "--setf",
            f"duration_stretch={STRETCH}",
            "-t",
            text,
            "-o",
            str(path),
        ]
        subprocess.run(command, check=True)
        with wave.open(str(path), "rb") as file:
            if file.getframerate() != RATE:
                raise SystemExit(f"the voice {VOICES[speaker]} does not speak at {RATE} Hz")
            loud = np.frombuffer(file.readframes(file.getnframes()), dtype=np.int16).astype(np.float32)
    level: Samples = (loud * (16000 / np.abs(loud).max())).astype(np.int16)
    return level


def pause() -> Samples:
    """The faint noise of a quiet room between two lines."""
    noise = np.random.default_rng(1).standard_normal(int(PAUSE_SECONDS * RATE))
    return (noise * 4).astype(np.int16)


def write(path: Path, samples: Samples) -> None:
    """Ogg Opus, mono, 24 kbit/s."""
    with av.open(str(path), mode="w", format="ogg") as container:
        stream = container.add_stream("libopus", rate=48000, layout="mono")
        stream.bit_rate = 24000
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=48000)
        for at in range(0, len(samples), RATE):
            frame = av.AudioFrame.from_ndarray(samples[None, at : at + RATE], format="s16", layout="mono")
            frame.sample_rate, frame.pts, frame.time_base = RATE, at, Fraction(1, RATE)
            for out in resampler.resample(frame):
                container.mux(stream.encode(out))
        for out in resampler.resample(None):
            container.mux(stream.encode(out))
        container.mux(stream.encode(None))


if __name__ == "__main__":
    main()
