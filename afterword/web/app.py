"""Puts the web process together. It never holds audio, a transcript or the boot key."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from afterword.settings import Settings
from afterword.store.ledger import Ledger
from afterword.web.ask import House, make_templates
from afterword.web.guard import Guard
from afterword.web.routes import routes

STATIC = Path(__file__).parent / "static"


def create_app(settings: Settings, engine: Engine, setup_token: str | None) -> Any:
    """The ASGI application behind its guard."""
    house = House(settings, engine, Ledger(engine), setup_token, make_templates())
    page = house.templates.get_template("problem.html")

    def plain(status: int, says: str) -> Response:
        values = {"unlocked": False, "form_token": "", "idle_seconds": 0, "next_href": "/", "next_label": "Go on"}
        return HTMLResponse(page.render(says=says, **values), status)

    def not_there(_request: Request, _error: Exception) -> Response:
        return plain(404, "There is nothing here, or it is not yours.")

    def failed(_request: Request, _error: Exception) -> Response:
        return plain(500, "Something went wrong here. Nothing of yours is lost. Please try again.")

    handlers: Any = {404: not_there, 405: not_there, 500: failed}
    mounted = [*routes(house), Mount("/static", StaticFiles(directory=STATIC))]
    return Guard(Starlette(routes=mounted, exception_handlers=handlers), settings)
