"""A real SQLite file for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.store.fresh import fresh_sqlite


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with fresh_sqlite(tmp_path) as made:
        yield made
