"""Ways in: each slot holds the notebook's master key under a passphrase or a recovery code. A correct passphrase is
one that opens the slot; no hash of it is stored."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from afterword.seal import WrongKey, context, number
from afterword.seal.wrap import derive, unwrap, wrap
from afterword.vault.passphrase import read_code

Kind = Literal["passphrase", "recovery"]

# OWASP Password Storage Cheat Sheet: 19 MiB with two passes is the least; over 1 GiB is an attack on the server.
LEAST_KIB, MOST_KIB, PASSES, MOST_PASSES = 19 * 1024, 1024 * 1024, 2, 10

# Fifty unlocks at once at 256 MiB each would take the machine down; two at a time, the others wait their turn.
_turns = threading.BoundedSemaphore(2)


@dataclass(frozen=True)
class Slot:
    """One way in. `kib`, `passes`: the cost of Argon2id (0 for a recovery code, which has 160 bits already)."""

    id: bytes
    kind: Kind
    kib: int
    passes: int
    salt: bytes
    sealed: bytes


def make_slot(person: bytes, kind: Kind, secret: str, master: bytes, kib: int) -> Slot:
    """Seal `master` (32 bytes) under `secret`; read back and opened before it is returned."""
    cost = (kib, PASSES) if kind == "passphrase" else (0, 0)
    empty = Slot(secrets.token_bytes(16), kind, *cost, secrets.token_bytes(16), b"")
    sealed = wrap(_key(empty, secret), _place(person, empty), master)
    slot = Slot(empty.id, kind, *cost, empty.salt, sealed)
    if open_slot(person, slot, secret) != master:
        raise WrongKey
    return slot


def open_slot(person: bytes, slot: Slot, secret: str) -> bytes:
    """The master key. Raises WrongKey, also for a cost outside the allowed range (a tampered row)."""
    return unwrap(_key(slot, secret), _place(person, slot), slot.sealed)


def read_passphrase(typed: str) -> bytes:
    """A typed passphrase in its one spelling: keyboards differ in how they write an accent, hands in their spaces."""
    return " ".join(unicodedata.normalize("NFKC", typed).split()).encode("utf-8", "surrogatepass")


def _key(slot: Slot, secret: str) -> bytes:
    if not _may_be_tried(slot):
        raise WrongKey
    if slot.kind == "recovery":
        return derive(read_code(secret).encode(), "slot/recovery", slot.salt)
    argon = Argon2id(salt=slot.salt, length=32, iterations=slot.passes, lanes=1, memory_cost=slot.kib)
    with _turns:
        return argon.derive(read_passphrase(secret))


def _may_be_tried(slot: Slot) -> bool:
    """False for a row that no release of ours has written: lower costs would make guessing cheap for who set them."""
    if len(slot.salt) != 16:
        return False
    if slot.kind == "recovery":
        return (slot.kib, slot.passes) == (0, 0)
    costs = isinstance(slot.kib, int) and isinstance(slot.passes, int)  # SQLite keeps text in a column of numbers
    return costs and LEAST_KIB <= slot.kib <= MOST_KIB and PASSES <= slot.passes <= MOST_PASSES


def _place(person: bytes, slot: Slot) -> bytes:
    return context("slot", person, slot.id, slot.kind.encode(), number(slot.kib), number(slot.passes))
