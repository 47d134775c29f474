"""Sealing under a symmetric key: slots, unlocks, and what the person writes.

Version 1, suite 4: `01 04 | salt 24 | commitment 32 | AES-256-GCM`. The key of each message is derived afresh from
the salt, so the nonce may be zero. AES-GCM does not commit to its key; the commitment closes partitioning attacks.
"""

from __future__ import annotations

import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from afterword.seal.errors import Tampered, UnknownVersion, WrongKey
from afterword.seal.padding import pad, unpad

HEADER = b"\x01\x04"
_NONCE = bytes(12)


def derive(key: bytes, label: str, salt: bytes = b"") -> bytes:
    """A 32-byte sub-key of `key` (HKDF-SHA-256)."""
    return HKDF(SHA256(), 32, salt, b"afterword/1/" + label.encode()).derive(key)


def wrap(key: bytes, info: bytes, plain: bytes) -> bytes:
    """Seal `plain` (padded) under `key`, bound to `info`."""
    salt = secrets.token_bytes(24)
    body = AESGCM(derive(key, "wrap/seal", salt)).encrypt(_NONCE, pad(plain), info)
    return HEADER + salt + derive(key, "wrap/commit", salt) + body


def unwrap(key: bytes, info: bytes, sealed: bytes) -> bytes:
    """Open what `wrap` made. Raises UnknownVersion, WrongKey or Tampered."""
    if sealed[:2] != HEADER:
        raise UnknownVersion
    salt, commitment, body = sealed[2:26], sealed[26:58], sealed[58:]
    if not hmac.compare_digest(commitment, derive(key, "wrap/commit", salt)):
        raise WrongKey
    try:
        return unpad(AESGCM(derive(key, "wrap/seal", salt)).decrypt(_NONCE, body, info))
    except InvalidTag:
        raise Tampered from None
