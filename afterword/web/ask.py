"""What a page is given: one request, read once at the door, and the owner if there is one."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qsl

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from afterword.capture.intake import Refused
from afterword.settings import Settings
from afterword.store.ledger import Ledger, Lost
from afterword.vault.owner import Owner
from afterword.vault.vault import IDLE_SECONDS, is_ready, only_person, owner_of

COOKIE = "afterword"
Who = Literal["anyone", "owner", "capture"]


@dataclass(frozen=True)
class House:
    """What every page works with; built once, in app.py."""

    settings: Settings
    engine: Engine
    ledger: Ledger
    setup_token: str | None = field(repr=False)
    templates: Environment = field(repr=False)


@dataclass(frozen=True)
class Ask:
    """One request. `form`: fields of an urlencoded body. `body`: raw bytes otherwise."""

    house: House
    path: Mapping[str, str]
    cookie: str
    capture_token: str
    form: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    unlocked: Owner | None = None

    @property
    def owner(self) -> Owner:
        """The unlocked owner; only for routes of 'owner'."""
        if self.unlocked is None:
            raise KeyError
        return self.unlocked

    def id(self, name: str = "id") -> bytes:
        """An id from the path. Raises KeyError for anything that is none."""
        try:
            found = bytes.fromhex(self.path[name])
        except ValueError:
            raise KeyError(name) from None
        if len(found) != 16:
            raise KeyError(name)
        return found

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page, with what every page needs."""
        common = {
            "unlocked": self.unlocked is not None,
            "form_token": form_token(self.cookie),
            "idle_seconds": IDLE_SECONDS,
        }
        return HTMLResponse(self.house.templates.get_template(template).render(common | values), status)

    def problem(self, says: str, status: int, next_href: str = "/", next_label: str = "Go on") -> HTMLResponse:
        """One clear sentence and a way on."""
        return self.page("problem.html", status, says=says, next_href=next_href, next_label=next_label)


Handler = Callable[[Ask], Response]


def form_token(cookie: str) -> str:
    """Proves that a form came from one of our own pages in this unlock."""
    return hmac.digest(sha256(b"form" + cookie.encode()).digest(), b"form", sha256).hex() if cookie else ""


def see_other(where: str) -> RedirectResponse:
    """After a form."""
    return RedirectResponse(where, 303)


def make_templates() -> Environment:
    """Escapes everything; an unknown variable is an error, not an empty word."""
    loader = FileSystemLoader(Path(__file__).parent / "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def route(house: House, method: str, path: str, handler: Handler, who: Who) -> Route:
    """A route that checks who asks before its page sees anything."""

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_answer, house, handler, who, request, body)

    made = Route(path, endpoint, methods=[method], name=f"{method} {path}")
    made.who = who  # type: ignore[attr-defined]
    return made


def _answer(house: House, handler: Handler, who: Who, request: Request, body: bytes) -> Response:
    ask = _read(house, request, body)
    machine = request.headers.get("x-afterword") == "1" or who == "capture"
    try:
        if who == "owner" and (stop := _not_the_owner(ask, request, machine)):
            return stop
        return handler(ask)
    except (KeyError, Lost):
        return _not_there(ask, machine)
    except Refused as refused:
        if machine:
            return JSONResponse({"error": refused.code, "says": refused.says}, refused.status)
        return ask.problem(refused.says, refused.status)


def _read(house: House, request: Request, body: bytes) -> Ask:
    cookie = request.cookies.get(COOKIE, "")
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)) if is_form else {}
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    unlocked = owner_of(house.engine, cookie) if cookie else None
    return Ask(house, request.path_params, cookie, token if scheme == "Capture" else "", form, body, unlocked)


def _not_the_owner(ask: Ask, request: Request, machine: bool) -> Response | None:
    if ask.unlocked is None:
        if request.method == "GET" and not machine:
            return see_other("/unlock" if only_person(ask.house.engine) else "/setup")
        return JSONResponse({"error": "locked", "says": "Your notebook is locked. Unlock it to go on."}, 401)
    if request.method != "GET" and not machine:
        given = ask.form.get("form_token", "")
        if not hmac.compare_digest(given.encode(), form_token(ask.cookie).encode()):
            return ask.problem("This page was open too long. Please try once more.", 403)
    unready = not is_ready(ask.house.engine, ask.owner.person)
    if unready and not request.url.path.startswith(("/setup", "/lock")):
        return see_other("/setup/code")
    return None


def _not_there(ask: Ask, machine: bool) -> Response:
    says = "There is nothing here, or it is not yours."
    return JSONResponse({"error": "not_there", "says": says}, 404) if machine else ask.problem(says, 404)
