"""The tables: ids, states, counters, times and ciphertext. Never a word, a name, a title or a key."""

from __future__ import annotations

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Ids are 16 random bytes. Times are whole seconds since 1970; `hour` is a time rounded down to the hour.
people = Table(
    "people",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("recipient", LargeBinary, nullable=False),
    Column("identity", LargeBinary, nullable=False),
    Column("ready", Integer, nullable=False, default=0),
    Column("hour", Integer, nullable=False),
)

slots = Table(
    "slots",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("kib", Integer, nullable=False, default=0),
    Column("passes", Integer, nullable=False, default=0),
    Column("salt", LargeBinary(16), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

unlocks = Table(
    "unlocks",
    metadata,
    Column("id", LargeBinary(32), primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("seen", Integer, nullable=False),
    Column("idle", Integer, nullable=False),
    Column("until", Integer, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("hour", Integer, nullable=False),
    Index("ix_sessions_person", "person"),
)

captures = Table(
    "captures",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("session", ForeignKey("sessions.id", ondelete="CASCADE"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("recipient", LargeBinary(65), nullable=False),
    Column("token", LargeBinary(32), nullable=False),
    Column("size", Integer, nullable=False),
    Column("chunks", Integer, nullable=False, default=0),
    Column("opened", Integer, nullable=False),
    Column("ended", Integer),
    Column("stage", String(16), nullable=False, default="received"),
    Column("heard", Float, nullable=False, default=0.0),
    Column("total", Float),
    Column("attempts", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("lease", Integer, nullable=False, default=0),
    Column("holder", String(64)),
    Column("speakers", String(8)),
    Column("failure", String(32)),
    Column("sealed", Integer),
    Column("destroyed", Integer),
    Index("ix_captures_state", "state"),
)

objects = Table(
    "objects",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("about", LargeBinary(16), nullable=False),
    Column("rev", Integer, nullable=False, default=0),
    Column("sealed", LargeBinary, nullable=False),
    Column("hour", Integer, nullable=False),
    UniqueConstraint("person", "kind", "about", "rev"),
)
