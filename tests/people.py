"""The same people in every test: an owner, a stranger in the same database, and their notebooks, made cheaply."""

from __future__ import annotations

import asyncio
import json
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import Engine, insert

from afterword.capture import bootkey
from afterword.capture.forms import Form
from afterword.capture.receipt import Receipt
from afterword.record import Gap, Label, Line, Moment, NextStep, Passage, Record, Source
from afterword.seal.context import place
from afterword.settings import Settings, prepare
from afterword.store.database import connect, hour, migrate, now, scrub
from afterword.store.ledger import Ledger
from afterword.store.tables import captures, objects, sessions
from afterword.vault import vault
from afterword.vault.owner import Owner
from afterword.web.app import create_app
from afterword.web.ask import cookie_name, form_token
from afterword.work.worker import Worker

CHEAPEST_KIB = 19456
SETUP_TOKEN = "set-up-token-of-the-tests"
PASSPHRASE = "badu kilo nemi rosa tuve"


@dataclass(frozen=True)
class Person:
    """Somebody with a notebook in this database."""

    owner: Owner
    passphrase: str = field(repr=False)
    code: str = field(repr=False)


@dataclass(frozen=True)
class Home:
    """One installation in a temporary folder."""

    settings: Settings
    engine: Engine
    ledger: Ledger

    def person(self, passphrase: str = PASSPHRASE, ready: bool = True) -> Person:
        """A new notebook. The first one is the owner of the installation, a second one a stranger to it."""
        made = vault.make_notebook(self.engine, passphrase, self.settings.argon_kib)
        if ready:
            vault.confirm_code(self.engine, made.owner.person)
        return Person(made.owner, passphrase, made.recovery_code)

    def visitor(self, person: Person | None = None, app: Any = None) -> Visitor:
        """A browser; unlocked when it is somebody's."""
        cookie = vault.unlock(self.engine, person.owner) if person else ""
        return Visitor(app or create_app(self.settings, self.engine, SETUP_TOKEN), cookie)

    def shelve(
        self, person: Person, record: Record | None, day: str = "2026-11-20", *, form: Form = "session", **columns: Any
    ) -> bytes:
        """A session as the room would have left it. `form`: what its record was made of; `columns`: of its capture's
        row. Returns the session's id."""
        session, capture, at = secrets.token_bytes(16), secrets.token_bytes(16), hour()
        row = {
            "id": capture, "person": person.owner.person, "session": session, "state": "destroyed",
            "recipient": b"\x04" * 65, "token": b"\0" * 32, "size": 0, "opened": at, "stage": "destroyed",
            "sealed": at if record else None, "destroyed": at,
        } | columns  # fmt: skip
        facts = json.dumps({"day": day, "voices": "mine", "agreed_on": None, "form": form}).encode()
        with self.engine.begin() as db:
            db.execute(insert(sessions).values(id=session, person=person.owner.person, hour=at))
            db.execute(insert(captures).values(row))
        self._keep(person, "session", session, person.owner.seal_own("session", session, 0, facts))
        if record:
            self._seal(person, "record", session, record.to_bytes())
        if row["state"] == "destroyed":
            self._seal(person, "receipt", session, a_receipt(capture).to_bytes())
        return session

    def ask_who(self, person: Person, session: bytes, quotes: list[str]) -> None:
        """The question that a room leaves when it is not sure who is who."""
        self._seal(person, "question", session, json.dumps(quotes).encode())

    @contextmanager
    def opener(self) -> Iterator[Worker]:
        """A worker that opens new captures and does nothing else."""
        worker = Worker(self.settings, self.engine)

        def run() -> None:
            while not worker.stop.wait(0.02):
                worker.open_new()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield worker
        finally:
            worker.stop.set()
            thread.join()

    def _seal(self, person: Person, kind: str, about: bytes, plain: bytes) -> None:
        info = place(person.owner.person, kind, about, 0)
        self._keep(person, kind, about, person.owner.identity.recipient.seal(plain, info))

    def _keep(self, person: Person, kind: str, about: bytes, sealed: bytes) -> None:
        row = {"id": secrets.token_bytes(16), "person": person.owner.person, "kind": kind, "about": about, "rev": 0}
        with self.engine.begin() as db:
            db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))


class Visitor:
    """A browser without its screen: keeps a cookie, sends what a same-origin page sends, shows what came back."""

    def __init__(self, app: Any, cookie: str = "", base: str = "http://localhost", address: str = "127.0.0.1") -> None:
        self.app, self.base, self.cookie, self.address = app, base, cookie, address

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """A page."""
        return self.ask("GET", path, headers=headers)

    def press(self, path: str, **fields: str) -> httpx.Response:
        """A form of one of our pages, sent."""
        given = {"form_token": self.form_token, **fields}
        return self.ask("POST", path, data=given, headers={"sec-fetch-site": "same-origin", "origin": "null"})

    def call(self, method: str, path: str, **how: Any) -> httpx.Response:
        """As our scripts ask."""
        headers = {"sec-fetch-site": "same-origin", "x-afterword": "1"} | how.pop("headers", {})
        return self.ask(method, path, headers=headers, **how)

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Any request at all, as it stands."""
        return asyncio.run(self._ask(method, path, how))

    @property
    def form_token(self) -> str:
        """As a page of this browser would carry it."""
        if not self.cookie:
            self.get("/setup")
        return form_token(self.cookie)

    async def _ask(self, method: str, path: str, how: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, client=(self.address, 50000), raise_app_exceptions=False)
        name = cookie_name(self.base.startswith("https"))
        kept = {name: self.cookie} if self.cookie else {}
        async with httpx.AsyncClient(transport=transport, base_url=self.base, cookies=kept) as client:
            answer = await client.request(method, path, **how)
        for line in answer.headers.get_list("set-cookie"):
            self.cookie = SimpleCookie(line)[name].value
        return answer


def make_home(folder: Path) -> Home:
    """A migrated, empty installation."""
    settings = Settings(folder, f"sqlite:///{folder / 'afterword.db'}", argon_kib=CHEAPEST_KIB)
    prepare(settings)
    shutil.copy(_migrated(), folder / "afterword.db")
    engine = connect(settings.database)
    return Home(settings, engine, Ledger(engine))


def close_home(home: Home) -> None:
    """Leave no open file and no boot key behind."""
    home.engine.dispose()
    bootkey.forget(home.settings.data)


@cache
def _migrated() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="afterword-tests-"))
    address = f"sqlite:///{folder / 'empty.db'}"
    migrate(address)
    engine = connect(address)
    scrub(engine)
    engine.dispose()
    return folder / "empty.db"


def a_receipt(capture: bytes) -> Receipt:
    """Of a capture that went well."""
    at = now() - 120
    return Receipt(capture.hex(), at, at + 30, 3, 2_900_000, 251.0, 1, "kept", at + 90, at + 91, ("key", "sound"))


def a_record() -> Record:
    """A record with something in every section. Invented."""
    you, them = Source(724.0, "client"), Source(790.0, "therapist")
    both = Source(130.0, "client", 3)
    return Record(
        overview=(
            Line("You talked about saying yes at work when you wanted to say no.", source=both),
            Line("Mya was quiet on the phone after you cancelled dinner, and you felt guilty all weekend.", source=you),
            Line("You saw that a quick yes calms your stomach, and that it began at home.", source=both),
        ),
        themes=(Label("Saying yes too quickly", source=both), Label("Sleep", source=you), Label("Family", source=them)),
        insights=(
            Line("Every yes at work is a no to somebody at home, or to your own sleep.", source=you),
            Line("The alarm with your manager may belong to your father.", source=them),
        ),
        feelings=(Label("torn", source=you), Label("lighter", source=both)),
        next_steps=(
            NextStep(
                "Say “let me check” and answer the next day.", "you", "this week", "agreed",
                "I will need to check first", source=you,
            ),
            NextStep("Send the page about the breathing exercise.", "therapist", "tonight", "agreed", "", source=them),
            NextStep(
                "Put the notebook back beside the bed.", "you", None, "mentioned", "I will put the notebook back",
                source=you,
            ),
        ),
        questions=(Line("Begin with your father next time.", source=them),),
        moments=(
            Moment("“I think I have been afraid of the wrong person.”", "What is different about him?", source=you),
            Moment("A quick yes kept the house warm.", "Where do you still keep it warm?", source=them),
        ),
        recap=(
            Passage("The week", "You came in tired. Mya had expected you for dinner on Friday.", source=you),
            Passage("A small step", "You want to take the time to find out what you want.", source=both),
        ),
        heard=3012.0,
        gaps=(Gap(1900.0, 1914.0, "noise"),),
    )  # fmt: skip
