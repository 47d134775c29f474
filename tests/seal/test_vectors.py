"""What any release has written, every later one opens; and nothing that was changed."""

from __future__ import annotations

import json
from dataclasses import asdict
from itertools import pairwise
from typing import Any

import pytest

from afterword.capture.manifest import Manifest
from afterword.capture.receipt import Receipt
from afterword.notebook.corrections import Corrections
from afterword.record import Record
from afterword.room.listen.chunk import read_chunk, write_chunk
from afterword.seal import Tampered, UnknownVersion, WrongKey
from afterword.seal.context import checkpoint_place, chunk_place, context, live_place, place
from afterword.seal.errors import SealError
from afterword.seal.wrap import derive
from afterword.written import Written
from tests.seal.vectors import (
    BOOT,
    CAPTURE,
    FILE,
    LIVE,
    LIVE_PLACE,
    MASTER,
    NOTEBOOK,
    OWNER,
    PERSON,
    SESSION,
    SOUND,
    VECTORS,
    WRITTEN,
    Vector,
)

each = pytest.mark.parametrize("vector", VECTORS, ids=repr)


def test_the_file_holds_every_format_of_version_one() -> None:
    assert {v.name for v in VECTORS} == {
        "wrap", "boot", "notebook", "capture", "chunk", "checkpoint", "identity", "unlock", "corrections", "record",
        "receipt", "wrap_a", "wrap_b", "slot-passphrase", "slot-recovery", "live", "text-wrap_a", "text-wrap_b",
        "text-chunk",
    }  # fmt: skip


@each
def test_every_vector_opens(vector: Vector) -> None:
    assert vector.open(vector.sealed) == vector.plain


@each
def test_one_flipped_bit_anywhere_is_refused(vector: Vector) -> None:
    for at in _positions(vector):
        for bit in (0, 7):
            with pytest.raises(SealError):
                vector.open(_flipped(vector.sealed, at, bit))


@each
def test_a_shortened_or_lengthened_one_is_refused(vector: Vector) -> None:
    for length in _positions(vector):
        with pytest.raises(SealError):
            vector.open(vector.sealed[:length])
    for more in (b"\x00", vector.sealed):
        with pytest.raises(SealError):
            vector.open(vector.sealed + more)


@each
def test_an_unknown_version_or_suite_is_refused_as_such(vector: Vector) -> None:
    version, suite = vector.sealed[:2]
    for other in ((0, suite), (2, suite), (255, suite), (version, 0), (version, 5), (version, suite % 4 + 1)):
        with pytest.raises(UnknownVersion):
            vector.open(bytes(other) + vector.sealed[2:])


def test_a_wrong_key_is_told_from_a_changed_text() -> None:
    wrap = next(v for v in VECTORS if v.name == "wrap")
    with pytest.raises(WrongKey):
        wrap.open(_flipped(wrap.sealed, 30, 0))
    with pytest.raises(Tampered):
        wrap.open(_flipped(wrap.sealed, 60, 0))


def test_public_keys_follow_from_private_ones() -> None:
    assert NOTEBOOK.recipient.raw.hex() == FILE["public"]["notebook"]
    assert BOOT.recipient.raw.hex() == FILE["public"]["boot"]
    assert SOUND.recipient.raw.hex() == FILE["public"]["sound"]


@pytest.mark.parametrize("vector", FILE["contexts"])
def test_contexts_are_made_as_ever(vector: dict[str, Any]) -> None:
    if "purpose" in vector:
        made = context(vector["purpose"], *map(bytes.fromhex, vector["fields"]))
    elif "place" in vector:
        made = place(PERSON, vector["place"][0], SESSION, vector["place"][1])
    else:
        made = chunk_place(CAPTURE, vector["chunk"]) if "chunk" in vector else checkpoint_place(CAPTURE)
    assert made.hex() == vector["bytes"]


def test_a_live_chunk_is_bound_to_its_place_as_ever_and_can_be_read() -> None:
    segment, track, seq = LIVE_PLACE
    assert live_place(CAPTURE, segment, track, seq).hex() == LIVE["place"]
    assert (LIVE["capture"], LIVE["private"]) == (CAPTURE.hex(), SOUND.raw.hex())
    sealed = bytes.fromhex(LIVE["sealed"])
    for other in (
        live_place(bytes(16), segment, track, seq),
        live_place(CAPTURE, "0123abce", track, seq),
        live_place(CAPTURE, segment, "call", seq),
        live_place(CAPTURE, segment, track, seq + 1),
        chunk_place(CAPTURE, seq),
    ):
        with pytest.raises(Tampered):
            SOUND.open(sealed, other)
    chunk = read_chunk(bytes.fromhex(LIVE["plain"]), segment, seq)
    told = {name: getattr(chunk, name) for name in ("start", "samples", "wall", "after", "zeros")}
    assert told == {name: LIVE["head"][name] for name in told}
    assert (chunk.kind, chunk.sound.hex()) == (LIVE["head"]["type"], LIVE["sound"])
    assert write_chunk(LIVE["head"], chunk.sound).hex() == LIVE["plain"]


def test_keys_and_macs_are_derived_as_ever() -> None:
    found = FILE["derived"]
    assert (derive(MASTER, "own").hex(), derive(MASTER, "label", b"salt").hex()) == (found["own"], found["salted"])
    assert OWNER.mac(b"a message").hex() == found["mac"]


def holds(now: Any, was: Any) -> bool:
    """Every value of `was` stands in `now`, however deep, and as many of each."""
    if isinstance(was, dict):
        return all(name in now and holds(now[name], value) for name, value in was.items())
    if isinstance(was, list):
        return len(now) == len(was) and all(map(holds, now, was))
    return bool(now == was)


def test_control_a_value_that_changed_is_noticed() -> None:
    assert holds({"a": [{"b": 1, "c": 2}]}, {"a": [{"b": 1}]})
    assert not holds({"a": [{"b": 1}]}, {"a": [{"b": 2}]})
    assert not holds({"a": []}, {"a": [{"b": 2}]})


def test_what_was_sealed_can_be_read() -> None:
    record = Record.from_bytes(bytes.fromhex(FILE["record"]))
    # Later releases add fields; what was there then stands there still.
    was, now = json.loads(bytes.fromhex(FILE["record"])), json.loads(record.to_bytes())
    assert holds(now, was)
    assert Record.from_bytes(record.to_bytes()) == record
    assert (len(record.overview), record.next_steps[0].who, record.gaps[0].why) == (1, "you", "not received")
    receipt = Receipt.from_bytes(bytes.fromhex(FILE["receipt"]))
    before, now = json.loads(bytes.fromhex(FILE["receipt"])), json.loads(receipt.to_bytes())
    assert {name: now[name] for name in before} == before, "what a later release added has a default"
    assert (Receipt.from_bytes(receipt.to_bytes()), receipt.checked) == (receipt, ("key", "sound"))
    manifest = Manifest.from_bytes(bytes.fromhex(FILE["manifest"]))
    assert (manifest.key, manifest.notebook, manifest.consent.stands) == (SOUND, NOTEBOOK.recipient, True)
    assert manifest.to_bytes().hex() == FILE["manifest"]


def test_a_text_can_be_read_and_is_made_as_ever() -> None:
    manifest = Manifest.from_bytes(bytes.fromhex(WRITTEN["manifest"]))
    assert (manifest.form, manifest.consent.voices, manifest.may_be_read) == ("note", "none", True)
    assert manifest.to_bytes().hex() == WRITTEN["manifest"]
    written = Written.from_bytes(bytes.fromhex(WRITTEN["plain"]))
    assert json.loads(json.dumps(asdict(written))) == WRITTEN["written"]
    assert written.to_bytes().hex() == WRITTEN["plain"]
    assert derive(SOUND.raw, "draft").hex() == WRITTEN["draft"]
    assert Manifest.from_bytes(bytes.fromhex(FILE["manifest"])).form == "session", "as all were before there were texts"


def test_corrections_can_be_read() -> None:
    found = next(v for v in VECTORS if v.name == "corrections")
    corrections = Corrections(**json.loads(found.plain))
    assert (corrections.names, corrections.lines["recap.0"]) == ({"Mya": "Maya"}, None)


def _positions(vector: Vector) -> list[int]:
    """Every byte where opening is cheap; where it costs an Argon2id, the edges and middles of each class of bytes."""
    if len(vector.sealed) < 600 and not vector.costly:
        return list(range(len(vector.sealed)))
    edges = (0, *vector.parts, len(vector.sealed) - 1)
    middles = [(a + b) // 2 for a, b in pairwise(edges)]
    near = [at + off for at in edges for off in ((0,) if vector.costly else (-1, 0, 1))]
    return sorted({at for at in (*near, *middles) if 0 <= at < len(vector.sealed)})


def _flipped(sealed: bytes, at: int, bit: int) -> bytes:
    return sealed[:at] + bytes([sealed[at] ^ 1 << bit]) + sealed[at + 1 :]
