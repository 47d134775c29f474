"""One clear sentence and a way on, for a page or for a program. It needs no notebook and no unlock."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from starlette.responses import HTMLResponse, JSONResponse, Response

from afterword.web.templating import make_templates


def problem(says: str, status: int, code: str, machine: bool) -> Response:
    """`says`: a sentence of ours, never a text that came from outside. `machine`: answer in JSON."""
    if machine:
        return JSONResponse({"error": code, "says": says}, status)
    values = {"unlocked": False, "form_token": "", "idle_seconds": 0, "next_href": "/", "next_label": "Go on"}
    return HTMLResponse(_templates().get_template("problem.html").render(says=says, **values), status)


@cache
def _templates() -> Environment:
    return make_templates()
