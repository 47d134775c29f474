"""Words heard twice, and loops, are removed; what people really repeat stays."""

from __future__ import annotations

import pytest

from afterword.room.listen.words import tidy, without_double


@pytest.mark.parametrize(
    ("before", "text", "left"),
    [
        ("I went to see my sister", "my sister on Sunday.", "On Sunday."),
        ("We can stop here, if you like.", "If you like. I am tired.", "I am tired."),
        ("It was because", "Because he asked.", "He asked."),
    ],
)
def test_words_heard_twice_where_lines_meet_are_said_once(before: str, text: str, left: str) -> None:
    assert without_double(before, text) == left


@pytest.mark.parametrize(
    ("before", "text"),
    [
        ("He asked me, and I said no.", "No, I could not do it."),
        ("I called my sister.", "My brother was there too."),
        ("", "How are you?"),
        ("How are you?", ""),
        ("...", "... and then"),
    ],
)
def test_what_people_repeat_stays(before: str, text: str) -> None:
    assert without_double(before, text) == text


def test_a_loop_is_said_once() -> None:
    assert tidy("I think that that that that that that he knew.") == "I think that he knew."
    assert tidy("and then it, and then it, and then it, and then it, and then it was over") == "and then it was over"


def test_a_word_said_three_times_is_no_loop() -> None:
    assert tidy("No, no, no, I did not.") == "No, no, no, I did not."


def test_spelling_of_old_books_is_made_plain() -> None:
    assert tidy("I will  do it to-morrow.") == "I will do it tomorrow."
