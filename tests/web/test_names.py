"""The names that come up: written in the settings, offered after a correction, never added without a press."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from afterword.capture import names
from afterword.capture.known import Name
from afterword.capture.names import read_names, written
from afterword.notebook.preferences import Preferences, load
from afterword.store.tables import objects
from tests.people import Home, Person, a_record


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Maya\nDr Okonkwo\n", (Name("Maya"), Name("Dr Okonkwo"))),
        ("Maya: Mya, my a ,\r\n  \nMaya: Mia", (Name("Maya", ("Mya", "my a", "Mia")),)),
        (": Mya\n,,\n", ()),
        ("Maya: Maya", (Name("Maya"),)),
    ],
)
def test_they_are_read_one_a_line(typed: str, read: tuple[Name, ...]) -> None:
    assert read_names(typed) == read
    assert read_names(written(read)) == read


def test_there_is_an_end_to_them() -> None:
    assert len(read_names("\n".join(f"Name{i}" for i in range(999)))) == names.MOST
    assert max(len(name.name) for name in read_names("N" * 999)) <= 60


def test_they_are_kept_sealed_and_the_other_settings_stay(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    visitor.press("/settings", place="IE")
    assert visitor.press("/settings", names="Maya: Mya\nSiobhan").status_code == 303
    assert names.load(home.engine, owner.owner) == (Name("Maya", ("Mya",)), Name("Siobhan"))
    assert "Maya: Mya\nSiobhan" in visitor.get("/settings").text
    assert load(home.engine, owner.owner) == Preferences("IE")
    with home.engine.connect() as db:
        sealed = db.execute(select(objects.c.sealed).where(objects.c.kind == names.KIND)).scalar_one()
    assert b"Maya" not in sealed
    visitor.press("/settings", quiet="on")
    assert len(names.load(home.engine, owner.owner)) == 2
    visitor.press("/settings", names="")
    with home.engine.connect() as db:
        assert db.execute(select(objects.c.id).where(objects.c.kind == names.KIND)).first() is None


def test_a_stranger_has_their_own_and_what_somebody_else_wrote_counts_for_nothing(
    home: Home, owner: Person, stranger: Person
) -> None:
    names.keep(home.engine, owner.owner, (Name("Maya"),))
    assert names.load(home.engine, stranger.owner) == ()
    with home.engine.begin() as db:
        db.execute(update(objects).where(objects.c.kind == names.KIND).values(sealed=b"\0" * 200))
    assert names.load(home.engine, owner.owner) == ()


@pytest.mark.parametrize("page", ["check", "settle"])
def test_a_name_corrected_in_a_session_is_offered_and_added_by_one_press(home: Home, owner: Person, page: str) -> None:
    visitor, session = home.visitor(owner), home.shelve(owner, a_record()).hex()
    offer = "Know Maya from now on"
    assert offer not in visitor.get(f"/sessions/{session}/{page}").text
    visitor.press(f"/sessions/{session}/names", heard="Mya", right="Maya")
    assert names.load(home.engine, owner.owner) == (), "not without a press"
    assert offer in visitor.get(f"/sessions/{session}/{page}").text
    answer = visitor.press(f"/sessions/{session}/names", heard="Mya", action="know", **{"from": page})
    assert answer.headers["location"] == f"/sessions/{session}/{page}#names"
    assert names.load(home.engine, owner.owner) == (Name("Maya", ("Mya",)),)
    assert offer not in visitor.get(f"/sessions/{session}/{page}").text


def test_a_name_that_was_not_corrected_there_cannot_be_added(home: Home, owner: Person) -> None:
    visitor, session = home.visitor(owner), home.shelve(owner, a_record()).hex()
    assert visitor.press(f"/sessions/{session}/names", heard="Mya", action="know").status_code == 404
    assert names.load(home.engine, owner.owner) == ()
