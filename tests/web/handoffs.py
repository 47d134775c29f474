"""A stage for handoffs: one installation, its clock, a laptop and the phone of its owner."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import select

from afterword.handoff.limits import Limits
from afterword.store.handoffs import Handoffs
from afterword.store.tables import captures, objects, sessions
from afterword.vault import vault
from afterword.web.app import create_app
from tests.consent.yes import say_yes
from tests.laptop import Laptop
from tests.people import SETUP_TOKEN, Home, Person, Visitor


@dataclass
class Stage:
    """`passed`: seconds that the test let go by; of those that the machine takes the house knows nothing. `agreed`: the
    owner's therapist said yes."""

    home: Home
    owner: Person
    agreed: bool = True
    passed: float = 0.0
    began: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    app: Any = field(init=False)
    limits: Limits = field(init=False)
    phone: Visitor = field(init=False)

    def __post_init__(self) -> None:
        self.limits = Limits(lambda: self.now().timestamp())
        self.app = create_app(self.home.settings, self.home.engine, SETUP_TOKEN, self.now, self.limits)
        self.phone = self.phone_of(self.owner)
        if self.agreed:
            say_yes(self.home.settings, self.home.engine, self.owner.owner)

    def now(self) -> datetime:
        """The clock of the house."""
        return self.began + timedelta(seconds=self.passed)

    @property
    def at(self) -> int:
        """The same in seconds since 1970."""
        return int(self.now().timestamp())

    def wait(self, seconds: float) -> None:
        """Time goes by."""
        self.passed += seconds

    def phone_of(self, person: Person, address: str = "127.0.0.1") -> Visitor:
        """Unlocked."""
        return Visitor(self.app, vault.unlock(self.home.engine, person.owner), address=address)

    def laptop(self, address: str = "127.0.0.1") -> Laptop:
        """One that shows a code."""
        made = Laptop(Visitor(self.app, address=address))
        assert made.begin().status_code == 201
        return made

    def poll(self, laptop: Laptop) -> dict[str, Any]:
        """Not too fast."""
        self.wait(2)
        answer = laptop.step("poll")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def scan(self, laptop: Laptop, phone: Visitor | None = None) -> str:
        """By the camera. Returns the address of its page."""
        answer = (phone or self.phone).press("/scan", code=laptop.scanned)
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])

    def approve(self, laptop: Laptop, phone: Visitor | None = None, **changed: str) -> httpx.Response:
        """The number is typed. A worker opens the capture."""
        fields = {"number": laptop.shown["number"], "voices": "both"} | changed
        with self.home.opener():
            return (phone or self.phone).press(f"/scan/{laptop.id}/approve", **fields)

    def paired(self) -> Laptop:
        """One that may begin."""
        laptop = self.laptop()
        self.scan(laptop)
        assert self.approve(laptop).status_code == 303
        assert self.poll(laptop)["state"] == "approved"
        assert laptop.reveal().status_code == 200
        assert laptop.step("confirm").json() == {"state": "confirmed"}
        return laptop

    def left(self) -> list[str]:
        """What there is of recordings, in the database and beside it: names of tables and of folders."""
        with self.home.engine.connect() as db:
            about = {"captures": captures, "sessions": sessions, "session": objects}
            found = [
                name for name, table in about.items()
                if any(row.get("kind", name) in (name, "receipt") for row in db.execute(select(table)).mappings())
            ]  # fmt: skip
        folders = {"keys": self.home.settings.keys, "spool": self.home.settings.spool}
        return found + [name for name, folder in folders.items() if any(folder.iterdir())]

    def row(self, laptop: Laptop) -> Any:
        """As it is in the database."""
        return Handoffs(self.home.engine).row(bytes.fromhex(laptop.id))
