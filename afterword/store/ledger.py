"""The rows of captures and of what they leave: claimed by one filtered UPDATE, on SQLite and PostgreSQL alike.

Holds ids, states, counters, times and ciphertext.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from afterword.seal.context import place
from afterword.seal.keys import NotebookRecipient
from afterword.store.database import hour, now, scrub
from afterword.store.segments import advance, remove
from afterword.store.tables import captures, handoffs, objects, people, sessions

LEASE_SECONDS = 60
TRIES = 3
# Between two tries of a room that keeps dying, in the end: the machine may be short of memory for a while.
LONGEST_PAUSE = 1800
# After so long without a word from its device a live capture is taken for lost.
SILENT_SECONDS = 1800
WAITING = ("ended", "working", "sealed")
# 'record': all of it is here. 'part': a live capture goes on, and some of it waits. 'provisional': its device has been
# silent for long, so a record is made of what is here.
Aim = Literal["record", "part", "provisional"]


class Lost(Exception):
    """Another worker has taken this capture over, or it was discarded: stop, change nothing."""


class Taken(Exception):
    """This file is on its way already."""


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
    live: bool = False
    aim: Aim = "record"
    seen: int = 0

    @property
    def careful(self) -> bool:
        """True when three rooms failed at one place: the next leaves it out, or uses the simpler engine."""
        return self.failures >= TRIES


class Ledger:
    """Every change of a capture's state."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def open_new(self, row: Mapping[str, Any], session_row: Mapping[str, Any], about: Mapping[str, Any]) -> None:
        """A session and its capture, in one transaction. The state is 'new' until a worker opened wrap B. Raises Taken
        when the same file is on its way already."""
        try:
            with self.engine.begin() as db:
                db.execute(insert(sessions).values(session_row))
                db.execute(insert(objects).values(about))
                db.execute(insert(captures).values(row))
        except IntegrityError:
            raise Taken from None

    def find(self, person: bytes, fingerprint: bytes) -> Mapping[str, Any] | None:
        """The person's capture that this file began, while it lives."""
        with self.engine.connect() as db:
            query = select(captures).where(captures.c.person == person, captures.c.fingerprint == fingerprint)
            row = db.execute(query).mappings().first()
        return dict(row) if row else None

    def row(self, capture: bytes) -> Mapping[str, Any]:
        """Raises Lost when there is none."""
        with self.engine.connect() as db:
            found = db.execute(select(captures).where(captures.c.id == capture)).mappings().first()
        if found is None:
            raise Lost
        return dict(found)

    def in_state(self, *states: str) -> list[Mapping[str, Any]]:
        """All captures in these states, oldest first."""
        with self.engine.connect() as db:
            query = select(captures).where(captures.c.state.in_(states)).order_by(captures.c.opened)
            return [dict(row) for row in db.execute(query).mappings()]

    def recording_now(self) -> list[Mapping[str, Any]]:
        """Live captures whose device was heard of in the last half hour."""
        rows = self.in_state("new", "open")
        return [row for row in rows if row["live"] and now() - (row["seen"] or 0) < SILENT_SECONDS]

    def waiting_for_unlock(self) -> list[Mapping[str, Any]]:
        """Captures whose key only their owner can open. A live one goes on meanwhile."""
        return [row for row in self.in_state("waiting", "open") if "waiting" in (row["state"], row["stage"])]

    def resume(self, capture: bytes) -> bool:
        """The boot key opens it again. False when it was resumed already."""
        if self.move(capture, ("waiting",), state="ended", stage="received", lease=0):
            return True
        with self.engine.begin() as db:
            stalled = (captures.c.id == capture, captures.c.state == "open", captures.c.stage == "waiting")
            return db.execute(update(captures).where(*stalled).values(stage="received", lease=0)).rowcount == 1

    def heard_of(self, capture: bytes, mode: str | None = None) -> None:
        """Its device said something. One that was taken for lost goes on."""
        values: dict[str, Any] = {"seen": now()} | ({"mode": mode} if mode else {})
        if not self.move(capture, ("open",), **values):
            self.move(capture, ("provisional",), state="open", stage="received", **values)

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
            state = "sealed" if row["state"] == "sealed" else "working"
            claimed = self._try_claim(row, holder, state, "record") if row["lease"] < now() else None
            if claimed:
                return claimed
        return None

    def claim_live(self, holder: str, aim_at: Callable[[Mapping[str, Any]], Aim | None]) -> Claim | None:
        """A live capture that goes on, of which `aim_at` says that something is to be done."""
        for row in self.in_state("open"):
            if not row["live"] or row["lease"] >= now() or row["stage"] == "waiting":
                continue
            aim = aim_at(row)
            claimed = self._try_claim(row, holder, "open", aim) if aim else None
            if claimed:
                return claimed
        return None

    def _try_claim(self, row: Mapping[str, Any], holder: str, state: str, aim: Aim) -> Claim | None:
        attempt = row["attempts"] + 1
        with self.engine.begin() as db:
            query = update(captures).where(
                captures.c.id == row["id"], captures.c.attempts == row["attempts"], captures.c.state == row["state"]
            )
            values = {"state": state, "attempts": attempt, "lease": now() + LEASE_SECONDS, "holder": holder}
            if db.execute(query.values(values)).rowcount != 1:
                return None
        return Claim(
            row["id"], row["person"], row["session"], state, attempt, row["failures"], row["chunks"], row["size"],
            row["speakers"], bool(row["live"]), aim, row["seen"] or 0,
        )  # fmt: skip

    def tell(self, claim: Claim, stage: str, heard: float, total: float | None) -> None:
        """Progress, and a longer lease. Raises Lost."""
        self._change(claim, stage=stage, heard=heard, total=total, lease=now() + LEASE_SECONDS)

    def holds(self, claim: Claim) -> bool:
        """True while the claim is ours; its lease is renewed before it ends, however long a room says nothing."""
        with self.engine.connect() as db:
            query = select(captures.c.lease).where(_claimed(claim))
            lease = db.execute(query).scalar()
        if lease is None or lease - now() > LEASE_SECONDS / 2:
            return lease is not None
        with self.engine.begin() as db:
            return db.execute(update(captures).where(_claimed(claim)).values(lease=now() + LEASE_SECONDS)).rowcount == 1

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

    def give_up(self, claim: Claim, code: str) -> None:
        """No record can be made: what is left is destruction. Raises Lost."""
        self._change(claim, state="discarded", failure=code)

    def try_again(self, claim: Claim) -> None:
        """The room failed; another may not: at once, and then after longer and longer pauses. Raises Lost."""
        pause = 0 if claim.failures < TRIES else min(LONGEST_PAUSE, 2 ** min(claim.failures, 12))
        self._change(claim, state="ended", failures=claim.failures + 1, lease=now() + pause if pause else 0)

    def wait_for_unlock(self, claim: Claim) -> None:
        """The boot key is another one: only the person can open the capture now. Raises Lost."""
        self._change(claim, state="waiting", stage="waiting", lease=0)

    def got_further(
        self, claim: Claim, done: Mapping[tuple[str, str], int] | None = None, size: int = 0, chunks: int = 0
    ) -> None:
        """A checkpoint was kept: earlier failures lie behind it. Of a live capture: it covers the chunks of a segment
        and track below `done`; so many of them, of `size` bytes together, may go. Raises Lost."""
        with self.engine.begin() as db:
            further = {"size": captures.c.size + size, "chunks": captures.c.chunks + chunks}
            self._change_in(db, claim, failures=0, **further)
            advance(db, claim.capture, dict(done or {}))

    def fulfil(self, claim: Claim) -> None:
        """A room has gone over all that was heard before, and left out what was wished away. Raises Lost."""
        self._change(claim, unforgotten=0)

    def end_part(self, claim: Claim) -> None:
        """Of a live capture: what waited was listened to, and nothing forgotten is left in the checkpoint. Raises
        Lost."""
        self._change(claim, lease=0, unforgotten=0, stage="received")

    def part_failed(self, claim: Claim) -> None:
        """It is tried again a little later; the capture goes on. Raises Lost."""
        # While it goes on nothing is left out for the sake of a room that dies: that is for the end to decide.
        failures = min(claim.failures + 1, TRIES - 1)
        self._change(claim, failures=failures, lease=now() + min(30, 2 ** min(failures, 5)))

    def stall(self, claim: Claim) -> None:
        """The boot key is another one: a live capture goes on, but is not listened to before an unlock. Raises Lost."""
        self._change(claim, stage="waiting", lease=0)

    def keep_provisional(self, claim: Claim, sealed: bytes) -> None:
        """The device has been silent for long: a record of what is here, while the key stays. Not if the device was
        heard of meanwhile. Raises Lost."""
        with self.engine.begin() as db:
            unheard = captures.c.seen == claim.seen
            values = {"state": "provisional", "stage": "sealed", "lease": 0, "unforgotten": 0}
            query = update(captures).where(_claimed(claim), unheard, captures.c.state == "open")
            if db.execute(query.values(values)).rowcount == 1:
                _replace(db, claim, "record", sealed)
                return
        self.end_part(claim)

    def has_record(self, claim: Claim) -> bool:
        """True when a record is kept: asked after a crash between keeping and comparing."""
        with self.engine.connect() as db:
            query = select(objects.c.id).where(objects.c.about == claim.session, objects.c.kind == "record")
            return db.execute(query).first() is not None

    def redo(self, claim: Claim) -> None:
        """The record is not what was written: back to the work, the key is still there. Raises Lost."""
        with self.engine.begin() as db:
            query = update(captures).where(
                captures.c.id == claim.capture, captures.c.attempts == claim.attempt, captures.c.state == "sealed"
            )
            if db.execute(query.values(state="ended", stage="received", sealed=None, lease=0)).rowcount != 1:
                raise Lost

    def forget_new(self, capture: bytes) -> bool:
        """A capture that no worker opened leaves nothing. False when one just did."""
        with self.engine.begin() as db:
            row = db.execute(
                select(captures.c.session).where(captures.c.id == capture, captures.c.state == "new")
            ).first()
            if row is None:
                return False
            db.execute(delete(objects).where(objects.c.about == row[0]))
            db.execute(delete(sessions).where(sessions.c.id == row[0]))
            return True

    def forget_unbegun(self, capture: bytes) -> None:
        """A capture to which nothing ever came leaves nothing either, once it is destroyed. Idempotent."""
        with self.engine.begin() as db:
            over = (captures.c.id == capture, captures.c.state == "destroyed")
            row = db.execute(select(captures.c.session).where(*over)).first()
            if row is not None:
                db.execute(update(handoffs).where(handoffs.c.capture == capture).values(capture=None))
                db.execute(delete(objects).where(objects.c.about == row[0]))
                db.execute(delete(sessions).where(sessions.c.id == row[0]))

    def keep_receipt(self, claim: Claim, receipt: Bytes) -> None:
        """Sealed to the person; the capture is over, and its row forgets how long and how large it was. Once only: a
        worker that was frozen meanwhile changes nothing."""
        forgotten = {
            "heard": 0, "total": None, "size": 0, "chunks": 0, "attempts": 0, "fingerprint": None, "seen": None,
            "mode": "recording", "forgotten": 0, "unforgotten": 0,
        }  # fmt: skip
        with self.engine.begin() as db:
            query = select(people.c.recipient, captures.c.opened, captures.c.sealed, captures.c.failure).join(captures)
            raw, opened, sealed, failure = db.execute(query.where(captures.c.id == claim.capture)).one()
            change = update(captures).where(
                captures.c.id == claim.capture, captures.c.state.in_(("sealed", "discarded"))
            )
            times = {
                "opened": hour(opened),
                "ended": None,
                "sealed": hour(sealed) if sealed else None,
                "destroyed": hour(),
            }
            if (
                db.execute(change.values(state="destroyed", stage="destroyed", lease=0, **times, **forgotten)).rowcount
                != 1
            ):
                return
            remove(db, claim.capture)
            if failure == "discarded":  # also what was made provisionally
                db.execute(delete(objects).where(objects.c.about == claim.session, objects.c.kind == "record"))
            info = place(claim.person, "receipt", claim.session, 0)
            _replace(db, claim, "receipt", NotebookRecipient(raw).seal(receipt.to_bytes(), info))
            db.execute(delete(objects).where(objects.c.about == claim.session, objects.c.kind == "question"))

    def keep_sent(self, claim: Claim, sent: Bytes) -> None:
        """That text is about to leave this machine, and where to: sealed to the person, durable before it does, and
        kept whatever becomes of the capture. Raises Lost."""
        with self.engine.begin() as db:
            query = select(people.c.recipient).join(captures).where(_claimed(claim))
            raw = db.execute(query).scalar()
            if raw is None:
                raise Lost
            info = place(claim.person, "sent", claim.session, 0)
            _replace(db, claim, "sent", NotebookRecipient(raw).seal(sent.to_bytes(), info))

    def scrub(self) -> bool:
        """Empty the write-ahead log."""
        return scrub(self.engine)

    def _change(self, claim: Claim, **values: Any) -> None:
        with self.engine.begin() as db:
            self._change_in(db, claim, **values)

    def _change_in(self, db: Connection, claim: Claim, **values: Any) -> None:
        if db.execute(update(captures).where(_claimed(claim)).values(values)).rowcount != 1:
            raise Lost


def _claimed(claim: Claim) -> ColumnElement[bool]:
    # A live capture may be ended by its device while a part of it is listened to: the part still counts.
    states = ("open", "ended") if claim.state == "open" else (claim.state,)
    return and_(captures.c.id == claim.capture, captures.c.attempts == claim.attempt, captures.c.state.in_(states))


def _replace(db: Connection, claim: Claim, kind: str, sealed: bytes) -> None:
    db.execute(delete(objects).where(objects.c.about == claim.session, objects.c.kind == kind))
    values = {"id": secrets.token_bytes(16), "person": claim.person, "kind": kind, "about": claim.session}
    db.execute(insert(objects).values(values | {"rev": 0, "sealed": sealed, "hour": hour()}))
