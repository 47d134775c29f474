"""A text on its way into the room: its format, and that it says little about itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from afterword.written import BLOCK, NotWritten, Written, WrittenStep

WHOLE = Written(
    "A line.\nAnother.", "plain", (WrittenStep("Ring the surgery", "therapist", "Friday"),), "Kept", "Brought"
)


def packed(body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + body


def changed(**values: Any) -> bytes:
    body = {"v": 1, "kind": "plain", "text": "", "steps": [], "keep": "", "bring": ""} | values
    return packed(json.dumps(body).encode())


def test_what_was_written_is_read_again() -> None:
    assert Written.from_bytes(WHOLE.to_bytes()) == WHOLE


@pytest.mark.parametrize("letters", [0, 1, 3900, 4090, 9000])
def test_its_size_tells_only_how_many_pages_there_are(letters: int) -> None:
    packed = Written("x" * letters).to_bytes()
    assert len(packed) % BLOCK == 0
    assert len(packed) < letters + 100 + BLOCK


def test_it_does_not_print_its_words() -> None:
    for words in ("line", "surgery", "Kept", "Brought", "Friday"):
        assert words not in repr(WHOLE)
        assert words not in repr(WHOLE.steps[0])


def test_steps_without_words_fall_away_and_spaces_are_one() -> None:
    steps = [{"text": "  ", "who": "you", "due": ""}, {"text": " ring\n them ", "who": "both", "due": " soon "}]
    assert Written.from_bytes(changed(steps=steps)).steps == (WrittenStep("ring them", "both", "soon"),)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\x09{}",
        packed(b"[]"),
        packed(b"\xff"),
        changed(v=2),
        changed(kind="docx"),
        changed(steps=[{"text": "x", "who": "mother", "due": ""}]),
        changed(steps=[{"text": "x"}]),
        changed(steps=[{"text": "x", "who": "you", "due": ""}] * 41),
        WHOLE.to_bytes() + b"x",
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(NotWritten):
        Written.from_bytes(data)
