"""How the far side of a call reaches a microphone over loudspeakers: late, through a room, in part, beside noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tests.speech import RATE, Samples


@dataclass(frozen=True)
class Way:
    """`gain`: decibels of the far side at the microphone beside its loudness on the call; None with headphones.
    `delay`: seconds; below zero where the call's track is late by its clock. `held`: seconds until the room's echo has
    fallen by 60 dB. `band`: Hz that the loudspeaker plays. `noise`: standard deviation of the microphone's own."""

    name: str
    gain: float | None
    delay: float = 0.08
    held: float = 0.3
    band: tuple[float, float] = (200.0, 6000.0)
    noise: float = 1e-3


WAYS = (
    Way("headphones", None),
    Way("-6 dB, 50 ms", -6, 0.05),
    Way("-12 dB, 250 ms, echoing room", -12, 0.25, held=0.6),
    Way("-12 dB, 500 to 3000 Hz, clock 100 ms off", -12, -0.1, band=(500.0, 3000.0)),
    Way("-20 dB, 80 ms, noise", -20, 0.08, noise=4e-3),
    Way("-30 dB, 120 ms", -30, 0.12),
)


def over(far: Samples, way: Way, seed: int = 3) -> Samples:
    """What of the far side the microphone has, as long as it, 16 kHz; without the noise."""
    if way.gain is None:
        return np.zeros_like(far)
    size = 1 << (len(far) + RATE).bit_length()
    bands = np.fft.rfft(far, size) * np.fft.rfft(_room(way.held, seed), size)
    pitches = np.fft.rfftfreq(size, 1 / RATE)
    bands *= (pitches > way.band[0]) & (pitches < way.band[1])
    heard = np.fft.irfft(bands, size)[: len(far)]
    speaks = np.abs(far) > 1e-3
    heard *= far[speaks].std() / max(float(heard[speaks].std()), 1e-9) * 10 ** (way.gain / 20)
    late = round(way.delay * RATE)
    moved = np.roll(np.tanh(1.5 * heard) / 1.5, late)  # a small loudspeaker is not linear
    moved[slice(0, late) if late >= 0 else slice(late, None)] = 0
    found: Samples = moved.astype(np.float32)
    return found


def noise(length: int, level: float) -> Samples:
    """Of a microphone and its room."""
    made: Samples = (np.random.default_rng(5).standard_normal(length) * level).astype(np.float32)
    return made


def _room(held: float, seed: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """An impulse response: the straight way, then an echo that falls."""
    times = np.arange(round(held * RATE)) / RATE
    echo = 0.2 * np.random.default_rng(seed).standard_normal(len(times)) * 10 ** (-3 * times / held)
    echo[0] = 1.0
    return echo
