"""Ways in: each slot holds the notebook's master key under a passphrase or a recovery code. A correct passphrase is
one that opens the slot; no hash of it is stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from afterword.seal import WrongKey, context, number
from afterword.seal.wrap import derive, unwrap, wrap
from afterword.vault.passphrase import read_code

Kind = Literal["passphrase", "recovery"]

# OWASP Password Storage Cheat Sheet: 19 MiB with two passes is the least; over 1 GiB is an attack on the server.
LEAST_KIB, MOST_KIB, PASSES = 19 * 1024, 1024 * 1024, 2


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


def _key(slot: Slot, secret: str) -> bytes:
    if slot.kind == "recovery":
        return derive(read_code(secret).encode(), "slot/recovery", slot.salt)
    if not (LEAST_KIB <= slot.kib <= MOST_KIB and PASSES <= slot.passes <= 10):
        raise WrongKey
    argon = Argon2id(salt=slot.salt, length=32, iterations=slot.passes, lanes=1, memory_cost=slot.kib)
    return argon.derive(" ".join(secret.split()).encode())


def _place(person: bytes, slot: Slot) -> bytes:
    return context("slot", person, slot.id, slot.kind.encode(), number(slot.kib), number(slot.passes))
