"""The product with one promise broken at a time: what the other tests of this folder must catch."""

from __future__ import annotations

import logging
import os
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from afterword import session
from afterword.capture import bootkey, files, intake, spool, wraps
from afterword.capture.manifest import Manifest
from afterword.seal.context import chunk_place
from afterword.seal.keys import CaptureIdentity
from afterword.store import database


def no_fsync() -> None:
    """Chunks and wraps are acknowledged before they are on the disk."""
    for name in ("fsync", "fdatasync"):
        _put(os, name, lambda fd: None)


def synchronous_normal() -> None:
    """SQLite's usual setting with a write-ahead log: a commit may be lost when the power goes."""
    pragmas = tuple(p.replace("synchronous=FULL", "synchronous=NORMAL") for p in database.PRAGMAS)
    _put(database, "PRAGMAS", pragmas)


def unlink_only() -> None:
    """The wraps are removed, not overwritten."""

    def remove(path: Path) -> None:
        path.unlink(missing_ok=True)
        files.sync_folder(path.parent)

    _put(wraps, "destroy", remove)


def temporary_file() -> None:
    """What the simplest program does: it writes the sound and the words into a temporary file, and deletes it."""
    listen = session.listen_and_understand

    def listen_first(capture: session.Capture, manifest: Manifest, *rest: Any) -> Any:
        from tests.safety.stage import SENTENCES

        with tempfile.NamedTemporaryFile() as file:
            for index in range(capture.claim.chunks):
                place = chunk_place(manifest.capture, index)
                file.write(manifest.key.open(capture.spool.read(spool.chunk_name(index)), place))
            file.write(" ".join(SENTENCES).encode())
            file.flush()
            os.fsync(file.fileno())
        return listen(capture, manifest, *rest)

    _put(session, "listen_and_understand", listen_first)


def words_in_log() -> None:
    """A line that somebody left in while looking for a fault."""
    listen = session.listen_and_understand

    def listen_first(*arguments: Any) -> Any:
        from tests.safety.stage import SENTENCES

        logging.getLogger("afterword.session").debug("heard %r", SENTENCES[0])
        return listen(*arguments)

    _put(session, "listen_and_understand", listen_first)


def ids_in_log() -> None:
    """A line with a whole id."""
    put = spool.Spool.put

    def put_and_tell(self: spool.Spool, name: str, sealed: bytes) -> None:
        logging.getLogger("afterword.spool").debug("chunk of %s", self.folder.name)
        put(self, name, sealed)

    _put(spool.Spool, "put", put_and_tell)


def second_key() -> None:
    """A retry is handed another public key for the same capture."""
    known = intake._known

    def mint(settings: Any, ledger: Any, owner: Any, row: Any, coming: Any) -> Any:
        kept = wraps.Wraps(settings.keys, row["id"])
        before, boot = kept.open_a(owner), bootkey.recipient(settings.data)
        assert boot is not None
        after = Manifest(
            before.capture,
            before.person,
            before.session,
            before.notebook,
            before.consent,
            before.day,
            CaptureIdentity.make(),
        )
        kept.write(after, owner, boot)
        ledger.move(row["id"], ("new", "open"), recipient=after.key.recipient.raw)
        return known(settings, ledger, owner, ledger.row(row["id"]), coming)

    _put(intake, "_known", mint)


def keys_in_database() -> None:
    """The wraps lie in SQLite, which is told to overwrite what it deletes, and to empty its log."""

    def init(self: wraps.Wraps, root: Path, capture: bytes) -> None:
        self.capture = capture
        rows = _Rows(root.parent / "keys.db")
        self.a, self.b = (_InRow(rows, f"{capture.hex()}.{which}") for which in "ab")  # type: ignore[assignment]

    _put(wraps.Wraps, "__init__", init)
    _put(wraps, "replace", lambda path, data: path.write_bytes(data))
    _put(wraps, "destroy", lambda path: path.unlink())


def _put(where: object, name: str, broken: object) -> None:
    setattr(where, name, broken)


class _Rows:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.run("CREATE TABLE IF NOT EXISTS wraps (name TEXT PRIMARY KEY, sealed BLOB)")

    def run(self, statement: str, *values: object) -> list[Any]:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as db:
            for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "busy_timeout=10000"):
                db.execute(f"PRAGMA {pragma}")
            found = db.execute(statement, values).fetchall()
            if statement.startswith("DELETE"):
                assert db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
            return found


class _InRow:
    """A row that answers as a path does."""

    def __init__(self, rows: _Rows, name: str) -> None:
        self.rows, self.name, self.parent = rows, name, rows.path.parent / "keys"

    def read_bytes(self) -> bytes:
        found = self.rows.run("SELECT sealed FROM wraps WHERE name = ?", self.name)
        if not found:
            raise FileNotFoundError
        return bytes(found[0][0])

    def write_bytes(self, data: bytes) -> None:
        self.rows.run("INSERT OR REPLACE INTO wraps VALUES (?, ?)", self.name, data)

    def exists(self) -> bool:
        return bool(self.rows.run("SELECT 1 FROM wraps WHERE name = ?", self.name))

    def unlink(self) -> None:
        self.rows.run("DELETE FROM wraps WHERE name = ?", self.name)


BROKEN: dict[str, Callable[[], None]] = {
    f.__name__: f
    for f in (
        no_fsync, synchronous_normal, unlink_only, temporary_file, words_in_log, ids_in_log, second_key,
        keys_in_database,
    )
}  # fmt: skip
