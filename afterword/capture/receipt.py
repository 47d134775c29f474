"""The account of what existed and when it was destroyed. No word of the session."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from afterword.capture.choice import Choice


@dataclass(frozen=True)
class Receipt:
    """Times in seconds since 1970, sizes in bytes, `heard` in seconds, `forgotten` in minutes. `checked`: what was
    looked for and not found."""

    capture: str
    started: int
    ended: int | None
    chunks: int
    size: int
    heard: float
    attempts: int
    outcome: str
    sealed_at: int | None
    destroyed_at: int
    checked: tuple[str, ...]
    forgotten: int = 0
    live: bool = False
    method: str = "The key was overwritten and deleted, then the recording was deleted."

    @classmethod
    def of(cls, row: Mapping[str, Any], checked: list[str]) -> Receipt:
        """From the row of a capture whose key was just destroyed."""
        return cls(
            capture=row["id"].hex(),
            started=row["opened"],
            ended=row["ended"],
            chunks=row["chunks"],
            size=row["size"],
            heard=row["heard"],
            attempts=row["attempts"],
            outcome=row["failure"] or ("kept" if row["sealed"] else "nothing kept"),
            sealed_at=row["sealed"],
            destroyed_at=int(time.time()),
            checked=tuple(checked),
            forgotten=row["forgotten"],
            live=bool(row["live"]),
        )

    def to_bytes(self) -> bytes:
        """JSON."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Receipt:
        """Undo `to_bytes`."""
        values = json.loads(data)
        return cls(**(values | {"checked": tuple(values["checked"])}))


@dataclass(frozen=True)
class Sent:
    """That text of a session was about to leave this machine for a language model: to which host, whether encrypted,
    when first, and the date on which the person had agreed to it."""

    host: str
    encrypted: bool
    agreed_on: str
    at: int

    @classmethod
    def to(cls, choice: Choice) -> Sent:
        """Now, to where the choice says."""
        return cls(choice.place[0], choice.encrypted, choice.agreed_on or "", int(time.time()))

    def to_bytes(self) -> bytes:
        """JSON."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Sent:
        """Undo `to_bytes`."""
        return cls(**json.loads(data))
