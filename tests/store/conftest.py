"""Each ledger test runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete

from afterword.store.database import connect, migrate
from afterword.store.tables import people
from tests.postgres import postgres_address
from tests.store.fresh import fresh_sqlite

__all__ = ["postgres_address"]


@pytest.fixture
def sqlite(tmp_path: Path) -> Iterator[Engine]:
    with fresh_sqlite(tmp_path) as engine:
        yield engine


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        with fresh_sqlite(tmp_path) as made:
            yield made
        return
    yield from fresh_postgres(request.getfixturevalue("postgres_address"))


def fresh_postgres(address: str) -> Iterator[Engine]:
    """The database of the private cluster, with the tables and nobody in them."""
    _migrate_once(address)
    made = connect(address)
    with made.begin() as db:
        db.execute(delete(people))  # and all that is theirs
    yield made
    made.dispose()


@cache
def _migrate_once(address: str) -> None:
    migrate(address)
