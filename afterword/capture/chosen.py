"""The choice of a language model of one notebook: kept sealed, and taken back by removing its row.

A capture carries a copy of the choice. It counts only while the row of that choice is there, so that what a person
takes back holds at once, for recordings on their way too. Who can write to the database can only take it back.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

from sqlalchemy import Engine, delete, insert, select

from afterword.capture.choice import Choice
from afterword.seal.errors import SealError
from afterword.store.database import hour
from afterword.store.tables import objects
from afterword.vault.owner import Owner

KIND = "model"


def keep(engine: Engine, owner: Owner, choice: Choice) -> Choice:
    """The choice from now on, under a new id; what stood before is taken back. Returns it as it is kept."""
    kept = replace(choice, id=secrets.token_bytes(16))
    sealed = owner.seal_own(KIND, owner.person, 0, json.dumps(kept.to_json()).encode())
    row = {"id": kept.id, "person": owner.person, "kind": KIND, "about": owner.person, "rev": 0}
    with engine.begin() as db:
        db.execute(delete(objects).where(objects.c.person == owner.person, objects.c.kind == KIND))
        db.execute(insert(objects).values(row | {"sealed": sealed, "hour": hour()}))
    return kept


def drop(engine: Engine, owner: Owner) -> None:
    """No language model any more."""
    with engine.begin() as db:
        db.execute(delete(objects).where(objects.c.person == owner.person, objects.c.kind == KIND))


def load(engine: Engine, owner: Owner) -> Choice | None:
    """None when there is none, or when somebody else wrote it: a recording begins either way."""
    query = select(objects.c.id, objects.c.sealed).where(objects.c.person == owner.person, objects.c.kind == KIND)
    with engine.connect() as db:
        row = db.execute(query).first()
    try:
        choice = Choice.from_json(json.loads(owner.open_own(KIND, owner.person, 0, row[1]))) if row else None
    except SealError:
        return None
    return choice if row and choice and choice.id == row[0] else None


def stands(engine: Engine, person: bytes, choice: Choice) -> bool:
    """True while the person has not taken it back."""
    query = select(objects.c.id).where(objects.c.id == choice.id, objects.c.person == person, objects.c.kind == KIND)
    with engine.connect() as db:
        return choice.agreed and db.execute(query).first() is not None
