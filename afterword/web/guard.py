"""Around everything: which host, which origin, which bodies are let in, and the headers that every answer carries.

Nothing of a body, an address or an exception's message is ever logged here. Of what a proxy says about a request one
thing is believed, and only where the settings say so: that it came to the proxy over https.
"""

from __future__ import annotations

import logging
import re
import traceback
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from afterword.settings import LOOPBACK_NAMES, Settings
from afterword.web.problem import problem

_log = logging.getLogger("afterword.web")

LOOPBACK_ADDRESSES = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT = frozenset({"application/x-www-form-urlencoded", "application/json", "application/octet-stream"})
BODY_MOST = 64 << 10
CHUNK_MOST = (1 << 20) + (4 << 10)
_CHUNK = r"chunks/[0-9]+|segments/[0-9a-f]{8}/[a-z]+/[0-9]+"
CHUNK_PATH = re.compile(rf"/captures/[0-9a-f]{{32}}/({_CHUNK})")
CAPTURE_PATH = re.compile(
    rf"/captures/[0-9a-f]{{32}}/({_CHUNK}|segments/[0-9a-f]{{8}}/close|end|forget|status|discard|receipt|stop|watch)"
)
HANDOFF_PATH = re.compile(r"/handoff/[0-9a-f]{32}/(poll|reveal|confirm|deny)")

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types afterword"
)
HEADERS = {
    "content-security-policy": CSP,
    "permissions-policy": "microphone=(self), camera=(), display-capture=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
# The one page that may ask for the sound of a call.
SHARING = {"/handoff": HEADERS["permissions-policy"].replace("display-capture=()", "display-capture=(self)")}
HSTS = "max-age=31536000"


@dataclass(frozen=True)
class Stop:
    """Why a request is turned away before any page sees it."""

    status: int
    code: str
    says: str


WRONG_HOST = Stop(421, "wrong_host", "Afterword does not answer under this address. Please open the one it printed.")
NOT_SAFE = Stop(403, "needs_tls", "From another device Afterword answers only over an encrypted connection (https).")
HIDDEN_NAME = Stop(
    421,
    "hidden_name",
    "A proxy passed this on without the name that was asked for. Please let it pass the Host header on unchanged.",
)
NO_UPGRADE = Stop(400, "no_upgrade", "Afterword speaks plain HTTP only.")
FROM_ELSEWHERE = Stop(403, "from_elsewhere", "This request did not come from a page of Afterword. Nothing was changed.")
WRONG_KIND = Stop(415, "wrong_kind", "Afterword cannot read this kind of upload. Please use the page for it.")
TOO_LARGE = Stop(413, "too_large", "That is more than fits here. Please shorten it and try again.")
FAILED = Stop(500, "failed", "Something went wrong here. Nothing of yours is lost. Please try again.")


class Guard:
    """ASGI middleware, outermost. `names`: under which this installation may be reached from elsewhere, over TLS."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app, self.proxy = app, settings.reach.proxy
        # A wildcard address is no name: a page elsewhere could reach us as http://0.0.0.0.
        own = {settings.host.lower()} if settings.host.strip(".:0") else set()
        self.names = (own | set(settings.reach.hosts)) - LOOPBACK_NAMES
        self.hosts = LOOPBACK_NAMES | self.names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            asked = self._as_asked(scope)
            await self._http(asked, receive, self._dressed(asked, send))
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self.app(scope, receive, send)

    def _as_asked(self, scope: Scope) -> Scope:
        """The request as it reached the proxy. Nobody but a program on this machine is believed, and no other
        forwarded header is read: anybody could write them."""
        headers, client = Headers(scope=scope), scope.get("client")
        here = client is not None and client[0] in LOOPBACK_ADDRESSES
        told = headers.getlist("x-forwarded-proto") == ["https"]
        return {**scope, "scheme": "https"} if self.proxy and here and told and self._named(headers) else scope

    def _named(self, headers: Headers) -> bool:
        return _host(headers) in self.names

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, started = Headers(scope=scope), False

        async def noting(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        body = self._stop(scope, headers) or await _body(scope, receive)
        if body is None:
            return
        if isinstance(body, Stop):
            await _turn_away(body, scope, headers, receive, send)
            return
        try:
            await self.app(scope, _replay(body, receive), noting)
        except Exception as error:  # its message may hold words: only its kind and place are logged
            _log.error("%s failed: %s at %s", scope["method"], type(error).__name__, _place(error))
            if not started:
                await _turn_away(FAILED, scope, headers, receive, send)

    def _dressed(self, scope: Scope, send: Send) -> Send:
        """Every answer carries the headers of the perimeter, errors included."""
        # Not for localhost: a browser would ask every program there for https, whatever its port.
        strict = scope["scheme"] == "https" and self._named(Headers(scope=scope))

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                del headers["server"]
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["path"] in SHARING and scope["method"] == "GET":
                    headers["permissions-policy"] = SHARING[scope["path"]]
                is_static = scope["path"].startswith("/static/") and message["status"] in (200, 206, 304)
                headers["cache-control"] = "no-cache" if is_static else "no-store"
                if strict:
                    headers["strict-transport-security"] = HSTS
            await send(message)

        return dressed

    def _stop(self, scope: Scope, headers: Headers) -> Stop | None:
        host = _host(headers)
        if host not in self.hosts:
            return WRONG_HOST
        if self.proxy and host in LOOPBACK_NAMES and any(h.startswith(("x-forwarded-", "forwarded")) for h in headers):
            return HIDDEN_NAME  # from elsewhere, in clear, and it looks as if it came from this machine
        if scope["scheme"] != "https" and not _on_this_machine(scope, host):
            return NOT_SAFE
        if "upgrade" in headers:
            return NO_UPGRADE
        if scope["method"] in SAFE:
            return None
        return _foreign(scope, headers) or _wrong_kind(headers)


def _foreign(scope: Scope, headers: Headers) -> Stop | None:
    """Unsafe methods come from our own pages. A capture's token is no cookie, and neither is a
    proof: a browser never sends it unasked."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    ours = f"{scope['scheme']}://{headers['host'].lower()}"
    if site is not None:
        # Our own forms send "null": `Referrer-Policy: no-referrer` makes browsers hide the origin there.
        return None if site == "same-origin" and origin in (None, "null", ours) else FROM_ELSEWHERE
    if origin is not None:
        return None if origin == ours else FROM_ELSEWHERE
    scheme, path = headers.get("authorization", "").partition(" ")[0], scope["path"]
    with_token = CAPTURE_PATH.fullmatch(path) and scheme in ("Capture", "Handoff")
    return None if with_token or (HANDOFF_PATH.fullmatch(path) and scheme == "Handoff") else FROM_ELSEWHERE


def _wrong_kind(headers: Headers) -> Stop | None:
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    return None if kind in CONTENT or (empty and not kind) else WRONG_KIND


async def _body(scope: Scope, receive: Receive) -> bytes | Stop | None:
    """The whole body, or a refusal as soon as it is too long: nothing is parsed, spooled or kept of it. None when the
    other side went away: half a body must reach no page."""
    is_chunk = scope["method"] == "PUT" and CHUNK_PATH.fullmatch(scope["path"])
    most = CHUNK_MOST if is_chunk else BODY_MOST
    told = Headers(scope=scope).get("content-length", "0")
    if not (told.isascii() and told.isdigit()) or len(told) > 12 or int(told) > most:
        return TOO_LARGE
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > most:
            return TOO_LARGE
        if not message.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _turn_away(stop: Stop, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
    machine = headers.get("x-afterword") == "1" or _is_program(scope["path"])
    await problem(stop.says, stop.status, stop.code, machine)(scope, receive, send)


def _is_program(path: str) -> bool:
    return bool(CAPTURE_PATH.fullmatch(path) or HANDOFF_PATH.fullmatch(path))


def _on_this_machine(scope: Scope, host: str) -> bool:
    client = scope.get("client")
    return host in LOOPBACK_NAMES and (client is None or client[0] in LOOPBACK_ADDRESSES)


def _host(headers: Headers) -> str:
    names = headers.getlist("host")
    return _name(names[0]) if len(names) == 1 else ""


def _name(host: str) -> str:
    """The name in a Host header, without its port; empty when it is none."""
    if not re.fullmatch(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?", host):
        return ""
    name = urlsplit(f"//{host}").hostname or ""
    return f"[{name}]" if ":" in name else name.lower()


def _place(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"
