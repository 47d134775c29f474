"""Where sealed chunks wait for the room: one folder a capture, one file a chunk. Ciphertext only."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from afterword.capture.crash import crash_point
from afterword.capture.files import replace, sync_folder, write_once
from afterword.seal import context, number


def chunk_info(capture: bytes, index: int) -> bytes:
    """The context of one chunk, as static/add.js makes it."""
    return context("chunk", capture, number(index))


def checkpoint_info(capture: bytes) -> bytes:
    """The context of the checkpoint."""
    return context("checkpoint", capture)


class Spool:
    """The chunks of one capture. `root`: the folder of all spools."""

    def __init__(self, root: Path, capture: bytes) -> None:
        self.root = root
        self.folder = root / capture.hex()

    def make(self) -> None:
        """Durable before it returns."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(self.root)

    def put(self, index: int, sealed: bytes) -> None:
        """Durable before it returns. Raises Conflict for other bytes at the same number."""
        crash_point("chunk-before-write")
        write_once(self.folder / f"{index:06d}", sealed)
        crash_point("chunk-durable")

    def read(self, index: int) -> bytes:
        """Raises FileNotFoundError."""
        return (self.folder / f"{index:06d}").read_bytes()

    def missing(self, count: int) -> list[int]:
        """Numbers below `count` that are not here."""
        here = {p.name for p in self.folder.iterdir()}
        return [i for i in range(count) if f"{i:06d}" not in here]

    def save_checkpoint(self, sealed: bytes) -> None:
        """Replaces the one before."""
        crash_point("checkpoint-before-write")
        replace(self.folder / "checkpoint", sealed)
        crash_point("checkpoint-durable")

    def checkpoint(self) -> bytes:
        """The last checkpoint, or nothing."""
        path = self.folder / "checkpoint"
        return path.read_bytes() if path.exists() else b""

    def remove(self) -> None:
        """Unlink everything. Without its key it is noise already."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
            sync_folder(self.root)

    def gone(self) -> bool:
        """True when nothing is left."""
        return not self.folder.exists()


def free_bytes(folder: Path) -> int:
    """Free space for this user."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize
