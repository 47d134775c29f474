"""A disk of our own: an ext4 image, loop-mounted, to search its raw blocks and copy them as a power cut leaves them."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.safety import canary

# More than a capture wants free at its start; sparse, so that it costs what is written.
_IMAGE_BYTES = 900 << 20
# Freed blocks stay as they were, nothing is written behind our back, and nothing is flushed before it was asked for.
_OPTIONS = "loop,nodiscard,noinit_itable,noatime,commit=600"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Disk:
    """`image`: the raw blocks, or None where loop mounts are refused; then only files can be searched."""

    root: Path
    image: Path | None

    def sync(self) -> None:
        """Everything that was written reaches the image."""
        fd = os.open(self.root, os.O_RDONLY)
        try:
            ctypes.CDLL(None).syncfs(fd)
        finally:
            os.close(fd)

    def search(self, needles: Sequence[canary.Needle]) -> list[canary.Hit]:
        """The whole raw image, free blocks and journal too; and the names of the files."""
        self.sync()
        return canary.in_file(self.image, needles) if self.image else canary.in_folder(self.root, needles)

    def pull_the_plug(self, copy: Path) -> None:
        """What the disk would hold if the power went now: no sync, no unmount. Needs an image."""
        assert self.image
        with self.image.open("rb") as source, copy.open("wb") as target:
            size = os.fstat(source.fileno()).st_size
            target.truncate(size)
            _copy_extents(source.fileno(), target.fileno(), size)


@contextmanager
def new_disk(folder: Path) -> Iterator[Disk]:
    """A fresh one. `folder` takes the image."""
    if not can_mount():
        root = Path(tempfile.mkdtemp(prefix="afterword-disk-"))
        yield Disk(root, None)
        shutil.rmtree(root, ignore_errors=True)
        return
    image = folder / "disk.img"
    _format(image)
    with mounted(image) as disk:
        yield disk
    image.unlink()


@contextmanager
def mounted(image: Path) -> Iterator[Disk]:
    """An image at a place of its own, outside /tmp because the processes under test see another /tmp."""
    root = Path(tempfile.mkdtemp(prefix="afterword-disk-", dir="/run"))
    subprocess.run(["mount", "-o", _OPTIONS, str(image), str(root)], check=True)
    try:
        yield Disk(root, image)
    finally:
        subprocess.run(["umount", "-l", str(root)], check=True)
        root.rmdir()


@cache
def can_mount() -> bool:
    """True where this user may loop-mount an image."""
    if os.geteuid() != 0 or shutil.which("mkfs.ext4") is None:
        return False
    with tempfile.TemporaryDirectory() as folder:
        image = Path(folder) / "trial.img"
        try:
            _format(image)
            with mounted(image):
                return True
        except (OSError, subprocess.CalledProcessError):
            return False


def _format(image: Path) -> None:
    with image.open("wb") as file:
        file.truncate(_IMAGE_BYTES)
    options = ["-q", "-F", "-m", "0", "-J", "size=4", "-E", "lazy_itable_init=1,lazy_journal_init=1"]
    subprocess.run(["mkfs.ext4", *options, str(image)], check=True, stderr=subprocess.DEVNULL)


def _copy_extents(source: int, target: int, size: int) -> None:
    at = 0
    while at < size:
        try:
            at = os.lseek(source, at, os.SEEK_DATA)
        except OSError:
            return
        hole = os.lseek(source, at, os.SEEK_HOLE)
        while at < hole:
            at += os.pwrite(target, os.pread(source, min(_BLOCK, hole - at), at), at)
