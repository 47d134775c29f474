"""The rows of handoffs. Every change is one filtered UPDATE: whether it changed a row decides, on SQLite and PostgreSQL
alike. Holds keys of browsers, codes, states and times: no name, no address, nothing that a browser wrote in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, and_, case, delete, func, insert, or_, select, update

from afterword.store.tables import handoffs

Row = Mapping[str, Any]
# Four hours a session may take by the clock, and the 72 that what is left may take to arrive.
LIFE_SECONDS = (4 + 72) * 3600
# For so long after it is over a laptop can still ask why.
AFTER_SECONDS = 3600
UNFINISHED = ("created", "scanned", "approved")
FINAL = ("expired", "denied", "revoked")
_NOT_BEGUN = or_(handoffs.c.state.in_(UNFINISHED), and_(handoffs.c.state == "confirmed", handoffs.c.started.is_(None)))
_FORGOTTEN = {"code": None, "number": None, "network": None}


class Handoffs:
    """All of them. Times are seconds since 1970, given by whoever asks."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def add(self, row: Row) -> None:
        """A new one."""
        with self.engine.begin() as db:
            db.execute(insert(handoffs).values(row))

    def row(self, id: bytes) -> Row | None:
        """None when there is none."""
        return self._first(handoffs.c.id == id)

    def by_code(self, code: bytes) -> Row | None:
        """`code`: its hash."""
        return self._first(handoffs.c.code == code)

    def of_capture(self, capture: bytes) -> Row | None:
        """By whose right this capture is recorded; None for the owner's own device."""
        return self._first(handoffs.c.capture == capture)

    def pending_of(self, person: bytes, at: int) -> Row | None:
        """The one that this person last opened and has not finished with."""
        waits = and_(handoffs.c.state.in_(("scanned", "approved")), handoffs.c.until >= at)
        return self._first(handoffs.c.person == person, waits)

    def move(self, id: bytes, expect: tuple[str, ...], at: int, *more: Any, **values: Any) -> bool:
        """Change it if its state is one of `expect`, its time is not over and `more` holds."""
        with self.engine.begin() as db:
            where = handoffs.c.id == id, handoffs.c.state.in_(expect), handoffs.c.until >= at
            return db.execute(update(handoffs).where(*where, *more).values(values)).rowcount == 1

    def scan(self, id: bytes, person: bytes, at: int, until: int) -> bool:
        """It is this person's from here on. Of two at once, one gets it."""
        return self.move(id, ("created",), at, state="scanned", person=person, until=until)

    def take_try(self, id: bytes, person: bytes, at: int, most: int) -> bool:
        """Before a number is looked at: one try is used up. Guesses at once count one by one."""
        mine = handoffs.c.person == person, handoffs.c.tries < most
        return self.move(id, ("scanned",), at, *mine, tries=handoffs.c.tries + 1)

    def approve(self, id: bytes, person: bytes, at: int, **values: Any) -> bool:
        """The number was right and its capture is open: what was needed to get here is forgotten."""
        return self.move(id, ("scanned",), at, handoffs.c.person == person, state="approved", **values, **_FORGOTTEN)

    def deny(self, id: bytes) -> bool:
        """Final, at any time before anything was recorded."""
        return self._finish(handoffs.c.id == id, _NOT_BEGUN, state="denied")

    def revoke(self, capture: bytes) -> bool:
        """Final, if nothing was recorded yet. True when it is, and when it was over before: then nothing ever came."""
        with self.engine.begin() as db:
            change = update(handoffs).where(handoffs.c.capture == capture, _NOT_BEGUN)
            if db.execute(change.values(state="revoked", **_FORGOTTEN)).rowcount:
                return True
            over = select(handoffs.c.id).where(handoffs.c.capture == capture, handoffs.c.state.in_(FINAL))
            return db.execute(over).first() is not None

    def heard(self, id: bytes, n: int) -> bool:
        """A proof for the pairing: its number was not used before. Atomic."""
        with self.engine.begin() as db:
            change = update(handoffs).where(handoffs.c.id == id, handoffs.c.counter < n)
            return db.execute(change.values(counter=n)).rowcount == 1

    def used(self, id: bytes, n: int, capture: bytes, at: int) -> bool:
        """A proof for a request of its capture: confirmed, in time, of this capture, and with a new number. The first
        one begins it. Atomic."""
        with self.engine.begin() as db:
            change = update(handoffs).where(
                handoffs.c.id == id, handoffs.c.counter < n, handoffs.c.state == "confirmed",
                handoffs.c.capture == capture, handoffs.c.until >= at,
            )  # fmt: skip
            new = handoffs.c.started.is_(None)
            until = case((new, at + LIFE_SECONDS), else_=handoffs.c.until)
            started = func.coalesce(handoffs.c.started, at)
            return db.execute(change.values(counter=n, started=started, until=until)).rowcount == 1

    def stop(self, capture: bytes, at_ms: int) -> bool:
        """The person wants the laptop to stop. The first press counts; False when nothing was begun."""
        with self.engine.begin() as db:
            first = func.coalesce(handoffs.c.stopped, at_ms)
            where = handoffs.c.capture == capture, handoffs.c.state == "confirmed", handoffs.c.started.is_not(None)
            return db.execute(update(handoffs).where(*where).values(stopped=first)).rowcount > 0

    def expire(self, at: int) -> list[bytes]:
        """Whose time is over ends. Returns captures that were opened for them and never begun."""
        over = and_(handoffs.c.until < at, _NOT_BEGUN)
        self._finish(over, state="expired")
        with self.engine.connect() as db:
            final = handoffs.c.state.in_(FINAL)
            found = db.execute(select(handoffs.c.capture).where(final, handoffs.c.capture.is_not(None)))
            return list(found.scalars())

    def remove_old(self, at: int) -> None:
        """Rows whose last use lies behind."""
        with self.engine.begin() as db:
            final = handoffs.c.state.in_(FINAL)
            gone = or_(and_(final, handoffs.c.until < at - AFTER_SECONDS), handoffs.c.until < at - LIFE_SECONDS)
            done = and_(handoffs.c.state == "confirmed", handoffs.c.started.is_not(None), handoffs.c.until < at)
            db.execute(delete(handoffs).where(or_(gone, done)))

    def _finish(self, *where: Any, state: str) -> bool:
        with self.engine.begin() as db:
            return db.execute(update(handoffs).where(*where).values(state=state, **_FORGOTTEN)).rowcount > 0

    def _first(self, *where: Any) -> Row | None:
        with self.engine.connect() as db:
            found = db.execute(select(handoffs).where(*where).order_by(handoffs.c.until.desc())).mappings().first()
        return dict(found) if found else None
