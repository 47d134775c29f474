"""Every answer carries the headers of the perimeter: pages, errors, static files, refusals."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.types import Message, Scope

from afterword.settings import Reach
from afterword.web.app import STATIC, create_app, unguarded
from afterword.web.ask import House
from afterword.web.guard import BODY_MOST, CHUNK_MOST, CSP, Guard
from afterword.web.routes import SITEMAP
from afterword.web.templating import make_templates
from afterword.web.turnstile import Turnstile
from tests.people import Home, Person, Visitor

EXACT = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types afterword"
    ),
    "permissions-policy": "microphone=(self), camera=(), display-capture=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
ZERO = "0" * 32
SAME = {"sec-fetch-site": "same-origin"}


# The one page that may ask for the sound of a call.
SHARING = {"permissions-policy": EXACT["permissions-policy"].replace("display-capture=()", "display-capture=(self)")}


def faults(answer: Any, cache: str = "no-store", path: str = "") -> list[str]:
    """What is missing from the headers of one answer."""
    right = EXACT | (SHARING if path == "GET /handoff" else {})
    wrong = [f"{k}: {answer.headers.get(k)}" for k, v in right.items() if answer.headers.get(k) != v]
    if answer.headers.get("cache-control") != cache:
        wrong.append(f"cache-control: {answer.headers.get('cache-control')}")
    return wrong + [name for name in ("server", "access-control-allow-origin") if name in answer.headers]


@pytest.mark.parametrize("entry", SITEMAP, ids=lambda e: f"{e[0]} {e[1]}")
def test_every_route_carries_them_locked_and_unlocked(home: Home, owner: Person, entry: tuple[Any, ...]) -> None:
    path = entry[1].replace("{id}", ZERO).replace("{index}", "0")
    for visitor in (home.visitor(), home.visitor(owner)):
        answer = visitor.call(entry[0], path)
        wrong = faults(answer, path=f"{entry[0]} {path}")
        assert not wrong, (answer.status_code, wrong)


def test_errors_and_refusals_carry_them_too(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    many = b"a" * (BODY_MOST + 1)
    form = {"content-type": "application/x-www-form-urlencoded"}
    answers = {
        404: visitor.get("/nowhere"),
        403: visitor.ask("POST", "/lock"),
        413: visitor.ask("POST", "/lock", headers=SAME | form, content=many),
        415: visitor.ask("POST", "/lock", headers=SAME, files={"a": b"b"}),
        421: visitor.get("/today", {"host": "evil.example"}),
        400: visitor.get("/today", {"upgrade": "websocket", "connection": "upgrade"}),
    }
    for status, answer in answers.items():
        assert answer.status_code == status
        assert not faults(answer), (status, faults(answer))
    wrong_method = visitor.call("DELETE", "/today")
    assert wrong_method.status_code == 404
    assert not faults(wrong_method)


def test_static_files_carry_them_and_may_be_kept_once_checked(home: Home) -> None:
    for file in (f for f in STATIC.rglob("*") if f.is_file()):
        answer = home.visitor().get(f"/static/{file.relative_to(STATIC)}")
        assert answer.status_code == 200
        assert not faults(answer, "no-cache"), (file.name, faults(answer, "no-cache"))
    missing = home.visitor().get("/static/nothing.css")
    assert missing.status_code == 404
    assert not faults(missing)


def test_a_page_that_breaks_says_one_sentence_and_nothing_of_the_error_gets_out(
    home: Home, owner: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("the canary words of the session")

    monkeypatch.setattr("afterword.notebook.shelf.Shelf.sessions", broken)
    answer = home.visitor(owner).get("/today")
    assert answer.status_code == 500
    assert not faults(answer)
    assert "Nothing of yours is lost" in answer.text
    assert "canary" not in answer.text + caplog.text
    assert "ValueError" in caplog.text


def test_strict_transport_security_is_for_tls_and_our_own_names_only(home: Home, owner: Person) -> None:
    named = replace(home.settings, reach=Reach(("notes.home.example",)))
    app = create_app(named, home.engine, None)
    for base, wanted in (
        ("http://localhost", None),
        ("https://localhost", None),  # other programs answer there too, on other ports and without TLS
        ("https://notes.home.example", "max-age=31536000"),
    ):
        answer = Visitor(app, base=base).get("/unlock")
        assert answer.status_code == 200
        assert answer.headers.get("strict-transport-security") == wanted


def test_over_tls_the_cookie_is_bound_to_the_host_and_on_plain_loopback_it_has_the_plain_name(
    home: Home, owner: Person
) -> None:
    app = create_app(home.settings, home.engine, None)
    for base, wanted in (("http://localhost", "afterword="), ("https://localhost", "__Host-afterword=")):
        visitor = Visitor(app, base=base)
        token = visitor.form_token
        answer = visitor.ask(
            "POST", "/unlock", data={"form_token": token, "passphrase": owner.passphrase}, headers=SAME
        )
        cookie = answer.headers["set-cookie"].lower()
        assert answer.headers["set-cookie"].startswith(wanted)
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert "path=/" in cookie
        assert "domain" not in cookie
        assert ("secure" in cookie) == base.startswith("https")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "0.0.0.0", "0.0.0.0:8420", "[::]", "",
     "localhost@evil", "localhost/../evil", "localhost:port", "localhost:123456", "127.0.0.2", "2130706433"],
)  # fmt: skip
def test_a_name_that_is_not_ours_is_turned_away_without_a_cookie(home: Home, host: str) -> None:
    answer = home.visitor().get("/unlock", {"host": host})
    assert answer.status_code == 421
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("host", ["localhost", "localhost:8420", "127.0.0.1:1", "[::1]:8420", "LOCALHOST"])
def test_the_names_of_this_machine_are_ours(home: Home, host: str) -> None:
    assert home.visitor().get("/setup", {"host": host}).status_code == 200


def test_two_host_headers_are_turned_away(home: Home) -> None:
    answer = home.visitor().ask("GET", "/setup", headers=[("host", "localhost"), ("host", "evil.example")])
    assert answer.status_code == 421


def test_plain_http_from_another_machine_is_refused_and_forwarded_headers_change_nothing(home: Home) -> None:
    guard = create_app(replace(home.settings, reach=Reach(("notes.home.example",))), home.engine, None)
    plain = Visitor(guard, base="http://notes.home.example").get("/setup", {"x-forwarded-proto": "https"})
    assert plain.status_code == 403
    assert "set-cookie" not in plain.headers
    assert Visitor(guard, base="https://notes.home.example").get("/setup").status_code == 200
    assert run(guard, scope("GET", "/setup", client="192.168.1.20")) == 403
    assert run(guard, scope("GET", "/setup")) == 200


def test_a_body_over_the_limit_is_refused_unread_and_a_chunk_may_be_a_mebibyte(home: Home) -> None:
    guard = create_app(home.settings, home.engine, None)
    form, chunk = "application/x-www-form-urlencoded", "application/octet-stream"
    too_long = [("content-length", str(BODY_MOST + 1)), ("content-type", form)]
    read: list[int] = []
    assert run(guard, scope("POST", "/unlock", too_long), [b"a" * 70000], read) == 413
    assert read == []
    pieces = [b"a" * 60000] * 40
    assert (
        run(guard, scope("POST", "/unlock", [("transfer-encoding", "chunked"), ("content-type", form)]), pieces, read)
        == 413
    )
    assert len(read) == 2
    put = f"/captures/{ZERO}/chunks/0"
    assert run(guard, scope("PUT", put, [("content-type", chunk)]), [b"a" * CHUNK_MOST]) == 404
    assert run(guard, scope("PUT", put, [("content-type", chunk)]), [b"a" * (CHUNK_MOST + 1)]) == 413
    assert run(guard, scope("POST", f"/captures/{ZERO}/end", [("content-type", chunk)]), [b"a" * 70000]) == 413


def test_half_a_body_reaches_no_page(home: Home) -> None:
    seen: list[str] = []

    async def app(scope: Scope, receive: Any, send: Any) -> None:
        seen.append(scope["path"])

    async def gone() -> Message:
        return next(messages)

    async def send(_message: Message) -> None:
        seen.append("answered")

    messages: Iterator[Message] = iter(
        [{"type": "http.request", "body": b"half", "more_body": True}, {"type": "http.disconnect"}]
    )
    put = scope("PUT", f"/captures/{ZERO}/chunks/0", [("content-type", "application/octet-stream")])
    asyncio.run(Guard(app, home.settings)(put, gone, send))
    assert seen == []


def test_there_is_no_websocket(home: Home) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(create_app(home.settings, home.engine, None)({"type": "websocket", "path": "/today"}, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_no_page_carries_inline_script_or_style_or_anything_from_elsewhere() -> None:
    for file in [*(STATIC.parent / "templates").iterdir(), *STATIC.rglob("*")]:
        if file.is_dir() or file.suffix == ".png":
            continue
        text = file.read_text().replace('xmlns="http://www.w3.org/2000/svg"', "")
        for forbidden in (
            "<style",
            " style=",
            "http://",
            "https://",
            " onclick",
            " onload",
            "innerHTML",
            "eval(",
            "|safe",
        ):
            assert forbidden not in text, (file.name, forbidden)
        if file.suffix == ".html":
            assert text.count("<script") == text.count('<script type="module" src="/static/'), file.name


def test_nothing_private_stands_in_a_title() -> None:
    for file in (STATIC.parent / "templates").iterdir():
        text = re.sub(r"<svg.*?</svg>", "", file.read_text(), flags=re.DOTALL)  # a picture's own, read out in the page
        for title in ("Afterword", "{{ name }}", "Calendar"):
            text = text.replace(f"<title>{title}</title>", "")
        assert "<title>" not in text, file.name
    base = (STATIC.parent / "templates" / "base.html").read_text()
    assert base.count("set name") == base.count('set name = "Notes" if hushed else "Afterword"') == 1


# Negative controls: the checks above see what is missing.


def test_control_pages_without_the_guard_fail_the_header_check(home: Home) -> None:
    house = House(home.settings, home.engine, home.ledger, None, make_templates(), Turnstile())
    answer = Visitor(unguarded(house)).get("/setup")
    assert answer.status_code == 200
    assert len(faults(answer)) == len(EXACT) + 1


def test_control_a_loosened_policy_is_noticed(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        __import__("afterword.web.guard").web.guard.HEADERS,
        "content-security-policy",
        CSP.replace("'none'", "'self'", 1),
    )
    assert faults(home.visitor().get("/setup"))


def scope(method: str, path: str, headers: list[tuple[str, str]] | None = None, client: str = "127.0.0.1") -> Scope:
    """A request as the server hands it over. Unsafe ones come from one of our own pages."""
    given = [("host", "localhost"), ("sec-fetch-site", "same-origin"), ("authorization", "Capture x"), *(headers or [])]
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "scheme": "http", "http_version": "1.1", "root_path": "", "client": (client, 50000),
        "server": ("127.0.0.1", 8420),
        "headers": [(k.encode(), v.encode()) for k, v in given],
    }  # fmt: skip


def run(app: Any, request: Scope, pieces: list[bytes] | None = None, read: list[int] | None = None) -> int:
    """The status. `read` counts the bytes of each piece that was asked for."""
    waiting, statuses = list(pieces or [b""]), []

    async def receive() -> Message:
        if not waiting:
            await asyncio.sleep(60)
        piece = waiting.pop(0)
        if read is not None:
            read.append(len(piece))
        return {"type": "http.request", "body": piece, "more_body": bool(waiting)}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    asyncio.run(app(request, receive, send))
    assert len(statuses) == 1
    return int(statuses[0])


def test_every_template_speaks_english_and_has_its_landmarks() -> None:
    base = (Path(STATIC.parent) / "templates" / "base.html").read_text()
    for wanted in ('<html lang="en">', "<header", "<main", "<footer", 'name="viewport"', 'class="skip"'):
        assert wanted in base
