"""The scanner finds what was planted, in every encoding; one that sees nothing would let every other test pass."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, quote_plus

import numpy as np
import pytest

from tests.safety import canary

WORD, PHRASE = "crocodile", "crocodile eating spaghetti"
PCM = (np.random.default_rng(3).integers(-20000, 20000, 64000)).astype("<i2").tobytes()
WRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "utf-8": lambda b: b,
    "utf-16": lambda b: b.decode("latin-1").encode("utf-16-le"),
    "base64+0": base64.b64encode,
    "base64+1": lambda b: base64.b64encode(b"x" + b),
    "base64+2": lambda b: base64.b64encode(b"xy" + b + b"more"),
    "base64 for addresses": lambda b: base64.urlsafe_b64encode(b"xyz" + b),
    "hex": lambda b: b.hex().encode(),
    "HEX": lambda b: b.hex().upper().encode(),
    "percent": lambda b: "".join(f"%{c:02X}" for c in b).encode(),
    "json": lambda b: "".join(f"\\u{c:04x}" for c in b).encode(),
}
NOISE = os.urandom(1 << 20)


def planted(raw: bytes) -> bytes:
    return NOISE[:700001] + raw + NOISE[700001:]


@pytest.mark.parametrize("how", WRITTEN)
@pytest.mark.parametrize("said", [WORD, WORD.title(), WORD.upper(), PHRASE, PHRASE.capitalize()])
def test_a_planted_word_is_found_however_it_is_written(how: str, said: str) -> None:
    assert canary.in_bytes(planted(WRITTEN[how](said.encode())), canary.words([said.lower()]))


@pytest.mark.parametrize("how", WRITTEN)
def test_planted_sound_is_found_however_it_is_written(how: str) -> None:
    assert canary.in_bytes(planted(WRITTEN[how](PCM)), canary.sounds(PCM))


@pytest.mark.parametrize("part", range(8))
def test_any_eighth_of_the_sound_is_enough(part: int) -> None:
    size = len(PCM) // 8
    assert canary.in_bytes(planted(PCM[part * size : (part + 1) * size]), canary.sounds(PCM))


def test_sound_is_found_as_floats() -> None:
    floats = (np.frombuffer(PCM, "<i2") / np.float32(32768)).astype("<f4")
    assert canary.in_bytes(floats.tobytes(), canary.sounds(PCM))


@pytest.mark.parametrize("written", [json.dumps(PHRASE), quote(PHRASE), quote_plus(PHRASE)])
def test_a_phrase_is_found_in_json_addresses_and_forms(written: str) -> None:
    assert canary.in_bytes(written.encode(), canary.words([PHRASE]))


def test_a_part_of_a_wrap_or_a_whole_key_is_found() -> None:
    wrap, key = os.urandom(300), os.urandom(32)
    assert canary.in_bytes(planted(wrap[96:160]), canary.secret("wrap", wrap))
    for how in WRITTEN.values():
        assert canary.in_bytes(planted(how(key)), canary.secret("key", key))


def test_nothing_is_found_where_nothing_is() -> None:
    needles = canary.words([WORD, PHRASE]) + canary.sounds(PCM) + canary.secret("key", os.urandom(32))
    assert canary.in_bytes(NOISE, needles) == []


@pytest.mark.parametrize("at", [(8 << 20) - 30, 8 << 20, 0, (20 << 20) - 9])
def test_a_needle_that_lies_across_two_blocks_of_a_sparse_image_is_found(tmp_path: Path, at: int) -> None:
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(20 << 20)
        file.seek(max(0, at - 5000))
        file.write(os.urandom(min(at, 5000)) + WORD.encode())
    [hit] = [hit for hit in canary.in_file(image, canary.words([WORD])) if hit.encoding == "utf-8"]
    assert hit.at == at
    assert canary.data_bytes(image) < 1 << 20


def test_names_and_deep_files_of_a_folder_are_searched(tmp_path: Path) -> None:
    needles = canary.words([WORD])
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").write_text("nothing")
    assert canary.in_folder(tmp_path, needles) == []
    (tmp_path / "a" / "b" / "file").write_text(f"a {WORD}")
    (tmp_path / f"{WORD}.txt").touch()
    assert {hit.place for hit in canary.in_folder(tmp_path, needles)} == {"file", f"name of {WORD}.txt"}


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="reading the memory of another process needs root")
def test_a_process_that_holds_the_words_is_caught() -> None:
    held = WORD.encode().hex()
    code = f"w = bytes.fromhex({held!r}) + b'!'; print('ready', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdin
        child.stdout.readline()
        assert "utf-8" in {hit.encoding for hit in canary.in_memory(child.pid, canary.words([WORD]))}
        child.stdin.close()
