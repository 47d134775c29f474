"""Looks for canaries, which are words that were said and runs of sound, in images, folders, files and memory."""

from __future__ import annotations

import base64
import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RUN_BYTES = 64
_BLOCK = 8 << 20
_PAGE = 1 << 20


@dataclass(frozen=True)
class Needle:
    """One canary in one encoding. `folded`: upper and lower case are alike in it."""

    canary: str
    encoding: str
    raw: bytes
    folded: bool = False


@dataclass(frozen=True)
class Hit:
    """A canary was found: which, how it was written, where."""

    canary: str
    encoding: str
    place: str
    at: int


def words(said: Iterable[str]) -> tuple[Needle, ...]:
    """Every way in which a word or phrase could have been written down."""
    return tuple(needle for word in said for needle in _of_word(word))


def sounds(pcm: bytes, runs: int = 8) -> tuple[Needle, ...]:
    """The loudest 64 bytes of each of `runs` stretches of 16-bit samples, in every encoding."""
    return tuple(
        needle for at in _loud(pcm, runs) for needle in _of_bytes(f"sound@{at}", pcm[at : at + RUN_BYTES], True)
    )


def secret(name: str, raw: bytes) -> tuple[Needle, ...]:
    """Bytes that must not be found again: a key, however it is written; or each 32 bytes of a wrap."""
    if len(raw) <= RUN_BYTES:
        return tuple(_of_bytes(name, raw, False))
    return tuple(Needle(f"{name}@{at}", "raw", raw[at : at + 32]) for at in range(0, len(raw) - 31, 32))


def in_bytes(data: bytes, needles: Sequence[Needle], place: str = "bytes") -> list[Hit]:
    """Every needle that is in `data`, once."""
    return _in_blocks([(0, data)], needles, place)


def in_file(path: Path, needles: Sequence[Needle]) -> list[Hit]:
    """A file, or an image of a file system with all that its free blocks hold. Holes are skipped: they are zeros."""
    with path.open("rb") as file:
        return _in_blocks(_extents(file.fileno()), needles, path.name)


def in_folder(folder: Path, needles: Sequence[Needle]) -> list[Hit]:
    """All files below, and their names."""
    hits = []
    for path in sorted(folder.rglob("*")):
        hits += in_bytes(str(path.relative_to(folder)).encode(), needles, f"name of {path.name}")
        if path.is_file() and not path.is_symlink():
            # Read by another process: if this one closed a database file, the locks that SQLite holds here would go.
            data = subprocess.run(["cat", "--", str(path)], stdout=subprocess.PIPE, check=False).stdout
            hits += in_bytes(data, needles, path.name)
    return hits


def in_memory(pid: int, needles: Sequence[Needle]) -> list[Hit]:
    """Everything that a process can write to, as root sees it. A process that has ended holds nothing."""
    return _in_blocks(_memory(pid), needles, f"memory of {pid}")


def data_bytes(image: Path) -> int:
    """How much of an image is not a hole."""
    with image.open("rb") as file:
        return sum(len(block) for _, block in _extents(file.fileno()))


def _of_word(word: str) -> Iterator[Needle]:
    yield Needle(word, "utf-8", word.lower().encode(), True)
    yield Needle(word, "utf-16", word.lower().encode("utf-16-le"), True)
    if " " in word:
        yield Needle(word, "percent spaces", word.lower().replace(" ", "%20").encode(), True)
        yield Needle(word, "form", word.lower().replace(" ", "+").encode(), True)
    for form in sorted({word.lower(), word.capitalize(), word.title(), word.upper()}):
        yield from _spelled_out(word, form.encode())
        yield from _base64(word, form.encode())


def _of_bytes(name: str, raw: bytes, samples: bool) -> Iterator[Needle]:
    yield Needle(name, "raw", raw)
    yield Needle(name, "utf-16", raw.decode("latin-1").encode("utf-16-le"))
    yield from _spelled_out(name, raw)
    yield from _base64(name, raw)
    if samples:
        yield Needle(name, "float32", (np.frombuffer(raw, "<i2").astype("<f4") / 32768).astype("<f4").tobytes())


def _spelled_out(name: str, raw: bytes) -> Iterator[Needle]:
    yield Needle(name, "hex", raw.hex().encode(), True)
    yield Needle(name, "json", "".join(f"\\u{b:04x}" for b in raw).encode(), True)
    yield Needle(name, "percent", "".join(f"%{b:02x}" for b in raw).encode(), True)


def _base64(name: str, raw: bytes) -> Iterator[Needle]:
    """At each of the three alignments: the characters that do not depend on what stands before and after."""
    for before in range(3):
        first, last = (0, 2, 3)[before], (before + len(raw)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            text = encode(bytes(before) + raw)[first:last]
            if encode is base64.b64encode or b"-" in text or b"_" in text:
                yield Needle(name, f"{encode.__name__}+{before}", text)


def _loud(pcm: bytes, runs: int) -> list[int]:
    samples = np.abs(np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.int32))
    length = RUN_BYTES // 2
    blocks = samples[: len(samples) // length * length].reshape(-1, length).sum(axis=1)
    return [int(part[blocks[part].argmax()]) * RUN_BYTES for part in np.array_split(np.arange(len(blocks)), runs)]


def _in_blocks(blocks: Iterable[tuple[int, bytes]], needles: Sequence[Needle], place: str) -> list[Hit]:
    """Blocks that follow each other overlap by the longest needle, so that none is cut in two."""
    longest = max((len(needle.raw) for needle in needles), default=1) - 1
    found: dict[tuple[str, str], Hit] = {}
    tail, end = b"", -1
    for at, block in blocks:
        before = tail if at == end else b""
        data, start, end = before + block, at - len(before), at + len(block)
        low = data.lower() if any(needle.folded for needle in needles) else b""
        for needle in needles:
            index = (low if needle.folded else data).find(needle.raw)
            if index >= 0:
                key = (needle.canary, needle.encoding)
                found.setdefault(key, Hit(*key, place, start + index))
        tail = data[-longest:] if longest else b""
    return list(found.values())


def _extents(fd: int) -> Iterator[tuple[int, bytes]]:
    at, size = 0, os.fstat(fd).st_size
    while at < size:
        try:
            at = os.lseek(fd, at, os.SEEK_DATA)
        except OSError:  # nothing but a hole follows
            return
        hole = os.lseek(fd, at, os.SEEK_HOLE)
        while at < hole:
            block = os.pread(fd, min(_BLOCK, hole - at), at)
            if not block:
                return
            yield at, block
            at += len(block)


def _memory(pid: int) -> Iterator[tuple[int, bytes]]:
    try:
        maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
        fd = os.open(f"/proc/{pid}/mem", os.O_RDONLY)
    except (FileNotFoundError, ProcessLookupError):
        return
    try:
        for line in maps:
            span, rights, *_ = line.split()
            if "w" in rights and "[v" not in line:
                start, end = (int(value, 16) for value in span.split("-"))
                yield from _pages(fd, start, end)
    finally:
        os.close(fd)


def _pages(fd: int, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    while start < end:
        try:
            block = os.pread(fd, min(_BLOCK, end - start), start)
        except OSError:  # unmapped meanwhile, or a page that nobody may read
            block = b""
        if block:
            yield start, block
        start += len(block) or _PAGE
