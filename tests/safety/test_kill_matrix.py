"""Killed at every crash point, with the boot key and without it: one whole record, a destroyed key, nothing else left.

The real speech model hears a real recording each time. Searched are the raw blocks of the disk on which everything
lies: database, its log, spool, keys, logs at DEBUG, and the folders for temporary files of every process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext

import pytest

from afterword.capture import intake
from afterword.capture.intake import answer_speakers
from afterword.notebook.shelf import Shelf
from afterword.store.database import now
from afterword.work.sweep import LONGEST_SECONDS, end, sweep
from tests.consent.test_kept import NOTING
from tests.safety.disk import new_disk
from tests.safety.live import DEVICE, FOLLOWING
from tests.safety.stage import (
    BOTH,
    MINE,
    REPOSITORY,
    Secrets,
    Stage,
    assert_over,
    canaries,
    killed,
    new_stage,
    quiet,
    recording,
    rooms,
    spoken_by_two,
    wait,
    watched,
)
from tests.safety.test_text import READING

# Who dies at which point. A point that nobody has put here fails a test below.
SENDER = (
    "wraps-before", "wrap-a-durable", "wraps-durable", "capture-committed", "chunk-before-write", "chunk-durable",
    "end-before-commit", "end-committed",
)  # fmt: skip
WORKER = (
    "capture-before-open", "room-started", "checkpoint-before-write", "checkpoint-durable", "record-before-keep",
    "record-kept", "key-before-destroy", "key-b-destroyed", "key-destroyed", "spool-removed", "receipt-kept",
)  # fmt: skip
ROOM = ("room-has-key", "room-saved", "room-heard", "room-understood")
ASKING = ("question-kept",)
# Tried in test_model.py.
LENDING = ("sent-kept",)
# From here on the public key is out, and chunks may be sealed to it.
KEY_HANDED_OUT = ("chunk-before-write", "chunk-durable", "end-before-commit", "end-committed")
# After these the record is safe and what is left needs no key: losing the boot key as well is tried at one of them.
# Before the first, losing it is what happens to the sender at capture-committed.
KEY_NOT_NEEDED = (
    "capture-before-open",
    "record-kept",
    "key-before-destroy",
    "key-destroyed",
    "spool-removed",
    "receipt-kept",
)
WITH_KEY_LOST = [point for point in (*SENDER, *WORKER, *ROOM) if point not in KEY_NOT_NEEDED]
# Killed in tests/notebook/test_notes.py and tests/web/test_delete_everything.py.
KEEPING = ("drawer-between", "erase-locked", "erase-keys-gone", "erase-rows-gone")


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with new_disk(tmp_path_factory.mktemp("disk")) as disk, new_stage(disk) as made:
        yield made


def test_every_crash_point_has_its_place_in_the_matrix() -> None:
    code = "".join(path.read_text() for path in (REPOSITORY / "afterword").rglob("*.py"))
    places = {*SENDER, *WORKER, *ROOM, *ASKING, *LENDING, *DEVICE, *FOLLOWING, *READING, *NOTING, *KEEPING}
    assert set(re.findall(r'crash_point\("([^"]+)"\)', code)) == places
    assert len(re.findall(r"crash_point\((?!name: str)", code)) == len(places)


@pytest.mark.parametrize("point", SENDER)
def test_the_sender_dies_and_the_recording_comes_through(stage: Stage, point: str) -> None:
    sender_dies(stage, point, lose_key=False)


@pytest.mark.parametrize("point", [point for point in SENDER if point in WITH_KEY_LOST])
def test_the_sender_dies_and_the_machine_restarts(stage: Stage, point: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # How long a sender waits for a worker to open its capture; after a restart none can.
    monkeypatch.setattr(intake, "OPENING_SECONDS", 2.0)
    sender_dies(stage, point, lose_key=True)


@pytest.mark.parametrize("point", WORKER)
def test_the_worker_dies_and_the_recording_comes_through(stage: Stage, point: str) -> None:
    worker_dies(stage, point, lose_key=False)


@pytest.mark.parametrize("point", [point for point in WORKER if point in WITH_KEY_LOST])
def test_the_worker_dies_and_the_machine_restarts(stage: Stage, point: str) -> None:
    worker_dies(stage, point, lose_key=True)


@pytest.mark.parametrize("point", ROOM)
def test_room_and_worker_die_and_the_recording_comes_through(stage: Stage, point: str) -> None:
    worker_dies(stage, point, lose_key=False)


@pytest.mark.parametrize("point", [point for point in ROOM if point in WITH_KEY_LOST])
def test_room_and_worker_die_and_the_machine_restarts(stage: Stage, point: str) -> None:
    worker_dies(stage, point, lose_key=True)


@pytest.mark.parametrize("lose_key", [False, True], ids=["comes-through", "machine-restarts"])
def test_the_worker_dies_after_asking_who_is_who(stage: Stage, lose_key: bool) -> None:
    sound, secrets = recording(spoken_by_two()), Secrets()
    with watched(stage, sound, secrets), ExitStack() as stack:
        worker = stack.enter_context(stage.process("afterword", "worker", AFTERWORD_CRASH_AT="question-kept"))
        opened = stage.add(sound, BOTH, secrets)
        assert killed(worker)
        assert stage.search(canaries(sound)) == []
        assert stage.row(opened.capture)["state"] == "asking"
        assert Shelf(stage.engine, stage.owner).question(opened.session)
        if lose_key:
            stage.lose_boot_key()
        with stage.working():
            answer_speakers(stage.ledger, opened.capture, "swap")
            _through(stage, opened.capture, waits=lose_key)


def test_silence_leaves_nothing_but_a_receipt(stage: Stage) -> None:
    sound, secrets = quiet(4), Secrets()
    with watched(stage, sound, secrets, kept=False), stage.working():
        opened = stage.add(sound, MINE, secrets)
        row = stage.until(opened.capture, "destroyed")
    assert row["failure"] == "no_speech"


def test_a_recording_that_is_discarded_while_it_is_heard_is_gone_in_a_second(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    with watched(stage, sound, secrets, kept=False), stage.process("afterword", "worker") as worker:
        opened = stage.add(sound, MINE, secrets)
        wait(lambda: stage.row(opened.capture)["stage"] == "listening" and bool(rooms(worker.pid)), "listening")
        before = now()
        end(stage.settings, stage.ledger, opened.capture, "discarded")
        assert now() - before <= 1
        assert_over(stage, opened.capture, kept=False)
        wait(lambda: not rooms(worker.pid), "the end of the room", 5)
    assert_over(stage, opened.capture, kept=False)


@pytest.mark.parametrize("lose_key", [False, True], ids=["running", "restarted"])
def test_a_recording_that_waits_for_a_week_is_destroyed(stage: Stage, lose_key: bool) -> None:
    sound, secrets = recording(), Secrets()
    with watched(stage, sound, secrets, kept=False):
        with stage.opening():
            begun = stage.add(sound, MINE, secrets)
        if lose_key:
            stage.lose_boot_key()
            with stage.working():
                stage.until(begun.capture, "waiting")
        sweep(stage.settings, stage.ledger, now() + LONGEST_SECONDS - 60)
        assert stage.row(begun.capture)["state"] in ("ended", "waiting")
        sweep(stage.settings, stage.ledger, now() + LONGEST_SECONDS + 60)
        assert stage.row(begun.capture)["failure"] == "expired"
        assert stage.record(begun.session) is None


def sender_dies(stage: Stage, point: str, lose_key: bool) -> None:
    """Dies at `point`; sends again; everything comes through."""
    sound, secrets = recording(), Secrets()
    with watched(stage, sound, secrets), ExitStack() as stack:
        # Nobody opens the capture if its machine restarts just then.
        opener = nullcontext() if (point, lose_key) == ("capture-committed", True) else stage.opening()
        with opener, stage.sending(sound, AFTERWORD_CRASH_AT=point) as sender:
            assert killed(sender)
        assert stage.search(canaries(sound)) == []
        secrets.note_all(stage)
        if lose_key:
            stage.lose_boot_key()
        stack.enter_context(stage.working())
        opened = stage.add(sound, MINE, secrets)
        _through(stage, opened.capture, waits=lose_key and point in KEY_HANDED_OUT)


def worker_dies(stage: Stage, point: str, lose_key: bool) -> None:
    """Worker, or room and worker, die at `point`; a new worker comes."""
    sound, secrets = recording(), Secrets()
    with watched(stage, sound, secrets), ThreadPoolExecutor() as threads:
        with stage.process("afterword", "worker", AFTERWORD_CRASH_AT=point) as worker:
            sending = threads.submit(stage.add, sound, MINE, secrets)
            if point in ROOM:
                wait(lambda: any(row["failures"] for row in stage.living()), f"a room that died at {point}")
                worker.kill()
            assert killed(worker)
            wait(lambda: not rooms(worker.pid), "the end of the room", 5)
        assert stage.search(canaries(sound)) == []
        if lose_key:
            stage.lose_boot_key()
        with stage.working():
            _through(stage, sending.result().capture, waits=lose_key and point != "key-b-destroyed")


def _through(stage: Stage, capture: bytes, waits: bool) -> None:
    """To the end; `waits`: by way of the owner's next unlock, before which nothing is opened."""
    if waits:
        row = stage.until(capture, "waiting", "destroyed")
        assert (row["state"], stage.count("record", row["session"])) == ("waiting", 0)
        assert stage.resume() == 1
    stage.until(capture, "destroyed")
