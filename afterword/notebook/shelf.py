"""The sessions of an unlocked owner: their records, corrections and receipts. AMBER: words, for one request."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Engine, delete, insert, select

from afterword.capture.receipt import Receipt
from afterword.record import SECTIONS, Record
from afterword.store.database import hour, scrub
from afterword.store.tables import captures, objects, sessions
from afterword.vault.owner import Owner


@dataclass(frozen=True)
class Corrections:
    """What the person changed: `lines` by 'section.place' (None: deleted), `names` heard -> right. Nothing is lost:
    the record as it was made stays beneath."""

    lines: dict[str, str | None] = field(default_factory=dict, repr=False)
    names: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Shelved:
    """One session. `day`: ISO date; `record` is None until it is made; `row`: its capture."""

    id: bytes
    day: str
    row: Mapping[str, Any] = field(repr=False)
    record: Record | None = field(default=None, repr=False)
    corrections: Corrections = field(default_factory=Corrections)


class Shelf:
    """Everything of one owner. Raises KeyError for what is not there, or not theirs: nobody can tell which."""

    def __init__(self, engine: Engine, owner: Owner) -> None:
        self.engine, self.owner = engine, owner

    def sessions(self) -> list[Shelved]:
        """Newest first, without their records."""
        with self.engine.connect() as db:
            query = select(captures).where(captures.c.person == self.owner.person).order_by(captures.c.opened.desc())
            rows = list(db.execute(query).mappings())
        return [Shelved(row["session"], self._day(row["session"]), row) for row in rows]

    def session(self, session: bytes) -> Shelved:
        """One session as the person should see it: corrected."""
        row, corrections, record = self._row(session), self.corrections(session), self._record(session)
        shown = corrected(record, corrections) if record else None
        return Shelved(session, self._day(session), row, shown, corrections)

    def receipt(self, session: bytes) -> Receipt | None:
        """None until the key is destroyed."""
        sealed = self._object("receipt", session)
        opened = self.owner.open_sealed("receipt", session, 0, sealed[1]) if sealed else None
        return Receipt.from_bytes(opened) if opened else None

    def question(self, session: bytes) -> list[str]:
        """Two short quotes, when the room asked who is who."""
        sealed = self._object("question", session)
        return list(json.loads(self.owner.open_sealed("question", session, 0, sealed[1]))) if sealed else []

    def corrections(self, session: bytes) -> Corrections:
        """What the person changed so far."""
        sealed = self._object("corrections", session)
        if not sealed:
            return Corrections()
        return Corrections(**json.loads(self.owner.open_own("corrections", session, *sealed)))

    def correct_line(self, session: bytes, section: str, place: int, text: str | None) -> None:
        """A new wording, or None to delete. Raises KeyError when there is no such line."""
        record = self._record(session)
        if record is None or section not in SECTIONS or not 0 <= place < len(getattr(record, section)):
            raise KeyError(section)
        before = self.corrections(session)
        self._correct(session, replace(before, lines=before.lines | {f"{section}.{place}": text}))

    def undo_line(self, session: bytes, section: str, place: int) -> None:
        """Back to the line as it was made."""
        before = self.corrections(session)
        self._correct(session, replace(before, lines={k: v for k, v in before.lines.items() if k != f"{section}.{place}"}))

    def correct_name(self, session: bytes, heard: str, right: str) -> None:
        """Applied to every line of the session."""
        before = self.corrections(session)
        self._correct(session, replace(before, names=before.names | {heard: right}))

    def remove(self, session: bytes) -> None:
        """Delete a session for good. Its capture must be over."""
        self._row(session)
        with self.engine.begin() as db:
            db.execute(delete(objects).where(objects.c.about == session, objects.c.person == self.owner.person))
            db.execute(delete(sessions).where(sessions.c.id == session, sessions.c.person == self.owner.person))
        scrub(self.engine)

    def _correct(self, session: bytes, corrections: Corrections) -> None:
        before = self._object("corrections", session)
        rev = before[0] + 1 if before else 0
        plain = json.dumps({"lines": corrections.lines, "names": corrections.names}).encode()
        values = {
            "id": secrets.token_bytes(16), "person": self.owner.person, "kind": "corrections", "about": session,
            "rev": rev, "sealed": self.owner.seal_own("corrections", session, rev, plain), "hour": hour(),
        }  # fmt: skip
        with self.engine.begin() as db:
            db.execute(delete(objects).where(objects.c.about == session, objects.c.kind == "corrections"))
            db.execute(insert(objects).values(values))

    def _record(self, session: bytes) -> Record | None:
        sealed = self._object("record", session)
        return Record.from_bytes(self.owner.open_sealed("record", session, 0, sealed[1])) if sealed else None

    def _day(self, session: bytes) -> str:
        sealed = self._object("session", session)
        return str(json.loads(self.owner.open_own("session", session, *sealed))["day"]) if sealed else ""

    def _row(self, session: bytes) -> Mapping[str, Any]:
        with self.engine.connect() as db:
            query = select(captures).where(captures.c.session == session, captures.c.person == self.owner.person)
            row = db.execute(query).mappings().first()
        if row is None:
            raise KeyError
        return row

    def _object(self, kind: str, about: bytes) -> tuple[int, bytes] | None:
        query = select(objects.c.rev, objects.c.sealed).where(
            objects.c.person == self.owner.person, objects.c.kind == kind, objects.c.about == about
        )
        with self.engine.connect() as db:
            row = db.execute(query).first()
        return (row[0], row[1]) if row else None


def corrected(record: Record, corrections: Corrections) -> Record:
    """The record with every correction applied; deleted lines become empty, so that places do not shift."""
    changes = {name: tuple(_line(name, i, item, corrections) for i, item in enumerate(getattr(record, name))) for name in SECTIONS}
    return replace(record, **changes)  # type: ignore[arg-type]


def _line(section: str, place: int, item: Any, corrections: Corrections) -> Any:
    field_name, key = ("label" if section in ("themes", "feelings") else "text"), f"{section}.{place}"
    text = corrections.lines[key] if key in corrections.lines else _renamed(getattr(item, field_name), corrections.names)
    changes: dict[str, Any] = {field_name: text or ""}
    for other in ("quote", "prompt", "heading"):
        if hasattr(item, other):
            changes[other] = _renamed(getattr(item, other), corrections.names)
    return replace(item, **changes)


def _renamed(text: str, names: Mapping[str, str]) -> str:
    for heard, right in names.items():
        text = re.sub(rf"\b{re.escape(heard)}\b", lambda _: right, text)
    return text
