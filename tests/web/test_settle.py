"""Settle, press by press."""

from __future__ import annotations

import pytest

from afterword.notebook.shelf import Shelf
from afterword.record import NextStep
from tests.people import Home, Person, Visitor, a_record


@pytest.fixture
def session(home: Home, owner: Person) -> str:
    return home.shelve(owner, a_record()).hex()


@pytest.fixture
def visitor(home: Home, owner: Person) -> Visitor:
    return home.visitor(owner)


def step_of(home: Home, owner: Person, session: str, place: int) -> NextStep:
    record = Shelf(home.engine, owner.owner).session(bytes.fromhex(session)).record
    assert record
    return record.next_steps[place]


def press(visitor: Visitor, session: str, what: str, **fields: str) -> int:
    return visitor.press(f"/sessions/{session}/settle/{what}", **fields).status_code


def test_the_summary_offers_it_until_it_is_done(visitor: Visitor, session: str) -> None:
    assert "Settle it" in visitor.get(f"/sessions/{session}").text
    assert press(visitor, session, "done") == 303
    assert "Settle it" not in visitor.get(f"/sessions/{session}").text
    assert "Keep" in visitor.get(f"/sessions/{session}/settle").text


def test_a_mentioned_step_is_promoted(home: Home, owner: Person, visitor: Visitor, session: str) -> None:
    assert "Yes, we agreed" in visitor.get(f"/sessions/{session}/settle").text
    press(visitor, session, "step", place="2", action="keep")
    assert step_of(home, owner, session, 2).certainty == "agreed"
    assert "settled by you" in visitor.get(f"/sessions/{session}").text
    press(visitor, session, "step", place="2", action="undo")
    assert step_of(home, owner, session, 2).certainty == "mentioned"


def test_a_step_is_changed(home: Home, owner: Person, visitor: Visitor, session: str) -> None:
    press(visitor, session, "step", place="1", action="change", text="Find the page.", who="you", due="Friday")
    step = step_of(home, owner, session, 1)
    assert (step.text, step.who, step.due) == ("Find the page.", "you", "Friday")


def test_a_step_is_dropped_and_brought_back(home: Home, owner: Person, visitor: Visitor, session: str) -> None:
    text = step_of(home, owner, session, 0).text
    press(visitor, session, "step", place="0", action="drop")
    assert text not in visitor.get(f"/sessions/{session}").text
    assert "A step you dropped" in visitor.get(f"/sessions/{session}/settle").text
    press(visitor, session, "step", place="0", action="undo")
    assert step_of(home, owner, session, 0).text == text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"place": "99", "action": "keep"}, 404),
        ({"place": "x", "action": "keep"}, 404),
        ({"place": "0", "action": "burn"}, 404),
        ({"place": "0", "action": "change", "text": "a", "who": "nobody"}, 404),
        ({"place": "0", "action": "change", "text": " ", "who": "you"}, 422),
    ],
)
def test_what_is_no_press_changes_nothing(
    home: Home, owner: Person, visitor: Visitor, session: str, fields: dict[str, str], status: int
) -> None:
    before = step_of(home, owner, session, 0)
    assert press(visitor, session, "step", **fields) == status
    assert step_of(home, owner, session, 0) == before


def test_lines_that_mattered_stand_at_the_top(visitor: Visitor, session: str) -> None:
    press(visitor, session, "mark", section="moments", place="1", action="mark")
    page = visitor.get(f"/sessions/{session}").text
    assert page.index("What mattered to you") < page.index("A quick yes kept the house warm.")
    press(visitor, session, "mark", section="moments", place="1", action="unmark")
    assert "What mattered to you" not in visitor.get(f"/sessions/{session}").text
    assert press(visitor, session, "mark", section="overview", place="0", action="mark") == 404


def test_swapped_voices_change_sides_and_say_what_is_left_out(
    home: Home, owner: Person, visitor: Visitor, session: str
) -> None:
    press(visitor, session, "swap")
    assert step_of(home, owner, session, 1).who == "you"
    assert "You saw that a quick yes" not in visitor.get(f"/sessions/{session}").text
    assert "taken for each other" in visitor.get(f"/sessions/{session}/settle").text
    press(visitor, session, "swap")
    assert step_of(home, owner, session, 1).who == "therapist"
    assert "You saw that a quick yes" in visitor.get(f"/sessions/{session}").text


def test_a_name_corrected_here_leads_back_here(visitor: Visitor, session: str) -> None:
    fields = {"heard": "Mya", "right": "Maya", "from": "settle"}
    answer = visitor.press(f"/sessions/{session}/names", **fields)
    assert answer.headers["location"].endswith("/settle#names")
    assert "Maya, not Mya" in visitor.get(f"/sessions/{session}/settle").text


def test_before_the_record_there_is_nothing_to_settle(home: Home, owner: Person, visitor: Visitor) -> None:
    waiting = home.shelve(owner, None, state="working", destroyed=None).hex()
    assert visitor.get(f"/sessions/{waiting}/settle").status_code == 303
    assert press(visitor, waiting, "step", place="0", action="keep") == 404
