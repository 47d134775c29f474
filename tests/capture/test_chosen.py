"""The choice of a model: sealed, of one notebook, and taken back by its owner."""

from __future__ import annotations

from sqlalchemy import select, update

from afterword.capture import chosen
from afterword.capture.choice import Choice
from afterword.store.tables import objects
from tests.people import Home, Person

HERE = Choice(bytes(16), address="http://127.0.0.1:8080", key="a key")


def test_it_is_kept_and_read_again(home: Home, owner: Person) -> None:
    assert chosen.load(home.engine, owner.owner) is None
    kept = chosen.keep(home.engine, owner.owner, HERE)
    assert chosen.load(home.engine, owner.owner) == kept
    assert (kept.address, kept.key) == (HERE.address, HERE.key)
    assert chosen.stands(home.engine, owner.owner.person, kept)


def test_nothing_of_it_stands_in_the_database_in_clear(home: Home, owner: Person) -> None:
    chosen.keep(home.engine, owner.owner, HERE)
    with home.engine.connect() as db:
        sealed = db.execute(select(objects.c.sealed).where(objects.c.kind == chosen.KIND)).scalar()
    assert sealed is not None
    assert not any(word in sealed for word in (b"127.0.0.1", b"a key", b"address"))


def test_what_was_taken_back_or_changed_stands_no_longer(home: Home, owner: Person) -> None:
    first = chosen.keep(home.engine, owner.owner, HERE)
    second = chosen.keep(home.engine, owner.owner, HERE)
    assert not chosen.stands(home.engine, owner.owner.person, first)
    assert chosen.stands(home.engine, owner.owner.person, second)
    chosen.drop(home.engine, owner.owner)
    assert not chosen.stands(home.engine, owner.owner.person, second)
    assert chosen.load(home.engine, owner.owner) is None


def test_a_stranger_has_another_one(home: Home, owner: Person, stranger: Person) -> None:
    kept = chosen.keep(home.engine, owner.owner, HERE)
    assert chosen.load(home.engine, stranger.owner) is None
    assert not chosen.stands(home.engine, stranger.owner.person, kept)
    chosen.drop(home.engine, stranger.owner)
    assert chosen.stands(home.engine, owner.owner.person, kept)


def test_without_a_yes_a_place_elsewhere_never_stands(home: Home, owner: Person) -> None:
    kept = chosen.keep(home.engine, owner.owner, Choice(bytes(16), address="http://models.example"))
    assert not chosen.stands(home.engine, owner.owner.person, kept)


def test_one_that_somebody_else_wrote_counts_for_nothing(home: Home, owner: Person, stranger: Person) -> None:
    chosen.keep(home.engine, owner.owner, HERE)
    theirs = stranger.owner.seal_own(chosen.KIND, stranger.owner.person, 0, b"{}")
    with home.engine.begin() as db:
        db.execute(update(objects).where(objects.c.kind == chosen.KIND).values(sealed=theirs))
    assert chosen.load(home.engine, owner.owner) is None


def test_an_old_row_under_a_new_id_counts_for_nothing(home: Home, owner: Person) -> None:
    chosen.keep(home.engine, owner.owner, HERE)
    with home.engine.begin() as db:
        db.execute(update(objects).where(objects.c.kind == chosen.KIND).values(id=b"x" * 16))
    assert chosen.load(home.engine, owner.owner) is None
