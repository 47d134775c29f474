"""What a notebook is set to is sealed, is one person's own, and errs towards quiet."""

from __future__ import annotations

from sqlalchemy import select, update

from afterword.notebook.preferences import Preferences, keep, load
from afterword.store.tables import objects
from tests.people import Home, Person

IRISH = Preferences("IE", True)


def test_they_are_kept_and_replace_each_other(home: Home, owner: Person) -> None:
    assert load(home.engine, owner.owner) == Preferences()
    keep(home.engine, owner.owner, IRISH)
    assert load(home.engine, owner.owner) == IRISH
    keep(home.engine, owner.owner, Preferences("FR"))
    assert load(home.engine, owner.owner) == Preferences("FR", False)
    with home.engine.connect() as db:
        assert len(list(db.execute(select(objects.c.id).where(objects.c.kind == "preferences")))) == 1


def test_a_quiet_notebook_locks_after_a_minute() -> None:
    assert Preferences(quiet=True).idle_seconds == 60
    assert Preferences().idle_seconds == 600


def test_neither_the_place_nor_the_wish_to_be_quiet_stands_in_the_database(home: Home, owner: Person) -> None:
    sizes = set()
    for wished in (IRISH, Preferences()):
        keep(home.engine, owner.owner, wished)
        with home.engine.connect() as db:
            sealed = db.execute(select(objects.c.sealed).where(objects.c.kind == "preferences")).scalar_one()
        assert b"IE" not in sealed
        assert b"quiet" not in sealed
        sizes.add(len(sealed))
    assert len(sizes) == 1, "the size tells which it is"


def test_a_stranger_has_their_own(home: Home, owner: Person) -> None:
    keep(home.engine, owner.owner, IRISH)
    stranger = home.person("zuna mofi tela bivo kuda")
    assert load(home.engine, stranger.owner) == Preferences()


def test_what_somebody_else_wrote_there_makes_it_quiet_and_opens_nothing(home: Home, owner: Person) -> None:
    keep(home.engine, owner.owner, Preferences("FR"))
    with home.engine.begin() as db:
        db.execute(update(objects).where(objects.c.kind == "preferences").values(sealed=b"\0" * 200))
    assert load(home.engine, owner.owner) == Preferences(quiet=True)
