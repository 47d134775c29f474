"""A correct passphrase is one that opens the slot; a row that somebody weakened is not even tried."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from afterword.seal import WrongKey
from afterword.seal.errors import SealError
from afterword.vault import slots
from afterword.vault.slots import LEAST_KIB, MOST_KIB, MOST_PASSES, PASSES, Slot, make_slot, open_slot, read_passphrase

PERSON, MASTER = b"p" * 16, b"m" * 32
TYPED = "bodega lumito kavire"


@pytest.fixture(scope="module")
def slot() -> Slot:
    return make_slot(PERSON, "passphrase", TYPED, MASTER, LEAST_KIB)


def test_the_right_passphrase_opens_and_a_wrong_one_does_not(slot: Slot) -> None:
    assert open_slot(PERSON, slot, TYPED) == MASTER
    for wrong in ("", "bodega lumito", TYPED.upper(), TYPED.replace(" ", ""), TYPED + "x"):
        with pytest.raises(WrongKey):
            open_slot(PERSON, slot, wrong)


@pytest.mark.parametrize(
    "typed", [f"  {TYPED} ", TYPED.replace(" ", "   "), TYPED.replace(" ", "\u00a0"), f"{TYPED}\n"]
)
def test_spaces_do_not_matter(slot: Slot, typed: str) -> None:
    assert open_slot(PERSON, slot, typed) == MASTER


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tézuli", "te\u0301zuli"),
        ("Å", "\u212b"),
        ("한글", "\u1112\u1161\u11ab\u1100\u1173\u11af"),
        ("１２３", "123"),
        ("ﬁn", "fin"),
        ("a\u3000b", "a b"),
    ],
)
def test_one_passphrase_has_one_spelling_on_every_keyboard(one: str, other: str) -> None:
    assert read_passphrase(one) == read_passphrase(other)


def test_what_looks_alike_but_is_not_the_same_stays_different() -> None:
    assert len({read_passphrase(typed) for typed in ("cafe", "café", "Cafe", "сafe", "ca fe")}) == 5


def test_an_accent_written_in_the_other_way_opens() -> None:
    made = make_slot(PERSON, "passphrase", "tézuli nusopa", MASTER, LEAST_KIB)
    assert open_slot(PERSON, made, "te\u0301zuli  nusopa") == MASTER


def test_bytes_that_a_terminal_could_not_decode_are_a_passphrase_too() -> None:
    assert read_passphrase(b"\xff caf\xe9".decode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("kib", [0, -1, 8, LEAST_KIB - 1, MOST_KIB + 1, 2**31])
def test_a_cost_outside_the_range_is_refused_without_trying(slot: Slot, kib: int) -> None:
    _refused_at_once(replace(slot, kib=kib))
    with pytest.raises(WrongKey):
        make_slot(PERSON, "passphrase", TYPED, MASTER, kib)


@pytest.mark.parametrize("passes", [0, -1, PASSES - 1, MOST_PASSES + 1, 2**33])
def test_a_number_of_passes_outside_the_range_is_refused_without_trying(slot: Slot, passes: int) -> None:
    _refused_at_once(replace(slot, passes=passes))


def test_another_cost_within_the_range_is_refused_too(slot: Slot) -> None:
    for tampered in (replace(slot, kib=LEAST_KIB + 1024), replace(slot, passes=PASSES + 1)):
        with pytest.raises(SealError):
            open_slot(PERSON, tampered, TYPED)


ODD: list[dict[str, Any]] = [
    {"salt": b""}, {"salt": b"1234567"}, {"salt": b"12345678"}, {"salt": b"s" * 17}, {"sealed": b""}, {"id": b""},
    {"sealed": b"\x01\x04"}, {"kind": "recovery"}, {"kind": "other"}, {"kib": "many"}, {"kib": 19456.0},
    {"passes": None},
]  # fmt: skip


@pytest.mark.parametrize("change", ODD, ids=repr)
@pytest.mark.parametrize("kind", ["passphrase", "recovery"])
def test_a_row_that_no_release_has_written_is_refused_as_any_other(kind: slots.Kind, change: dict[str, Any]) -> None:
    made = make_slot(PERSON, kind, "0123456789ABCDEF", MASTER, LEAST_KIB)
    if change.get("kind") != kind:
        with pytest.raises(SealError):
            open_slot(PERSON, replace(made, **change), "0123456789ABCDEF")


@pytest.mark.parametrize(("kib", "passes"), [(-1, 0), (0, 2**33), (LEAST_KIB, PASSES), (1, 1)])
def test_a_recovery_slot_has_no_cost_to_tamper_with(kib: int, passes: int) -> None:
    made = make_slot(PERSON, "recovery", "0123", MASTER, LEAST_KIB)
    assert open_slot(PERSON, made, "O l23") == MASTER
    with pytest.raises(WrongKey):
        open_slot(PERSON, replace(made, kib=kib, passes=passes), "0123")


def test_a_slot_opens_for_its_own_person_only(slot: Slot) -> None:
    with pytest.raises(SealError):
        open_slot(b"q" * 16, slot, TYPED)


def test_no_more_than_two_are_tried_at_once(slot: Slot, monkeypatch: pytest.MonkeyPatch) -> None:
    real, inside, most = Argon2id, [0], [0]

    class Counted:
        def __init__(self, **costs: Any) -> None:
            self.argon = real(**costs)

        def derive(self, typed: bytes) -> bytes:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            try:
                time.sleep(0.01)
                return self.argon.derive(typed)
            finally:
                inside[0] -= 1

    monkeypatch.setattr(slots, "Argon2id", Counted)
    threads = [threading.Thread(target=open_slot, args=(PERSON, slot, TYPED)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most[0] == 2


def _refused_at_once(tampered: Slot) -> None:
    begun = time.perf_counter()
    with pytest.raises(WrongKey):
        open_slot(PERSON, tampered, TYPED)
    assert time.perf_counter() - begun < 0.02, "an Argon2id of the smallest allowed cost takes longer"
