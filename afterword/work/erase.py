"""Everything of one person goes: first what opens it, then what it is. Killed in between, it goes on by itself.

A person without a single slot is one whose deletion was begun: no other way leads there, and none leads back.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence

from sqlalchemy import delete, select, update

from afterword.capture.crash import crash_point
from afterword.capture.files import destroy
from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.consent.kept import file_of
from afterword.settings import Settings
from afterword.store.database import scrub
from afterword.store.ledger import Ledger
from afterword.store.tables import captures, people, slots, unlocks

_TRIES, _PAUSE_SECONDS = 50, 0.1


def erase(settings: Settings, ledger: Ledger, person: bytes) -> bool:
    """From the first line on nobody can open anything, and whoever works on a recording has lost the right to. False
    when an open reader held back the emptying of SQLite's log: the next sweep does it."""
    with ledger.engine.begin() as db:
        db.execute(delete(slots).where(slots.c.person == person))
        db.execute(delete(unlocks).where(unlocks.c.person == person))
        over = (captures.c.person == person, captures.c.state != "destroyed")
        db.execute(update(captures).where(*over).values(state="discarded", attempts=captures.c.attempts + 1))
    scrub(ledger.engine)
    crash_point("erase-locked")
    return _rest(settings, ledger, person)


def finish(settings: Settings, ledger: Ledger) -> None:
    """What was begun, and cut off by a kill or a power cut. (The log of SQLite is emptied by every sweep.)"""
    with ledger.engine.connect() as db:
        begun = db.execute(select(people.c.id).where(people.c.id.not_in(select(slots.c.person)))).scalars().all()
    for person in begun:
        _rest(settings, ledger, person)


def _rest(settings: Settings, ledger: Ledger, person: bytes) -> bool:
    """Keys of recordings, then recordings, then every row. Idempotent."""
    mine = select(captures.c.id).where(captures.c.person == person)
    with ledger.engine.connect() as db:
        there = db.execute(mine).scalars().all()
    _destroy(settings, there)
    destroy(file_of(settings, person))
    crash_point("erase-keys-gone")
    with ledger.engine.begin() as db:
        late = db.execute(mine).scalars().all()
        # Every table of a person's things names them with ON DELETE CASCADE; a test looks.
        db.execute(delete(people).where(people.c.id == person))
    _destroy(settings, [capture for capture in late if capture not in there])
    crash_point("erase-rows-gone")
    return _emptied(ledger)


def _destroy(settings: Settings, ids: Sequence[bytes]) -> None:
    for capture in ids:
        Wraps(settings.keys, capture).destroy()
        Spool(settings.spool, capture).remove()


def _emptied(ledger: Ledger) -> bool:
    """SQLite's file shrinks, so that its size does not tell how much there was; then its log is emptied."""
    for _ in range(_TRIES):
        if _shrunk(ledger) and scrub(ledger.engine):
            return True
        time.sleep(_PAUSE_SECONDS)
    return False


def _shrunk(ledger: Ledger) -> bool:
    if ledger.engine.dialect.name != "sqlite":
        return True
    try:
        raw = ledger.engine.raw_connection()
        try:
            raw.cursor().execute("VACUUM")
        finally:
            raw.close()
    except sqlite3.OperationalError:  # somebody else is at it
        return False
    return True
