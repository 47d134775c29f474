"""The asks that a person kept, and what they asked themselves first. AMBER: sealed, for the unlocked owner."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from sqlalchemy import Engine, delete, insert, select

from afterword.seal.errors import SealError
from afterword.store.database import hour, scrub
from afterword.store.tables import objects
from afterword.vault.owner import Owner

KIND = "ask"


@dataclass(frozen=True)
class Kept:
    """`at`: ISO date and time to the minute. `first`: answers to the questions to oneself, by their names."""

    at: str
    text: str = field(repr=False)
    first: Mapping[str, str] = field(default_factory=dict, repr=False)


def keep(engine: Engine, owner: Owner, kept: Kept) -> bytes:
    """One more. Returns its id."""
    found = secrets.token_bytes(16)
    sealed = owner.seal_own(KIND, found, 0, json.dumps(asdict(kept)).encode())
    row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": KIND, "about": found, "rev": 0}
    with engine.begin() as db:
        db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))
    return found


def kept_asks(engine: Engine, owner: Owner) -> list[tuple[bytes, Kept]]:
    """With their ids, newest first. What somebody else wrote there is left out."""
    query = select(objects.c.about, objects.c.sealed).where(objects.c.person == owner.person, objects.c.kind == KIND)
    with engine.connect() as db:
        rows = list(db.execute(query))
    read = [(about, kept) for about, sealed in rows if (kept := _opened(owner, about, sealed)) is not None]
    return sorted(read, key=lambda pair: pair[1].at, reverse=True)


def remove(engine: Engine, owner: Owner, found: bytes) -> None:
    """For good. Raises KeyError when it is not there, or somebody else's."""
    mine = (objects.c.person == owner.person) & (objects.c.kind == KIND) & (objects.c.about == found)
    with engine.begin() as db:
        if db.execute(delete(objects).where(mine)).rowcount == 0:
            raise KeyError
    scrub(engine)


def _opened(owner: Owner, found: bytes, sealed: bytes) -> Kept | None:
    try:
        return Kept(**json.loads(owner.open_own(KIND, found, 0, sealed)))
    except SealError:
        return None
