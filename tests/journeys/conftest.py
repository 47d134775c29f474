"""The pages of one installation, served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.stage import serving
from tests.people import Home


@pytest.fixture
def address(home: Home) -> Iterator[str]:
    """Its pages, served."""
    with serving(home) as served:
        yield served
