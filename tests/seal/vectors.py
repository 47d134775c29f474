"""The sealed bytes of tests/vectors/v1.json, each with the way in which the product opens it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from afterword.capture.wraps import Wraps
from afterword.seal.context import checkpoint_place, chunk_place, context, live_place, place
from afterword.seal.keys import BootIdentity, CaptureIdentity, NotebookIdentity
from afterword.seal.wrap import derive, unwrap
from afterword.vault.owner import Owner, open_owner
from afterword.vault.slots import Slot, open_slot

FILE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "v1.json").read_text())
SECRETS: dict[str, str] = FILE["secrets"]


def secret(name: str) -> bytes:
    """A secret of the file that is bytes."""
    return bytes.fromhex(SECRETS[name])


WRITTEN: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "written.json").read_text())
LIVE: dict[str, Any] = json.loads((Path(__file__).parents[1] / "vectors" / "live.json").read_text())
LIVE_PLACE: tuple[str, str, int] = (LIVE["segment"], LIVE["track"], LIVE["seq"])

PERSON, SESSION, CAPTURE, MASTER = secret("person"), secret("session"), secret("capture"), secret("master")
NOTEBOOK, BOOT = NotebookIdentity(secret("notebook")), BootIdentity(secret("boot"))
SOUND = CaptureIdentity(secret("sound"))
OWNER = Owner(PERSON, MASTER, NOTEBOOK)


@dataclass(frozen=True)
class Vector:
    """`header`: bytes before salt or encapsulated key; `parts`: where each class of bytes begins."""

    name: str
    sealed: bytes
    plain: bytes
    open: Callable[[bytes], bytes]
    parts: tuple[int, ...]
    costly: bool = False

    def __repr__(self) -> str:
        return self.name


def slot(which: str) -> Slot:
    """The passphrase's or the recovery code's."""
    found = next(s for s in FILE["slots"] if s["kind"] == which)
    raw = {k: bytes.fromhex(found[k]) for k in ("id", "salt", "sealed")}
    return Slot(raw["id"], found["kind"], found["kib"], found["passes"], raw["salt"], raw["sealed"])


def _slot_vector(which: str, typed: str) -> Vector:
    kept = slot(which)

    def opened(sealed: bytes) -> bytes:
        return open_slot(PERSON, replace(kept, sealed=sealed), typed)

    return Vector(f"slot-{which}", kept.sealed, MASTER, opened, _WRAP, costly=which == "passphrase")


def _identity(sealed: bytes) -> bytes:
    return open_owner(PERSON, MASTER, sealed, NOTEBOOK.recipient.raw).identity.raw


def _wraps(which: str, sealed: bytes) -> bytes:
    with TemporaryDirectory() as folder:
        wraps = Wraps(Path(folder), CAPTURE)
        (wraps.a if which == "a" else wraps.b).write_bytes(sealed)
        return (wraps.open_a(OWNER) if which == "a" else wraps.open_b(BOOT)).to_bytes()


# Header 2, then salt 24 and commitment 32, or the encapsulated key; then the ciphertext.
_WRAP, _BOOT_PARTS, _NOTEBOOK_PARTS, _CAPTURE_PARTS = (2, 26, 58), (2, 34), (2, 1090, 1122), (2, 67)
_INFO = context("test")
_OPENERS: dict[str, tuple[Callable[[bytes], bytes], tuple[int, ...]]] = {
    "wrap": (partial(unwrap, secret("key"), _INFO), _WRAP),
    "boot": (lambda sealed: BOOT.open(sealed, _INFO), _BOOT_PARTS),
    "notebook": (lambda sealed: NOTEBOOK.open(sealed, _INFO), _NOTEBOOK_PARTS),
    "capture": (lambda sealed: SOUND.open(sealed, _INFO), _CAPTURE_PARTS),
    "chunk": (lambda sealed: SOUND.open(sealed, chunk_place(CAPTURE, 2)), _CAPTURE_PARTS),
    "checkpoint": (lambda sealed: SOUND.open(sealed, checkpoint_place(CAPTURE)), _CAPTURE_PARTS),
    "identity": (_identity, _WRAP),
    "unlock": (
        lambda sealed: unwrap(
            derive(SECRETS["cookie"].encode(), "unlock"), context("unlock", PERSON, bytes(32)), sealed
        ),
        _WRAP,
    ),
    "corrections": (partial(OWNER.open_own, "corrections", SESSION, 3), _WRAP),
    "record": (lambda sealed: NOTEBOOK.open(sealed, place(PERSON, "record", SESSION, 0)), _NOTEBOOK_PARTS),
    "receipt": (partial(OWNER.open_sealed, "receipt", SESSION, 0), _NOTEBOOK_PARTS),
    "wrap_a": (partial(_wraps, "a"), _NOTEBOOK_PARTS),
    "wrap_b": (partial(_wraps, "b"), _BOOT_PARTS),
}


def _first_chunk(sealed: bytes) -> bytes:
    return SOUND.open(sealed, chunk_place(CAPTURE, 0))


def _of_a_text(name: str, plain: str) -> Vector:
    opener, parts = _OPENERS[name]
    opener = _first_chunk if name == "chunk" else opener
    return Vector(f"text-{name}", bytes.fromhex(WRITTEN[name]), bytes.fromhex(WRITTEN[plain]), opener, parts)


VECTORS = [
    Vector(name, bytes.fromhex(found["sealed"]), bytes.fromhex(found["plain"]), *_OPENERS[name])
    for name, found in FILE["sealed"].items()
] + [
    _slot_vector("passphrase", SECRETS["passphrase"]),
    _slot_vector("recovery", SECRETS["code"]),
    Vector(
        "live",
        bytes.fromhex(LIVE["sealed"]),
        bytes.fromhex(LIVE["plain"]),
        lambda sealed: SOUND.open(sealed, live_place(CAPTURE, *LIVE_PLACE)),
        _CAPTURE_PARTS,
    ),
    _of_a_text("wrap_a", "manifest"),
    _of_a_text("wrap_b", "manifest"),
    _of_a_text("chunk", "plain"),
]
