"""The laptop's proof on every request: a signature under the key that was made in that browser and shown in its code.

It is good for one request: its method, path and body, and a number that was never used before.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from afterword.seal.context import context

KEY_BYTES = 65
_ID = re.compile(r"Handoff ([0-9a-f]{32})")
_PROOF = re.compile(r"([0-9]{1,16})\.([A-Za-z0-9_-]{86})")
# What a browser can count up to.
_HIGHEST = 2**53
_CURVE = ec.SECP256R1()


@dataclass(frozen=True)
class Proof:
    """`id`: the handoff, 16 bytes. `n`: its number. `signature`: r and s, 32 bytes each."""

    id: bytes
    n: int
    signature: bytes


def read(authorization: str, proof: str) -> Proof | None:
    """From the two headers. None for anything else."""
    id, given = _ID.fullmatch(authorization), _PROOF.fullmatch(proof)
    if not (id and given) or int(given[1]) > _HIGHEST:
        return None
    return Proof(bytes.fromhex(id[1]), int(given[1]), base64.urlsafe_b64decode(given[2] + "=="))


def message(id: bytes, method: str, path: str, n: int, body: bytes) -> bytes:
    """What is signed. `path`: as it stands in the URL."""
    fields = method.encode(), path.encode(), n.to_bytes(8, "big"), sha256(body).digest()
    return context("proof", id, *fields)


def is_right(key: bytes, proof: Proof, method: str, path: str, body: bytes) -> bool:
    """True when the holder of `key` made it for just this request. Its number is for the database to judge."""
    r, s = (int.from_bytes(half, "big") for half in (proof.signature[:32], proof.signature[32:]))
    public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, key)
    try:
        public.verify(encode_dss_signature(r, s), message(proof.id, method, path, proof.n, body), ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def is_key(raw: bytes) -> bool:
    """True for an uncompressed point on P-256."""
    try:
        return len(raw) == KEY_BYTES and bool(ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, raw))
    except ValueError:
        return False


# Verified against where no handoff has that id, so that the answer comes neither sooner nor later.
NOBODY = ec.generate_private_key(_CURVE).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
