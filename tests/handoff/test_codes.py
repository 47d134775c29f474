"""What a laptop shows, and what is read of what somebody typed or a camera read."""

from __future__ import annotations

import secrets

import pytest

from afterword.handoff import codes


@pytest.mark.parametrize("given", ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "b c d f g h j k", "BCDF–GHJK", "bcdf.ghjk"])
def test_a_code_may_be_typed_as_it_comes(given: str) -> None:
    assert codes.typed(given) == "BCDFGHJK"


@pytest.mark.parametrize("given", ["", "BCDF-GHJ", "BCDF-GHJKL", "BCDF-GHJA", "BCDF-GHJ1", "ＢCDFGHJK", "BCDF/GHJK"])
def test_what_is_no_code_is_none(given: str) -> None:
    assert codes.typed(given) is None


def test_a_code_has_no_vowel_and_is_read_back() -> None:
    made = {codes.new_code() for _ in range(200)}
    assert len(made) == 200
    assert all(codes.typed(codes.shown(code)) == code for code in made)
    assert not set("".join(made)) & set("AEIOUY0123456789")


def test_a_number_has_three_digits_always() -> None:
    made = [codes.new_number() for _ in range(3000)]
    assert {len(number) for number in made} == {3}
    assert len(set(made)) > 900


def test_what_a_camera_reads_names_the_handoff_and_its_key() -> None:
    id, key = secrets.token_bytes(16), b"\x04" + secrets.token_bytes(64)
    read = codes.scanned(codes.fragment(id, key))
    assert read == codes.Scanned(id, codes.fingerprint(key))
    assert codes.scanned("#" + codes.fragment(id, key)) == read


@pytest.mark.parametrize("given", ["", "a" * 32, "a" * 32 + ".", "a" * 32 + "." + "b" * 21, "A" * 32 + "." + "b" * 22])
def test_anything_else_is_none(given: str) -> None:
    assert codes.scanned(given) is None


def test_a_code_lies_hidden() -> None:
    assert b"BCDFGHJK" not in codes.hidden("BCDFGHJK")
    assert codes.hidden("BCDFGHJK") != codes.hidden("BCDFGHJL")
