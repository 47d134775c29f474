"""Nothing is changed from elsewhere: unsafe methods come from our own pages, and carry proof of it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from afterword.vault.vault import owner_of
from afterword.web.ask import PROGRAMS
from afterword.web.routes import SITEMAP
from tests.people import Home, Person, Visitor, a_record

UNSAFE = [(method, path, who) for method, path, _, who in SITEMAP if method != "GET"]
SITES = ("cross-site", "same-site", "none", "missing", "same-origin")
BODIES = ("form", "text", "json", "multipart")
PROOFS = ("nothing", "header")
ZERO = "0" * 32


def knock(visitor: Visitor, method: str, path: str, site: str, body: str, proof: str) -> int:
    """The status of one request of the matrix."""
    headers = {} if site == "missing" else {"sec-fetch-site": site}
    if site == "cross-site":
        headers["origin"] = "https://evil.example"
    if proof == "header":
        headers["x-afterword"] = "1"
    bodies: dict[str, dict[str, Any]] = {
        "form": {"data": {"a": "b"}},
        "text": {"content": b"a=b", "headers": {"content-type": "text/plain"}},
        "json": {"json": {"a": "b"}},
        "multipart": {"files": {"a": b"b"}},
    }
    how = bodies[body]
    where = path.replace("{id}", ZERO).replace("{index}", "0")
    return visitor.ask(method, where, **how | {"headers": how.get("headers", {}) | headers}).status_code


@pytest.mark.parametrize(("method", "path", "who"), UNSAFE, ids=[f"{m} {p}" for m, p, _ in UNSAFE])
def test_only_our_own_pages_with_proof_come_through(
    home: Home, owner: Person, method: str, path: str, who: str
) -> None:
    visitor = home.visitor(owner)
    for site, body, proof in product(SITES, BODIES, PROOFS):
        if site == "same-origin" and body in ("form", "json") and (proof == "header" or who in PROGRAMS):
            continue
        status = knock(visitor, method, path, site, body, proof)
        assert status in (403, 415), (site, body, proof, status)
    assert owner_of(home.engine, visitor.cookie) is not None


def test_the_capture_routes_need_no_cookie_but_are_refused_from_elsewhere(home: Home, owner: Person) -> None:
    path = f"/captures/{ZERO}/end"
    token = {"authorization": "Capture nonsense", "content-type": "application/json"}
    visitor = home.visitor()
    for more, status in (
        ({}, 404),
        ({"sec-fetch-site": "same-origin"}, 404),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
    ):
        assert visitor.ask("POST", path, headers=token | more, content=b"{}").status_code == status, more
    assert visitor.ask("POST", path, headers={"content-type": "application/json"}, content=b"{}").status_code == 403


@pytest.mark.parametrize("scheme", ["Capture", "Handoff"])
def test_a_captures_token_opens_no_other_door_to_the_outside(home: Home, owner: Person, scheme: str) -> None:
    headers = {"authorization": f"{scheme} nonsense", "x-afterword": "1"}
    assert home.visitor(owner).ask("POST", "/lock/everywhere", headers=headers).status_code == 403


def test_a_proof_needs_no_cookie_and_is_refused_from_elsewhere(home: Home) -> None:
    for path in (f"/handoff/{ZERO}/poll", f"/captures/{ZERO}/status"):
        given = {"authorization": f"Handoff {ZERO}", "content-type": "application/json"}
        for more, status in (({}, 401), ({"sec-fetch-site": "cross-site"}, 403), ({"origin": "null"}, 403)):
            assert home.visitor().ask("POST", path, headers=given | more, content=b"{}").status_code == status
    token = {"authorization": "Capture nonsense", "content-type": "application/json"}
    assert home.visitor().ask("POST", f"/handoff/{ZERO}/poll", headers=token, content=b"{}").status_code == 403


def test_an_older_browser_is_told_by_its_origin(home: Home, owner: Person) -> None:
    for origin, status in (
        ("http://localhost", 204),
        ("http://localhost:81", 403),
        ("https://localhost", 403),
        ("null", 403),
    ):
        headers = {"origin": origin, "x-afterword": "1"}
        assert home.visitor(owner).ask("POST", "/here", headers=headers).status_code == status, origin


def test_a_form_needs_the_token_of_this_browser(home: Home, owner: Person, stranger: Person) -> None:
    mine, theirs = home.visitor(owner), home.visitor(stranger)
    session = home.shelve(owner, a_record()).hex()
    fields = {"heard": "Mya", "right": "Maya"}
    for token in ("", "nonsense", theirs.form_token, home.visitor().form_token):
        answer = mine.press(f"/sessions/{session}/names", form_token=token, **fields)
        assert answer.status_code == 403
        assert "nothing was changed" in answer.text
    assert "Mya was quiet" in mine.get(f"/sessions/{session}").text
    assert mine.press(f"/sessions/{session}/names", **fields).status_code == 303


@pytest.mark.parametrize("path", ["/unlock", "/recover", "/setup"])
def test_the_ways_in_need_a_form_of_ours_too(home: Home, path: str) -> None:
    home.person()
    assert home.visitor().press(path, form_token="").status_code == 403
    assert home.visitor().press(path, form_token="", passphrase="x").status_code == 403
    assert home.visitor().press(path).status_code in (403, 410, 422)


def test_reading_changes_nothing(home: Home, owner: Person) -> None:
    visitor = home.visitor(owner)
    session = home.shelve(owner, a_record()).hex()
    for method, path, _, _ in SITEMAP:
        if method == "GET":
            visitor.get(path.replace("{id}", session))
    assert visitor.get("/today").status_code == 200
    assert home.visitor(owner).get(f"/sessions/{session}").status_code == 200


# Negative control: with the origin check off, the matrix sees the hole.


def test_control_a_guard_that_trusts_every_site_is_caught(
    home: Home, owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("afterword.web.guard._foreign", lambda *_: None)
    assert knock(home.visitor(owner), "POST", "/here", "cross-site", "form", "header") == 204
