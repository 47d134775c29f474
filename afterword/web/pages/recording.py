"""The page that records: the same for everybody, because a locked notebook must not stop a recording."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from afterword.web.ask import Ask


def record(ask: Ask) -> Response:
    """Nothing private stands on it. What it shows depends on what its device has begun."""
    return ask.page("record.html", today=date.today().isoformat())
