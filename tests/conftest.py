"""An installation of their own for each test, and the people who are in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import Home, Person, close_home, make_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Empty."""
    made = make_home(tmp_path / "home")
    yield made
    close_home(made)


@pytest.fixture
def owner(home: Home) -> Person:
    """Whose it is."""
    return home.person()


@pytest.fixture
def stranger(home: Home, owner: Person) -> Person:
    """Somebody else in the same database."""
    return home.person("zuna mofi tela bivo kuda")
