"""What the room reads from and writes to: one pipe each way, and the recording as a file made of sealed chunks."""

from __future__ import annotations

import io
from collections import OrderedDict
from typing import Any, BinaryIO

from afterword.capture.manifest import Manifest
from afterword.room.frames import Frame, Kind, read_frame, write_frame
from afterword.seal.context import chunk_place

CHUNK_BYTES = 1 << 20


class Pipes:
    """The two ends of the one pipe to the worker."""

    def __init__(self, into: BinaryIO, out: BinaryIO) -> None:
        self._into, self._out = into, out

    def take(self, kind: Kind) -> bytes:
        """The next frame, which must be of `kind`."""
        frame: Frame | None = read_frame(self._into)
        if frame is None or frame.kind is not kind:
            raise SystemExit(3)
        return frame.payload

    def give(self, kind: Kind, payload: bytes) -> None:
        """Send one frame now."""
        write_frame(self._out, kind, payload)
        self._out.flush()

    def chunk(self, index: int) -> bytes:
        """One sealed chunk."""
        self.give(Kind.WANT, index.to_bytes(4, "big"))
        return self.take(Kind.CHUNK)


class SealedSound(io.RawIOBase):
    """The recording as a file that can be read anywhere: asks the worker for a sealed chunk and opens it here."""

    def __init__(self, pipes: Pipes, manifest: Manifest, chunks: int, size: int) -> None:
        self._pipes, self._manifest, self._chunks, self._size = pipes, manifest, chunks, size
        self._at = 0
        self._open: OrderedDict[int, bytes] = OrderedDict()

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        index, start = divmod(self._at, CHUNK_BYTES)
        if index >= self._chunks or self._at >= self._size:
            return 0
        piece = self._chunk(index)[start : start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _chunk(self, index: int) -> bytes:
        if index not in self._open:
            self._open[index] = self._manifest.key.open(
                self._pipes.chunk(index), chunk_place(self._manifest.capture, index)
            )
            if len(self._open) > 4:
                self._open.popitem(last=False)
        self._open.move_to_end(index)
        return self._open[index]
