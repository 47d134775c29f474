"""A laptop without its browser: a key of its own, a proof on every request, and the pairing as docs say it."""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import httpx
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from afterword.capture.live import Place
from afterword.handoff.proof import message
from afterword.handoff.symbols import symbols
from afterword.seal.context import live_place
from afterword.seal.keys import CaptureRecipient
from tests.people import Visitor


def b64(raw: bytes) -> str:
    """Without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(given: str) -> bytes:
    """Undo `b64`."""
    return base64.urlsafe_b64decode(given + "=" * (-len(given) % 4))


@dataclass
class Laptop:
    """`visitor`: its browser, which has no cookie of ours. `shown`: what POST /handoff answered; `told`: what the last
    poll said from the approval on."""

    visitor: Visitor
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    opening: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    shown: dict[str, Any] = field(default_factory=dict)
    told: dict[str, Any] = field(default_factory=dict)
    n: int = 0

    @property
    def public(self) -> bytes:
        """65 bytes."""
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def id(self) -> str:
        """Of its handoff, 32 hex digits."""
        return str(self.shown["id"])

    @property
    def capture(self) -> bytes:
        """Once it is approved."""
        return bytes.fromhex(self.told["capture"])

    @property
    def scanned(self) -> str:
        """What a camera would read after the #."""
        return f"{self.id}.{b64(sha256(self.public).digest()[:16])}"

    def begin(self, **changed: Any) -> httpx.Response:
        """Ask for a code."""
        wish = {
            "key": b64(self.public), "commit": sha256(self.opening).hexdigest(), "browser": "chrome",
            "system": "windows",
        } | changed  # fmt: skip
        answer = self.visitor.call("POST", "/handoff", json=wish)
        if answer.status_code == 201:
            self.shown = answer.json()
        return answer

    def proof(self, method: str, path: str, body: bytes, n: int | None = None) -> dict[str, str]:
        """The two headers for one request."""
        if n is None:
            n = self.n = max(self.n + 1, time.time_ns() // 1_000_000)
        signed = self.key.sign(message(bytes.fromhex(self.id), method, path, n, body), ec.ECDSA(SHA256()))
        r, s = decode_dss_signature(signed)
        signature = b64(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return {"authorization": f"Handoff {self.id}", "proof": f"{n}.{signature}"}

    def ask(
        self, method: str, path: str, body: bytes = b"{}", headers: dict[str, str] | None = None, kind: str = "json"
    ) -> httpx.Response:
        """With its proof, unless other headers are given."""
        proven = self.proof(method, path, body) if headers is None else headers
        given = proven | {"content-type": f"application/{kind}"}
        return self.visitor.call(method, path, content=body, headers=given)

    def step(self, name: str, **body: Any) -> httpx.Response:
        """One of poll, reveal, confirm, deny."""
        answer = self.ask("POST", f"/handoff/{self.id}/{name}", json.dumps(body).encode())
        if name == "poll" and "capture" in answer.json():
            self.told = answer.json()
        return answer

    def reveal(self) -> httpx.Response:
        """Its half of the symbols."""
        return self.step("reveal", opening=self.opening.hex())

    @property
    def symbols(self) -> tuple[tuple[str, str], ...]:
        """What it shows."""
        sealing, salt = raw(self.told["public_key"]), bytes.fromhex(self.told["salt"])
        return symbols(bytes.fromhex(self.id), self.capture, self.public, sealing, self.opening, salt)

    def post(self, path: str, **body: Any) -> httpx.Response:
        """A request of its capture."""
        return self.ask("POST", f"/captures/{self.told['capture']}/{path}", json.dumps(body).encode())

    def put(self, place: Place, plain: bytes | None = None) -> httpx.Response:
        """One chunk, sealed to its capture."""
        info = live_place(self.capture, place.segment, place.track, place.seq)
        sealed = CaptureRecipient(raw(self.told["public_key"])).seal(plain or secrets.token_bytes(64), info)
        path = f"/captures/{self.told['capture']}/segments/{place.segment}/{place.track}/{place.seq}"
        return self.ask("PUT", path, sealed, kind="octet-stream")
