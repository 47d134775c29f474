"""How alike two short texts are."""

from __future__ import annotations

import time

import pytest

from afterword.notebook.likeness import Measure, likeness, rarity


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mum's calls", "my mother ringing"),
        ("Drinking at night", "wine in the evenings, every night"),
        ("Lending my brother money", "You paid your brother's rent again."),
        ("Trouble sleeping", "awake at three"),
        ("Worrying about work", "anxious before every shift"),
        ("Bianca and the money", "You told Bianca no about the four hundred."),
    ],
)
def test_the_same_thing_in_other_words_is_alike(one: str, other: str) -> None:
    assert likeness(one, other) > 0.4
    assert likeness(one, other) == pytest.approx(likeness(other, one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Mum's calls", "a new bicycle"),
        ("Mum's calls", "my father's funeral"),
        ("Drinking at night", "talking about it next time"),
        ("You feel it was good to talk.", "You said it was a good week."),
        ("", "anything"),
        ("Bianca and the party", "Theo and the garden"),
    ],
)
def test_different_things_are_not(one: str, other: str) -> None:
    assert likeness(one, other) < 0.25


def test_nothing_is_more_alike_than_itself() -> None:
    assert likeness("the letter to Maren", "The letter to Maren.") == pytest.approx(1, abs=0.15)


def test_what_stands_on_every_page_joins_less_than_what_is_rare() -> None:
    pages = [f"Theo and the {thing}" for thing in ("garden", "car", "cabin", "letter", "choir")]
    known = rarity(pages)
    assert likeness("Theo and the cabin", "Theo in the car", known) < likeness(
        "Theo and the cabin", "Maren at the cabin", known
    )
    assert likeness("Theo and the cabin", "Theo in the car", known) < likeness("Theo and the cabin", "Theo in the car")


def test_a_name_that_both_say_joins_more_than_a_word() -> None:
    assert likeness("lunch with Bianca", "a card for Bianca") > likeness("a blue garden", "a garden chair")


def test_a_long_text_can_hold_all_of_a_short_one() -> None:
    measure = Measure()
    told = "You went to the lake on Sunday, and Ken made his offer for the cabin; you have until the thirty-first."
    assert measure.share("Ken's offer for the cabin", told) > 0.8
    assert measure.likeness("Ken's offer for the cabin", told) < 0.8


def test_ten_years_of_labels_are_compared_in_a_moment() -> None:
    labels = [f"{who} and the {what}" for who in ("Mum", "Theo", "Ken") for what in ("call", "cabin", "rent")] * 347
    began = time.monotonic()
    measure = Measure(rarity(labels))
    assert sum(measure.likeness(labels[0], label) > 0.5 for label in labels) >= 347
    assert time.monotonic() - began < 2
