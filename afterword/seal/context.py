"""The one function that binds a ciphertext to its place, so that no two can be exchanged."""

from __future__ import annotations

PRODUCT = b"afterword/1"


def context(purpose: str, *fields: bytes) -> bytes:
    """Product, purpose and fields, each preceded by its length (u32, big-endian), so that no two lists collide."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (PRODUCT, purpose.encode(), *fields))


def number(value: int) -> bytes:
    """A field of `context` for a count, an index or a revision: u32, big-endian."""
    return value.to_bytes(4, "big")


def place(person: bytes, kind: str, about: bytes, rev: int, schema: int = 1) -> bytes:
    """The context of one sealed object of the notebook."""
    return context("object", person, kind.encode(), about, number(schema), number(rev))


def chunk_place(capture: bytes, index: int) -> bytes:
    """The context of one sealed chunk, as static/seal.js makes it."""
    return context("chunk", capture, number(index))


def live_place(capture: bytes, segment: str, track: str, seq: int) -> bytes:
    """The context of one sealed chunk of a live capture, as static/record/ makes it."""
    return context("live", capture, segment.encode(), track.encode(), number(seq))


def checkpoint_place(capture: bytes) -> bytes:
    """The context of a room's checkpoint."""
    return context("checkpoint", capture)
