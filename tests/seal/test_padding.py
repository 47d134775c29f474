"""Padding hides sizes and loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afterword.seal import Tampered
from afterword.seal.errors import SealError
from afterword.seal.padding import pad, unpad


@given(st.binary(max_size=3000))
def test_what_is_padded_comes_back(plain: bytes) -> None:
    assert unpad(pad(plain)) == plain


@given(st.integers(0, 3_000_000))
def test_padding_costs_at_most_twelve_percent_and_a_floor(length: int) -> None:
    padded = len(pad(bytes(length)))
    assert length + 4 <= padded <= 1.12 * length + 256


def test_sizes_tell_little() -> None:
    assert len({len(pad(bytes(n))) for n in range(253)}) == 1
    assert len({len(pad(bytes(n))) for n in range(20_000, 24_000)}) <= 9


@given(st.binary(max_size=40))
def test_any_bytes_unpad_or_are_refused(padded: bytes) -> None:
    try:
        assert len(unpad(padded)) <= len(padded) - 4
    except SealError:
        pass


def test_an_impossible_length_is_refused() -> None:
    for padded in (b"", b"\x00\x00\x00", b"\x00\x00\x00\x01", b"\xff" * 20):
        with pytest.raises(Tampered):
            unpad(padded)
