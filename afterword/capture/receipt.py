"""The account of what existed and when it was destroyed. No word of the session."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Receipt:
    """Times in seconds since 1970, sizes in bytes, `heard` in seconds. `checked`: what was looked for and not found."""

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
    method: str = "key overwritten, synced and removed; sound removed"

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
        )

    def to_bytes(self) -> bytes:
        """JSON."""
        return json.dumps(asdict(self), separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Receipt:
        """Undo `to_bytes`."""
        values = json.loads(data)
        return cls(**(values | {"checked": tuple(values["checked"])}))
