"""No two places have one context."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from afterword.seal.context import checkpoint_place, chunk_place, context, number, place

purposes = st.text(st.characters(codec="utf-8"), max_size=8)
fields = st.lists(st.binary(max_size=6), max_size=4)
ids = st.binary(min_size=16, max_size=16)
small = st.integers(0, 3)


def _read(made: bytes) -> list[bytes]:
    parts = []
    while made:
        length = int.from_bytes(made[:4], "big")
        parts.append(made[4 : 4 + length])
        made = made[4 + length :]
    return parts


@given(purposes, fields)
def test_a_context_can_be_read_back_so_no_two_lists_collide(purpose: str, given_fields: list[bytes]) -> None:
    assert _read(context(purpose, *given_fields)) == [b"afterword/1", purpose.encode(), *given_fields]


@given(purposes, fields, purposes, fields)
def test_equal_contexts_come_from_equal_lists_only(a: str, x: list[bytes], b: str, y: list[bytes]) -> None:
    assert (context(a, *x) == context(b, *y)) == ((a, x) == (b, y))


@settings(max_examples=200)
@given(st.lists(st.tuples(ids, st.sampled_from(["record", "receipt"]), ids, small, small), unique=True))
def test_places_of_objects_are_all_different(places: list[tuple[bytes, str, bytes, int, int]]) -> None:
    assert len({place(*where) for where in places}) == len(places)


def test_moving_a_letter_between_fields_changes_the_context() -> None:
    assert context("a", b"bc") != context("ab", b"c")
    assert context("a", b"b", b"") != context("a", b"", b"b") != context("a", b"b")
    assert chunk_place(b"c" * 16, 1) != chunk_place(b"c" * 16, 2) != checkpoint_place(b"c" * 16)


@given(st.integers(0, 2**32 - 1))
def test_numbers_have_four_bytes(value: int) -> None:
    assert int.from_bytes(number(value), "big") == value
    assert len(number(value)) == 4
