"""Everything of a record can be changed, is marked, comes back as it was, and outlives a record that is made anew."""

from __future__ import annotations

from dataclasses import replace

import pytest

from afterword.notebook.corrections import corrected
from afterword.notebook.shelf import Shelf
from afterword.record import Line, NextAppointment, Record, Safety, lines_of
from tests.people import Home, Person, a_record

AGREED = Line("I will ring my sister before it gets bad.")
WHOLE = replace(
    a_record(), next_appointment=NextAppointment("Thursday at four", "2026-11-26T16:00"),
    safety=Safety("suicide", agreed=(AGREED,)),
)  # fmt: skip
# Everything that carries words: (section, place, part).
ALL = [
    *((section, place, "") for section, place, _ in lines_of(WHOLE)),
    *(("moments", place, "prompt") for place in range(len(WHOLE.moments))),
    *(("recap", place, "heading") for place in range(len(WHOLE.recap))),
    ("next_appointment", 0, ""), ("safety", 0, ""),
]  # fmt: skip


def shown(shelf: Shelf, session: bytes) -> Record:
    record = shelf.session(session).record
    assert record
    return record


@pytest.mark.parametrize(("section", "place", "part"), ALL)
def test_each_thing_is_changed_kept_through_a_re_run_and_undone(
    home: Home, owner: Person, section: str, place: int, part: str
) -> None:
    session = home.shelve(owner, WHOLE)
    shelf = Shelf(home.engine, owner.owner)
    shelf.correct_line(session, section, place, "in my own words", part)
    changed = shown(shelf, session)
    assert changed.to_bytes().decode().count("in my own words") == 1
    assert changed != WHOLE
    again = replace(WHOLE, engine="another engine", heard=9.0)
    assert b"in my own words" in corrected(again, shelf.corrections(session)).to_bytes()
    shelf.undo_line(session, section, place, part)
    assert shown(shelf, session) == WHOLE


@pytest.mark.parametrize(("section", "place", "part"), [one for one in ALL if one[0] != "safety"])
def test_each_thing_but_one_is_deleted_and_brought_back(
    home: Home, owner: Person, section: str, place: int, part: str
) -> None:
    session = home.shelve(owner, WHOLE)
    shelf = Shelf(home.engine, owner.owner)
    shelf.correct_line(session, section, place, None, part)
    assert len(shown(shelf, session).to_bytes()) < len(WHOLE.to_bytes())
    shelf.undo_line(session, section, place, part)
    assert shown(shelf, session) == WHOLE


def test_what_was_agreed_about_danger_can_be_reworded_and_not_deleted(home: Home, owner: Person) -> None:
    session = home.shelve(owner, WHOLE)
    shelf = Shelf(home.engine, owner.owner)
    with pytest.raises(KeyError):
        shelf.correct_line(session, "safety", 0, None)
    shelf.correct_line(session, "safety", 0, "I will ring Mya.")
    shelf.correct_name(session, "Mya", "Maya")
    safety = shown(shelf, session).safety
    assert safety
    assert (safety.kind, safety.agreed[0].text) == ("suicide", "I will ring Maya.")


def test_an_appointment_in_ones_own_words_has_no_date_that_was_read_from_others(home: Home, owner: Person) -> None:
    session = home.shelve(owner, WHOLE)
    shelf = Shelf(home.engine, owner.owner)
    shelf.correct_line(session, "next_appointment", 0, "Friday at five")
    assert shown(shelf, session).next_appointment == NextAppointment("Friday at five", None)


@pytest.mark.parametrize(
    ("section", "place", "part"),
    [
        ("overview", 0, "prompt"), ("moments", 0, "heading"), ("moments", 0, "text"), ("safety", 1, ""),
        ("next_appointment", 1, ""), ("next_appointment", 0, "said"), ("engine", 0, ""), ("moments", 9, "prompt"),
    ],
)  # fmt: skip
def test_what_is_not_there_cannot_be_changed(home: Home, owner: Person, section: str, place: int, part: str) -> None:
    session = home.shelve(owner, WHOLE)
    with pytest.raises(KeyError):
        Shelf(home.engine, owner.owner).correct_line(session, section, place, "x", part)


def test_the_page_has_a_way_to_each_and_marks_what_was_changed(home: Home, owner: Person) -> None:
    session, visitor = home.shelve(owner, WHOLE).hex(), home.visitor(owner)
    page = f"/sessions/{session}/check"
    ways = (("moments", "prompt", "Why then?"), ("recap", "heading", "That week"),
            ("next_appointment", "", "Friday at five"), ("safety", "", "I will ring."))  # fmt: skip
    for section, part, text in ways:
        assert f'name="section" value="{section}"' in visitor.get(page).text
        fields = {"section": section, "place": "0", "part": part, "action": "save", "text": text}
        assert visitor.press(f"/sessions/{session}/lines", **fields).status_code == 303
        assert text in visitor.get(page).text
    read = visitor.get(f"/sessions/{session}").text
    assert "I will ring. " in read
    assert "<q>I will ring.</q>" not in read, "what nobody said is no quotation"
    assert "<q>Friday at five</q>" not in read
    delete = {"section": "next_appointment", "place": "0", "action": "delete"}
    visitor.press(f"/sessions/{session}/lines", **delete)
    assert "Next appointment" not in visitor.get(f"/sessions/{session}").text
    assert "Bring it back" in visitor.get(page).text
