"""The promises that SQLite keeps only when it is told to, each with the control that shows the test would notice."""

from __future__ import annotations

import base64
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from secrets import randbits, token_bytes

import pytest
from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Engine, delete, event, insert, inspect, text

from afterword.store.database import MIGRATIONS, connect, hour, migrate, scrub
from afterword.store.tables import metadata, objects
from tests.store.conftest import fresh_postgres
from tests.store.fresh import a_person, files_of

CANARY = b"canary-" + bytes(range(65, 91)) * 40


def _check(address: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", address.replace("%", "%%"))
    command.check(config)


def test_the_migrations_make_the_tables_of_this_release(engine: Engine) -> None:
    assert set(inspect(engine).get_table_names()) == set(metadata.tables) | {"alembic_version"}
    _check(engine.url.render_as_string(hide_password=False))


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    person = a_person(engine).person
    migrate(engine.url.render_as_string(hide_password=False))
    with engine.connect() as db:
        assert db.execute(text("SELECT id FROM people")).scalar() == person


def test_control_a_table_that_lacks_a_column_is_noticed(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(text("ALTER TABLE objects RENAME COLUMN hour TO forgotten"))
    try:
        with pytest.raises(CommandError):
            _check(engine.url.render_as_string(hide_password=False))
    finally:
        with engine.begin() as db:
            db.execute(text("ALTER TABLE objects RENAME COLUMN forgotten TO hour"))


def test_every_connection_has_the_pragmas(sqlite: Engine) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "busy_timeout": 30000,
              "temp_store": 2}  # fmt: skip
    connections = [sqlite.raw_connection() for _ in range(3)]
    for raw in connections:
        assert {name: raw.cursor().execute(f"PRAGMA {name}").fetchone()[0] for name in wanted} == wanted
    for raw in connections:
        raw.close()
    with closing(sqlite3.connect(str(sqlite.url.database))) as bare:
        assert bare.execute("PRAGMA foreign_keys").fetchone()[0] == 0, "the control: without us it is off"


def test_parameters_are_never_shown_in_errors(engine: Engine) -> None:
    with pytest.raises(Exception) as raised, engine.begin() as db:  # noqa: PT011
        db.execute(
            insert(objects).values(id=b"x" * 16, person=b"nobody" * 2, kind="k", about=b"", sealed=b"CANARY", hour=0)
        )
    assert "CANARY" not in str(raised.value)
    assert base64.b64encode(b"CANARY").decode() not in str(raised.value)


def test_scrub_waits_for_no_reader_and_says_so(sqlite: Engine) -> None:
    event.listen(sqlite, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=50"))
    owner = a_person(sqlite)
    reader = sqlite3.connect(str(sqlite.url.database), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM objects").fetchone()
    _write_canary(sqlite, owner.person)
    assert not scrub(sqlite)
    reader.execute("COMMIT")
    assert scrub(sqlite)
    assert Path(f"{sqlite.url.database}-wal").stat().st_size == 0
    reader.close()


def test_what_is_deleted_and_scrubbed_is_not_in_the_files(sqlite: Engine) -> None:
    _write_canary(sqlite, a_person(sqlite).person)
    assert CANARY[:40] in files_of(sqlite)
    _delete_canaries(sqlite)
    assert CANARY[:40] in files_of(sqlite), "before the scrub it stands in the log"
    assert scrub(sqlite)
    assert CANARY[:40] not in files_of(sqlite)


def test_control_without_secure_delete_it_stays(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'naive.db'}"
    migrate(address)
    naive = connect(address)
    event.listen(naive, "connect", lambda raw, _: raw.execute("PRAGMA secure_delete=OFF"))
    _write_canary(naive, a_person(naive).person)
    scrub(naive)
    _delete_canaries(naive)
    assert scrub(naive)
    assert CANARY[:40] in files_of(naive)
    naive.dispose()


def test_writers_wait_for_each_other(sqlite: Engine) -> None:
    owner = a_person(sqlite)
    threads = [threading.Thread(target=_write_canary, args=(sqlite, owner.person)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite.connect() as db:
        assert db.execute(text("SELECT count(*) FROM objects")).scalar() == 8


@pytest.mark.postgres
def test_scrub_has_nothing_to_do_on_postgresql(postgres_address: str) -> None:
    for engine in fresh_postgres(postgres_address):
        assert scrub(engine)


def test_the_hour_is_the_finest_time_that_is_kept() -> None:
    assert hour(1795203061) == 1795201200
    assert hour() % 3600 == 0


def _write_canary(engine: Engine, person: bytes) -> None:
    values = {"person": person, "kind": "note", "about": bytes(16), "sealed": CANARY, "hour": 0}
    with engine.begin() as db:
        db.execute(insert(objects).values(values | {"id": token_bytes(16), "rev": randbits(30)}))


def _delete_canaries(engine: Engine) -> None:
    with engine.begin() as db:
        db.execute(delete(objects))
