"""The tables: ids, states, counters, times and ciphertext. Never a word, a name, a title or a key."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
    Column("hour", BigInteger, nullable=False),
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
    Column("seen", BigInteger, nullable=False),
    Column("idle", Integer, nullable=False),
    Column("until", BigInteger, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("hour", BigInteger, nullable=False),
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
    Column("fingerprint", LargeBinary(32)),
    Column("token", LargeBinary(32), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("chunks", Integer, nullable=False, default=0),
    Column("opened", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("stage", String(16), nullable=False, default="received"),
    Column("heard", Float, nullable=False, default=0.0),
    Column("total", Float),
    Column("attempts", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("lease", BigInteger, nullable=False, default=0),
    Column("holder", String(64)),
    Column("speakers", String(8)),
    Column("failure", String(32)),
    Column("sealed", BigInteger),
    Column("destroyed", BigInteger),
    # A live capture: when its device was last heard of, what it says it does, how many minutes were forgotten.
    Column("live", Integer, nullable=False, default=0, server_default="0"),
    Column("seen", BigInteger),
    Column("mode", String(12), nullable=False, default="recording", server_default="recording"),
    Column("forgotten", Integer, nullable=False, default=0, server_default="0"),
    # 1 while a forgotten minute may still stand in the checkpoint.
    Column("unforgotten", Integer, nullable=False, default=0, server_default="0"),
    Index("ix_captures_state", "state"),
    # The same file added in two tabs becomes one capture.
    UniqueConstraint("person", "fingerprint"),
)

# The segments of a live capture, numbered as they came. Chunks below `done` were listened to and let go; `closed`: how
# many chunks it has in all, once that is known.
segments = Table(
    "segments",
    metadata,
    Column("capture", ForeignKey("captures.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(8), primary_key=True),
    Column("track", String(8), primary_key=True),
    Column("number", Integer, nullable=False),
    Column("done", Integer, nullable=False, default=0),
    Column("closed", Integer),
    UniqueConstraint("capture", "number", "track"),
)

# Chunks that the person wished away, from `first` to before `past`. `wish`: 16 random bytes of the browser.
forgets = Table(
    "forgets",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("capture", ForeignKey("captures.id", ondelete="CASCADE"), nullable=False),
    Column("wish", LargeBinary(16), nullable=False),
    Column("segment", String(8), nullable=False),
    Column("track", String(8), nullable=False),
    Column("first", Integer, nullable=False),
    Column("past", Integer, nullable=False),
    Index("ix_forgets_capture", "capture"),
)

# Browsers without an account that were lent the right to add one recording. Of what they said of themselves: codes
# from a short list. `code`: a hash; `network`: marked under a key that only the running process knows. Both, and the
# number, go when it is approved. `counter`: the last number of a proof that was accepted. `stopped`: milliseconds.
handoffs = Table(
    "handoffs",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("state", String(12), nullable=False),
    Column("key", LargeBinary(65), nullable=False),
    Column("commitment", LargeBinary(32), nullable=False),
    Column("code", LargeBinary(32)),
    Column("number", String(3)),
    Column("tries", Integer, nullable=False, default=0),
    Column("browser", String(8), nullable=False),
    Column("system", String(8), nullable=False),
    Column("network", LargeBinary(32)),
    Column("created", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
    Column("counter", BigInteger, nullable=False, default=0),
    Column("person", ForeignKey("people.id", ondelete="CASCADE")),
    Column("capture", ForeignKey("captures.id", ondelete="CASCADE")),
    Column("salt", LargeBinary(32)),
    Column("opening", LargeBinary(32)),
    Column("started", BigInteger),
    Column("stopped", BigInteger),
    Index("ix_handoffs_code", "code"),
    Index("ix_handoffs_capture", "capture"),
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
    Column("hour", BigInteger, nullable=False),
    UniqueConstraint("person", "kind", "about", "rev"),
)

# When there is something for somebody, in whole hours: what, nobody can tell from here. Only while reminders are on.
releases = Table(
    "releases",
    metadata,
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("at", BigInteger, primary_key=True, autoincrement=False),
)

# The private address of these times. `token`: a hash of its secret part; `neutral`: it never says Afterword.
feeds = Table(
    "feeds",
    metadata,
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("token", LargeBinary(32), nullable=False),
    Column("neutral", Integer, nullable=False),
    Column("hour", BigInteger, nullable=False),
    UniqueConstraint("token"),
)

# Browsers that want to be woken: their address at a push service, and the last release they were told of.
pushes = Table(
    "pushes",
    metadata,
    Column("id", LargeBinary(16), primary_key=True),
    Column("person", ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("endpoint", String(1024), nullable=False),
    Column("sent", BigInteger, nullable=False),
    Column("hour", BigInteger, nullable=False),
    Index("ix_pushes_person", "person"),
)
