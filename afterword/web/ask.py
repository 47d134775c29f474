"""What a page is given: one request, read once at the door, and the owner if there is one."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any, Literal
from urllib.parse import parse_qsl

from jinja2 import Environment
from sqlalchemy import Engine
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from afterword.capture.intake import Refused
from afterword.handoff.limits import Limits
from afterword.handoff.networks import Networks
from afterword.notebook.past import Past, pasts
from afterword.notebook.preferences import Preferences, load
from afterword.settings import Settings
from afterword.store.handoffs import Row
from afterword.store.ledger import Ledger, Lost
from afterword.vault.owner import Owner
from afterword.vault.vault import is_ready, only_person, owner_of
from afterword.web.guard import LOOPBACK_ADDRESSES
from afterword.web.proven import Unproven, proof_of
from afterword.web.turnstile import Turnstile

# The owner asks for 'owner' pages; 'watch' is the same, but does not keep the unlock alive. 'capture': a capture's
# own token, and nothing else. 'device': that token, or the proof of a browser that was lent this capture. 'handoff':
# the proof of a browser that asks to be lent one, and nothing else.
Who = Literal["anyone", "owner", "watch", "capture", "device", "handoff"]
PROGRAMS = ("capture", "device", "handoff")
LENT = ("device", "Handoff")
SAFE = ("GET", "HEAD")
# Reloading what these answered asks for the code again, which is shown only once.
SHOWS_CODE = ("/setup", "/setup/code/new", "/recover")
UNREADY_PATHS = ("/setup", "/lock")
NOT_THERE = "There is nothing here, or it is not yours."
LOCKED = "Your notebook is locked. Unlock it to go on."
NOT_PROVEN = "This browser could not show that it is the one your phone agreed to."
TOO_OLD = "This page is out of date, so nothing was changed. Please open it again and try once more."


def utc_now() -> datetime:
    """The clock of every installation; tests of what happens over weeks bring their own."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class House:
    """What every page works with; built once, in app.py."""

    settings: Settings
    engine: Engine
    ledger: Ledger
    setup_token: str | None = field(repr=False)
    templates: Environment = field(repr=False)
    turnstile: Turnstile = field(repr=False)
    clock: Callable[[], datetime] = utc_now
    limits: Limits = field(default_factory=Limits, repr=False)
    networks: Networks = field(default_factory=Networks, repr=False)


@dataclass(frozen=True)
class Ask:
    """One request. `form`: fields of an urlencoded body. `body`: raw bytes otherwise. `tls`: it came over https.
    `origin`: as the browser addressed us. `address`: from where; empty behind a proxy. `handoff`: the row of the
    browser that proved it is the one that was lent something."""

    house: House
    path: Mapping[str, str]
    tls: bool
    cookie: str = field(repr=False)
    capture_token: str = field(repr=False)
    form: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    unlocked: Owner | None = None
    origin: str = ""
    address: str = field(default="", repr=False)
    handoff: Row | None = field(default=None, repr=False)

    @property
    def at(self) -> int:
        """Seconds since 1970, by the clock of the house."""
        return int(self.house.clock().timestamp())

    @property
    def owner(self) -> Owner:
        """The unlocked owner; only for routes of 'owner' and 'watch'."""
        if self.unlocked is None:
            raise KeyError
        return self.unlocked

    @property
    def preferences(self) -> Preferences:
        """Of the unlocked owner, as they are now."""
        return load(self.house.engine, self.owner)

    @cached_property
    def behind(self) -> list[Past]:
        """The sessions that lie behind, read once a request: not for what changes one and then shows it."""
        return pasts(self.house.engine, self.owner)

    def now(self) -> datetime:
        """The time where the person is. Every page that speaks of days asks here."""
        return self.house.clock().astimezone(self.preferences.clock_zone)

    def id(self, name: str = "id") -> bytes:
        """An id from the path. Raises KeyError for anything that is none."""
        if not re.fullmatch(r"[0-9a-f]{32}", self.path[name]):
            raise KeyError(name)
        return bytes.fromhex(self.path[name])

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page, with what every page needs."""
        cookie = self.cookie or secrets.token_urlsafe(32)
        common: dict[str, Any] = {
            "unlocked": self.unlocked is not None,
            "form_token": form_token(cookie),
        }
        if self.unlocked:
            wished = self.preferences
            common |= {"quiet": wished.quiet, "idle_seconds": wished.idle_seconds}
        answer = HTMLResponse(self.house.templates.get_template(template).render(common | values), status)
        if not self.cookie:
            # Before the unlock the cookie opens nothing; it only ties the form to this browser.
            self.give_cookie(answer, cookie)
        return answer

    def problem(self, says: str, status: int, next_href: str = "/", next_label: str = "Go on") -> HTMLResponse:
        """One clear sentence and a way on."""
        return self.page("problem.html", status, says=says, next_href=next_href, next_label=next_label)

    def give_cookie(self, answer: Response, value: str) -> None:
        """For this browser until it closes. `__Host-` binds it to this host, and needs https."""
        name = cookie_name(self.tls)
        answer.set_cookie(name, value, path="/", secure=self.tls, httponly=True, samesite="strict")

    def take_cookie(self, answer: Response) -> None:
        """After a lock."""
        answer.delete_cookie(cookie_name(self.tls), path="/", secure=self.tls, httponly=True, samesite="strict")


Handler = Callable[[Ask], Response]


def cookie_name(tls: bool) -> str:
    """Safari keeps no Secure cookie from http://localhost, so there it has the plain name."""
    return "__Host-afterword" if tls else "afterword"


def form_token(cookie: str) -> str:
    """Proves that a form came from one of our own pages in this unlock."""
    return hmac.digest(sha256(b"form" + cookie.encode()).digest(), b"form", sha256).hex() if cookie else ""


def see_other(where: str) -> RedirectResponse:
    """After a form."""
    return RedirectResponse(where, 303)


def route(house: House, method: str, path: str, handler: Handler, who: Who) -> Route:
    """A route that checks who asks before its page sees anything."""

    async def endpoint(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(_answer, house, handler, who, request, body)

    return Route(path, endpoint, methods=[method], name=f"{method} {path}")


def _answer(house: House, handler: Handler, who: Who, request: Request, body: bytes) -> Response:
    machine = request.headers.get("x-afterword") == "1" or who in PROGRAMS
    try:
        ask = _read(house, who, request, body)
    except Unproven as unproven:
        return JSONResponse({"error": "proof", "says": NOT_PROVEN, "after": unproven.after}, 401)
    try:
        return _stop(ask, who, request, machine) or handler(ask)
    except (KeyError, Lost):
        return _says(ask, machine, NOT_THERE, 404, "not_there")
    except Refused as refused:
        return _says(ask, machine, refused.says, refused.status, refused.code)


def _read(house: House, who: Who, request: Request, body: bytes) -> Ask:
    tls, origin = request.url.scheme == "https", f"{request.url.scheme}://{request.url.netloc}"
    address, at = _address(house, request), int(house.clock().timestamp())
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if who in PROGRAMS:  # ignores cookies: a capture's token or a proof is all it has, and all it needs
        proven = proof_of(house.engine, at, who, request, body) if who == "handoff" or (who, scheme) == LENT else None
        token = token if scheme == "Capture" and who != "handoff" else ""
        return Ask(house, request.path_params, tls, "", token, {}, body, origin=origin, address=address, handoff=proven)
    cookie = request.cookies.get(cookie_name(tls), "")
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    form = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)) if is_form else {}
    # Whoever only watches progress leaves the idle clock as it was.
    unlocked = owner_of(house.engine, cookie, touch=who != "watch") if cookie else None
    body = b"" if is_form else body
    return Ask(house, request.path_params, tls, cookie, "", form, body, unlocked, origin, address)


def _address(house: House, request: Request) -> str:
    """Of the other side; empty where a proxy stands between, whose own address says nothing."""
    found = request.client.host if request.client else ""
    return "" if house.settings.reach.proxy and found in LOOPBACK_ADDRESSES else found


def _stop(ask: Ask, who: Who, request: Request, machine: bool) -> Response | None:
    """Who may not pass, and where they go instead; None lets them in."""
    if who in PROGRAMS:
        return None
    reading = request.method in SAFE
    if who != "anyone" and ask.unlocked is None:
        return _not_unlocked(ask, reading, machine)
    if not reading and not machine and not _has_token(ask):
        if request.url.path in SHOWS_CODE and ask.unlocked and not is_ready(ask.house.engine, ask.owner.person):
            return see_other("/setup/code")
        return _says(ask, machine, TOO_OLD, 403, "too_old")
    if who == "anyone" or request.url.path.startswith(UNREADY_PATHS) or is_ready(ask.house.engine, ask.owner.person):
        return None
    return (
        _says(ask, machine, "Please finish the set-up first.", 403, "unready") if machine else see_other("/setup/code")
    )


def _not_unlocked(ask: Ask, reading: bool, machine: bool) -> Response:
    if reading and not machine:
        return see_other("/unlock" if only_person(ask.house.engine) else "/setup")
    return _says(ask, machine, LOCKED, 401, "locked")


def _has_token(ask: Ask) -> bool:
    right = form_token(ask.cookie)
    return bool(right) and hmac.compare_digest(ask.form.get("form_token", "").encode(), right.encode())


def _says(ask: Ask, machine: bool, says: str, status: int, code: str) -> Response:
    return JSONResponse({"error": code, "says": says}, status) if machine else ask.problem(says, status)
