"""The connection to SQLite or PostgreSQL, with the pragmas that the promises need. It holds ciphertext only."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event

MIGRATIONS = Path(__file__).parent / "migrations"

# synchronous=FULL: with NORMAL a power cut lost the record after its key was destroyed.
PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "busy_timeout=30000",
    "temp_store=MEMORY",
)


def connect(address: str) -> Engine:
    """An engine that never prints a value it was given. Raises nothing until it is used."""
    engine = create_engine(address, hide_parameters=True, pool_pre_ping=not address.startswith("sqlite"))
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", lambda conn: conn.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def migrate(address: str) -> None:
    """Bring the tables up to this release."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("sqlalchemy.url", address.replace("%", "%%"))
    command.upgrade(config, "head")


def scrub(engine: Engine) -> bool:
    """After a destruction: empty SQLite's write-ahead log. False when an open reader held it back (call again)."""
    if engine.dialect.name != "sqlite":
        return True
    raw = engine.raw_connection()
    try:
        cursor = raw.cursor()
        row = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return bool(row[0] == 0)
    finally:
        raw.close()


def now() -> int:
    """Seconds since 1970."""
    return int(time.time())


def hour(at: int | None = None) -> int:
    """`at` (default: now) rounded down to the hour: the finest time that is kept in plaintext for what lasts."""
    return (now() if at is None else at) // 3600 * 3600


def _set_pragmas(connection: Any, _record: object) -> None:
    # Transactions are ours: the driver must not begin its own, or IMMEDIATE would come too late.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
