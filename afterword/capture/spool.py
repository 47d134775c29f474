"""Where sealed chunks wait for the room: one folder a capture, one file a chunk. Ciphertext only."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from afterword.capture.crash import crash_point
from afterword.capture.files import destroy, replace, sync_folder, write_once

_CHECKPOINT = "checkpoint-"


def chunk_name(index: int) -> str:
    """Of a chunk of a file."""
    return f"{index:06d}"


class Spool:
    """The chunks of one capture. `root`: the folder of all spools."""

    def __init__(self, root: Path, capture: bytes) -> None:
        self.root = root
        self.folder = root / capture.hex()
        self._leaving = root / f".{capture.hex()}.leaving"

    def make(self) -> None:
        """Durable before it returns."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(self.root)

    def put(self, name: str, sealed: bytes) -> None:
        """Durable before it returns. Raises Conflict for other bytes of the same name, FileNotFoundError when the
        capture is over."""
        crash_point("chunk-before-write")
        write_once(self.folder / name, sealed)
        crash_point("chunk-durable")

    def read(self, name: str) -> bytes:
        """Raises FileNotFoundError."""
        return (self.folder / name).read_bytes()

    def have(self) -> dict[str, int]:
        """Names of the chunks that are here, with their sizes in bytes, in order of name; none when it is over."""
        if not self.folder.exists():
            return {}
        with os.scandir(self.folder) as entries:
            here = {entry.name: _size(entry) for entry in entries if not entry.name.startswith((".", _CHECKPOINT))}
        return dict(sorted(here.items()))

    def let_go(self, names: Iterable[str]) -> None:
        """What was listened to, or wished away. Idempotent."""
        for name in names:
            (self.folder / name).unlink(missing_ok=True)
        if self.folder.exists():
            sync_folder(self.folder)

    def destroy(self, names: Iterable[str]) -> None:
        """What was wished away: overwritten, then removed. Idempotent."""
        for name in names:
            destroy(self.folder / name)

    def save_checkpoint(self, sealed: bytes, attempt: int) -> None:
        """Takes the place of all before. A worker that was frozen meanwhile has a lower attempt, and replaces none."""
        crash_point("checkpoint-before-write")
        replace(self.folder / f"{_CHECKPOINT}{attempt:08d}", sealed)
        crash_point("checkpoint-durable")
        for older in self._checkpoints()[:-1]:
            older.unlink(missing_ok=True)

    def checkpoint(self) -> bytes:
        """The last checkpoint, or nothing."""
        there = self._checkpoints()
        return there[-1].read_bytes() if there else b""

    def _checkpoints(self) -> list[Path]:
        return sorted(self.folder.glob(f"{_CHECKPOINT}*"))

    def remove(self) -> None:
        """Unlink everything. Without its key it is noise already. Renamed first, so that a room still at work cannot
        put a checkpoint back. Idempotent."""
        if self.folder.exists():
            os.rename(self.folder, self._leaving)
        if self._leaving.exists():
            shutil.rmtree(self._leaving)
            sync_folder(self.root)

    def gone(self) -> bool:
        """True when nothing is left."""
        return not self.folder.exists() and not self._leaving.exists()


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat().st_size
    except FileNotFoundError:  # it was let go just now
        return 0


def free_bytes(folder: Path) -> int:
    """Free space for this user."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize
