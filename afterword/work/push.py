"""Wakes browsers that asked for it: an empty push, signed (VAPID, RFC 8292). Nothing is said in it, for nothing is
known here but an hour and an address.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from sqlalchemy import Engine

from afterword.settings import Settings
from afterword.store.releases import LATE_SECONDS, Push, claim, due, forget_past, give_back, gone

_log = logging.getLogger("afterword.worker")

ANSWER_SECONDS = 5.0
# A signature is good for so long; RFC 8292 allows a day.
SIGNED_SECONDS = 12 * 3600
# Some services refuse a push that names nobody to write to. It is nobody.
CONTACT = "mailto:nobody@example.com"


@dataclass(frozen=True)
class Vapid:
    """The key with which this installation signs its pushes: it says who wakes, not whom or why."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)

    @property
    def public(self) -> str:
        """The uncompressed point, base64url, as browsers and push services want it."""
        return _b64(self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def header(self, endpoint: str, at: int) -> str:
        """The Authorization of one push; `at`: seconds since 1970. The service is told its own origin and no more."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": at + SIGNED_SECONDS, "sub": CONTACT}
        signed = ".".join(_b64(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = decode_dss_signature(self.key.sign(signed.encode(), ec.ECDSA(SHA256())))
        return f"vapid t={signed}.{_b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={self.public}"


def vapid(settings: Settings) -> Vapid:
    """That of the installation, made at the first wish to be woken."""
    path = settings.data / "push.pem"
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return Vapid(key)


def remind(settings: Settings, engine: Engine, at: int) -> int:
    """Every browser that is due, once; `at`: seconds since 1970. What a service refuses for now is tried again at the
    next look, until it would be late. Returns how many were woken."""
    forget_past(engine, at)
    waiting = [push for push in due(engine, at) if claim(engine, push)]
    if not waiting:
        return 0
    with httpx.Client(timeout=ANSWER_SECONDS, trust_env=False) as client:
        return sum(_wake(client, vapid(settings), engine, push, at) for push in waiting)


def _wake(client: httpx.Client, signer: Vapid, engine: Engine, push: Push, at: int) -> bool:
    headers = {"authorization": signer.header(push.endpoint, at), "ttl": str(LATE_SECONDS), "urgency": "normal"}
    try:
        status = client.post(push.endpoint, headers=headers | {"user-agent": ""}).status_code
    except httpx.HTTPError:
        status = 0
    except httpx.InvalidURL:  # no address at all: it must not keep the others from being woken
        status = 410
    _log.info("push %s: %d", push.id.hex()[:6], status)
    if status in (404, 410):
        gone(engine, push)
    elif status in {0, 429} or status >= 500:
        give_back(engine, push)
    return 200 <= status < 300


def _make(path: Path) -> None:
    """Web and worker may both come first: the one whose key gets the name has made it."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(pem)
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
