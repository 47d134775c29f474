"""Key pairs. A Recipient seals, an Identity opens; who was only given a Recipient cannot read what it wrote.

Suite 2: the notebook's, MLKEM768-X25519 (sealed today, still sealed when quantum computers come).
Suite 3: a capture's, P-256, because every browser has it. Suite 1: the boot key's, X25519.
All are HPKE base mode (RFC 9180) with HKDF-SHA-256 and AES-256-GCM, one shot, the context in `info`.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec, mlkem, x25519
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from afterword.seal.errors import Tampered, UnknownVersion
from afterword.seal.padding import pad, unpad

VERSION = b"\x01"
_BOOT = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NOTEBOOK = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_CAPTURE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True)
class CaptureRecipient:
    """Seals audio and checkpoints of one capture. `raw`: 65 bytes, uncompressed point."""

    raw: bytes

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """`01 03 | enc 65 | ciphertext`, as static/seal.js makes it."""
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), self.raw)
        return VERSION + b"\x03" + _CAPTURE.encrypt(plain, key, info)


@dataclass(frozen=True)
class CaptureIdentity:
    """Opens what was sealed to one capture. `raw`: 32 bytes, the private scalar."""

    raw: bytes = field(repr=False)

    @classmethod
    def make(cls) -> CaptureIdentity:
        """A new one, from the system's randomness."""
        return cls(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big"))

    @property
    def _key(self) -> ec.EllipticCurvePrivateKey:
        return ec.derive_private_key(int.from_bytes(self.raw, "big"), ec.SECP256R1())

    @property
    def recipient(self) -> CaptureRecipient:
        """The public half."""
        return CaptureRecipient(self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Raises UnknownVersion or Tampered."""
        return _open(_CAPTURE, b"\x03", sealed, self._key, info)


@dataclass(frozen=True)
class BootRecipient:
    """Seals wrap B. `raw`: 32 bytes, X25519."""

    raw: bytes

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """`01 01 | enc 32 | ciphertext`."""
        return VERSION + b"\x01" + _BOOT.encrypt(plain, x25519.X25519PublicKey.from_public_bytes(self.raw), info)


@dataclass(frozen=True)
class BootIdentity:
    """Opens wrap B. `raw`: 32 bytes; lives in memory only, never on a disk."""

    raw: bytes = field(repr=False)

    @classmethod
    def make(cls) -> BootIdentity:
        """A new one, from the system's randomness."""
        return cls(x25519.X25519PrivateKey.generate().private_bytes_raw())

    @property
    def recipient(self) -> BootRecipient:
        """The public half."""
        return BootRecipient(x25519.X25519PrivateKey.from_private_bytes(self.raw).public_key().public_bytes_raw())

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Raises UnknownVersion or Tampered."""
        return _open(_BOOT, b"\x01", sealed, x25519.X25519PrivateKey.from_private_bytes(self.raw), info)


@dataclass(frozen=True)
class NotebookRecipient:
    """Seals to a notebook. `raw`: ML-KEM-768 public key (1,184 bytes) and X25519 public key (32)."""

    raw: bytes

    def seal(self, plain: bytes, info: bytes) -> bytes:
        """`01 02 | enc | ciphertext`, padded."""
        key = MLKEM768X25519PublicKey(
            mlkem.MLKEM768PublicKey.from_public_bytes(self.raw[:-32]),
            x25519.X25519PublicKey.from_public_bytes(self.raw[-32:]),
        )
        return VERSION + b"\x02" + _NOTEBOOK.encrypt(pad(plain), key, info)


@dataclass(frozen=True)
class NotebookIdentity:
    """Opens the notebook's records. `raw`: ML-KEM seed (64 bytes) and X25519 private key (32)."""

    raw: bytes = field(repr=False)

    @classmethod
    def make(cls) -> NotebookIdentity:
        """A new one, from the system's randomness."""
        return cls(secrets.token_bytes(96))

    @property
    def _key(self) -> MLKEM768X25519PrivateKey:
        return MLKEM768X25519PrivateKey(
            mlkem.MLKEM768PrivateKey.from_seed_bytes(self.raw[:64]),
            x25519.X25519PrivateKey.from_private_bytes(self.raw[64:]),
        )

    @property
    def recipient(self) -> NotebookRecipient:
        """The public half."""
        pq = mlkem.MLKEM768PrivateKey.from_seed_bytes(self.raw[:64]).public_key().public_bytes_raw()
        classic = x25519.X25519PrivateKey.from_private_bytes(self.raw[64:]).public_key().public_bytes_raw()
        return NotebookRecipient(pq + classic)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """Raises UnknownVersion or Tampered."""
        return unpad(_open(_NOTEBOOK, b"\x02", sealed, self._key, info))


def _open(suite: Suite, number: bytes, sealed: bytes, key: object, info: bytes) -> bytes:
    if sealed[:2] != VERSION + number:
        raise UnknownVersion
    try:
        return suite.decrypt(sealed[2:], key, info)  # type: ignore[arg-type]
    except (InvalidTag, ValueError):
        raise Tampered from None
