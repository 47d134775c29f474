"""Entries of a consent record that came with a file, from another notebook: they can be read, and count for nothing.

They are of a kind of their own, which the gate never reads. A yes that still stands is noted anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, select

from afterword.seal.context import context
from afterword.seal.errors import SealError
from afterword.store.tables import objects
from afterword.vault.owner import Owner

KIND = "consent before"


def load(engine: Engine, owner: Owner) -> list[dict[str, Any]]:
    """As `kept.exported` tells them, oldest first."""
    query = select(objects.c.about, objects.c.sealed).where(objects.c.person == owner.person, objects.c.kind == KIND)
    with engine.connect() as db:
        rows = db.execute(query).all()
    read = [found for about, sealed in rows if (found := _opened(owner, about, sealed)) is not None]
    return [entry for _, entry in sorted(read, key=lambda pair: pair[0])]


def name_of(owner: Owner, place: int, entry: Mapping[str, Any]) -> bytes:
    """Under which an entry is kept: the same for the same entry, so that it is kept once."""
    plain = json.dumps([place, entry], sort_keys=True).encode()
    return owner.mac(context("consent-before", plain))[:16]


def _opened(owner: Owner, about: bytes, sealed: bytes) -> tuple[tuple[int, int], dict[str, Any]] | None:
    try:
        place, entry = json.loads(owner.open_own(KIND, about, 0, sealed))
    except SealError:
        return None
    return (entry["noted"], place), entry
