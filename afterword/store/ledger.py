"""The rows of captures and of what they leave: claimed by one filtered UPDATE, on SQLite and PostgreSQL alike.

Holds ids, states, counters, times and ciphertext.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, Engine, delete, insert, select, update

from afterword.seal.context import place
from afterword.seal.keys import NotebookRecipient
from afterword.store.database import hour, now, scrub
from afterword.store.tables import captures, objects, people, sessions

LEASE_SECONDS = 60
WAITING = ("ended", "working", "sealed")


class Lost(Exception):
    """Another worker has taken this capture over, or it was discarded: stop, change nothing."""


class NotKept(Exception):
    """What was read back is not what was written: the key must not be destroyed."""


class Bytes(Protocol):
    """Something with a form in bytes."""

    def to_bytes(self) -> bytes: ...


@dataclass(frozen=True)
class Claim:
    """The right to work on one capture. `attempt` fences: a worker that was frozen meanwhile changes 0 rows."""

    capture: bytes
    person: bytes
    session: bytes
    state: str
    attempt: int
    failures: int
    chunks: int
    size: int
    speakers: str | None


class Ledger:
    """Every change of a capture's state."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def open_new(self, row: Mapping[str, Any], session_row: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        """A session and its capture, in one transaction. The state is 'new' until a worker opened wrap B."""
        with self.engine.begin() as db:
            db.execute(insert(sessions).values(session_row))
            db.execute(insert(objects).values(about))
            db.execute(insert(captures).values(row))

    def row(self, capture: bytes) -> Mapping[str, Any]:
        """Raises Lost when there is none."""
        with self.engine.connect() as db:
            found = db.execute(select(captures).where(captures.c.id == capture)).mappings().first()
        if found is None:
            raise Lost
        return found

    def in_state(self, *states: str) -> list[Mapping[str, Any]]:
        """All captures in these states, oldest first."""
        with self.engine.connect() as db:
            query = select(captures).where(captures.c.state.in_(states)).order_by(captures.c.opened)
            return list(db.execute(query).mappings())

    def move(self, capture: bytes, expect: tuple[str, ...], **values: Any) -> bool:
        """Change a row if its state is one of `expect`. False when it is not."""
        with self.engine.begin() as db:
            query = update(captures).where(captures.c.id == capture, captures.c.state.in_(expect)).values(values)
            return db.execute(query).rowcount == 1

    def release(self, holder: str) -> None:
        """At the start of a worker: what it held when it was killed is free again."""
        with self.engine.begin() as db:
            db.execute(update(captures).where(captures.c.holder == holder).values(lease=0))

    def claim(self, holder: str) -> Claim | None:
        """The oldest capture that waits and that nobody is working on."""
        for row in self.in_state(*WAITING):
            claimed = self._try_claim(row, holder) if row["lease"] < now() else None
            if claimed:
                return claimed
        return None

    def _try_claim(self, row: Mapping[str, Any], holder: str) -> Claim | None:
        attempt, state = row["attempts"] + 1, "sealed" if row["state"] == "sealed" else "working"
        with self.engine.begin() as db:
            query = update(captures).where(
                captures.c.id == row["id"], captures.c.attempts == row["attempts"], captures.c.state == row["state"]
            )
            values = {"state": state, "attempts": attempt, "lease": now() + LEASE_SECONDS, "holder": holder}
            if db.execute(query.values(values)).rowcount != 1:
                return None
        return Claim(
            row["id"], row["person"], row["session"], state, attempt, row["failures"], row["chunks"], row["size"],
            row["speakers"],
        )  # fmt: skip

    def tell(self, claim: Claim, stage: str, heard: float, total: float | None) -> None:
        """Progress, and a longer lease. Raises Lost."""
        self._change(claim, stage=stage, heard=heard, total=total, lease=now() + LEASE_SECONDS)

    def keep_question(self, claim: Claim, sealed: bytes) -> None:
        """Who is who? Two quotes, sealed by the room to the person; the capture waits for the answer."""
        with self.engine.begin() as db:
            _replace(db, claim, "question", sealed)
            self._change_in(db, claim, state="asking", stage="asking", lease=0)

    def keep_record(self, claim: Claim, sealed: bytes) -> None:
        """The record and the state in one transaction: exactly one record a capture. Raises Lost."""
        with self.engine.begin() as db:
            self._change_in(db, claim, state="sealed", stage="sealed", sealed=now())
            _replace(db, claim, "record", sealed)
            db.execute(delete(objects).where(objects.c.about == claim.session, objects.c.kind == "question"))

    def compare_record(self, claim: Claim, sealed: bytes) -> None:
        """Read back by a new connection. Raises NotKept."""
        with self.engine.connect() as db:
            query = select(objects.c.sealed).where(objects.c.about == claim.session, objects.c.kind == "record")
            if db.execute(query).scalar() != sealed:
                raise NotKept

    def keep_receipt(self, claim: Claim, receipt: Bytes) -> None:
        """Sealed to the person; the capture is over."""
        with self.engine.begin() as db:
            raw = db.execute(select(people.c.recipient).where(people.c.id == claim.person)).scalar_one()
            info = place(claim.person, "receipt", claim.session, 0)
            _replace(db, claim, "receipt", NotebookRecipient(raw).seal(receipt.to_bytes(), info))
            db.execute(delete(objects).where(objects.c.about == claim.session, objects.c.kind == "question"))
            query = update(captures).where(captures.c.id == claim.capture)
            db.execute(query.values(state="destroyed", stage="destroyed", destroyed=now(), lease=0))

    def scrub(self) -> bool:
        """Empty the write-ahead log."""
        return scrub(self.engine)

    def _change(self, claim: Claim, **values: Any) -> None:
        with self.engine.begin() as db:
            self._change_in(db, claim, **values)

    def _change_in(self, db: Connection, claim: Claim, **values: Any) -> None:
        query = update(captures).where(
            captures.c.id == claim.capture, captures.c.attempts == claim.attempt, captures.c.state == claim.state
        )
        if db.execute(query.values(values)).rowcount != 1:
            raise Lost


def _replace(db: Connection, claim: Claim, kind: str, sealed: bytes) -> None:
    db.execute(delete(objects).where(objects.c.about == claim.session, objects.c.kind == kind))
    values = {"id": secrets.token_bytes(16), "person": claim.person, "kind": kind, "about": claim.session}
    db.execute(insert(objects).values(values | {"rev": 0, "sealed": sealed, "hour": hour()}))
