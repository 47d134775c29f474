"""The consent record of one notebook: numbered entries, sealed one by one, added to and never changed.

Whoever can write to the database can take consent away, and cannot make it. An entry opens only under its owner's key
and at its own number; and how many there are stands, under the owner's key too, in a file beside the database: without
it a withdrawal could be dropped from the end, and the yes before it would stand again.
"""

from __future__ import annotations

import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, insert, select

from afterword.capture.crash import crash_point
from afterword.capture.files import replace
from afterword.consent.answers import Entry, Lost, from_json, to_json
from afterword.seal.context import context, number
from afterword.seal.errors import SealError
from afterword.settings import Settings
from afterword.store.database import hour, now
from afterword.store.tables import objects
from afterword.vault.owner import Owner

KIND = "consent"


@dataclass(frozen=True)
class Noted:
    """`at`: when the person noted it, seconds since 1970; 0 for what was lost."""

    at: int
    entry: Entry = field(repr=False)


_LOST = Noted(0, Lost())


def append(settings: Settings, engine: Engine, owner: Owner, *entries: Entry) -> None:
    """Durable before it returns: all of them, or none."""
    with _alone(settings):
        rows, least = _rows(engine, owner), _least(settings, owner)
        first = max([rev + 1 for rev, _ in rows] + [least or 0])
        if least is None:
            if not rows:  # with rows, a count of none would let them all count again, should noting fail now
                _mark(settings, owner, 0)
            # Rows without the file came from elsewhere: what they say may have been taken back since.
            entries = (Lost(), *entries) if rows else entries
        values = [_row(owner, first + i, entry) for i, entry in enumerate(entries)]
        with engine.begin() as db:
            db.execute(insert(objects), values)
        crash_point("consent-noted")
        _mark(settings, owner, first + len(entries))


def load(settings: Settings, engine: Engine, owner: Owner) -> tuple[Entry, ...]:
    """Every entry, oldest first. `Lost` stands where one is missing or cannot be opened."""
    return tuple(noted.entry for noted in history(settings, engine, owner))


def history(settings: Settings, engine: Engine, owner: Owner) -> tuple[Noted, ...]:
    """The same, with when each was noted."""
    # The file first: an entry that is added meanwhile is then one more than it says, never one less.
    least, rows = _least(settings, owner), _rows(engine, owner)
    found, expected = list[Noted](), 0
    for rev, sealed in rows:
        found += [_LOST] if rev != expected else []
        found.append(_opened(owner, rev, sealed))
        expected = rev + 1
    whole = expected >= least if least is not None else not rows
    return (*found, *(() if whole else (_LOST,)))


def exported(settings: Settings, engine: Engine, owner: Owner) -> list[dict[str, Any]]:
    """For a file: `noted` in seconds since 1970, then the entry."""
    return [{"noted": n.at} | to_json(n.entry) for n in history(settings, engine, owner)]


def file_of(settings: Settings, person: bytes) -> Path:
    """Where the count stands, for whoever deletes everything."""
    return settings.data / f"consent-{person.hex()}"


def _row(owner: Owner, rev: int, entry: Entry) -> dict[str, Any]:
    sealed = owner.seal_own(KIND, owner.person, rev, json.dumps({"at": now(), "entry": to_json(entry)}).encode())
    row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": KIND, "about": owner.person}
    return row | {"rev": rev, "sealed": sealed, "hour": hour()}


def _rows(engine: Engine, owner: Owner) -> list[tuple[int, bytes]]:
    mine = (objects.c.person == owner.person, objects.c.kind == KIND, objects.c.about == owner.person)
    with engine.connect() as db:
        query = select(objects.c.rev, objects.c.sealed).where(*mine).order_by(objects.c.rev)
        return [(row[0], row[1]) for row in db.execute(query)]


def _opened(owner: Owner, rev: int, sealed: bytes) -> Noted:
    try:
        values = json.loads(owner.open_own(KIND, owner.person, rev, sealed))
        return Noted(values["at"], from_json(values["entry"]))
    except (SealError, KeyError, TypeError):  # by another hand, or by a later release
        return _LOST


def _least(settings: Settings, owner: Owner) -> int | None:
    """How many entries there were at least. None before the first; and when the file is gone or not the owner's."""
    try:
        count, proof = (data := _file(settings, owner).read_bytes())[:4], data[4:]
    except FileNotFoundError:
        return None
    return int.from_bytes(count, "big") if hmac.compare_digest(proof, _proof(owner, count)) else None


def _mark(settings: Settings, owner: Owner, count: int) -> None:
    replace(_file(settings, owner), number(count) + _proof(owner, number(count)))


def _proof(owner: Owner, count: bytes) -> bytes:
    return owner.mac(context("consent-count", count))


def _file(settings: Settings, owner: Owner) -> Path:
    return file_of(settings, owner.person)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Two that add at once wait for each other."""
    fd = os.open(settings.data, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)
