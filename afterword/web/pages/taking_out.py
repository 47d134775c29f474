"""Taking everything along: as Markdown, as JSON, as pages for a printer. Made in memory; nothing is written here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.responses import Response

from afterword.notebook.markdown import zipped
from afterword.notebook.notes import load
from afterword.notebook.past import Past, pasts
from afterword.notebook.takeout import as_json, taken_out
from afterword.record import CAME_UP
from afterword.web.ask import Ask


def take_out(ask: Ask) -> Response:
    """What there is to take, and that it is in clear."""
    return ask.page("take_out.html")


def take_markdown(ask: Ask) -> Response:
    """A folder of text files in one .zip."""
    return _file(ask, zipped, "zip", "application/zip")


def take_json(ask: Ask) -> Response:
    """What `afterword import` reads."""
    return _file(ask, as_json, "json", "application/json")


def print_everything(ask: Ask) -> Response:
    """One long page."""
    written = list(reversed(load(ask.house.engine, ask.owner).values()))
    behind = pasts(ask.house.engine, ask.owner)
    return ask.page("printed.html", sessions=behind, notes=written, one="", came_up=CAME_UP)


def print_session(ask: Ask) -> Response:
    """One session. Raises KeyError."""
    past = _past(ask, ask.id().hex())
    return ask.page("printed.html", sessions=[past], notes=[], one=past.id, came_up=CAME_UP)


def _past(ask: Ask, session: str) -> Past:
    found = {past.id: past for past in pasts(ask.house.engine, ask.owner)}
    return found[session]


def _file(ask: Ask, made: Callable[[Mapping[str, Any]], bytes], end: str, kind: str) -> Response:
    """Its name says when, and nothing of what."""
    on = f"{ask.now():%Y-%m-%d}"
    data = made(taken_out(ask.house.settings, ask.house.engine, ask.owner, on))
    return Response(data, headers={"content-disposition": f'attachment; filename="{on}.{end}"'}, media_type=kind)
