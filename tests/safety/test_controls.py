"""Negative controls: with one promise broken, the very checks that pass elsewhere in this folder must fail."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from afterword.capture.wraps import Wraps
from tests.safety.disk import can_mount, new_disk
from tests.safety.power import assert_nothing_lost, restarted, sender_is_cut, worker_is_cut
from tests.safety.stage import MINE, Secrets, Stage, canaries, killed, new_stage, recording, wait, watched

pytestmark = [
    pytest.mark.root,
    pytest.mark.skipif(not can_mount(), reason="freed blocks can only be seen on a loop-mounted disk"),
]


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    with new_disk(tmp_path) as disk, new_stage(disk) as made:
        yield made


def test_a_temporary_file_that_was_deleted_is_caught(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    with pytest.raises(AssertionError), watched(stage, sound, secrets):
        _through(stage, sound, secrets, "temporary_file")
    hits = stage.search(canaries(sound))
    assert {hit.encoding for hit in hits} >= {"utf-8", "raw"}


def test_a_word_in_the_log_is_caught(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    with pytest.raises(AssertionError), watched(stage, sound, secrets):
        _through(stage, sound, secrets, "words_in_log")
    assert {hit.canary for hit in stage.search(canaries(sound))} == {"penguin", "volcano"}


def test_a_key_that_is_only_unlinked_is_caught(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    with pytest.raises(AssertionError), watched(stage, sound, secrets):
        _through(stage, sound, secrets, "unlink_only")
    assert stage.search(secrets.needles())
    assert stage.search(canaries(sound)) == []


def test_keys_in_a_database_are_caught_though_it_overwrites_what_it_deletes(stage: Stage, tmp_path: Path) -> None:
    sound, secrets = recording(), Secrets()
    with pytest.raises(AssertionError), watched(stage, sound, secrets):
        _through_with_keys_in_database(stage, sound, secrets, tmp_path)
    with closing(sqlite3.connect(stage.settings.data / "keys.db")) as db:
        assert db.execute("SELECT count(*) FROM wraps").fetchone() == (0,)
    assert stage.search(secrets.needles())


def test_a_second_key_on_a_retry_is_caught(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    with pytest.raises(AssertionError), watched(stage, sound, secrets), stage.working():
        _through_with_a_second_key(stage, sound, secrets)
    assert [stage.record(row["session"]) for row in stage.captures().values()] == [None]


def test_a_chunk_that_is_acknowledged_before_it_is_safe_is_caught(stage: Stage, tmp_path: Path) -> None:
    cut = sender_is_cut(stage, "chunk-durable", "no_fsync")
    with restarted(stage, tmp_path) as after, pytest.raises((AssertionError, OSError)):
        assert_nothing_lost(after, cut)


@pytest.mark.parametrize("point", ["key-destroyed", "spool-removed"])
def test_a_record_that_is_not_synced_before_its_key_is_destroyed_is_caught(
    stage: Stage, tmp_path: Path, point: str
) -> None:
    cut = worker_is_cut(stage, point, "synchronous_normal")
    with restarted(stage, tmp_path) as after, pytest.raises(AssertionError):
        assert_nothing_lost(after, cut)


def _through(stage: Stage, sound: bytes, secrets: Secrets, broken: str) -> None:
    """One whole run with a worker that breaks a promise."""
    with stage.process("tests.safety.act", "work", broken):
        opened = stage.add(sound, MINE, secrets)
        stage.until(opened.capture, "destroyed")


def _through_with_keys_in_database(stage: Stage, sound: bytes, secrets: Secrets, folder: Path) -> None:
    with stage.process("tests.safety.act", "work", "keys_in_database"):
        with stage.sending(sound, "keys_in_database", AFTERWORD_CRASH_AT="end-before-commit") as sender:
            assert killed(sender)
        _note_rows(stage, secrets, folder)
        with stage.sending(sound, "keys_in_database") as sender:
            assert sender.wait(60) == 0
        wait(lambda: not stage.living(), "the end of the work")


def _through_with_a_second_key(stage: Stage, sound: bytes, secrets: Secrets) -> None:
    with stage.sending(sound, AFTERWORD_CRASH_AT="chunk-durable") as sender:
        assert killed(sender)
    secrets.note_all(stage)
    with stage.sending(sound, "second_key") as sender:
        assert sender.wait(60) == 0
    wait(lambda: not stage.living(), "the end of the work")


def _note_rows(stage: Stage, secrets: Secrets, folder: Path) -> None:
    with closing(sqlite3.connect(stage.settings.data / "keys.db")) as db:
        rows = dict(db.execute("SELECT name, sealed FROM wraps").fetchall())
    secrets.pieces |= rows
    [capture] = stage.captures()
    for name, sealed in rows.items():
        (folder / name).write_bytes(sealed)
    secrets.pieces["key"] = Wraps(folder, capture).open_a(stage.owner).key.raw
