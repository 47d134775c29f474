"""Making a notebook, unlocking, locking, recovering. Neither the cookie nor the database row opens anything alone."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from sqlalchemy import Engine, delete, insert, select, update

from afterword.seal import WrongKey, context
from afterword.seal.errors import SealError
from afterword.seal.keys import NotebookIdentity
from afterword.seal.wrap import derive, unwrap, wrap
from afterword.store.database import hour, now
from afterword.store.tables import people, slots, unlocks
from afterword.vault.owner import Owner, open_owner, seal_identity
from afterword.vault.passphrase import make_code
from afterword.vault.slots import Kind, Slot, make_slot, open_slot

IDLE_SECONDS = 600
LONGEST_SECONDS = 12 * 3600


@dataclass(frozen=True)
class NewNotebook:
    """What set-up shows once."""

    owner: Owner = field(repr=False)
    recovery_code: str = field(repr=False)


def make_notebook(engine: Engine, passphrase: str, kib: int) -> NewNotebook:
    """A new notebook with its two ways in, written in one transaction."""
    person, master, identity = secrets.token_bytes(16), secrets.token_bytes(32), NotebookIdentity.make()
    code = make_code()
    ways = [
        make_slot(person, "passphrase", passphrase, master, kib),
        make_slot(person, "recovery", code, master, kib),
    ]
    row = {
        "id": person,
        "recipient": identity.recipient.raw,
        "identity": seal_identity(person, master, identity),
        "ready": 0,
        "hour": hour(),
    }
    with engine.begin() as db:
        db.execute(insert(people).values(row))
        db.execute(insert(slots), [asdict(s) | {"person": person} for s in ways])
    return NewNotebook(Owner(person, master, identity), code)


def confirm_code(engine: Engine, person: bytes) -> None:
    """The person typed parts of the recovery code back: set-up is finished."""
    with engine.begin() as db:
        db.execute(update(people).where(people.c.id == person).values(ready=1))


def only_person(engine: Engine) -> bytes | None:
    """The person of this installation, or None before set-up."""
    with engine.connect() as db:
        return db.execute(select(people.c.id).order_by(people.c.hour)).scalar()


def open_notebook(engine: Engine, person: bytes, secret: str, kind: Kind = "passphrase") -> Owner:
    """Raises WrongKey when no slot of that kind opens."""
    with engine.connect() as db:
        rows = db.execute(select(slots).where(slots.c.person == person, slots.c.kind == kind)).mappings().all()
        sealed = db.execute(select(people.c.identity).where(people.c.id == person)).scalar()
    for row in rows:
        try:
            slot = Slot(row["id"], row["kind"], row["kib"], row["passes"], row["salt"], row["sealed"])
            return open_owner(person, open_slot(person, slot, secret), sealed or b"")
        except SealError:
            continue
    raise WrongKey


def replace_ways(engine: Engine, owner: Owner, passphrase: str, kib: int) -> str:
    """After a recovery: a new passphrase and a new code, every unlock ended. Returns the code."""
    code = make_code()
    ways = [
        make_slot(owner.person, "passphrase", passphrase, owner.master, kib),
        make_slot(owner.person, "recovery", code, owner.master, kib),
    ]
    with engine.begin() as db:
        db.execute(delete(slots).where(slots.c.person == owner.person))
        db.execute(insert(slots), [asdict(s) | {"person": owner.person} for s in ways])
        db.execute(delete(unlocks).where(unlocks.c.person == owner.person))
        db.execute(update(people).where(people.c.id == owner.person).values(ready=0))
    return code


def unlock(engine: Engine, owner: Owner, idle: int = IDLE_SECONDS) -> str:
    """Begin an unlock; returns the cookie (32 random bytes, base64url)."""
    cookie = secrets.token_urlsafe(32)
    row_id, key = _row_id(cookie), derive(cookie.encode(), "unlock")
    at = now()
    with engine.begin() as db:
        db.execute(delete(unlocks).where(unlocks.c.until < at))
        db.execute(
            insert(unlocks).values(
                id=row_id,
                person=owner.person,
                sealed=wrap(key, context("unlock", owner.person, row_id), owner.master),
                seen=at,
                idle=idle,
                until=at + LONGEST_SECONDS,
            )
        )
    return cookie


def owner_of(engine: Engine, cookie: str) -> Owner | None:
    """The owner behind a cookie, or None when it is unknown, idle too long or too old."""
    row_id, at = _row_id(cookie), now()
    with engine.connect() as db:
        row = db.execute(select(unlocks).where(unlocks.c.id == row_id)).mappings().first()
        if row is None:
            return None
        sealed = db.execute(select(people.c.identity).where(people.c.id == row["person"])).scalar()
    if at > row["until"] or at > row["seen"] + row["idle"]:
        lock(engine, cookie)
        return None
    try:
        master = unwrap(derive(cookie.encode(), "unlock"), context("unlock", row["person"], row_id), row["sealed"])
        owner = open_owner(row["person"], master, sealed or b"")
    except SealError:
        return None
    if at > row["seen"] + 15:
        with engine.begin() as db:
            db.execute(update(unlocks).where(unlocks.c.id == row_id).values(seen=at))
    return owner


def is_ready(engine: Engine, person: bytes) -> bool:
    """True once the recovery code was typed back."""
    with engine.connect() as db:
        return bool(db.execute(select(people.c.ready).where(people.c.id == person)).scalar())


def lock(engine: Engine, cookie: str) -> None:
    """End this unlock. A recording goes on."""
    with engine.begin() as db:
        db.execute(delete(unlocks).where(unlocks.c.id == _row_id(cookie)))


def lock_everywhere(engine: Engine, person: bytes) -> None:
    """End every unlock of the person."""
    with engine.begin() as db:
        db.execute(delete(unlocks).where(unlocks.c.person == person))



def _row_id(cookie: str) -> bytes:
    return sha256(b"unlock" + cookie.encode()).digest()


def replace_code(engine: Engine, owner: Owner, kib: int) -> str:
    """A new recovery code instead of the one before. Returns it."""
    code = make_code()
    slot = make_slot(owner.person, "recovery", code, owner.master, kib)
    with engine.begin() as db:
        db.execute(delete(slots).where(slots.c.person == owner.person, slots.c.kind == "recovery"))
        db.execute(insert(slots).values(asdict(slot) | {"person": owner.person}))
    return code
