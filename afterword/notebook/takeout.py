"""Everything that a person owns here, as one value for a file: in clear, for the unlocked owner, in memory only. AMBER.

The form, version 1, is told in docs/between.md. What is a cache, a key, a print of a voice or an address that
opens something stays where it is (kinds.STAYS).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, select

from afterword.capture import names
from afterword.capture.known import names_to_json
from afterword.consent import before, kept
from afterword.notebook import kinds, preferences
from afterword.notebook.corrections import Corrections, corrected
from afterword.notebook.drawer import Drawer
from afterword.record import Record
from afterword.settings import Settings
from afterword.store.tables import captures, objects
from afterword.vault.owner import Owner

VERSION = 1
# What is about the notebook itself, not about a thing with an id.
SELF = "self"
_SEALED_TO_THE_NOTEBOOK = ("record", "receipt", "sent")


def taken_out(settings: Settings, engine: Engine, owner: Owner, on: str) -> dict[str, Any]:
    """`on`: the ISO date of today. What is still on its way is not in it. Raises SealError where somebody else wrote
    what was said in a session."""
    return {
        "afterword": VERSION,
        "made": on,
        "sessions": list(_sessions(engine, owner)),
        "consent": [*before.load(engine, owner), *_as_lists(kept.exported(settings, engine, owner))],
        "kept": {kind: _drawer(engine, owner, kind) for kind in kinds.drawers(engine, owner)},
        "preferences": _preferences(engine, owner),
        "names": names_to_json(names.load(engine, owner)),
    }


def as_json(everything: Mapping[str, Any]) -> bytes:
    """As a file."""
    return json.dumps(everything, ensure_ascii=False, indent=1).encode()


def _sessions(engine: Engine, owner: Owner) -> Iterator[dict[str, Any]]:
    """By day, oldest first."""
    with engine.connect() as db:
        query = select(captures).where(captures.c.person == owner.person, captures.c.state == "destroyed")
        rows = [dict(row) for row in db.execute(query).mappings()]
        mine = (objects.c.person == owner.person, objects.c.kind.in_(kinds.OF_SESSIONS))
        sealed = {(row["about"], row["kind"]): row for row in db.execute(select(objects).where(*mine)).mappings()}
    made = [_session(owner, row, sealed) for row in rows if (row["session"], "session") in sealed]
    yield from sorted(made, key=lambda one: (one["facts"]["day"], one["opened"], one["id"]))


def _session(owner: Owner, row: Mapping[str, Any], sealed: Mapping[tuple[bytes, str], Any]) -> dict[str, Any]:
    session = row["session"]

    def opened(kind: str) -> Any:
        if (there := sealed.get((session, kind))) is None:
            return None
        way = owner.open_sealed if kind in _SEALED_TO_THE_NOTEBOOK else owner.open_own
        plain = way(kind, session, there["rev"], there["sealed"])
        return json.loads(Record.from_bytes(plain).to_bytes() if kind == "record" else plain)

    parts = {kind: opened(kind) for kind in ("record", "corrections", "receipt", "sent")}
    times = {name: row[name] for name in ("opened", "sealed", "destroyed", "failure", "live")}
    facts = {"form": "session", **opened("session")}
    return {
        "id": session.hex(),
        "facts": facts,
        **times,
        **parts,
        "shown": shown(parts["record"], parts["corrections"]),
    }


def shown(record: Any, corrections: Any) -> Any:
    """The record as the person sees it, from the two as they lie there."""
    if record is None or corrections is None:
        return record
    changed = Corrections.from_bytes(json.dumps(corrections).encode())
    return json.loads(corrected(Record.from_json(record), changed).to_bytes())


def _as_lists(values: Any) -> Any:
    """As JSON gives them back."""
    return json.loads(json.dumps(values))


def _drawer(engine: Engine, owner: Owner, kind: str) -> list[dict[str, Any]]:
    values = Drawer(engine, owner, kind).all()
    named = {SELF if about == owner.person else about.hex(): value for about, value in values.items()}
    return [{"id": name, "value": named[name]} for name in sorted(named)]


def _preferences(engine: Engine, owner: Owner) -> dict[str, Any] | None:
    query = select(objects.c.id).where(objects.c.person == owner.person, objects.c.kind == preferences.KIND)
    with engine.connect() as db:
        there = db.execute(query).first()
    return asdict(preferences.load(engine, owner)) if there else None
