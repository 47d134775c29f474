"""What we suggest is strong enough, can be typed by tired people, and never wounds."""

from __future__ import annotations

import math
from itertools import product

import pytest

from afterword.vault import passphrase
from afterword.vault.passphrase import make_code, read_code, suggest

WORDS = 5


def _all_words() -> set[str]:
    syllables = ["".join(pair) for pair in product(passphrase._CONSONANTS, passphrase._VOWELS)]
    return {a + b for a, b in product(syllables, syllables)} - set(passphrase._NEVER.split())


def test_five_words_hold_sixty_three_bits() -> None:
    assert len(_all_words()) == 80 * 80 - len(passphrase._NEVER.split()) == 6375
    assert 63.1 < WORDS * math.log2(len(_all_words())) < 63.3


def test_suggestions_are_five_words_from_all_of_these() -> None:
    seen = [word for _ in range(600) for word in suggest().split(" ")]
    assert len(seen) == 600 * WORDS
    assert set(seen) <= _all_words()
    # 3,000 draws of 6,375 show 2,393 different ones on average; 100 fewer would mean a crooked choice.
    assert len(set(seen)) > 2290


def test_a_suggestion_never_holds_a_word_that_wounds(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([*"rape", *"bodega"])
    monkeypatch.setattr("afterword.vault.passphrase.secrets.choice", lambda _: next(drawn))
    assert passphrase._word() == "bode"


def test_a_recovery_code_holds_a_hundred_and_sixty_bits() -> None:
    code = make_code()
    assert [len(group) for group in code.split("-")] == [4] * 8
    assert set(code) <= set(passphrase._CODE_LETTERS) | {"-"}
    assert 32 * math.log2(len(set(passphrase._CODE_LETTERS))) == 160


# As a Japanese keyboard may write it.
WIDE = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}
CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        CODE.lower(),
        CODE.replace("-", " "),
        CODE.replace("-", ""),
        f"  {CODE}\n",
        CODE.replace("0", "O").replace("1", "I"),
        CODE.replace("0", "o").replace("1", "l"),
        CODE.replace("-", " – "),
        CODE.translate(WIDE),
    ],
)
def test_a_code_is_understood_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == CODE


def test_reading_a_code_twice_changes_nothing() -> None:
    for _ in range(50):
        code = make_code()
        assert read_code(code) == read_code(read_code(code)) == code
