"""One chunk of a live capture: what it says of itself is checked at the door, and its sound is as long as it says."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from afterword.room.listen.chunk import SECONDS, Chunk, NotAChunk, read_chunk, write_chunk
from afterword.room.listen.decode import RATE
from tests.speech import Samples, encode, say

HEAD: dict[str, Any] = {
    "v": 1, "type": "wav", "start": 0, "samples": 80000, "rate": 16000, "wall": 1_795_200_000_000, "after": "",
    "zeros": 0,
}  # fmt: skip


def read(head: dict[str, Any] | None = None, sound: bytes = b"", **more: Any) -> Chunk:
    return read_chunk(write_chunk((head or HEAD) | more, sound), "0123abcd", 3)


def raw(head: bytes, sound: bytes = b"") -> bytes:
    return len(head).to_bytes(4, "big") + head + len(sound).to_bytes(4, "big") + sound


def tone(seconds: float) -> Samples:
    return (0.3 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * RATE)) / RATE)).astype(np.float32)


def test_what_was_written_is_read() -> None:
    chunk = read(sound=b"the sound", start=160000, zeros=8000, after="paused")
    assert (chunk.segment, chunk.seq, chunk.start, chunk.samples, chunk.zeros) == ("0123abcd", 3, 160000, 80000, 8000)
    assert (chunk.end, chunk.wall, chunk.after, chunk.kind) == (240000, HEAD["wall"], "paused", "wav")
    assert chunk.sound == b"the sound"
    assert "the sound" not in repr(chunk)


def test_at_48_khz_times_are_told_in_samples_at_16_khz() -> None:
    chunk = read(type="ogg", rate=48000, start=720000, samples=240000, zeros=48000)
    assert (chunk.start, chunk.samples, chunk.zeros) == (240000, 80000, 16000)


@pytest.mark.parametrize("length", [0, 1, 3000, 4096, 50000])
def test_sizes_tell_nothing_but_steps_of_four_kilobytes(length: int) -> None:
    written = write_chunk(HEAD, b"x" * length)
    assert len(written) % 4096 == 0
    assert read_chunk(written, "0123abcd", 0).sound == b"x" * length


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2}, {"v": None}, {"type": "mp3"}, {"type": ["wav"]}, {"rate": 44100}, {"rate": 0}, {"rate": "fast"},
        {"samples": -1}, {"samples": 160001}, {"start": -1}, {"start": 4 * 80000 + 1}, {"start": None},
        {"samples": float("nan")}, {"rate": float("inf")}, {"start": float("inf")}, {"wall": float("inf")},
        {"wall": "noon"}, {"zeros": []}, {"start": 10**400},
    ],
)  # fmt: skip
def test_a_head_that_makes_no_sense_is_no_chunk(change: dict[str, Any]) -> None:
    with pytest.raises(NotAChunk):
        read(**change)


@pytest.mark.parametrize("name", HEAD)
def test_a_head_that_lacks_something_is_no_chunk(name: str) -> None:
    with pytest.raises(NotAChunk):
        read({key: value for key, value in HEAD.items() if key != name})


@pytest.mark.parametrize(
    "plain",
    [
        b"", b"\0", bytes(4096), b"\xff" * 4096, raw(b"{"), raw(b"[]"), raw(b"null"), raw(b"\xff\xfe"),
        raw(b"[" * 100_000), raw(b'{"v": ' * 50_000), raw(json.dumps(HEAD).encode())[:-4],
        raw(json.dumps(HEAD).encode(), b"sound")[:-1], (1 << 31).to_bytes(4, "big") + b"{}",
    ],
    ids=range(13),
)  # fmt: skip
def test_bytes_that_are_no_chunk_are_refused_and_not_more(plain: bytes) -> None:
    with pytest.raises(NotAChunk):
        read_chunk(plain, "0123abcd", 0)


@pytest.mark.parametrize("wall", [-5, 10**30, 10**400])
def test_no_clock_is_too_wrong(wall: int) -> None:
    assert 0 <= read(wall=wall).wall < 1 << 46


def test_a_reason_of_ones_own_is_not_taken_over() -> None:
    assert read(after="<script>alert(1)</script>").after == "not heard"
    assert [read(after=why).after for why in ("", "paused", "off the record", "forgotten")] == [
        "", "paused", "off the record", "forgotten"
    ]  # fmt: skip


@pytest.mark.parametrize("kind", ["wav", "ogg"])
def test_the_sound_is_as_long_as_it_says_whatever_is_in_it(kind: str) -> None:
    exact = read(type=kind, sound=encode(tone(SECONDS), kind)).decoded()
    short = read(type=kind, sound=encode(tone(1), kind)).decoded()
    long = read(type=kind, sound=encode(tone(9), kind)).decoded()
    for sound in (exact, short, long):
        assert sound is not None
        assert len(sound) == 80000
        assert sound.dtype == np.float32
    assert exact is not None
    assert short is not None
    assert float(np.abs(exact[-2000:]).max()) > 0.2
    assert float(np.abs(short[20000:]).max()) == 0


def test_chunks_joined_are_the_sound_again() -> None:
    sound = say("slt", "One sentence that is cut into pieces and put together again.")
    pieces = [read(samples=8000, sound=encode(sound[at : at + 8000], "wav")) for at in range(0, len(sound), 8000)]
    decoded = [piece.decoded() for piece in pieces]
    joined = np.concatenate([piece for piece in decoded if piece is not None])[: len(sound)]
    assert float(np.abs(joined - sound).max()) < 1e-3


@pytest.mark.parametrize("kind", ["wav", "ogg"])
@pytest.mark.parametrize("sound", [b"", b"OggS", b"RIFF", bytes(5000), b"\xff" * 5000], ids=range(5))
def test_what_cannot_be_decoded_is_none(kind: str, sound: bytes) -> None:
    assert read(type=kind, sound=sound).decoded() is None


@pytest.mark.parametrize("kind", ["wav", "ogg"])
def test_a_file_that_breaks_off_is_none_or_silence_at_its_end(kind: str) -> None:
    whole = encode(tone(SECONDS), kind)
    for length in (50, len(whole) // 2, len(whole) - 3):
        sound = read(type=kind, sound=whole[:length]).decoded()
        assert sound is None or len(sound) == 80000
