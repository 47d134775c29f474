"""Files that survive a power cut, and files that do not come back. They hold ciphertext only."""

from __future__ import annotations

import os
from pathlib import Path


class Conflict(Exception):
    """There are other bytes at this address already."""


def write_once(path: Path, data: bytes) -> None:
    """Durable before it returns: file and folder are synced. The same bytes again are fine; others raise Conflict."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    try:
        _write(part, data)
        os.link(part, path)
    except FileExistsError:
        if path.read_bytes() != data:
            raise Conflict from None
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


def replace(path: Path, data: bytes) -> None:
    """As `write_once`, but an older file makes way."""
    part = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    _write(part, data)
    os.replace(part, path)
    sync_folder(path.parent)


def destroy(path: Path) -> None:
    """Overwrite in place, sync, unlink, sync the folder. A file that is only unlinked stays on the disk. Idempotent."""
    try:
        fd = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return
    try:
        size = os.fstat(fd).st_size
        for fill in (os.urandom(size), bytes(size)):
            os.pwrite(fd, fill, 0)
            os.fdatasync(fd)
    finally:
        os.close(fd)
    path.unlink(missing_ok=True)  # two may be at it
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make new and removed names durable."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _write(path: Path, data: bytes) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        view = memoryview(data)
        while view:
            view = view[os.write(fd, view) :]
        os.fsync(fd)
    finally:
        os.close(fd)
