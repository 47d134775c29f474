"""Padding, so that the size of a ciphertext tells little. Padme: 12% at most (Nikitin and others, PURBs, 2019)."""

from __future__ import annotations

from afterword.seal.errors import Tampered

_LEAST = 256


def pad(plain: bytes) -> bytes:
    """u32 length, the bytes, zeros."""
    length = max(_LEAST, _padme(len(plain) + 4))
    return len(plain).to_bytes(4, "big") + plain + bytes(length - len(plain) - 4)


def unpad(padded: bytes) -> bytes:
    """Undo `pad`. Raises Tampered when the length is impossible."""
    length = int.from_bytes(padded[:4], "big")
    if len(padded) < 4 or length > len(padded) - 4:
        raise Tampered
    return padded[4 : 4 + length]


def _padme(length: int) -> int:
    exponent = length.bit_length() - 1
    free = exponent - exponent.bit_length()
    mask = (1 << max(free, 0)) - 1
    return (length + mask) & ~mask
