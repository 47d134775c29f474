"""What static/handoff/proof.js signs in a real browser is what the server takes; and nothing else is."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from afterword.handoff import proof
from tests.journeys.stage import chromium, served, watch

pytestmark = pytest.mark.browser
ID = bytes(range(16))
PATH = "/captures/000102030405060708090a0b0c0d0e0f/status"
PROVE = """
async ([id, requests]) => {
  const { makeKey, Prover, base64url } = await import("/static/handoff/proof.js");
  const { key, publicKey } = await makeKey();
  const prover = new Prover({ id, key });
  const made = [];
  for (const [method, path, body, after] of requests) {
    if (after) prover.after(after);
    const sent = body === null || typeof body === "string" ? body : Uint8Array.from(body);
    made.push(await prover.headers(method, path, sent));
  }
  const stays = (await prover.key).extractable;
  return { publicKey: base64url(publicKey), made, stays, pkcs8: key.length };
}
"""
FAR = 2**52


def test_the_server_takes_what_the_browser_proves(tmp_path: Path) -> None:
    requests: list[list[object]] = [
        ["POST", PATH, '{"state": "recording", "is": "ü"}', 0],
        ["PUT", PATH, list(range(256)), 0],
        ["GET", PATH, None, 0],
        ["POST", PATH, "{}", FAR],
    ]
    with served(tmp_path) as here, chromium() as browser:
        watched = watch(browser.new_context(), here.address)
        watched.page.goto(f"{here.address}/setup")
        found = watched.page.evaluate(PROVE, [ID.hex(), requests])
        assert watched.clean()
    key = base64.urlsafe_b64decode(found["publicKey"] + "==")
    assert proof.is_key(key)
    assert found["stays"] is False  # what signs cannot be taken out again
    numbers = []
    for (method, path, body, _), headers in zip(requests, found["made"], strict=True):
        given = proof.read(headers["Authorization"], headers["Proof"])
        assert given is not None
        assert given.id == ID
        assert isinstance(method, str)
        assert isinstance(path, str)
        sent = body.encode() if isinstance(body, str) else bytes(body) if isinstance(body, list) else b""
        assert proof.is_right(key, given, method, path, sent)
        assert not proof.is_right(key, given, "DELETE", path, sent)
        assert not proof.is_right(key, given, method, path + "/", sent)
        assert not proof.is_right(key, given, method, path, sent + b" ")
        assert not proof.is_right(key, proof.Proof(given.id, given.n + 1, given.signature), method, path, sent)
        assert not proof.is_right(proof.NOBODY, given, method, path, sent)
        numbers.append(given.n)
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == FAR + 1
