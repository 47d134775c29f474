"""An installation with a worker, as the tests of captures have it."""

from tests.capture.conftest import house

__all__ = ["house"]
