"""Fresh databases with the tables of this release: real SQLite files, cheap to make."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from afterword.seal.keys import CaptureIdentity
from afterword.store.database import connect, hour, migrate, now
from afterword.store.ledger import Ledger
from afterword.vault.owner import Owner
from afterword.vault.slots import LEAST_KIB
from afterword.vault.vault import make_notebook

PASSPHRASE = "bodega lumito kavire nusopa tezuli"


@cache
def _migrated() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        migrate(f"sqlite:///{path}")
        with closing(sqlite3.connect(path)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return path.read_bytes()


@contextmanager
def fresh_sqlite(folder: Path) -> Iterator[Engine]:
    """An engine on a new file `afterword.db` in `folder`."""
    path = folder / "afterword.db"
    path.write_bytes(_migrated())
    engine = connect(f"sqlite:///{path}")
    yield engine
    engine.dispose()


def files_of(engine: Engine) -> bytes:
    """Everything that the database keeps in files: what a thief of the disk would read."""
    path = Path(str(engine.url.database))
    kept = [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]
    return b"".join(p.read_bytes() for p in kept if p.exists())


def a_person(engine: Engine, passphrase: str = PASSPHRASE) -> Owner:
    """A notebook of somebody new."""
    return make_notebook(engine, passphrase, LEAST_KIB).owner


def a_capture(ledger: Ledger, owner: Owner, state: str = "ended", day: str = "2026-11-20") -> tuple[bytes, bytes]:
    """A capture in `state` and its session, as intake writes them: their two ids."""
    capture, session = secrets.token_bytes(16), secrets.token_bytes(16)
    row = {
        "id": capture, "person": owner.person, "session": session, "state": state, "size": 3_000_000, "chunks": 3,
        "fingerprint": secrets.token_bytes(32), "recipient": CaptureIdentity.make().recipient.raw,
        "token": secrets.token_bytes(32), "opened": now(), "ended": now(),
    }  # fmt: skip
    facts = f'{{"day": "{day}", "voices": "both", "agreed_on": "2026-11-01"}}'.encode()
    about = {
        "id": secrets.token_bytes(16), "person": owner.person, "kind": "session", "about": session, "rev": 0,
        "sealed": owner.seal_own("session", session, 0, facts), "hour": hour(),
    }  # fmt: skip
    ledger.open_new(row, {"id": session, "person": owner.person, "hour": hour()}, about)
    return capture, session
