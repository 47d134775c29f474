"""Behind a proxy: what is believed of it, by whom, and what never is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from afterword.settings import Reach
from afterword.web.app import create_app
from afterword.web.guard import Guard
from tests.people import SETUP_TOKEN, Home, Person, Visitor
from tests.web.test_headers import run

NAME = "notes.home.example"
HTTPS = {"x-forwarded-proto": "https"}
PASSPHRASE = "badu kilo nemi rosa tuve"


class Through(Visitor):
    """A browser that asks NAME over https; a proxy on this machine passes it on in plain http."""

    def __init__(self, app: Any, said: Mapping[str, str]) -> None:
        super().__init__(app, base=f"https://{NAME}")
        self.said = said

    async def _ask(self, method: str, path: str, how: dict[str, Any]) -> Any:
        guard = self.app

        async def passed_on(scope: Any, receive: Any, send: Any) -> None:
            more = [(k.encode(), v.encode()) for k, v in self.said.items()]
            await guard({**scope, "scheme": "http", "headers": [*scope["headers"], *more]}, receive, send)

        self.app = passed_on
        try:
            return await super()._ask(method, path, how)
        finally:
            self.app = guard


@pytest.fixture
def behind(home: Home) -> Guard:
    """The installation as `afterword serve --name NAME --behind-proxy` makes it."""
    return create_app(replace(home.settings, reach=Reach((NAME,), proxy=True)), home.engine, SETUP_TOKEN)


def scope(host: str, client: str, said: list[tuple[str, str]]) -> dict[str, Any]:
    headers = [("host", host), *said]
    return {
        "type": "http", "method": "GET", "path": "/reached", "raw_path": b"/reached", "query_string": b"",
        "scheme": "http", "http_version": "1.1", "root_path": "", "client": (client, 50000),
        "server": ("127.0.0.1", 8420), "headers": [(k.encode(), v.encode()) for k, v in headers],
    }  # fmt: skip


FORWARDED = {
    "nothing": [],
    "https": [("x-forwarded-proto", "https")],
    "http": [("x-forwarded-proto", "http")],
    "twice": [("x-forwarded-proto", "https"), ("x-forwarded-proto", "https")],
    "a list": [("x-forwarded-proto", "https, http")],
    "capitals": [("x-forwarded-proto", "HTTPS")],
    "another header": [("forwarded", "proto=https"), ("x-forwarded-ssl", "on"), ("x-forwarded-scheme", "https")],
}
HOSTS = (NAME, f"{NAME}:443", "localhost", "127.0.0.1:8420", "evil.example")
CLIENTS = ("127.0.0.1", "::1", "192.168.1.20", "10.0.0.1", "127.0.0.9")


@pytest.mark.parametrize("trusted", [True, False])
def test_https_is_believed_of_a_program_on_this_machine_for_our_own_name_only(home: Home, trusted: bool) -> None:
    guard = create_app(replace(home.settings, reach=Reach((NAME,), proxy=trusted)), home.engine, None)
    passed = {
        (host, client, said)
        for host, client, said in product(HOSTS, CLIENTS, FORWARDED)
        if run(guard, scope(host, client, FORWARDED[said])) == 200
    }
    believed = {(host, client, "https") for host in HOSTS[:2] for client in CLIENTS[:2]} if trusted else set()
    local = {"nothing"} if trusted else set(FORWARDED)
    assert passed == believed | {(h, c, s) for h in HOSTS[2:4] for c in CLIENTS[:2] for s in local}


def test_the_whole_application_sees_https(behind: Guard) -> None:
    visitor = Through(behind, HTTPS)
    answer = visitor.get("/reached")
    assert answer.json() == {"afterword": True, "https": True}
    assert answer.headers["strict-transport-security"]
    cookie = visitor.get("/setup").headers["set-cookie"]
    assert cookie.startswith("__Host-afterword=")
    assert "Secure" in cookie


def test_where_no_proxy_is_set_its_headers_change_nothing(home: Home) -> None:
    answer = home.visitor().get("/reached", HTTPS | {"x-forwarded-host": NAME, "x-forwarded-for": "192.168.1.20"})
    assert answer.json() == {"afterword": True, "https": False}
    assert "strict-transport-security" not in answer.headers


def test_a_forwarded_host_is_never_read(behind: Guard) -> None:
    evil = Through(behind, HTTPS | {"x-forwarded-host": "evil.example"})
    assert evil.get("/reached").status_code == 200
    assert "evil" not in evil.get("/setup").text
    told = HTTPS | {"x-forwarded-host": NAME}
    assert Visitor(behind).get("/reached", told | {"host": "evil.example"}).status_code == 421


def test_a_proxy_that_hides_the_name_is_stopped(behind: Guard) -> None:
    """Without its name a request from elsewhere would look as if it came from this machine."""
    answer = Visitor(behind).get("/unlock", HTTPS)
    assert answer.status_code == 421
    assert "Host" in answer.text
    assert "set-cookie" not in answer.headers
    assert Visitor(behind).get("/setup").status_code == 200


def test_the_first_set_up_over_a_public_name_needs_the_token(behind: Guard) -> None:
    visitor = Through(behind, HTTPS)
    fields = {"passphrase": PASSPHRASE, "again": PASSPHRASE}
    for token in ("", "a guess", SETUP_TOKEN.upper()):
        answer = visitor.press("/setup", token=token, **fields)
        assert answer.status_code == 422
        assert "not the set-up token" in answer.text
    assert "recovery code" in visitor.press("/setup", token=SETUP_TOKEN, **fields).text
    assert Through(behind, HTTPS).press("/setup", token=SETUP_TOKEN, **fields).status_code == 410


def test_nothing_is_changed_from_elsewhere_behind_a_proxy_either(behind: Guard, home: Home, owner: Person) -> None:
    visitor = Through(behind, HTTPS)
    visitor.press("/unlock", passphrase=owner.passphrase)
    for origin, status in (
        (f"https://{NAME}", 204),
        (f"http://{NAME}", 403),
        (f"https://{NAME}:8443", 403),
        ("https://evil.example", 403),
    ):
        headers = {"origin": origin, "x-afterword": "1"}
        assert visitor.ask("POST", "/here", headers=headers).status_code == status, origin


# Negative control: a guard that believes everybody is caught by the matrix.


def test_control_a_guard_that_believes_every_client_is_noticed(behind: Guard, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = scope(NAME, "192.168.1.20", FORWARDED["https"])
    assert run(behind, asked) == 403
    monkeypatch.setattr("afterword.web.guard.LOOPBACK_ADDRESSES", frozenset(CLIENTS))
    assert run(behind, asked) == 200
