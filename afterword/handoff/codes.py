"""What a laptop shows for a handoff: a code for the camera, the same to be typed, and a number."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from dataclasses import dataclass
from hashlib import sha256

# RFC 8628, 6.1: no vowels, so that no word comes out, and nothing that looks like something else.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
_SCANNED = re.compile(r"#?([0-9a-f]{32})\.([A-Za-z0-9_-]{22})")


@dataclass(frozen=True)
class Scanned:
    """From the camera: which handoff, and the first 16 bytes of the SHA-256 of the key that its laptop shows."""

    id: bytes
    fingerprint: bytes


def new_code() -> str:
    """Eight letters, 34 bits."""
    return "".join(secrets.choice(LETTERS) for _ in range(8))


def shown(code: str) -> str:
    """As it is shown: two groups of four."""
    return f"{code[:4]}-{code[4:]}"


def typed(given: str) -> str | None:
    """The eight letters of what somebody typed, in any case, with spaces or dashes. None for anything else."""
    code = re.sub(r"[\s\-–—.]", "", given).upper()
    return code if len(code) == 8 and set(code) <= set(LETTERS) else None


def scanned(given: str) -> Scanned | None:
    """The fragment of an address that a camera read. None for anything else."""
    found = _SCANNED.fullmatch(given.strip())
    return Scanned(bytes.fromhex(found[1]), base64.urlsafe_b64decode(found[2] + "==")) if found else None


def new_number() -> str:
    """Three digits."""
    return f"{secrets.randbelow(1000):03d}"


def hidden(code: str) -> bytes:
    """As it lies in the database: 32 bytes. It is gone long before anybody could try all codes."""
    return sha256(b"handoff code" + code.encode()).digest()


def fingerprint(key: bytes) -> bytes:
    """16 bytes, of a public key of 65."""
    return sha256(key).digest()[:16]


def fragment(id: bytes, key: bytes) -> str:
    """What stands after the # in the code for the camera."""
    return f"{id.hex()}.{base64.urlsafe_b64encode(fingerprint(key)).decode().rstrip('=')}"


def is_same(one: bytes | str, other: bytes | str) -> bool:
    """Compared without telling where they differ."""
    return hmac.compare_digest(_bytes(one), _bytes(other))


def _bytes(given: bytes | str) -> bytes:
    return given if isinstance(given, bytes) else given.encode()
