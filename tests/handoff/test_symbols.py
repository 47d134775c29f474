"""Four symbols out of 64, from everything that both sides must agree on; and the code for the camera."""

from __future__ import annotations

import hmac
import re
import secrets
from hashlib import sha256

import pytest

from afterword.handoff.qr import BORDER, qr
from afterword.handoff.symbols import symbols, table

FACTS = bytes(16), b"\1" * 16, b"\2" * 65, b"\3" * 65, b"\4" * 32, b"\5" * 32


def test_there_are_64_and_no_two_look_or_sound_alike() -> None:
    assert len(table()) == len({picture for picture, _ in table()}) == len({word for _, word in table()}) == 64
    assert all(re.fullmatch("[a-z]{3,9}", word) for _, word in table())


def test_the_same_facts_give_the_same_four() -> None:
    assert symbols(*FACTS) == symbols(*FACTS)
    assert len(symbols(*FACTS)) == 4
    assert set(symbols(*FACTS)) <= set(table())


@pytest.mark.parametrize("place", range(6))
def test_a_change_of_any_fact_changes_them(place: int) -> None:
    changed = [*FACTS]
    changed[place] = bytes([changed[place][0] ^ 1]) + changed[place][1:]
    assert symbols(*changed) != symbols(*FACTS)


def test_they_are_the_ones_that_are_written_down() -> None:
    """HKDF-SHA-256 by hand: an empty salt is 32 zero bytes; one block is enough for three bytes."""
    parts = b"afterword/1", b"symbols", *FACTS[:4]
    info = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    key = hmac.digest(bytes(32), FACTS[4] + FACTS[5], sha256)
    block = hmac.digest(key, info + bytes([1]), sha256)
    bits = f"{int.from_bytes(block[:3], 'big'):024b}"
    assert symbols(*FACTS) == tuple(table()[int(bits[at : at + 6], 2)] for at in (0, 6, 12, 18))


def test_all_of_them_come_up() -> None:
    seen = {one for _ in range(400) for one in symbols(*FACTS[:4], secrets.token_bytes(32), FACTS[5])}
    assert len(seen) == 64


def test_a_code_for_the_camera_is_one_path_of_whole_numbers_with_a_border() -> None:
    made = qr("https:" + "//notes.example.org/scan#" + "a" * 32 + "." + "b" * 22)
    size, runs = made["size"], re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", str(made["path"]))
    assert "".join(f"M{x} {y}h{w}v1h-{b}z" for x, y, w, b in runs) == made["path"]
    assert isinstance(size, int)
    dark = {(int(x) + i, int(y)) for x, y, w, _ in runs for i in range(int(w))}
    assert all(BORDER <= x < size - BORDER and BORDER <= y < size - BORDER for x, y in dark)
    corner = {(BORDER + i, BORDER) for i in range(7)}
    assert corner <= dark, "the finder in the upper left corner"
    assert (BORDER + 1, BORDER + 1) not in dark
