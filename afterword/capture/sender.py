"""Seals a file into a capture on this machine, as a browser does: for the command line and the sample."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import BinaryIO

from afterword.capture.files import Conflict
from afterword.capture.intake import CHUNK_BYTES, Opened, Refused, end_capture, put_chunk
from afterword.seal.context import chunk_place
from afterword.seal.keys import CaptureRecipient
from afterword.settings import Settings
from afterword.store.ledger import Ledger


def fingerprint(file: BinaryIO) -> bytes:
    """SHA-256 of the whole file: 32 bytes. Leaves the file at its beginning."""
    file.seek(0)
    digest = sha256()
    while piece := file.read(CHUNK_BYTES):
        digest.update(piece)
    file.seek(0)
    return digest.digest()


def send(
    settings: Settings, ledger: Ledger, opened: Opened, file: BinaryIO, tell: Callable[[int], None] = lambda _: None
) -> None:
    """All chunks, then the end. `tell` hears how many bytes are sealed so far. When the same file was sent to its end
    elsewhere meanwhile, nothing is left to do. Raises Refused."""
    try:
        _send(settings, ledger, opened, file, tell)
    except Refused as refused:
        if refused.code != "over":
            raise


def _send(settings: Settings, ledger: Ledger, opened: Opened, file: BinaryIO, tell: Callable[[int], None]) -> None:
    index, size = 0, 0
    while piece := file.read(CHUNK_BYTES):
        if index not in opened.have:
            _put(settings, ledger, opened, index, piece)
        index, size = index + 1, size + len(piece)
        tell(size)
    end_capture(settings, ledger, opened.capture, index, size)


def _put(settings: Settings, ledger: Ledger, opened: Opened, index: int, piece: bytes) -> None:
    sealed = CaptureRecipient(opened.public_key).seal(piece, chunk_place(opened.capture, index))
    try:
        put_chunk(settings, ledger, opened.capture, index, sealed)
    except Conflict:  # the same file is being added elsewhere at this moment: that chunk will do
        pass
