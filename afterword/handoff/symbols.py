"""The four symbols that both sides show: the same only where both speak of the same keys."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from afterword.seal.context import context

# The laptop's page reads the same file.
FILE = Path(__file__).parents[1] / "web" / "static" / "handoff" / "symbols.json"


@cache
def table() -> tuple[tuple[str, str], ...]:
    """64 pictures, each with its word."""
    return tuple((picture, word) for picture, word in json.loads(FILE.read_text("utf-8")))


def symbols(
    id: bytes, capture: bytes, laptop: bytes, sealing: bytes, opening: bytes, salt: bytes
) -> tuple[tuple[str, str], ...]:
    """Four of them. `id`, `capture`: 16 bytes. `laptop`: its public key; `sealing`: the capture's; 65 bytes each.
    `opening`: 32 bytes that the laptop had committed itself to before it knew `salt`, our 32: so neither side could
    have searched for keys that give the symbols of others."""
    info = context("symbols", id, capture, laptop, sealing)
    bits = int.from_bytes(HKDF(SHA256(), 3, b"", info).derive(opening + salt), "big")
    return tuple(table()[bits >> shift & 63] for shift in (18, 12, 6, 0))
