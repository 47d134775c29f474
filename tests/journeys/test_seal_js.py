"""What static/seal.js seals in a real browser opens in Python; and a vector of it, committed, opens for ever."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest

from afterword.room.listen.chunk import read_chunk
from afterword.seal.context import chunk_place, context, live_place, number
from afterword.seal.errors import Tampered
from afterword.seal.keys import CaptureIdentity
from tests.journeys.stage import chromium, served, watch

VECTOR = Path(__file__).parents[1] / "vectors" / "seal_js.json"
CAPTURE = bytes(range(16))
SEAL = """
async ({ key, capture, chunks }) => {
  const { bytesFromHex, chunkPlace, recipient } = await import("/static/seal.js");
  const seal = await recipient(bytesFromHex(key));
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const made = [];
  for (const [index, plain] of chunks) {
    const place = chunkPlace(bytesFromHex(capture), index);
    made.push({ index, plain, place: hex(place), sealed: hex(await seal(bytesFromHex(plain), place)) });
  }
  return made;
}
"""
LIVE_CHUNK = """
async ({ key, capture, segment, seq, head, sound }) => {
  const { bytesFromHex, recipient } = await import("/static/seal.js");
  const { livePlace, plainChunk } = await import("/static/record/chunk.js");
  const seal = await recipient(bytesFromHex(key));
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const place = livePlace(capture, segment, "mic", seq);
  return { place: hex(place), sealed: hex(await seal(plainChunk(head, bytesFromHex(sound)), place)) };
}
"""


def test_the_committed_vector_opens() -> None:
    vector = json.loads(VECTOR.read_text())
    identity, capture = CaptureIdentity(bytes.fromhex(vector["private"])), bytes.fromhex(vector["capture"])
    for chunk in vector["chunks"]:
        place = chunk_place(capture, chunk["index"])
        assert place.hex() == chunk["place"]
        sealed = bytes.fromhex(chunk["sealed"])
        assert sealed[:2] == b"\x01\x03"
        assert identity.open(sealed, place).hex() == chunk["plain"]
        with pytest.raises(Tampered):
            identity.open(sealed, chunk_place(capture, chunk["index"] ^ 1))
        with pytest.raises(Tampered):
            identity.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), place)


@pytest.mark.browser
def test_what_the_browser_seals_opens_here_and_nowhere_else(tmp_path: Path) -> None:
    identity = CaptureIdentity.make()
    plains = {0: b"", 1: b"a few words", 2: os.urandom(1 << 16), 255: b"\0" * 300, 2**32 - 1: b"the last one there is"}
    with served(tmp_path) as here, chromium() as browser:
        watched = watch(browser.new_context(), here.address)
        watched.page.goto(f"{here.address}/setup")
        given = {
            "key": identity.recipient.raw.hex(),
            "capture": CAPTURE.hex(),
            "chunks": [[index, plain.hex()] for index, plain in plains.items()],
        }
        made = watched.page.evaluate(SEAL, given)
        assert watched.clean()
    for chunk in made:
        place = chunk_place(CAPTURE, chunk["index"])
        assert place.hex() == chunk["place"]
        assert identity.open(bytes.fromhex(chunk["sealed"]), place) == plains[chunk["index"]]
        with pytest.raises(Tampered):
            identity.open(bytes.fromhex(chunk["sealed"]), context("chunk", CAPTURE, number(7)))
        with pytest.raises(Tampered):
            CaptureIdentity.make().open(bytes.fromhex(chunk["sealed"]), place)
    if os.environ.get("AFTERWORD_WRITE_VECTORS"):
        values = {
            "private": identity.raw.hex(),
            "capture": CAPTURE.hex(),
            "chunks": [c for c in made if c["index"] != 2],
        }
        VECTOR.write_text(json.dumps(values, indent=1) + "\n")


@pytest.mark.browser
def test_the_small_readers_of_the_browser_agree_with_python(tmp_path: Path) -> None:
    raw = bytes(range(256))
    with served(tmp_path) as here, chromium() as browser:
        watched = watch(browser.new_context(), here.address)
        watched.page.goto(f"{here.address}/setup")
        read = watched.page.evaluate(
            """async ([hex, b64]) => {
              const m = await import("/static/seal.js");
              return [await m.sha256Hex(m.bytesFromHex(hex)), await m.sha256Hex(m.bytesFromBase64url(b64))];
            }""",
            [raw.hex(), base64.urlsafe_b64encode(raw).decode().rstrip("=")],
        )
    assert read == ["40aff2e9d2d8922e47afd4648e6967497158785fbd1da870e7110266bf944880"] * 2


@pytest.mark.browser
def test_a_live_chunk_of_the_browser_opens_here_at_its_place_and_is_read(tmp_path: Path) -> None:
    identity = CaptureIdentity.make()
    head = {"type": "ogg", "start": 720000, "samples": 240000, "rate": 48000, "wall": 1795200000000, "after": "paused",
            "zeros": 0}  # fmt: skip
    with served(tmp_path) as here, chromium() as browser:
        watched = watch(browser.new_context(), here.address)
        watched.page.goto(f"{here.address}/setup")
        given = {
            "key": identity.recipient.raw.hex(), "capture": CAPTURE.hex(), "segment": "0123abcd", "seq": 3,
            "head": head, "sound": bytes(range(200)).hex(),
        }  # fmt: skip
        made = watched.page.evaluate(LIVE_CHUNK, given)
    place = live_place(CAPTURE, "0123abcd", "mic", 3)
    assert place.hex() == made["place"]
    plain = identity.open(bytes.fromhex(made["sealed"]), place)
    chunk = read_chunk(plain, "0123abcd", 3)
    assert (len(plain) % 4096, chunk.sound) == (0, bytes(range(200)))
    assert (chunk.start, chunk.samples, chunk.wall, chunk.after) == (240000, 80000, head["wall"], "paused")
    with pytest.raises(Tampered):
        identity.open(bytes.fromhex(made["sealed"]), live_place(CAPTURE, "0123abcd", "mic", 4))
