"""The names that come up in a person's sessions, as they are written: kept sealed, and carried by a capture so that its
room can put right what was nearly heard."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable

from sqlalchemy import Engine, delete, insert, select

from afterword.capture.known import Name, names_from_json, names_to_json
from afterword.seal.errors import SealError
from afterword.store.database import hour
from afterword.store.tables import objects
from afterword.vault.owner import Owner

KIND = "names"
MOST = 200
_LONGEST = 60


def load(engine: Engine, owner: Owner) -> tuple[Name, ...]:
    """None at first, and none when somebody else wrote them: a recording begins either way."""
    query = select(objects.c.sealed).where(objects.c.person == owner.person, objects.c.kind == KIND)
    with engine.connect() as db:
        sealed = db.execute(query).scalar()
    try:
        return names_from_json(json.loads(owner.open_own(KIND, owner.person, 0, sealed))) if sealed else ()
    except SealError:
        return ()


def keep(engine: Engine, owner: Owner, names: tuple[Name, ...]) -> None:
    """From now on. None at all leave no row."""
    sealed = owner.seal_own(KIND, owner.person, 0, json.dumps(names_to_json(names)).encode())
    row = {"id": secrets.token_bytes(16), "person": owner.person, "kind": KIND, "about": owner.person, "rev": 0}
    with engine.begin() as db:
        db.execute(delete(objects).where(objects.c.person == owner.person, objects.c.kind == KIND))
        if names:
            db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))


def add(engine: Engine, owner: Owner, name: str, heard: str) -> None:
    """One more, with how it was misheard."""
    keep(engine, owner, _joined([*load(engine, owner), Name(_plain(name), (_plain(heard),))]))


def read_names(typed: str) -> tuple[Name, ...]:
    """One a line: `Maya`, or `Maya: Mya, my a` with how it was misheard. At most 200."""
    lines = (line.partition(":") for line in typed.splitlines())
    return _joined(Name(_plain(name), tuple(map(_plain, heard.split(",")))) for name, _, heard in lines)


def written(names: tuple[Name, ...]) -> str:
    """Undo `read_names`."""
    return "\n".join(f"{name.name}: {', '.join(name.heard)}" if name.heard else name.name for name in names)


def _joined(names: Iterable[Name]) -> tuple[Name, ...]:
    """Each name once, and each way of mishearing it once."""
    found: dict[str, dict[str, None]] = {}
    for name in names:
        if name.name:
            found.setdefault(name.name, {}).update(dict.fromkeys(h for h in name.heard if h and h != name.name))
    return tuple(Name(name, tuple(heard)) for name, heard in list(found.items())[:MOST])


def _plain(text: str) -> str:
    """Without what would be taken for a line's own marks."""
    return re.sub(r"[\s:,]+", " ", text).strip()[:_LONGEST].strip()
