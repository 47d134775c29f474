"""A text is killed on its way: one whole record, a destroyed key, its words nowhere on the disk but in the record."""

from __future__ import annotations

import io
import secrets as random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from afterword.capture.intake import Coming, Opened, open_capture
from afterword.capture.sender import send
from afterword.store.database import now
from afterword.work.sweep import LONGEST_SECONDS, end, sweep
from afterword.written import Written
from tests.safety.disk import can_mount, new_disk
from tests.safety.stage import (
    SENTENCES,
    Secrets,
    Stage,
    assert_over,
    canaries,
    killed,
    new_stage,
    quiet,
    rooms,
    wait,
    watched,
)

# Who dies at which point, where a text takes another way than sound, or its words are just then in the room.
READING = ("room-read",)
POINTS = ("room-started", "room-has-key", *READING, "record-before-keep", "key-b-destroyed", "spool-removed")
IN_ROOM = ("room-has-key", *READING)
NOTE = Written("\n".join(SENTENCES)).to_bytes()
# What `watched` wants for its search: a text has no sound, so this one is nobody's.
NO_SOUND = quiet(2)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with new_disk(tmp_path_factory.mktemp("disk")) as disk, new_stage(disk) as made:
        yield made


def write(stage: Stage, secrets: Secrets) -> Opened:
    """A note, sent as a browser sends one."""
    coming = Coming("none", "2026-11-20", 0, random.token_bytes(32), form="note")
    with stage.opening():
        opened = open_capture(stage.settings, stage.ledger, stage.owner, coming)
    secrets.note(stage, opened.capture)
    # What a browser keeps of its draft is noise once this is gone.
    secrets.pieces["draft"] = opened.draft
    send(stage.settings, stage.ledger, opened, io.BytesIO(NOTE))
    return opened


@pytest.mark.parametrize("lose_key", [False, True], ids=["comes-through", "machine-restarts"])
@pytest.mark.parametrize("point", POINTS)
def test_worker_or_room_dies_and_the_text_comes_through(stage: Stage, point: str, lose_key: bool) -> None:
    secrets = Secrets()
    with watched(stage, NO_SOUND, secrets), ThreadPoolExecutor() as threads:
        with stage.process("afterword", "worker", AFTERWORD_CRASH_AT=point) as worker:
            sending = threads.submit(write, stage, secrets)
            if point in IN_ROOM:
                wait(lambda: any(row["failures"] for row in stage.living()), f"a room that died at {point}")
                worker.kill()
            assert killed(worker)
            wait(lambda: not rooms(worker.pid), "the end of the room", 5)
        assert stage.search(canaries(NO_SOUND)) == []
        if lose_key:
            stage.lose_boot_key()
        with stage.working():
            capture = sending.result().capture
            if lose_key and stage.until(capture, "waiting", "destroyed")["state"] == "waiting":
                assert stage.resume() == 1
            stage.until(capture, "destroyed")


def test_a_text_that_is_thrown_away_is_gone_at_once(stage: Stage) -> None:
    secrets = Secrets()
    with watched(stage, NO_SOUND, secrets, kept=False):
        opened = write(stage, secrets)
        end(stage.settings, stage.ledger, opened.capture, "discarded")
        assert_over(stage, opened.capture, kept=False)


def test_one_that_was_begun_and_never_sent_is_destroyed_after_a_week(stage: Stage) -> None:
    secrets = Secrets()
    with watched(stage, NO_SOUND, secrets, kept=False), stage.opening():
        coming = Coming("none", "2026-11-20", 0, random.token_bytes(32), form="note")
        opened = open_capture(stage.settings, stage.ledger, stage.owner, coming)
        secrets.note(stage, opened.capture)
        sweep(stage.settings, stage.ledger, now() + LONGEST_SECONDS - 60)
        assert stage.row(opened.capture)["state"] == "open"
        sweep(stage.settings, stage.ledger, now() + LONGEST_SECONDS + 60)
        assert stage.row(opened.capture)["failure"] == "expired"


@pytest.mark.root
@pytest.mark.skipif(not can_mount(), reason="freed blocks can only be seen on a loop-mounted disk")
def test_control_a_text_in_a_temporary_file_is_caught(tmp_path: Path) -> None:
    secrets = Secrets()
    with new_disk(tmp_path) as disk, new_stage(disk) as stage:
        with (
            pytest.raises(AssertionError),
            watched(stage, NO_SOUND, secrets),
            stage.process("tests.safety.act", "work", "temporary_file"),
        ):
            stage.until(write(stage, secrets).capture, "destroyed")
        assert {"penguin", "crocodile"} <= {hit.canary for hit in stage.search(canaries(NO_SOUND))}
