"""Sealed chunks wait here, in order, each written once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from afterword.capture.files import Conflict
from afterword.capture.spool import Spool, chunk_name, free_bytes
from afterword.seal import Tampered
from afterword.seal.context import chunk_place
from afterword.seal.keys import CaptureIdentity

CAPTURE = bytes(range(16))


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    made = Spool(tmp_path, CAPTURE)
    made.make()
    return made


def test_chunks_come_back_as_they_were_put(spool: Spool) -> None:
    for index in (2, 0, 10):
        spool.put(chunk_name(index), f"chunk {index}".encode())
    assert spool.have() == {"000000": 7, "000002": 7, "000010": 8}
    assert spool.read("000010") == b"chunk 10"
    with pytest.raises(FileNotFoundError):
        spool.read("000001")


def test_what_was_listened_to_may_go_and_may_go_twice(spool: Spool) -> None:
    for name in ("0123abcd.mic.000000", "0123abcd.mic.000001"):
        spool.put(name, b"chunk")
    spool.let_go(["0123abcd.mic.000000"])
    spool.let_go(["0123abcd.mic.000000"])
    assert list(spool.have()) == ["0123abcd.mic.000001"]


def test_a_number_is_written_once(spool: Spool) -> None:
    spool.put("000000", b"chunk")
    spool.put("000000", b"chunk")
    with pytest.raises(Conflict):
        spool.put("000000", b"other")


def test_a_checkpoint_replaces_the_one_before_and_is_no_chunk(spool: Spool) -> None:
    assert spool.checkpoint() == b""
    spool.save_checkpoint(b"one", 1)
    spool.save_checkpoint(b"two", 1)
    assert (spool.checkpoint(), spool.have()) == (b"two", {})


def test_a_worker_that_was_frozen_meanwhile_puts_no_older_checkpoint_back(spool: Spool) -> None:
    spool.save_checkpoint(b"of the second", 2)
    spool.save_checkpoint(b"of the first, late", 1)
    assert spool.checkpoint() == b"of the second"
    spool.save_checkpoint(b"of the third", 3)
    assert [path.name for path in spool.folder.iterdir()] == ["checkpoint-00000003"]


def test_what_a_crash_left_half_written_is_no_chunk(spool: Spool) -> None:
    (spool.folder / ".000003.77.abcd").write_bytes(b"half")
    assert spool.have() == {}


def test_removing_leaves_nothing_and_may_be_repeated(spool: Spool) -> None:
    spool.put("000000", b"chunk")
    spool.save_checkpoint(b"one", 1)
    assert not spool.gone()
    spool.remove()
    spool.remove()
    assert spool.gone()
    assert list(spool.root.iterdir()) == []


def test_the_folder_is_its_owners_alone_and_may_be_made_twice(spool: Spool) -> None:
    spool.make()
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700
    assert free_bytes(spool.root) > 0


def test_chunks_do_not_open_under_another_number_or_in_another_capture(spool: Spool, tmp_path: Path) -> None:
    identity, other = CaptureIdentity.make(), Spool(tmp_path, bytes(16))
    other.make()
    for index in range(3):
        spool.put(chunk_name(index), identity.recipient.seal(b"sound %d" % index, chunk_place(CAPTURE, index)))
        other.put(chunk_name(index), identity.recipient.seal(b"other %d" % index, chunk_place(bytes(16), index)))
    places = [(spool, CAPTURE, index) for index in range(3)] + [(other, bytes(16), index) for index in range(3)]
    for where, _, index in places:
        for theirs in places:
            if (where, index) == (theirs[0], theirs[2]):
                assert identity.open(where.read(chunk_name(index)), chunk_place(theirs[1], index))
            else:
                with pytest.raises(Tampered):
                    identity.open(where.read(chunk_name(index)), chunk_place(theirs[1], theirs[2]))
