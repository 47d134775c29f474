"""From a file of any common kind to samples, a block at a time. Never more than a few seconds in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, BinaryIO

import av
import numpy as np
from numpy.typing import NDArray

from afterword.room.listen.errors import ListenError

RATE = 16000
LONGEST_SECONDS = 3 * 3600 + 60
Samples = NDArray[np.float32]

# A list, because other demuxers (playlists, concat) open further files that the recording names.
_FORMATS = "mov,mp4,m4a,3gp,3g2,mj2,mp3,wav,w64,flac,ogg,matroska,webm,aac,aiff,caf,amr,asf"
# Speech codecs go down to about 5 kbit/s: a container that states a duration beyond that is not believed.
_FEWEST_BYTES_A_SECOND = 500
# A recording may end this much before the stated duration: encoders round, and players trim.
_SLACK_SECONDS = 2.0
# Seconds that may be missing between two frames: less is rounding, more is a broken clock.
_LEAST_JUMP, _MOST_JUMP = 0.5, 600.0


@dataclass
class Audio:
    """An opened recording.

    `duration`: seconds as stated or counted, or None. `broken`: it breaks off before its end.
    `damaged`: (start, end) in seconds of packets that could not be decoded; silence stands in for them.
    """

    container: Any = field(repr=False)
    duration: float | None
    broken: bool = False
    damaged: list[tuple[float, float]] = field(default_factory=list)

    def samples(self, start: float = 0.0) -> Iterator[Samples]:
        """Blocks of mono float32 at 16 kHz, from `start` seconds on. Once only. Raises ListenError('too_long').

        What lies before `start` is decoded too, as empty blocks, so that a caller can go on telling its progress.
        """
        skip, seen = round(start * RATE), 0
        for block in self._resampled():
            seen += len(block)
            if seen > LONGEST_SECONDS * RATE:
                raise ListenError("too_long")
            yield block[max(0, len(block) - max(0, seen - skip)) :]
        if self.duration and seen / RATE < self.duration - _SLACK_SECONDS:
            self.broken = True

    def _resampled(self) -> Iterator[Samples]:
        resampler, kind, first, done = _resampler(), None, None, 0
        for frame in self._frames():
            blocks: Iterator[Samples] = iter(())
            if isinstance(frame, float):
                lost = frame
            else:
                # A stream may change its rate or channels on the way; a resampler may not.
                resampler = resampler if kind in (None, _kind(frame)) else _resampler()
                kind = _kind(frame)
                first = frame.time if first is None else first
                lost, blocks = _jump(frame, first, done / RATE), _blocks(resampler, frame)
            if lost:
                self._note(done / RATE, lost)
                blocks = chain([np.zeros(round(lost * RATE), np.float32)], blocks)
            for block in blocks:
                done += len(block)
                yield block
        if kind is not None:
            yield from _blocks(resampler, None)

    def _frames(self) -> Iterator[Any]:
        """Decoded frames; a float where a packet of that many seconds could not be decoded."""
        stream = self.container.streams.audio[0]
        try:
            for packet in self.container.demux(stream):
                try:
                    yield from packet.decode()
                except av.FFmpegError:
                    yield float((packet.duration or 0) * (packet.time_base or 0))
        except av.FFmpegError:
            self.broken = True

    def _note(self, start: float, seconds: float) -> None:
        if self.damaged and start - self.damaged[-1][1] < 0.1:
            self.damaged[-1] = (self.damaged[-1][0], start + seconds)
        else:
            self.damaged.append((start, start + seconds))


def open_audio(file: BinaryIO) -> Audio:
    """A recording in one of the common formats, from a file that can seek.

    Raises ListenError with the code that the person will be told in words: empty, not_audio, no_sound, unsupported,
    truncated, too_long.
    """
    if not file.read(1):
        raise ListenError("empty")
    container = _opened(file)
    _refuse_without_sound(container)
    duration = _stated(container, file) or _counted(file)
    if duration and duration > LONGEST_SECONDS:
        raise ListenError("too_long")
    broken = _cut_off(file, container.format.name)
    # Opened anew, last: whoever reads the file after this moves it under the decoder.
    return Audio(_opened(file), duration, broken)


def _opened(file: BinaryIO) -> Any:
    file.seek(0)
    try:
        return av.open(file, mode="r", metadata_errors="ignore", options={"format_whitelist": _FORMATS})
    except (av.FFmpegError, ValueError):
        raise ListenError("truncated" if _was_mp4(file) else "not_audio") from None


def _refuse_without_sound(container: Any) -> None:
    if not container.streams.audio:
        raise ListenError("no_sound" if container.streams.video else "not_audio")
    try:
        known = container.streams.audio[0].codec_context is not None
    except (av.FFmpegError, ValueError):
        known = False
    if not known:
        raise ListenError("unsupported")


def _stated(container: Any, file: BinaryIO) -> float | None:
    """The duration that the container states, where it is worth believing."""
    if not container.duration or container.duration <= 0:
        return None
    duration = float(container.duration / av.time_base)
    file.seek(0)
    if container.format.name == "mp3" and not any(mark in file.read(1 << 16) for mark in (b"Xing", b"Info", b"VBRI")):
        return None
    return duration if file.seek(0, 2) / duration >= _FEWEST_BYTES_A_SECOND else None


def _cut_off(file: BinaryIO, name: str) -> bool:
    """Whether the file ends early by its own marks: an Ogg without its last page, a WAV shorter than it says."""
    size = file.seek(0, 2)
    if name == "ogg":
        file.seek(max(0, size - (1 << 17)))
        tail = file.read()
        last = tail.rfind(b"OggS")
        return last < 0 or len(tail) < last + 6 or not tail[last + 5] & 4
    if name == "wav":
        file.seek(4)
        said = int.from_bytes(file.read(4), "little")
        # Recorders that write to a pipe leave 0 or the largest number.
        return 0 < said < 0x7FFFF000 and said + 8 > size + 1024
    return False


def _counted(file: BinaryIO) -> float | None:
    """Where the container states nothing (a browser's webm): the end of its last packet, found without decoding."""
    container = _opened(file)
    last = 0.0
    try:
        for packet in container.demux(container.streams.audio[0]):
            if packet.pts is not None:
                last = max(last, float((packet.pts + (packet.duration or 0)) * packet.time_base))
            if last > LONGEST_SECONDS:
                break
    except av.FFmpegError:
        pass
    return last or None


def _was_mp4(file: BinaryIO) -> bool:
    file.seek(4)
    return file.read(4) == b"ftyp"


def _resampler() -> Any:
    return av.AudioResampler(format="flt", layout="mono", rate=RATE)


def _jump(frame: Any, first: float | None, done: float) -> float:
    """Seconds missing before this frame. Whole pages may be lost: the clock of the frames shows it."""
    missing = float(frame.time - first - done) if frame.time is not None and first is not None else 0.0
    return missing if _LEAST_JUMP < missing < _MOST_JUMP else 0.0


def _kind(frame: Any) -> tuple[object, ...]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _blocks(resampler: Any, frame: Any) -> Iterator[Samples]:
    for out in resampler.resample(frame):
        yield out.to_ndarray()[0].astype(np.float32)
