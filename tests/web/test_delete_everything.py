"""Deleting everything: asked for twice, gone to the last byte, and never half done."""

from __future__ import annotations

import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Table, func, inspect, select

from afterword.capture import intake
from afterword.consent.kept import file_of
from afterword.notebook import notes
from afterword.notebook.notes import Note
from afterword.notebook.past import pasts
from afterword.notebook.shelf import Shelf
from afterword.seal import WrongKey
from afterword.store.tables import metadata, objects, people, slots
from afterword.vault import vault
from afterword.work.erase import erase, finish
from tests.consent.yes import say_yes
from tests.people import PASSPHRASE, Home, Person, a_record
from tests.store.fresh import files_of

POINTS = ("erase-locked", "erase-keys-gone", "erase-rows-gone")


def live_in(home: Home, person: Person) -> list[bytes]:
    """A notebook with everything, one recording under way. Returns pieces of every ciphertext."""
    session = home.shelve(person, a_record())
    Shelf(home.engine, person.owner).correct_line(session, "overview", 0, "In my own words.")
    for n in range(40):
        notes.keep(home.engine, person.owner, Note("note", "2026-11-21T10:00", f"Slept badly {n}."))
    notes.load(home.engine, person.owner)
    assert pasts(home.engine, person.owner)[0].record
    say_yes(home.settings, home.engine, person.owner)
    home.visitor(person)
    with home.opener():
        coming = intake.Coming("mine", "2026-11-20", 100, secrets.token_bytes(32))
        intake.open_capture(home.settings, home.ledger, person.owner, coming)
    return _sealed(home)


def _sealed(home: Home) -> list[bytes]:
    with home.engine.connect() as db:
        whole = [*db.execute(select(objects.c.sealed)).scalars(), *db.execute(select(slots.c.sealed)).scalars()]
        whole += [*db.execute(select(people.c.identity)).scalars(), *db.execute(select(people.c.recipient)).scalars()]
    return [one[at : at + 24] for one in whole for at in (60, len(one) - 24)]


def _on_disk(home: Home, pieces: list[bytes]) -> list[bytes]:
    raw = files_of(home.engine)
    return [piece for piece in pieces if piece in raw]


def counts(home: Home) -> dict[str, int]:
    with home.engine.connect() as db:
        found = {t.name: db.execute(select(func.count()).select_from(t)).scalar() or 0 for t in _tables()}
    return {name: count for name, count in found.items() if count}


def _tables() -> list[Table]:
    return list(metadata.tables.values())


def left(home: Home) -> list[str]:
    """Files of the person beside the database."""
    return [str(path) for folder in (home.settings.keys, home.settings.spool) for path in folder.iterdir()]


def test_nothing_is_left_of_the_person_in_rows_files_or_raw_bytes(home: Home, owner: Person) -> None:
    pieces = live_in(home, owner)
    assert len(_on_disk(home, pieces)) > 60
    assert left(home)
    answer = home.visitor(owner).press("/delete-everything", passphrase=PASSPHRASE, word=" Delete ")
    assert "It is gone" in answer.text
    assert answer.headers["clear-site-data"] == '"cache", "storage"'
    assert counts(home) == {}
    assert left(home) == []
    assert not file_of(home.settings, owner.owner.person).exists()
    assert _on_disk(home, pieces) == []
    assert (home.settings.data / "afterword.db-wal").stat().st_size == 0
    assert home.visitor().get("/today").headers["location"] == "/setup"


def test_control_rows_that_are_only_deleted_stay_in_the_file(home: Home, owner: Person) -> None:
    pieces = live_in(home, owner)
    raw = sqlite3.connect(home.settings.data / "afterword.db")
    raw.execute("PRAGMA secure_delete=OFF")
    raw.execute("DELETE FROM objects")
    raw.commit()
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    assert _on_disk(home, pieces)


@pytest.mark.parametrize(
    ("fields", "status", "says"),
    [
        ({"passphrase": PASSPHRASE, "word": ""}, 422, "the word is not there"),
        ({"passphrase": PASSPHRASE}, 422, "the word is not there"),
        ({"passphrase": "quite another one", "word": "delete"}, 403, "does not open this notebook"),
        ({"word": "delete"}, 403, "does not open this notebook"),
    ],
)
def test_it_wants_the_passphrase_and_the_word(
    home: Home, owner: Person, fields: dict[str, str], status: int, says: str
) -> None:
    home.shelve(owner, a_record())
    before = counts(home)
    answer = home.visitor(owner).press("/delete-everything", **fields)
    assert (answer.status_code, says in answer.text) == (status, True)
    assert PASSPHRASE not in answer.text
    assert counts(home) == before | {"unlocks": 1}


def test_somebody_elses_notebook_stays_whole(home: Home, owner: Person, stranger: Person) -> None:
    home.shelve(owner, a_record())
    theirs = home.shelve(stranger, a_record())
    say_yes(home.settings, home.engine, stranger.owner)
    erase(home.settings, home.ledger, owner.owner.person)
    assert pasts(home.engine, stranger.owner)[0].id == theirs.hex()
    assert vault.open_notebook(home.engine, stranger.owner.person, stranger.passphrase)
    assert file_of(home.settings, stranger.owner.person).exists()


@pytest.mark.parametrize("point", POINTS)
def test_killed_in_the_middle_nothing_can_be_read_and_the_next_worker_goes_on(
    home: Home, owner: Person, point: str
) -> None:
    pieces = live_in(home, owner)
    killed = _run("tests.erasing", str(home.settings.data), AFTERWORD_CRASH_AT=point)
    assert killed.wait(30) == -signal.SIGKILL
    with pytest.raises(WrongKey):
        vault.open_notebook(home.engine, owner.owner.person, PASSPHRASE)
    with pytest.raises(WrongKey):
        vault.open_notebook(home.engine, owner.owner.person, owner.code, "recovery")
    worker = _run("afterword", "worker", "--data", str(home.settings.data))
    try:
        _wait(lambda: counts(home) == {} and left(home) == [] and not _on_disk(home, pieces))
    finally:
        worker.terminate()
        worker.wait(20)
    assert not file_of(home.settings, owner.owner.person).exists()


def test_killed_before_it_began_everything_is_there(home: Home, owner: Person) -> None:
    live_in(home, owner)
    finish(home.settings, home.ledger)
    assert vault.open_notebook(home.engine, owner.owner.person, PASSPHRASE)
    assert pasts(home.engine, owner.owner)


def test_a_new_notebook_can_be_made_afterwards(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    visitor.press("/delete-everything", passphrase=PASSPHRASE, word="delete")
    assert vault.only_person(home.engine) is None
    again = home.person("a new passphrase of mine")
    assert pasts(home.engine, again.owner) == []


def test_every_table_of_a_persons_things_goes_with_them(home: Home) -> None:
    """A new table that forgets to say so would keep something."""
    for table in inspect(home.engine).get_table_names():
        if table in ("people", "alembic_version"):
            continue
        keys = inspect(home.engine).get_foreign_keys(table)
        assert keys, table
        assert all(key["options"].get("ondelete") == "CASCADE" for key in keys), table


def _run(module: str, *arguments: str, **more: str) -> subprocess.Popen[bytes]:
    environment = os.environ | more
    return subprocess.Popen([sys.executable, "-m", module, *arguments], env=environment, cwd=Path(__file__).parents[2])


def _wait(until: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, "it did not go on"
        time.sleep(0.1)
