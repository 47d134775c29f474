"""Makes files of tests/vectors/ once. Every later release must open what stands in them; the secrets are test secrets.

Sealing is random, so a second run would make other files: it refuses to overwrite those that are there.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from afterword.capture.manifest import Consent, Manifest
from afterword.capture.receipt import Receipt
from afterword.capture.wraps import Wraps
from afterword.record import Gap, Label, Line, Moment, NextAppointment, NextStep, Passage, Record, Safety, Source
from afterword.room.listen.chunk import write_chunk
from afterword.seal.context import checkpoint_place, chunk_place, context, live_place, number, place
from afterword.seal.keys import BootIdentity, CaptureIdentity, NotebookIdentity
from afterword.seal.wrap import derive, wrap
from afterword.vault.owner import Owner, seal_identity
from afterword.vault.slots import LEAST_KIB, make_slot

FOLDER = Path(__file__).parents[1] / "tests" / "vectors"

PERSON, CAPTURE, SESSION = bytes(range(16)), bytes(range(16, 32)), bytes(range(32, 48))
MASTER, KEY = bytes(range(64, 96)), bytes(range(96, 128))
NOTEBOOK = NotebookIdentity(bytes(range(96)))
BOOT = BootIdentity(bytes(range(1, 33)))
SOUND = CaptureIdentity(bytes(range(33, 65)))
OWNER = Owner(PERSON, MASTER, NOTEBOOK)
COOKIE = "a-cookie-of-the-test-vectors-only-0000000000"
PASSPHRASE = "Bodega lumito  kavire nusopa tézuli"  # noqa: S105
CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ"
MANIFEST = Manifest(CAPTURE, PERSON, SESSION, NOTEBOOK.recipient, Consent("both", "2026-11-01"), "2026-11-20", SOUND)
RECORD = Record(
    overview=(Line("You spoke about the move, and about what you would miss.", (0, 2), Source(12.5, "client", 2)),),
    themes=(Label("The move", (1,)),),
    insights=(Line("Packing slowly makes it bearable: “one box a day”.", (3,), Source(61.0, "therapist")),),
    feelings=(Label("homesick", (4,)),),
    next_steps=(NextStep("Write to Maya.", "you", "Friday", "agreed", "I'll write to her by Friday.", (5,)),),
    questions=(Line("What would a good farewell be?", (6,)),),
    moments=(Moment("“I don't have to finish it all.”", "Where did that show today?", (7,)),),
    recap=(Passage("The move", "You began with the boxes in the hall. Ça va, you said.", (0, 1)),),
    safety=Safety("self_harm", (8,)),
    next_appointment=NextAppointment("next Thursday at ten", "2026-11-26"),
    engine="built-in",
    heard=3012.5,
    gaps=(Gap(1900.0, 1914.0, "not received"),),
)
RECEIPT = Receipt(
    CAPTURE.hex(), 1795200000, 1795203000, 3, 3000000, 3012.5, 1, "kept", 1795203060, 1795203061, ("key", "sound")
)
CORRECTIONS = b'{"lines": {"overview.0": "You spoke about the move.", "recap.0": null}, "names": {"Mya": "Maya"}}'


def make() -> dict[str, Any]:
    """Everything that a release writes, with the secrets that open it."""
    with tempfile.TemporaryDirectory() as folder:
        wraps = Wraps(Path(folder), CAPTURE)
        wraps.write(MANIFEST, OWNER, BOOT.recipient)
        wrap_a, wrap_b = wraps.a.read_bytes(), wraps.b.read_bytes()
    return {
        "about": "Version 1 of every format. Made once by tools/make_vectors.py. Test secrets, nobody's notebook.",
        "secrets": {
            "person": PERSON, "capture": CAPTURE, "session": SESSION, "master": MASTER, "key": KEY,
            "notebook": NOTEBOOK.raw, "boot": BOOT.raw, "sound": SOUND.raw, "cookie": COOKIE,
            "passphrase": PASSPHRASE, "code": CODE,
        },
        "public": {
            "notebook": NOTEBOOK.recipient.raw, "boot": BOOT.recipient.raw, "sound": SOUND.recipient.raw,
        },
        "contexts": _contexts(),
        "derived": {
            "own": derive(MASTER, "own"), "salted": derive(MASTER, "label", b"salt"), "mac": OWNER.mac(b"a message"),
        },
        "sealed": _sealed() | {
            "wrap_a": {"plain": MANIFEST.to_bytes(), "sealed": wrap_a},
            "wrap_b": {"plain": MANIFEST.to_bytes(), "sealed": wrap_b},
        },
        "slots": [asdict(make_slot(PERSON, "passphrase", PASSPHRASE, MASTER, LEAST_KIB)),
                  asdict(make_slot(PERSON, "recovery", CODE, MASTER, LEAST_KIB))],
        "record": RECORD.to_bytes(),
        "receipt": RECEIPT.to_bytes(),
        "manifest": MANIFEST.to_bytes(),
    }  # fmt: skip


def _contexts() -> list[dict[str, Any]]:
    return [
        {"purpose": "test", "fields": [], "bytes": context("test")},
        {"purpose": "test", "fields": [b"", b"ab", number(7)], "bytes": context("test", b"", b"ab", number(7))},
        {"place": ["record", 0], "bytes": place(PERSON, "record", SESSION, 0)},
        {"chunk": 2, "bytes": chunk_place(CAPTURE, 2)},
        {"checkpoint": True, "bytes": checkpoint_place(CAPTURE)},
    ]


def _sealed() -> dict[str, dict[str, bytes]]:
    info, row_id = context("test"), bytes(32)
    chunk, checkpoint = bytes(range(256)) * 4, b'{"turns": [], "position": 0}'
    unlock_key = derive(COOKIE.encode(), "unlock")
    about = place(PERSON, "receipt", SESSION, 0)
    return {
        "wrap": {"plain": b"under a key", "sealed": wrap(KEY, info, b"under a key")},
        "boot": {"plain": b"until a reboot", "sealed": BOOT.recipient.seal(b"until a reboot", info)},
        "notebook": {"plain": b"to a notebook", "sealed": NOTEBOOK.recipient.seal(b"to a notebook", info)},
        "capture": {"plain": b"to a capture", "sealed": SOUND.recipient.seal(b"to a capture", info)},
        "chunk": {"plain": chunk, "sealed": SOUND.recipient.seal(chunk, chunk_place(CAPTURE, 2))},
        "checkpoint": {"plain": checkpoint, "sealed": SOUND.recipient.seal(checkpoint, checkpoint_place(CAPTURE))},
        "identity": {"plain": NOTEBOOK.raw, "sealed": seal_identity(PERSON, MASTER, NOTEBOOK)},
        "unlock": {"plain": MASTER, "sealed": wrap(unlock_key, context("unlock", PERSON, row_id), MASTER)},
        "corrections": {"plain": CORRECTIONS, "sealed": OWNER.seal_own("corrections", SESSION, 3, CORRECTIONS)},
        "record": {
            "plain": RECORD.to_bytes(),
            "sealed": NOTEBOOK.recipient.seal(RECORD.to_bytes(), place(PERSON, "record", SESSION, 0)),
        },
        "receipt": {"plain": RECEIPT.to_bytes(), "sealed": NOTEBOOK.recipient.seal(RECEIPT.to_bytes(), about)},
    }


def make_live() -> dict[str, Any]:
    """One chunk of a live capture, as a recording device writes it."""
    segment, track, seq = "0123abcd", "mic", 7
    head = {"v": 1, "type": "wav", "start": 560000, "samples": 16, "rate": 16000, "wall": 1795200000000,
            "after": "paused", "zeros": 0}  # fmt: skip
    info, plain = live_place(CAPTURE, segment, track, seq), write_chunk(head, bytes(range(76)))
    return {
        "about": "A live chunk of version 1. Made once by tools/make_vectors.py. Test secrets, nobody's sound.",
        "capture": CAPTURE, "private": SOUND.raw, "segment": segment, "track": track, "seq": seq, "head": head,
        "sound": bytes(range(76)), "place": info, "plain": plain, "sealed": SOUND.recipient.seal(plain, info),
    }  # fmt: skip


def main() -> int:
    """Write each file if there is none."""
    missing = [(name, made) for name, made in FILES.items() if not (FOLDER / name).exists()]
    for name, made in missing:
        (FOLDER / name).write_text(json.dumps(made(), default=bytes.hex, indent=1, ensure_ascii=False) + "\n")
    if not missing:
        print("All are there already; a released vector is never made anew", file=sys.stderr)
    return 0 if missing else 1


FILES: dict[str, Callable[[], dict[str, Any]]] = {"v1.json": make, "live.json": make_live}


if __name__ == "__main__":
    raise SystemExit(main())
