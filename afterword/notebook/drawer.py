"""The sealed things of one kind of one owner: JSON values, each about 16 bytes. AMBER: words, for one request."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from afterword.capture.crash import crash_point
from afterword.notebook import digest
from afterword.seal.errors import SealError
from afterword.store.database import hour, scrub
from afterword.store.tables import objects
from afterword.vault.owner import Owner

# As many are opened one by one as fast as the digest is.
_FEW = 32


@dataclass(frozen=True)
class Drawer:
    """Everything of one `kind`. What somebody else wrote there is left out."""

    engine: Engine
    owner: Owner
    kind: str

    def all(self) -> dict[bytes, Any]:
        """Every value, by what it is about."""
        with self.engine.connect() as db:
            rows = db.execute(select(objects.c.about, objects.c.id).where(self._mine())).all()
        there = {about: digest.stamp(row) for about, row in rows}
        few = len(there) <= _FEW
        read = self._read(there) if few else digest.read_through(self.engine, self.owner, self.kind, there, self._read)
        return {about: value for about, value in read.items() if value is not None}

    def get(self, about: bytes) -> Any:
        """The value, or None."""
        found = self._row(about)
        return self._opened(about, *found) if found else None

    def add(self, value: Any) -> bytes:
        """One more. Returns what it is about from now on."""
        about = secrets.token_bytes(16)
        self.change(about, lambda _before: value)
        return about

    def change(self, about: bytes, change: Callable[[Any], Any]) -> None:
        """Two tabs may change at once: whoever comes second reads again, so that nothing is overwritten. `change` is
        given None where there is nothing yet."""
        while not self._try(about, change):
            pass

    def move(self, about: bytes, other: Drawer, change: Callable[[Any], Any]) -> None:
        """Into another drawer, under the same name, in one transaction: at no moment it is in none, or in both. Raises
        KeyError when it is not here, or one of that name is there already."""
        while not self._try(about, change, other):
            pass
        scrub(self.engine)

    def remove(self, about: bytes) -> None:
        """For good. Raises KeyError when it is not there, or somebody else's."""
        with self.engine.begin() as db:
            if db.execute(delete(objects).where(self._mine(), objects.c.about == about)).rowcount == 0:
                raise KeyError
            digest.forget(db, self.owner.person, about)
        scrub(self.engine)

    def _read(self, wanted: Collection[bytes]) -> dict[bytes, Any]:
        query = select(objects.c.about, objects.c.rev, objects.c.sealed).where(self._mine())
        query = query if len(wanted) > 500 else query.where(objects.c.about.in_(wanted))
        with self.engine.connect() as db:
            rows = [row for row in db.execute(query) if row[0] in wanted]
        return {about: self._opened(about, rev, sealed) for about, rev, sealed in rows}

    def _try(self, about: bytes, change: Callable[[Any], Any], other: Drawer | None = None) -> bool:
        before, to = self._row(about), other or self
        if other and (before is None or other._row(about)):
            raise KeyError
        after = change(self._opened(about, *before) if before else None)
        rev = before[0] + 1 if before else 0
        sealed = self.owner.seal_own(to.kind, about, rev, json.dumps(after).encode())
        row = {"id": secrets.token_bytes(16), "person": self.owner.person, "kind": to.kind, "about": about}
        try:
            with self.engine.begin() as db:
                there = db.execute(select(objects.c.rev).where(self._mine(), objects.c.about == about)).scalar()
                if there != (before[0] if before else None):
                    return False
                db.execute(delete(objects).where(self._mine(), objects.c.about == about))
                crash_point("drawer-between")
                db.execute(insert(objects).values(row | {"rev": rev, "sealed": sealed, "hour": hour()}))
                if before:
                    digest.forget(db, self.owner.person, about)
        except IntegrityError:
            return False
        return True

    def _row(self, about: bytes) -> tuple[int, bytes] | None:
        query = select(objects.c.rev, objects.c.sealed).where(self._mine(), objects.c.about == about)
        with self.engine.connect() as db:
            row = db.execute(query).first()
        return (row[0], row[1]) if row else None

    def _mine(self) -> Any:
        return (objects.c.person == self.owner.person) & (objects.c.kind == self.kind)

    def _opened(self, about: bytes, rev: int, sealed: bytes) -> Any:
        try:
            return json.loads(self.owner.open_own(self.kind, about, rev, sealed))
        except SealError:
            return None
