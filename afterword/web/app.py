"""Puts the web process together. It never holds audio, a transcript or the boot key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from afterword.handoff.limits import Limits
from afterword.settings import Settings
from afterword.store.ledger import Ledger
from afterword.web.ask import NOT_THERE, House, utc_now
from afterword.web.guard import FAILED, Guard
from afterword.web.problem import problem
from afterword.web.routes import routes
from afterword.web.templating import make_templates
from afterword.web.turnstile import Turnstile

STATIC = Path(__file__).parent / "static"


def create_app(
    settings: Settings,
    engine: Engine,
    setup_token: str | None,
    clock: Callable[[], datetime] = utc_now,
    limits: Limits | None = None,
) -> Guard:
    """The ASGI application behind its guard."""
    house = House(
        settings, engine, Ledger(engine), setup_token, make_templates(), Turnstile(), clock, limits or Limits()
    )
    return Guard(unguarded(house), settings)


def unguarded(house: House) -> Starlette:
    """The pages alone; only tests use them without the guard."""

    def not_there(request: Request, _error: Exception) -> Response:
        return problem(NOT_THERE, 404, "not_there", request.headers.get("x-afterword") == "1")

    def failed(request: Request, _error: Exception) -> Response:
        return problem(FAILED.says, 500, FAILED.code, request.headers.get("x-afterword") == "1")

    handlers: Any = {404: not_there, 405: not_there, 500: failed}
    mounted = [*routes(house), Mount("/static", StaticFiles(directory=STATIC))]
    return Starlette(routes=mounted, exception_handlers=handlers)
