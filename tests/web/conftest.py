"""What every test of the pages begins with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import Home, Person, close_home, make_home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    made = make_home(tmp_path / "home")
    yield made
    close_home(made)


@pytest.fixture
def owner(home: Home) -> Person:
    return home.person()


@pytest.fixture
def stranger(home: Home, owner: Person) -> Person:
    return home.person("zuna mofi tela bivo kuda")
