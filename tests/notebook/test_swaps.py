"""The swap matrix: no sealed bytes open anywhere but where they were written (T36)."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import Engine, select

from afterword.notebook.shelf import Shelf
from afterword.seal.context import context
from afterword.seal.errors import SealError
from afterword.store.tables import objects, people, slots, unlocks
from afterword.vault import vault
from afterword.vault.owner import Owner
from afterword.vault.slots import LEAST_KIB, Kind
from tests.notebook.lived_in import a_question, a_session, correct_twice


@dataclass(frozen=True)
class Cell:
    """Sealed bytes in one row, and the way in which the product opens them."""

    name: str
    table: str
    column: str
    row: bytes
    sealed: bytes
    open: Callable[[], object]

    def __repr__(self) -> str:
        return self.name


def test_no_sealed_bytes_open_in_another_place(engine: Engine) -> None:
    cells = _lived_in(engine)
    assert len(cells) == 2 * (1 + 2 + 1 + 2 * 5)
    assert _what_opens_elsewhere(engine, cells) == []
    for cell in cells:
        cell.open()


def test_control_without_the_context_the_same_matrix_finds_swaps_that_open(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [m for name, m in list(sys.modules.items()) if name.startswith("afterword.")]:
        if getattr(module, "context", None) is context:
            monkeypatch.setattr(module, "context", lambda *_: b"everywhere the same")
    found = _what_opens_elsewhere(engine, _lived_in(engine))
    assert "ada record 0 <- ada record 1" in found
    assert "ben corrections 1 <- ben corrections 0" in found
    assert "ada receipt 0 <- ada record 0" in found, "one kind passes for another"


def test_an_older_revision_in_place_of_the_newer_is_refused(engine: Engine) -> None:
    _, shelf, session = _one_session(engine)
    shelf.correct_line(session, "overview", 0, "first")
    older = _row(engine, "corrections")
    shelf.correct_line(session, "overview", 0, "second")
    newer = _row(engine, "corrections")
    assert (older["rev"], newer["rev"]) == (0, 1)
    _write(engine, "objects", "sealed", newer["id"], older["sealed"])
    with pytest.raises(SealError):
        shelf.session(session)
    _write(engine, "objects", "sealed", newer["id"], newer["sealed"])
    _write(engine, "objects", "rev", newer["id"], 0)
    with pytest.raises(SealError):
        shelf.session(session)


@pytest.mark.parametrize("column", ["person", "kind", "about"])
def test_a_row_moved_to_another_place_does_not_open_there(engine: Engine, column: str) -> None:
    owner, shelf, session = _one_session(engine)
    friend_session = a_session(
        engine, friend := vault.make_notebook(engine, "a friend's passphrase", LEAST_KIB).owner, "x"
    )
    other = a_session(engine, owner, "another")
    record = _row(engine, "record", session)
    with engine.begin() as db:
        db.execute(objects.delete().where(objects.c.about.in_([other, friend_session]), objects.c.kind == "record"))
        db.execute(objects.delete().where(objects.c.kind == "receipt", objects.c.about == session))
    _write(
        engine, "objects", column, record["id"], {"person": friend.person, "kind": "receipt", "about": other}[column]
    )
    if column == "person":
        _write(engine, "objects", "about", record["id"], friend_session)
    opened: dict[str, Callable[[], object]] = {
        "person": lambda: Shelf(engine, friend).session(friend_session),
        "kind": lambda: shelf.receipt(session),
        "about": lambda: shelf.session(other),
    }
    with pytest.raises(SealError):
        opened[column]()


def test_an_unlocked_owner_does_not_open_what_is_a_friends(engine: Engine) -> None:
    owner, _, _ = _one_session(engine)
    friend = vault.make_notebook(engine, "a friend's passphrase", LEAST_KIB).owner
    session = a_session(engine, friend, "a friend's matter")
    for kind in ("record", "receipt"):
        sealed = _row(engine, kind, session)["sealed"]
        for person in (owner.person, friend.person):
            with pytest.raises(SealError):
                Owner(person, owner.master, owner.identity).open_sealed(kind, session, 0, sealed)


def _one_session(engine: Engine) -> tuple[Owner, Shelf, bytes]:
    owner = vault.make_notebook(engine, "a passphrase of ada", LEAST_KIB).owner
    return owner, Shelf(engine, owner), a_session(engine, owner, "the move")


def _lived_in(engine: Engine) -> list[Cell]:
    return [cell for name in ("ada", "ben") for cell in _cells_of(engine, name)]


def _cells_of(engine: Engine, name: str) -> Iterator[Cell]:
    made = vault.make_notebook(engine, f"a passphrase of {name}", LEAST_KIB)
    owner, cookie = made.owner, vault.unlock(engine, made.owner)

    def unlocked() -> Owner:
        found = vault.owner_of(engine, cookie)
        if found is None:
            raise SealError
        return found

    def way(kind: Kind, secret: str) -> Callable[[], object]:
        return lambda: vault.open_notebook(engine, owner.person, secret, kind)

    yield Cell(f"{name} identity", "people", "identity", owner.person, _sealed_identity(engine, owner), unlocked)
    with engine.connect() as db:
        row = db.execute(select(unlocks).where(unlocks.c.person == owner.person)).mappings().one()
        ways = db.execute(select(slots).where(slots.c.person == owner.person)).mappings().all()
    yield Cell(f"{name} unlock", "unlocks", "sealed", row["id"], row["sealed"], unlocked)
    secrets = {"passphrase": f"a passphrase of {name}", "recovery": made.recovery_code}
    for slot in ways:
        opened = way(slot["kind"], secrets[slot["kind"]])
        yield Cell(f"{name} {slot['kind']}", "slots", "sealed", slot["id"], slot["sealed"], opened)
    for n in range(2):
        yield from _cells_of_session(engine, owner, name, n)


def _cells_of_session(engine: Engine, owner: Owner, name: str, n: int) -> Iterator[Cell]:
    session, shelf = a_session(engine, owner, f"{name}'s matter {n}"), Shelf(engine, owner)
    a_question(engine, owner, session, [f"{name} said", f"the other said {n}"])
    correct_twice(engine, owner, session, f"{name} {n}")
    opened: dict[str, Callable[[], object]] = {
        "session": lambda: shelf._facts(session, *(shelf._object("session", session) or (0, b""))),
        "record": lambda: shelf.as_made(session),
        "corrections": lambda: shelf.corrections(session),
        "receipt": lambda: shelf.receipt(session),
        "question": lambda: shelf.question(session),
    }
    for kind, way in opened.items():
        row = _row(engine, kind, session)
        yield Cell(f"{name} {kind} {n}", "objects", "sealed", row["id"], row["sealed"], way)


def _what_opens_elsewhere(engine: Engine, cells: list[Cell]) -> list[str]:
    """Every ordered pair: the bytes of the second in the row of the first."""
    found = []
    with _raw(engine) as raw:
        for here, there in permutations(cells, 2):
            update = f"UPDATE {here.table} SET {here.column} = ? WHERE id = ?"
            raw.execute(update, (there.sealed, here.row))
            try:
                here.open()
                found.append(f"{here} <- {there}")
            except SealError:
                pass
            except (ValueError, KeyError, TypeError, AttributeError):  # it opened, and was taken for what it is not
                found.append(f"{here} <- {there}")
            raw.execute(update, (here.sealed, here.row))
    return found


@contextmanager
def _raw(engine: Engine) -> Iterator[sqlite3.Connection]:
    """As an attacker would write: past the product."""
    raw = sqlite3.connect(str(engine.url.database), isolation_level=None)
    raw.execute("PRAGMA synchronous=OFF")
    yield raw
    raw.close()


def _write(engine: Engine, table: str, column: str, row: bytes, value: object) -> None:
    with _raw(engine) as raw:
        assert raw.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, row)).rowcount == 1


def _row(engine: Engine, kind: str, session: bytes | None = None) -> dict[str, Any]:
    query = select(objects).where(objects.c.kind == kind)
    with engine.connect() as db:
        found = db.execute(query.where(objects.c.about == session) if session else query).mappings().one()
    return dict(found)


def _sealed_identity(engine: Engine, owner: Owner) -> bytes:
    with engine.connect() as db:
        return bytes(db.execute(select(people.c.identity).where(people.c.id == owner.person)).scalar_one())
