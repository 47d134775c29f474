"""Frames on the pipe between worker and room: one byte of kind, a length (u32, big-endian), the payload."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import BinaryIO

LONGEST = 8 << 20


class FrameError(Exception):
    """The pipe broke off, or what came is no frame."""


class Kind(Enum):
    """Upper case goes into the room, lower case comes out."""

    JOB = b"J"
    KEY = b"K"
    CHECKPOINT = b"P"
    CHUNK = b"C"
    TRANSCRIPT = b"T"
    WANT = b"w"
    PROGRESS = b"p"
    SAVE = b"s"
    ASK = b"q"
    REST = b"n"
    MORE = b"m"
    RECORD = b"r"
    FAIL = b"e"


@dataclass(frozen=True)
class Frame:
    """One message. The payload does not print itself: it may be a key."""

    kind: Kind
    payload: bytes = field(repr=False)


def write_frame(file: BinaryIO, kind: Kind, payload: bytes) -> None:
    """Raises FrameError when the payload is too long."""
    if len(payload) > LONGEST:
        raise FrameError
    file.write(kind.value + len(payload).to_bytes(4, "big") + payload)


def read_frame(file: BinaryIO) -> Frame | None:
    """None at the end of the pipe. Raises FrameError."""
    head = file.read(5)
    if not head:
        return None
    length = int.from_bytes(head[1:], "big")
    if len(head) < 5 or length > LONGEST:
        raise FrameError
    payload = file.read(length)
    if len(payload) < length:
        raise FrameError
    try:
        return Frame(Kind(head[:1]), payload)
    except ValueError:
        raise FrameError from None
