"""Who may ask for what: a matrix made from the sitemap. A route without an entry here fails."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from afterword.capture import intake
from afterword.notebook import notes
from afterword.notebook.drawer import Drawer
from afterword.notebook.shelf import Shelf
from afterword.store.handoffs import Handoffs
from afterword.vault import vault
from afterword.web.app import unguarded
from afterword.web.ask import House, Who, route
from afterword.web.guard import Guard
from afterword.web.pages import sessions, today
from afterword.web.pages.notes import tag_id
from afterword.web.routes import SITEMAP
from afterword.web.templating import make_templates
from afterword.web.turnstile import Turnstile
from tests.consent.yes import say_yes
from tests.laptop import Laptop
from tests.people import PASSPHRASE, SETUP_TOKEN, Home, Person, Visitor, a_record

ACTORS = ("anonymous", "locked", "stranger", "capture token", "owner", "unready owner", "laptop")


@dataclass(frozen=True)
class Cell:
    """What one route answers to each actor; `press`: fields of the form, None for a page or a script. `laptop`: to one
    that was lent the owner's live capture; None where its proof is worth nothing, and it is anybody."""

    anonymous: int
    locked: int
    stranger: int
    capture: int
    owner: int
    unready: int
    fields: dict[str, str] | None = None
    laptop: int | None = None

    def of(self, actor: str) -> int:
        """The status that is right."""
        if actor == "laptop":
            return self.anonymous if self.laptop is None else self.laptop
        names = dict(zip(ACTORS[:-1], ("anonymous", "locked", "stranger", "capture", "owner", "unready"), strict=True))
        return int(getattr(self, names[actor]))


def page(owner: int = 200, stranger: int = 200) -> Cell:
    """A page for the owner: others are sent to the way in."""
    return Cell(303, 303, stranger, 303, owner, 303)


def device(capture: int = 200, laptop: int | None = 200) -> Cell:
    """A route for the device that records."""
    return Cell(404, 404, 404, capture, 404, 404, None, laptop)


def pairing() -> Cell:
    """A route for a laptop that asks to be lent something."""
    return Cell(401, 401, 401, 401, 401, 401, None, 200)


def form(fields: dict[str, str], stranger: int, owner: int = 303) -> Cell:
    """A form of the owner: others get 401. (A stranger's own page of that kind may answer, but never ours.)"""
    return Cell(401, 401, stranger, 401, owner, 303, fields)


TAG = "work"
LINE = {"section": "overview", "place": "0", "action": "save", "text": "New words."}
NAME = {"heard": "Mya", "right": "Maya"}
# Everybody may knock at the ways in; what opens them is tested in test_ways_in.py.
MATRIX = {
    "GET /": Cell(303, 303, 303, 303, 303, 303),
    "GET /setup": Cell(410, 410, 410, 410, 410, 410),
    "POST /setup": Cell(
        410, 410, 410, 410, 410, 410, {"token": SETUP_TOKEN, "passphrase": PASSPHRASE, "again": PASSPHRASE}
    ),
    "GET /setup/code": Cell(303, 303, 303, 303, 303, 200),
    "POST /setup/code": Cell(401, 401, 303, 401, 303, 303, {"group1": "X", "group2": "Y"}),
    "POST /setup/code/new": Cell(401, 401, 404, 401, 404, 200, {}),
    "GET /unlock": Cell(200, 200, 303, 200, 303, 303),
    "POST /unlock": Cell(403, 403, 403, 403, 403, 403, {"passphrase": "quite another one"}),
    "GET /recover": Cell(200, 200, 200, 200, 200, 200),
    "POST /recover": Cell(403, 403, 403, 403, 403, 403, {"code": "A", "passphrase": PASSPHRASE, "again": PASSPHRASE}),
    "GET /lock": Cell(303, 303, 200, 303, 200, 200),
    "POST /lock": Cell(401, 401, 303, 401, 303, 303, {}),
    "POST /lock/everywhere": Cell(401, 401, 303, 401, 303, 303, {}),
    "POST /here": Cell(401, 401, 204, 401, 204, 303, {}),
    "GET /settings": page(),
    "POST /settings": form({"place": "IE", "quiet": "on"}, stranger=303),
    "GET /place": Cell(200, 200, 200, 200, 200, 200),
    "POST /place": Cell(200, 200, 200, 200, 200, 200, {"client": "US-TX", "therapist": "US-CA", "medium": "video"}),
    "GET /calendar": Cell(200, 200, 200, 200, 200, 200),
    "GET /phone": Cell(200, 200, 200, 200, 200, 200),
    "GET /phone/check": Cell(200, 200, 200, 200, 200, 200),
    "GET /telehealth": Cell(200, 200, 200, 200, 200, 200),
    "GET /reached": Cell(200, 200, 200, 200, 200, 200),
    "GET /consent": page(),
    "POST /consent/answer": form({"answer": "yes"}, stranger=422, owner=422),
    "POST /consent/again": form({"therapist": "Ines"}, stranger=404),
    "POST /consent/withdraw": form({"therapist": "Ines"}, stranger=404),
    "GET /consent/record": page(),
    "GET /ask": Cell(200, 200, 200, 200, 200, 200),
    "POST /ask": Cell(200, 200, 200, 200, 200, 200, {"reason": "homework"}),
    "POST /ask/text": Cell(200, 200, 200, 200, 200, 200, {"reason": "homework"}),
    "POST /ask/keep": form({"text": "May I?"}, stranger=303),
    "POST /ask/{id}/delete": form({}, stranger=404, owner=404),
    "GET /for-therapists": Cell(200, 200, 200, 200, 200, 200),
    "GET /model": page(),
    "POST /model": form({"address": "http://127.0.0.1:8080"}, stranger=303),
    "GET /search": page(),
    "POST /search": form({"words": "work"}, stranger=200, owner=200),
    "GET /take-out": page(),
    "POST /take-out/text": form({}, stranger=200, owner=200),
    "POST /take-out/all": form({}, stranger=200, owner=200),
    "GET /take-out/pages": page(),
    "GET /sessions/{id}/print": page(stranger=404),
    "GET /delete-everything": page(),
    "POST /delete-everything": form({"word": "delete", "passphrase": "quite another one"}, stranger=403, owner=403),
    "GET /voice": page(),
    "POST /voice": form({}, stranger=303),
    "GET /voice/progress": page(),
    "GET /today": page(),
    "GET /sessions": page(),
    "GET /patterns": page(),
    "POST /patterns": form({"action": "dismiss", "pattern": "0" * 32}, stranger=404, owner=404),
    "GET /came-for": page(),
    "POST /came-for": form({"action": "add", "text": "To sleep through."}, stranger=303),
    "GET /threads": page(),
    "POST /threads": form({"action": "let go", "thread": "0" * 32}, stranger=404, owner=404),
    "GET /appointments": page(),
    "POST /appointments": form({"day": "2026-12-03", "time": "10:00", "weeks": "1"}, stranger=303),
    "POST /appointments/change": form({"found": "0" * 32, "action": "cancel"}, stranger=404, owner=404),
    "POST /appointments/said": form({}, stranger=303),
    "GET /appointments/file": page(),
    "POST /appointments/file": form({"text": "no calendar"}, stranger=422, owner=422),
    "GET /zone": page(),
    "POST /zone": form({"zone": "Europe/Berlin"}, stranger=303),
    "GET /moment": page(),
    "POST /moment": form({"action": "show"}, stranger=303),
    "GET /moments": page(),
    "GET /moments/all": page(),
    "POST /moments": form({"action": "keep", "moment": "0" * 32 + ".0"}, stranger=404, owner=404),
    "GET /record": Cell(200, 200, 200, 200, 200, 200),
    "GET /record/recap": Cell(200, 200, 200, 200, 200, 200),
    "GET /record/together": Cell(200, 200, 200, 200, 200, 200),
    "GET /record/note": Cell(200, 200, 200, 200, 200, 200),
    "GET /notes": page(),
    "POST /notes": form({"text": "A thought."}, stranger=303),
    "POST /notes/draft": Cell(401, 401, 422, 401, 422, 303, {}),
    "POST /notes/draft/drop": Cell(401, 401, 422, 401, 422, 303, {}),
    "GET /notes/older/{id}": page(stranger=404),
    "GET /notes/tagged/{tag}": page(stranger=404),
    "GET /notes/tagged/{tag}/older/{id}": page(stranger=404),
    "POST /notes/voice/{id}/plan": form({}, stranger=404, owner=404),
    "GET /notes/{id}": page(stranger=404),
    "POST /notes/{id}": form({"action": "plan"}, stranger=404),
    "GET /notes/{id}/delete": page(stranger=404),
    "POST /notes/{id}/delete": form({}, stranger=404),
    "GET /instead": page(),
    "GET /instead/recap": page(),
    "GET /instead/write/{form}": page(),
    "GET /sessions/new": page(),
    "POST /sessions/sample": form({}, stranger=503, owner=503),
    "GET /sessions/{id}": page(stranger=404),
    "GET /sessions/{id}/check": page(stranger=404),
    "GET /sessions/{id}/wait": page(stranger=404),
    "GET /sessions/{id}/progress": page(stranger=404),
    "POST /sessions/{id}/speakers": form({"value": "first"}, stranger=404),
    "POST /sessions/{id}/discard": form({}, stranger=404),
    "POST /sessions/{id}/finish": form({}, stranger=404),
    "POST /sessions/{id}/lines": form(LINE, stranger=404),
    "POST /sessions/{id}/names": form(NAME, stranger=404),
    "GET /sessions/{id}/settle": page(stranger=404),
    "POST /sessions/{id}/settle/step": form({"place": "0", "action": "keep"}, stranger=404),
    "POST /sessions/{id}/settle/mark": form({"section": "moments", "place": "0", "action": "mark"}, stranger=404),
    "POST /sessions/{id}/settle/swap": form({}, stranger=404),
    "POST /sessions/{id}/settle/done": form({}, stranger=404),
    "GET /sessions/{id}/receipt": page(stranger=404),
    "GET /sessions/{id}/delete": page(stranger=404),
    "POST /sessions/{id}/delete": form({}, stranger=404),
    "GET /brief": page(),
    "POST /brief/open": form({"appointment": "0" * 32}, stranger=404, owner=404),
    "POST /brief/raise": form({"text": "My sleep."}, stranger=303),
    "GET /steps": page(),
    "POST /steps/said": form({"session": "0" * 32, "place": "0", "action": "done"}, stranger=404, owner=404),
    "POST /steps/check": form({"session": "0" * 32, "place": "0", "action": "keep"}, stranger=404, owner=404),
    "POST /steps/own": form({"text": "Walk to the sea."}, stranger=303),
    "POST /steps/own/{id}": form({"action": "done"}, stranger=404, owner=404),
    "GET /reminders": page(),
    "POST /reminders": form({"brief": "yes", "quiet_from": "21", "quiet_until": "8"}, stranger=303),
    "POST /reminders/feed": form({"action": "off"}, stranger=303),
    "POST /reminders/push": form({"push": "0" * 32}, stranger=303),
    "GET /feed/{token}.ics": Cell(404, 404, 404, 404, 404, 404),
    "POST /sessions/{id}/stop": form({}, stranger=404),
    "GET /scan": Cell(200, 200, 200, 200, 200, 200),
    "POST /scan": form({"code": "BBBB-CCCC"}, stranger=422, owner=422),
    "GET /scan/{id}": page(stranger=404, owner=303),
    "GET /scan/{id}/state": page(stranger=404),
    "POST /scan/{id}/approve": form({"voices": "both", "number": "000"}, stranger=404),
    "POST /scan/{id}/deny": form({}, stranger=404),
    "GET /handoff": Cell(200, 200, 200, 200, 200, 200),
    "POST /handoff": Cell(422, 422, 422, 422, 422, 422),
    "POST /handoff/{id}/poll": pairing(),
    "POST /handoff/{id}/reveal": pairing(),
    "POST /handoff/{id}/confirm": pairing(),
    "POST /handoff/{id}/deny": pairing(),
    "POST /captures": Cell(401, 401, 422, 401, 422, 303, {}),
    "PUT /captures/{id}/chunks/{index}": device(laptop=None),
    "POST /captures/{id}/end": device(409, laptop=401),  # of another capture than the one that it was lent
    "PUT /captures/{id}/segments/{segment}/{track}/{seq}": device(),
    "POST /captures/{id}/segments/{segment}/close": device(),
    "POST /captures/{id}/forget": device(laptop=None),
    "POST /captures/{id}/status": device(),
    "POST /captures/{id}/receipt": device(),
    "POST /captures/{id}/discard": device(laptop=None),
    "POST /captures/{id}/stop": device(laptop=None),
    "POST /captures/{id}/watch": device(laptop=None),
}
END = b'{"chunks": 1, "bytes": 100}'
# What the routes of a live capture want, all in one.
LIVE = b'{"chunks": {"mic": 0}, "minutes": 2, "segment": "0123abcd", "order": "%s", "state": "paused"}' % (b"ab" * 16)


@dataclass(frozen=True)
class Scene:
    """The owner's session and open capture; everybody knows their ids."""

    home: Home
    owner: Person
    session: bytes
    capture: bytes
    token: str
    live: intake.Opened
    laptop: Laptop
    visitors: dict[str, Callable[[], Visitor]]

    def ask(self, actor: str, method: str, path: str, app: Any = None) -> httpx.Response:
        """One cell of the matrix."""
        visitor = self.visitors[actor]()
        visitor.app = app or visitor.app
        found = self.capture if path.startswith("/captures") else self.session
        found = self.live.capture if is_live(path) else found
        found = bytes.fromhex(self.laptop.id) if path.startswith(("/handoff", "/scan")) else found
        where = path.replace("{id}", found.hex()).replace("{index}", "0")
        where = where.replace("{segment}", "0123abcd").replace("{track}", "mic").replace("{seq}", "0")
        where = where.replace("{form}", "note").replace("{tag}", tag_id(self.owner.owner, TAG))
        if actor == "laptop":
            return self._prove(visitor, method, where, MATRIX[f"{method} {path}"].fields)
        if path.startswith(("/captures/", "/handoff/")):
            return self._put(actor, visitor, method, where)
        fields = MATRIX[f"{method} {path}"].fields
        headers = {"authorization": f"Capture {self.token}"} if actor == "capture token" else {}
        if method == "GET":
            return visitor.get(where, headers)
        given = {"form_token": visitor.form_token, **(fields or {})}
        return visitor.ask(method, where, data=given, headers=headers | {"sec-fetch-site": "same-origin"})

    def _put(self, actor: str, visitor: Visitor, method: str, where: str) -> httpx.Response:
        live = self.live.capture.hex() in where or where.startswith("/handoff/")
        right = self.live.token if live else self.token
        token = {"authorization": f"Capture {right}"} if actor == "capture token" else {}
        kind = "application/octet-stream" if method == "PUT" else "application/json"
        content = LIVE if live and method == "POST" else END
        return visitor.call(method, where, content=content, headers=token | {"content-type": kind})

    def _prove(self, visitor: Visitor, method: str, where: str, fields: dict[str, str] | None) -> httpx.Response:
        """With a right proof for just this request."""
        if where.startswith(("/captures/", "/handoff/")):
            body, kind = (b"x", "octet-stream") if method == "PUT" else (self._said(where), "json")
            headers = self.laptop.proof(method, where, body) | {"content-type": f"application/{kind}"}
            return visitor.call(method, where, content=body, headers=headers)
        if method == "GET":
            return visitor.get(where, self.laptop.proof(method, where, b""))
        body = urlencode({"form_token": visitor.form_token, **(fields or {})}).encode()
        headers = self.laptop.proof(method, where, body) | {"sec-fetch-site": "same-origin"}
        headers["content-type"] = "application/x-www-form-urlencoded"
        return visitor.ask(method, where, content=body, headers=headers)

    def _said(self, where: str) -> bytes:
        if where.startswith("/handoff/"):
            return b'{"opening": "%s"}' % self.laptop.opening.hex().encode()
        return LIVE if self.live.capture.hex() in where else END


def is_live(path: str) -> bool:
    """A route of a capture that is made now."""
    return path.startswith("/captures/{id}/") and not path.endswith(("/chunks/{index}", "/end"))


@pytest.fixture
def scene(home: Home, owner: Person, stranger: Person, monkeypatch: pytest.MonkeyPatch) -> Scene:
    session = home.shelve(owner, a_record())
    thought = notes.written("note", datetime(2026, 11, 27, tzinfo=UTC), "About saying yes at work.", [TAG])
    Drawer(home.engine, owner.owner, "note").change(session, lambda _: notes.to_json(thought))  # by the session's id
    say_yes(home.settings, home.engine, owner.owner)
    with home.opener():
        coming = intake.Coming("mine", "2026-11-20", 100, secrets.token_bytes(32))
        opened = intake.open_capture(home.settings, home.ledger, owner.owner, coming)
        coming = intake.Coming("mine", "2026-11-20", 0, secrets.token_bytes(32), live=True)
        live = intake.open_capture(home.settings, home.ledger, owner.owner, coming)
    monkeypatch.setattr(intake, "OPENING_SECONDS", 0.2)  # the worker is gone from here on

    def locked() -> Visitor:
        visitor = home.visitor(owner)
        vault.lock(home.engine, visitor.cookie)
        return visitor

    laptop = Laptop(home.visitor())
    laptop.begin()
    lent = {
        "state": "confirmed", "person": owner.owner.person, "capture": live.capture, "salt": bytes(32),
        "opening": laptop.opening, "until": 2**40,
    }  # fmt: skip
    assert Handoffs(home.engine).move(bytes.fromhex(laptop.id), ("created",), 0, **lent)
    unready = home.person("dabi fego huji kalo menu", ready=False)
    visitors: dict[str, Callable[[], Visitor]] = {
        "anonymous": home.visitor,
        "locked": locked,
        "stranger": lambda: home.visitor(stranger),
        "capture token": home.visitor,
        "owner": lambda: home.visitor(owner),
        "unready owner": lambda: home.visitor(unready),
        "laptop": home.visitor,
    }
    return Scene(home, owner, session, opened.capture, opened.token, live, laptop, visitors)


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("entry", SITEMAP, ids=lambda e: f"{e[0]} {e[1]}")
def test_the_matrix(scene: Scene, entry: tuple[str, str, Any, Who], actor: str) -> None:
    method, path, _, _ = entry
    assert f"{method} {path}" in MATRIX, "a new route needs an entry in the matrix"
    answer = scene.ask(actor, method, path)
    assert answer.status_code == MATRIX[f"{method} {path}"].of(actor), answer.text[:200]
    if actor not in ("owner", "capture token"):
        assert "saying yes at work" not in answer.text


def test_every_entry_has_its_route() -> None:
    assert set(MATRIX) == {f"{method} {path}" for method, path, _, _ in SITEMAP}


def test_what_is_not_there_and_what_is_not_yours_look_the_same(scene: Scene, stranger: Person) -> None:
    missing = secrets.token_bytes(16).hex()
    for method, path, _, _ in SITEMAP:
        if not path.startswith("/sessions/{id}"):
            continue
        fields, visitor = MATRIX[f"{method} {path}"].fields or {}, scene.home.visitor(stranger)
        bodies = []
        for found in (scene.session.hex(), missing, missing.upper(), "zz", missing[:-2], f"{missing[:30]}%20a"):
            where = path.replace("{id}", found)
            answer = visitor.get(where) if method == "GET" else visitor.press(where, **fields)
            assert answer.status_code == 404, (method, where)
            bodies.append(answer.text)
        assert len(set(bodies)) == 1, (method, path)
    shown = scene.home.visitor(scene.owner).get(f"/sessions/{scene.session.hex()}").text
    assert "You talked about saying yes at work" in shown
    assert "New words." not in shown
    assert "Maya" not in shown


def test_a_captures_token_is_good_for_that_capture_only(scene: Scene, home: Home, owner: Person) -> None:
    with home.opener():
        coming = intake.Coming("mine", "2026-11-20", 100, secrets.token_bytes(32))
        other = intake.open_capture(home.settings, home.ledger, owner.owner, coming)
    headers = {"authorization": f"Capture {other.token}", "content-type": "application/octet-stream"}
    put = home.visitor().call("PUT", f"/captures/{scene.capture.hex()}/chunks/0", content=b"x", headers=headers)
    missing = home.visitor().call("PUT", f"/captures/{'0' * 32}/chunks/0", content=b"x", headers=headers)
    assert (put.status_code, missing.status_code) == (404, 404)
    assert put.text == missing.text
    mine = home.visitor().call("PUT", f"/captures/{other.capture.hex()}/chunks/0", content=b"x", headers=headers)
    assert mine.status_code == 200


def test_a_laptop_may_use_five_routes_of_one_capture_and_no_other(scene: Scene) -> None:
    lent = [f"{m} {p}" for m, p, _, who in SITEMAP if who == "device"]
    assert lent == [
        "POST /captures/{id}/end",
        "PUT /captures/{id}/segments/{segment}/{track}/{seq}",
        "POST /captures/{id}/segments/{segment}/close",
        "POST /captures/{id}/status",
        "POST /captures/{id}/receipt",
    ]
    for entry in lent:
        method, path = entry.split(" ")
        where = path.replace("{id}", secrets.token_hex(16)).replace("{segment}", "0123abcd").replace("{track}", "mic")
        body = b'{"segments": {}, "state": "paused", "chunks": {}}'
        answer = scene.laptop.ask(method, where.replace("{seq}", "0"), body)
        assert (answer.status_code, answer.json()["error"]) == (401, "proof")
    end = f"/captures/{scene.live.capture.hex()}/end"
    assert scene.laptop.ask("POST", end, b'{"segments": {}}').status_code == 200
    assert scene.home.ledger.row(scene.live.capture)["state"] == "ended"


# Negative controls: a page that forgot to ask who is there fails the matrix.


@pytest.mark.parametrize("path", ["/captures/{id}/discard", "/captures/{id}/forget", "/captures/{id}/stop"])
def test_control_a_route_that_lends_too_much_fails_the_matrix(scene: Scene, path: str) -> None:
    home, handler = scene.home, next(h for m, p, h, _ in SITEMAP if p == path)
    house = House(home.settings, home.engine, home.ledger, None, make_templates(), Turnstile())
    app = unguarded(house)
    app.router.routes.insert(0, route(house, "POST", path, handler, "device"))
    answer = scene.ask("laptop", "POST", path, Guard(app, home.settings))
    assert answer.status_code != MATRIX[f"POST {path}"].of("laptop")


@pytest.mark.parametrize(
    ("method", "path", "handler"),
    [("GET", "/today", today.today), ("POST", "/sessions/{id}/delete", sessions.delete)],
)
def test_control_a_page_without_its_who_fails_the_matrix(scene: Scene, method: str, path: str, handler: Any) -> None:
    home = scene.home
    house = House(home.settings, home.engine, home.ledger, None, make_templates(), Turnstile())
    app = unguarded(house)
    app.router.routes.insert(0, route(house, method, path, handler, "anyone"))
    answer = scene.ask("anonymous", method, path, Guard(app, home.settings))
    assert answer.status_code != MATRIX[f"{method} {path}"].of("anonymous")


def test_control_a_shelf_that_forgets_whose_it_is_still_opens_nothing(
    scene: Scene, stranger: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second net: with the owner's rows in hand, a stranger's key opens nothing of them."""
    theirs, row, found = Shelf(scene.home.engine, scene.owner.owner), Shelf._row, Shelf._object
    monkeypatch.setattr(Shelf, "_row", lambda _, session: row(theirs, session))
    monkeypatch.setattr(Shelf, "_object", lambda _, kind, about: found(theirs, kind, about))
    answer = scene.home.visitor(stranger).get(f"/sessions/{scene.session.hex()}")
    assert answer.status_code == 500
    assert "saying yes at work" not in answer.text
