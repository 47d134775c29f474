"""The pages that record: the same for everybody, because a locked notebook must not stop a recording."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from afterword.consent.answers import Format
from afterword.web.ask import Ask
from afterword.web.pages.consent import starts


def record(ask: Ask) -> Response:
    """A session. What it shows depends on what its device has begun. Whose yes stands is shown to the unlocked owner
    alone."""
    return _page(ask, "session", "recording")


def recap(ask: Ask) -> Response:
    """Somebody alone, in their own words."""
    return ask.page("record.html", mode="recap")


def note(ask: Ask) -> Response:
    """A minute or two between sessions, in one's own voice."""
    return ask.page("record.html", mode="spoken")


def together(ask: Ask) -> Response:
    """The last two minutes of a session, with a yes for these alone."""
    return _page(ask, "closing", "last_minutes")


def _page(ask: Ask, mode: str, format: Format) -> Response:
    yes = starts(ask, format=format) if ask.unlocked else {}
    return ask.page("record.html", mode=mode, today=date.today().isoformat(), **yes)
