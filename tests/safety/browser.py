"""What a browser does, without one: unlocks, seals a recording piece by piece, sends it to the real web process."""

from __future__ import annotations

import base64
import io
import re
import secrets
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from afterword.capture.sender import fingerprint
from afterword.seal.context import chunk_place
from afterword.seal.keys import CaptureRecipient
from tests.safety.stage import Stage, wait
from tests.store.fresh import PASSPHRASE

_OURS = {"sec-fetch-site": "same-origin"}


@dataclass
class Browser:
    """`web`: the process that it talks to."""

    http: httpx.Client
    web: subprocess.Popen[bytes]

    def unlock(self, passphrase: str = PASSPHRASE) -> httpx.Response:
        """With the form that the page shows."""
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', self.http.get("/unlock").text)
        assert token
        form = {"form_token": token[1], "passphrase": passphrase}
        return self.http.post("/unlock", data=form, headers=_OURS)

    def begin_live(self) -> dict[str, Any]:
        """Consent; the public key comes back."""
        wanted = {
            "live": True, "voices": "mine", "day": "2026-11-20",
            "fingerprint": secrets.token_hex(32),
        }  # fmt: skip
        answer = self.http.post("/captures", json=wanted, headers=_OURS | {"x-afterword": "1"})
        assert answer.status_code == 201, answer.status_code
        return dict(answer.json())

    def begin(self, sound: bytes) -> dict[str, Any]:
        """Consent and size; the public key comes back."""
        wanted = {
            "voices": "mine", "day": "2026-11-20", "size": len(sound),
            "fingerprint": fingerprint(io.BytesIO(sound)).hex(),
        }  # fmt: skip
        answer = self.http.post("/captures", json=wanted, headers=_OURS | {"x-afterword": "1"})
        assert answer.status_code == 201, answer.status_code
        return dict(answer.json())

    def add(self, sound: bytes) -> dict[str, Any]:
        """All of it, sealed."""
        opened = self.begin(sound)
        key = base64.urlsafe_b64decode(opened["public_key"] + "==")
        size, capture = opened["chunk_bytes"], bytes.fromhex(opened["capture"])
        pieces = [sound[at : at + size] for at in range(0, len(sound), size)]
        for index, piece in enumerate(pieces):
            sealed = CaptureRecipient(key).seal(piece, chunk_place(capture, index))
            assert self.put(opened, index, sealed).status_code == 200
        counts = {"chunks": len(pieces), "bytes": len(sound)}
        ended = self.http.post(f"/captures/{opened['capture']}/end", json=counts, headers=_token(opened))
        assert ended.status_code == 200, ended.status_code
        return opened

    def put(self, opened: dict[str, Any], index: int, body: bytes, token: str = "") -> httpx.Response:
        """One chunk as it is."""
        headers = (_token(opened) if not token else {"authorization": f"Capture {token}"}) | {
            "content-type": "application/octet-stream"
        }
        return self.http.put(f"/captures/{opened['capture']}/chunks/{index}", content=body, headers=headers)


@contextmanager
def new_browser(stage: Stage, *before: str, crash_at: str = "") -> Iterator[Browser]:
    """A web process, and a browser that has it open. `before`: a command that starts it. `crash_at`: where it dies."""
    port = free_port()
    with stage.process("afterword", "web", before=before, AFTERWORD_PORT=str(port), AFTERWORD_CRASH_AT=crash_at) as web:
        wait(lambda: _answers(port) or web.poll() is not None, "the web process")
        assert web.poll() is None
        with httpx.Client(base_url=f"http://localhost:{port}", timeout=30) as http:
            yield Browser(http, web)


def free_port() -> int:
    """One on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _token(opened: dict[str, Any]) -> dict[str, str]:
    return {"authorization": f"Capture {opened['token']}"}


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
