"""Making a notebook, unlocking, locking, recovering. Neither the cookie nor the database row opens anything alone."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass, field
from hashlib import sha256

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update

from afterword.seal import WrongKey, context
from afterword.seal.errors import SealError
from afterword.seal.keys import NotebookIdentity
from afterword.seal.wrap import derive, unwrap, wrap
from afterword.store.database import hour, now, scrub
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
    """Raises WrongKey when no slot of that kind opens; Tampered when one does, and somebody changed the notebook."""
    with engine.connect() as db:
        ways = _slots(db, person, kind)
        locked = _locked(db, person)
    for slot in ways:
        try:
            master = open_slot(person, slot, secret)
        except SealError:
            continue
        return open_owner(person, master, *locked)
    raise WrongKey


def replace_ways(engine: Engine, owner: Owner, passphrase: str, kib: int) -> str:
    """After a recovery: a new passphrase and a new code, every unlock ended. Returns the code."""
    code = make_code()
    ways = [
        make_slot(owner.person, "passphrase", passphrase, owner.master, kib),
        make_slot(owner.person, "recovery", code, owner.master, kib),
    ]
    with engine.begin() as db:
        _exchange(db, owner.person, ways, ("passphrase", "recovery"))
        db.execute(delete(unlocks).where(unlocks.c.person == owner.person))
        db.execute(update(people).where(people.c.id == owner.person).values(ready=0))
    scrub(engine)
    return code


def replace_code(engine: Engine, owner: Owner, kib: int) -> str:
    """A new recovery code instead of the one before. Returns it."""
    code = make_code()
    slot = make_slot(owner.person, "recovery", code, owner.master, kib)
    with engine.begin() as db:
        _exchange(db, owner.person, [slot], ("recovery",))
    scrub(engine)
    return code


def unlock(engine: Engine, owner: Owner, idle: int = IDLE_SECONDS) -> str:
    """Begin an unlock; returns the cookie (32 random bytes, base64url)."""
    cookie = secrets.token_urlsafe(32)
    row_id, key = _row_id(cookie), derive(cookie.encode(), "unlock")
    at = now()
    with engine.begin() as db:
        db.execute(delete(unlocks).where(or_(unlocks.c.until < at, unlocks.c.seen + unlocks.c.idle < at)))
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


def owner_of(engine: Engine, cookie: str, touch: bool = True) -> Owner | None:
    """The owner behind a cookie, or None when it is unknown, idle too long or too old. `touch`: somebody is there, so
    the idle clock begins again."""
    row_id, at = _row_id(cookie), now()
    with engine.connect() as db:
        row = db.execute(select(unlocks).where(unlocks.c.id == row_id)).mappings().first()
        if row is None:
            return None
        locked = _locked(db, row["person"])
    # The distance, not the difference: setting the clock back must not keep a notebook open.
    if at > row["until"] or abs(at - row["seen"]) > row["idle"]:
        lock(engine, cookie)
        return None
    try:
        master = unwrap(derive(cookie.encode(), "unlock"), context("unlock", row["person"], row_id), row["sealed"])
        owner = open_owner(row["person"], master, *locked)
    except SealError:
        return None
    if touch and at > row["seen"] + min(15, row["idle"] // 12):
        with engine.begin() as db:
            db.execute(update(unlocks).where(unlocks.c.id == row_id).values(seen=at))
    return owner


def set_idle(engine: Engine, person: bytes, idle: int) -> None:
    """For every unlock that the person has: seconds without them after which it ends."""
    with engine.begin() as db:
        db.execute(update(unlocks).where(unlocks.c.person == person).values(idle=idle))


def is_ready(engine: Engine, person: bytes) -> bool:
    """True once the recovery code was typed back."""
    with engine.connect() as db:
        return bool(db.execute(select(people.c.ready).where(people.c.id == person)).scalar())


def lock(engine: Engine, cookie: str) -> None:
    """End this unlock, and leave nothing of it in the database file. A recording goes on."""
    with engine.begin() as db:
        db.execute(delete(unlocks).where(unlocks.c.id == _row_id(cookie)))
    scrub(engine)


def lock_everywhere(engine: Engine, person: bytes) -> None:
    """End every unlock of the person."""
    with engine.begin() as db:
        db.execute(delete(unlocks).where(unlocks.c.person == person))
    scrub(engine)


def _row_id(cookie: str) -> bytes:
    return sha256(b"unlock" + cookie.encode()).digest()


def _slots(db: Connection, person: bytes, kind: Kind) -> list[Slot]:
    rows = db.execute(select(slots).where(slots.c.person == person, slots.c.kind == kind)).mappings()
    return [Slot(row["id"], row["kind"], row["kib"], row["passes"], row["salt"], row["sealed"]) for row in rows]


def _locked(db: Connection, person: bytes) -> tuple[bytes, bytes]:
    """The notebook's private key as it lies there sealed, and the public one."""
    found = db.execute(select(people.c.identity, people.c.recipient).where(people.c.id == person)).first()
    return (found[0], found[1]) if found else (b"", b"")


def _exchange(db: Connection, person: bytes, ways: list[Slot], kinds: tuple[Kind, ...]) -> None:
    """The new slots stand beside the old ones, and are read back as they were when they opened, before those go."""
    db.execute(insert(slots), [asdict(slot) | {"person": person} for slot in ways])
    written = [slot for kind in kinds for slot in _slots(db, person, kind)]
    if any(slot not in written for slot in ways):
        raise WrongKey
    old = slots.c.id.not_in([slot.id for slot in ways])
    db.execute(delete(slots).where(slots.c.person == person, slots.c.kind.in_(kinds), old))
