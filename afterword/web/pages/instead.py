"""What works without a recording: the ways, the pages to write on, and a recap that was recorded elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Any

from starlette.responses import Response

from afterword.capture import intake
from afterword.capture.forms import MOST_TEXT, WRITTEN, read_form
from afterword.web.ask import Ask
from afterword.web.pages.consent import starts


def ways(ask: Ask) -> Response:
    """A no is met kindly: five ways and a sixth, each a first-class way in."""
    return ask.page("instead.html")


def write(ask: Ask) -> Response:
    """One page to write on. Raises KeyError for a form that is not written."""
    if ask.path["form"] not in WRITTEN:
        raise KeyError
    form = read_form(ask.path["form"])
    yes: dict[str, Any] = starts(ask, any_day=True, format="transcript") if form == "transcript" else {}
    return ask.page("write.html", form=form, today=date.today().isoformat(), most=MOST_TEXT, **yes)


def add_recap(ask: Ask) -> Response:
    """A file in which only the person speaks: nobody has to agree."""
    today = date.today().isoformat()
    return ask.page("add.html", alone=True, today=today, most=intake.MOST_BYTES, theirs=[], missing="")
