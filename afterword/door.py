"""The door of the room: starts the child, hands in the key and sealed chunks, takes out what is sealed. No word."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, cast

from afterword.capture.crash import crash_point
from afterword.capture.manifest import Manifest
from afterword.lent import Lending, Lent
from afterword.room.frames import Frame, FrameError, Kind, read_frame, write_frame

QUIET_SECONDS = 300.0
# The speech library keeps 2 MB for every minute it heard, so that a room of any length would grow without bound.
REST_SECONDS = 360.0
LOOK_SECONDS = 0.5


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
    """The sealed chunks of a file: how many, how many bytes of sound in all, and how to read one."""

    chunks: int
    size: int
    read: Callable[[int], bytes]


@dataclass(frozen=True)
class Parts:
    """The sealed chunks of a live capture that wait: (segment, track, seq) in order, and how to read the nth of them.
    `forgotten`: (segment, track, first, past) that were wished away. `flush`: nothing follows for now. `last`: nothing
    will follow, so make a record. `more`: waits for what comes after these, and gives only the places of that, and
    `flush`; None to end the room. `closed`: how many chunks each track of a segment had, where that is known. `final`:
    False when what is missing may still come, although a record is made."""

    places: list[tuple[str, str, int]]
    read: Callable[[int], bytes]
    forgotten: list[tuple[str, str, int, int]]
    flush: bool
    last: bool
    more: Callable[[], tuple[list[tuple[str, str, int]], bool] | None] = lambda: None
    closed: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    final: bool = True


@dataclass(frozen=True)
class Left:
    """The record, sealed to the notebook."""

    sealed: bytes


@dataclass(frozen=True)
class Rested:
    """Not done, but this room has listened long enough, or to all that waits: the next one goes on from the
    checkpoint."""


@dataclass(frozen=True)
class Asked:
    """The question who is who, sealed to the notebook."""

    sealed: bytes


class Door:
    """One room: a child process, killed when the door closes."""

    def __init__(
        self,
        job: Mapping[str, object],
        hand_in: list[tuple[Kind, bytes]],
        read: Callable[[int], bytes],
        lent: Lent | None = None,
        more: Callable[[], object] = lambda: None,
        speech: Path | None = None,
    ) -> None:
        self._job, self._hand_in, self._read, self._more = job, hand_in, read, more
        self._lent, self._speech = lent, speech
        self._closed = threading.Event()

    @classmethod
    def to_listen(
        cls,
        manifest: Manifest,
        sound: Sound,
        checkpoint: bytes,
        speakers: str | None,
        careful: bool = False,
        rest: float = REST_SECONDS,
        lent: Lent | None = None,
        speech: Path | None = None,
    ) -> Door:
        """A room for a recording. `speakers`: the person's answer to who is who, if they were asked. `careful`: leave
        out what follows the checkpoint; rooms have died of it. `rest`: seconds of sound after which the next room
        goes on. `lent`: the language model of the manifest, where it may be used. `speech`: the folder of another
        speech model than the bundled one."""
        sizes = {"chunks": sound.chunks, "size": sound.size}
        job = sizes | {"speakers": speakers, "careful": careful, "rest": rest}
        return cls(job, _keys(manifest, checkpoint), sound.read, lent, speech=speech)

    @classmethod
    def to_follow(
        cls,
        manifest: Manifest,
        parts: Parts,
        checkpoint: bytes,
        speakers: str | None,
        careful: bool = False,
        rest: float = REST_SECONDS,
        lent: Lent | None = None,
        speech: Path | None = None,
    ) -> Door:
        """A room for what waits of a live capture; otherwise as `to_listen`."""
        job = {
            "live": parts.places, "forgotten": parts.forgotten, "flush": parts.flush, "last": parts.last,
            "closed": parts.closed, "final": parts.final,
            "speakers": speakers, "careful": careful, "rest": rest,
        }  # fmt: skip
        return cls(job, _keys(manifest, checkpoint), parts.read, lent, lambda: _told(parts.more()), speech)

    @classmethod
    def to_read(cls, transcript: bytes, name: str, lent: Lent | None = None) -> Door:
        """A room for a transcript that the person already has. What it leaves is not sealed."""
        job = {"name": name, "choice": lent.choice.to_json() if lent else None}
        return cls(job, [(Kind.TRANSCRIPT, transcript)], lambda _: b"", lent)

    def __enter__(self) -> Door:
        self._lending = Lending(self._lent)
        lent = self._lending.descriptors
        given = lent | ({"speech": str(self._speech)} if self._speech else {})
        self._child = subprocess.Popen(
            [sys.executable, "-B", "-m", "afterword.room", str(os.getpid()), *(f"{k}={v}" for k, v in given.items())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # What a native library prints could hold words.
            stderr=subprocess.DEVNULL,
            env=_environment(),
            close_fds=True,
            pass_fds=tuple(lent.values()),
        )
        self._lending.started()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._closed.set()
        self._lending.close()
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

    def close_unless(self, ours: Callable[[], bool]) -> None:
        """End the room soon after `ours` says no: the person has discarded the recording, or another worker has it.
        What it was doing would otherwise go on until it next says something, which may take minutes."""

        def look() -> None:
            while not self._closed.wait(LOOK_SECONDS):
                if not ours():
                    self._child.kill()
                    return

        threading.Thread(target=look, daemon=True).start()

    def attend(self, tell: Callable[[Progress], None], save: Callable[[bytes, int], None]) -> Left | Asked | Rested:
        """Serve the child until it leaves a record or a question, or rests. `save` is given a sealed checkpoint, and
        how many of the parts of a live capture it covers. Raises RoomFailed."""
        crash_point("room-started")
        try:
            job = dict(self._job) | {"lent": self._lending.lent, "certificates": self._lending.certificates}
            job |= {"speech": str(self._speech)} if self._speech else {}
            for kind, payload in [(Kind.JOB, json.dumps(job).encode()), *self._hand_in]:
                self._write(kind, payload)
            while True:
                if left := self._serve(self._next(), tell, save):
                    return left
        except (BrokenPipeError, FrameError):
            raise RoomFailed("room_died", True) from None

    def _serve(
        self, frame: Frame, tell: Callable[[Progress], None], save: Callable[[bytes, int], None]
    ) -> Left | Asked | Rested | None:
        match frame.kind:
            case Kind.WANT:
                index = int.from_bytes(frame.payload, "big")
                self._write(Kind.CHUNK, self._read(index))
            case Kind.PROGRESS:
                told = json.loads(frame.payload)
                tell(Progress(told["stage"], float(told["heard"]), told["of"]))
            case Kind.SAVE:
                save(frame.payload[4:], int.from_bytes(frame.payload[:4], "big"))
            case Kind.MORE:
                self._write(Kind.JOB, json.dumps(self._more()).encode())
            case Kind.REST:
                return Rested()
            case Kind.ASK:
                return Asked(frame.payload)
            case Kind.RECORD:
                return Left(frame.payload)
            case Kind.FAIL:
                failed = json.loads(frame.payload)
                raise RoomFailed(str(failed["code"]), bool(failed["retryable"]))
            case _:
                raise RoomFailed("room_confused", True)
        return None

    def _write(self, kind: Kind, payload: bytes) -> None:
        into = cast(BinaryIO, self._child.stdin)
        write_frame(into, kind, payload)
        into.flush()

    def _next(self) -> Frame:
        # A room that says nothing for so long is stuck; killed, it counts as dead and is tried again.
        watch = threading.Timer(QUIET_SECONDS, self._child.kill)
        watch.start()
        try:
            frame = read_frame(cast(BinaryIO, self._child.stdout))
        finally:
            watch.cancel()
        if frame is None:
            raise RoomFailed("room_died", True)
        return frame


def _keys(manifest: Manifest, checkpoint: bytes) -> list[tuple[Kind, bytes]]:
    return [(Kind.KEY, manifest.to_bytes()), (Kind.CHECKPOINT, checkpoint)]


def _told(more: tuple[list[tuple[str, str, int]], bool] | None) -> dict[str, object] | None:
    return {"live": more[0], "flush": more[1]} if more else None


def _environment() -> dict[str, str]:
    kept = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "AFTERWORD_CRASH_AT")
    # Threads that wait without turning: beside another busy program, a model writes three times as fast.
    threads = {"OMP_NUM_THREADS": str(os.cpu_count() or 1), "OMP_WAIT_POLICY": "passive"}
    return {k: os.environ[k] for k in kept if k in os.environ} | threads
