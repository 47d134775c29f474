"""A sealed copy of what many pages read, so that ten years open as fast as a week. AMBER. A cache, and nothing else.

Small things lie together in sixteen shards a family; which shard is told by the id, so that whoever deletes one thing
deletes its shard in the same transaction and opens nothing for it. Each entry names the rows it was read from: rows are
written anew at every change, so an entry whose rows are not those of now is not believed.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import SQLAlchemyError

from afterword.seal.errors import SealError
from afterword.store.database import hour
from afterword.store.tables import objects
from afterword.vault.owner import Owner

# READING: one session as it is read, in a row of its own; see readings.py.
KIND, READING = "digest", "reading"
_SHARDS = 16
_Entry = tuple[str, Any]


def stamp(*rows: bytes | None) -> str:
    """What an entry was read from: the ids of its rows; nothing where there was none."""
    return ".".join(row.hex() if row else "" for row in rows)


def read_through(
    engine: Engine,
    owner: Owner,
    family: str,
    sources: Mapping[bytes, str],
    read: Callable[[Collection[bytes]], Mapping[bytes, Any]],
) -> dict[bytes, Any]:
    """The JSON value of every source: from the digest where its stamp is the one given, else through `read`, which is
    asked for ids and may leave some out. Whether the digest can be written never matters to who reads."""
    there = _opened(engine, owner, family)
    missing = [about for about, now in sources.items() if there.get(about, ("", None))[0] != now]
    anew = read(missing) if missing else {}
    whole = {about: there[about] for about in sources.keys() - set(missing)}
    whole |= {about: (sources[about], anew.get(about)) for about in missing}
    for shard in {_shard(about) for about in (*missing, *(there.keys() - sources.keys()))}:
        _keep(engine, owner, family, shard, {a: entry for a, entry in whole.items() if _shard(a) == shard})
    return {about: whole[about][1] for about in sources}


def forget(db: Connection, person: bytes, about: bytes) -> None:
    """In the transaction that changes or deletes what is sealed about `about`, after it: a digest that is being written
    holds these rows until it stands, so that it is found here."""
    shard = bytes([_shard(about)])
    mine = objects.c.person == person
    db.execute(delete(objects).where(mine, objects.c.kind == KIND, objects.c.about.between(*_ends(shard))))
    db.execute(delete(objects).where(mine, objects.c.kind == READING, objects.c.about == about))


def write(engine: Engine, owner: Owner, kind: str, rows: Mapping[bytes, bytes], stamps: Iterable[str]) -> None:
    """`rows`: sealed, by what they are about. Nothing is written once a row of `stamps` is gone; nor where it cannot be
    (another tab writes the same, a full disk): the next page tries again."""
    try:
        with engine.begin() as db:
            if not _still_there(db, stamps):
                return
            for about, sealed in rows.items():
                row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": kind, "about": about, "rev": 0}
                mine = (objects.c.person == owner.person, objects.c.kind == kind, objects.c.about == about)
                db.execute(delete(objects).where(*mine))
                db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))
    except SQLAlchemyError:
        return


def _still_there(db: Connection, stamps: Iterable[str]) -> bool:
    """And nobody deletes them before this transaction is over."""
    ids = [bytes.fromhex(row) for one in stamps for row in one.split(".") if row]
    found = 0
    for at in range(0, len(ids), 500):
        query = select(objects.c.id).where(objects.c.id.in_(ids[at : at + 500])).with_for_update(read=True)
        found += len(db.execute(query).all())
    return found == len(ids)


def _opened(engine: Engine, owner: Owner, family: str) -> dict[bytes, _Entry]:
    names = [_name(family, shard) for shard in range(_SHARDS)]
    mine = (objects.c.person == owner.person, objects.c.kind == KIND, objects.c.about.in_(names))
    with engine.connect() as db:
        rows = list(db.execute(select(objects.c.about, objects.c.sealed).where(*mine)))
    found: dict[bytes, _Entry] = {}
    for name, sealed in rows:
        for about, (source, value) in _shard_of(owner, name, sealed).items():
            found[bytes.fromhex(about)] = (source, value)
    return found


def _shard_of(owner: Owner, name: bytes, sealed: bytes) -> dict[str, list[Any]]:
    try:
        read: dict[str, list[Any]] = json.loads(owner.open_own(KIND, name, 0, sealed))
    except SealError:  # somebody else's: it is written anew
        return {}
    return read


def _keep(engine: Engine, owner: Owner, family: str, shard: int, entries: Mapping[bytes, _Entry]) -> None:
    name = _name(family, shard)
    plain = json.dumps({about.hex(): entry for about, entry in entries.items()}).encode()
    sealed = owner.seal_own(KIND, name, 0, plain)
    write(engine, owner, KIND, {name: sealed}, [source for source, _ in entries.values()])


def _shard(about: bytes) -> int:
    return about[0] % _SHARDS


def _name(family: str, shard: int) -> bytes:
    return bytes([shard]) + sha256(family.encode()).digest()[:15]


def _ends(shard: bytes) -> tuple[bytes, bytes]:
    return shard + bytes(15), shard + b"\xff" * 15
