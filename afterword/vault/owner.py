"""The unlocked owner: the permission to open one notebook. Passed as an argument, never kept."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from hashlib import sha256

from afterword.seal.context import context, place
from afterword.seal.errors import Tampered
from afterword.seal.keys import NotebookIdentity
from afterword.seal.wrap import derive, unwrap, wrap


@dataclass(frozen=True)
class Owner:
    """`person`: 16 bytes. `master`: 32 bytes. `identity`: opens what a room sealed."""

    person: bytes
    master: bytes = field(repr=False)
    identity: NotebookIdentity = field(repr=False)

    def open_sealed(self, kind: str, about: bytes, rev: int, sealed: bytes) -> bytes:
        """What a room sealed to the notebook. Raises Tampered when it stands in the wrong place."""
        return self.identity.open(sealed, place(self.person, kind, about, rev))

    def seal_own(self, kind: str, about: bytes, rev: int, plain: bytes) -> bytes:
        """What the person wrote while unlocked."""
        return wrap(derive(self.master, "own"), place(self.person, kind, about, rev), plain)

    def open_own(self, kind: str, about: bytes, rev: int, sealed: bytes) -> bytes:
        """Undo `seal_own`. Raises WrongKey or Tampered."""
        return unwrap(derive(self.master, "own"), place(self.person, kind, about, rev), sealed)

    def mac(self, message: bytes) -> bytes:
        """32 bytes that only the owner could have made."""
        return hmac.digest(derive(self.master, "mac"), message, sha256)


def seal_identity(person: bytes, master: bytes, identity: NotebookIdentity) -> bytes:
    """The notebook's private key under its master key."""
    return wrap(derive(master, "identity"), context("identity", person), identity.raw)


def open_owner(person: bytes, master: bytes, sealed_identity: bytes, recipient: bytes) -> Owner:
    """`recipient`: the public key as the database has it. Receipts are sealed to it while nobody is unlocked, so one
    that somebody else put there is refused here. Raises WrongKey or Tampered."""
    identity = NotebookIdentity(unwrap(derive(master, "identity"), context("identity", person), sealed_identity))
    if not hmac.compare_digest(identity.recipient.raw, recipient):
        raise Tampered
    return Owner(person, master, identity)
