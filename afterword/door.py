"""The door of the room: starts the child, hands in sealed chunks and the key, takes out sealed results. Holds no word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from afterword.capture.crash import crash_point
from afterword.capture.wraps import Manifest
from afterword.room.frames import Frame, FrameError, Kind, read_frame, write_frame


class RoomFailed(Exception):
    """The room could not make a record. `code` says why; `retryable`: another try may help."""

    def __init__(self, code: str, retryable: bool) -> None:
        super().__init__(code)
        self.code, self.retryable = code, retryable


@dataclass(frozen=True)
class Progress:
    """`stage`: 'listening' or 'understanding'; `heard`, `total` in seconds."""

    stage: str
    heard: float
    total: float | None


@dataclass(frozen=True)
class Sound:
    """The sealed chunks: how many, how many bytes of sound in all, and how to read one."""

    chunks: int
    size: int
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class Left:
    """The record, sealed to the notebook."""

    sealed: bytes


@dataclass(frozen=True)
class Asked:
    """The question who is who, sealed to the notebook."""

    sealed: bytes


class Door:
    """One room: a child process, killed when the door closes."""

    def __init__(self, manifest: Manifest, sound: Sound, checkpoint: bytes, speakers: str | None) -> None:
        self._manifest, self._sound, self._checkpoint, self._speakers = manifest, sound, checkpoint, speakers

    def __enter__(self) -> Door:
        self._child = subprocess.Popen(
            [sys.executable, "-B", "-m", "afterword.room"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a native library prints could hold words.
            stderr=subprocess.DEVNULL,
            env=_environment(),
            close_fds=True,
        )
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None) -> None:
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            assert pipe is not None
            try:
                pipe.close()
            except BrokenPipeError:
                pass

    @property
    def pid(self) -> int:
        """Of the child."""
        return self._child.pid

    def attend(self, tell: Callable[[Progress], None], save: Callable[[bytes], None]) -> Left | Asked:
        """Serve the child until it leaves a record or a question. Raises RoomFailed."""
        crash_point("room-started")
        try:
            self._hand_in()
            while True:
                frame = self._next()
                match frame.kind:
                    case Kind.WANT:
                        index = int.from_bytes(frame.payload, "big")
                        self._write(Kind.CHUNK, index.to_bytes(4, "big") + self._sound.read(index))
                    case Kind.PROGRESS:
                        told = json.loads(frame.payload)
                        tell(Progress(told["stage"], float(told["heard"]), told["of"]))
                    case Kind.SAVE:
                        save(frame.payload)
                    case Kind.ASK:
                        return Asked(frame.payload)
                    case Kind.RECORD:
                        return Left(frame.payload)
                    case Kind.FAIL:
                        failed = json.loads(frame.payload)
                        raise RoomFailed(failed["code"], bool(failed["retryable"]))
                    case _:
                        raise RoomFailed("room_confused", True)
        except (BrokenPipeError, FrameError):
            raise RoomFailed("room_died", True) from None

    def _hand_in(self) -> None:
        job = {
            "capture": self._manifest.capture.hex(),
            "chunks": self._sound.chunks,
            "size": self._sound.size,
            "speakers": self._speakers,
        }
        self._write(Kind.JOB, json.dumps(job).encode())
        self._write(Kind.KEY, self._manifest.to_bytes())
        self._write(Kind.CHECKPOINT, self._checkpoint)

    def _write(self, kind: Kind, payload: bytes) -> None:
        assert self._child.stdin is not None
        write_frame(self._child.stdin, kind, payload)
        self._child.stdin.flush()

    def _next(self) -> Frame:
        assert self._child.stdout is not None
        frame = read_frame(self._child.stdout)
        if frame is None:
            raise RoomFailed("room_died", True)
        return frame


def _environment() -> dict[str, Any]:
    kept = ("PATH", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "AFTERWORD_CRASH_AT")
    return {k: os.environ[k] for k in kept if k in os.environ} | {"OMP_NUM_THREADS": str(os.cpu_count() or 1)}
