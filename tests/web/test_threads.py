"""To come back to: what is open, what was come back to, and what the person says of it."""

from __future__ import annotations

import re

import pytest

from afterword.record import Label, Line, Record
from tests.people import Home, Person, Visitor


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


@pytest.fixture
def session(home: Home, owner: Person) -> str:
    """It left something for the next time."""
    asked = (Line("The letter to Maren can wait. Let's come back to it next time."),)
    record = Record(themes=(Label("The letter to Maren"),), questions=asked)
    return home.shelve(owner, record, "2026-10-02").hex()


def thread_of(page: str) -> str:
    found = re.search(r'id="t-([0-9a-f]{32})"', page)
    assert found
    return found[1]


def press(visitor: Visitor, action: str, **fields: str) -> str:
    """The page after it."""
    thread = thread_of(visitor.get("/threads").text)
    answer = visitor.press("/threads", thread=thread, action=action, **fields)
    assert answer.headers["location"] == f"/threads#t-{thread}"
    return visitor.get("/threads").text


def test_an_empty_page_says_what_will_stand_here(home: Home, owner: Person, visitor: Visitor) -> None:
    assert "is kept here, until you come back to it" in visitor.get("/threads").text
    home.shelve(owner, Record())
    assert "Nothing was left for another time" in visitor.get("/threads").text


def test_an_open_one_says_where_it_was_raised(visitor: Visitor, session: str) -> None:
    page = visitor.get("/threads").text
    assert "There is no hurry" in page
    assert f'<a href="/sessions/{session}#questions-0">Friday 2 October 2026</a>' in page


def test_it_is_let_go_opened_again_and_undone(visitor: Visitor, session: str) -> None:
    assert "You let it go." in press(visitor, "let go")
    assert "Open again, because you said so." in press(visitor, "open")
    assert "You let it go." in press(visitor, "undo")
    assert "You let it go." not in press(visitor, "undo")


def test_we_did(visitor: Visitor, session: str) -> None:
    page = press(visitor, "did")
    assert "You said: we did." in page
    assert "You came back to these (1)" in page


def test_it_stands_in_the_persons_words_until_they_take_them_back(visitor: Visitor, session: str) -> None:
    before = visitor.get("/threads").text
    assert '<p class="said">Her letter</p>' in press(visitor, "word", text=" Her  letter ")
    assert press(visitor, "undo") == before


@pytest.mark.parametrize(
    ("fields", "status"), [({"action": "burn"}, 404), ({"action": "word", "text": " "}, 422), ({"thread": "zz"}, 404)]
)
def test_what_is_no_press_changes_nothing(visitor: Visitor, session: str, fields: dict[str, str], status: int) -> None:
    before = visitor.get("/threads").text
    given = {"thread": thread_of(before), "action": "did", **fields}
    assert visitor.press("/threads", **given).status_code == status
    assert visitor.get("/threads").text == before
