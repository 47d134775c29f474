"""Workers that are frozen, killed or served by a deadly room: nothing is lost, nothing is there twice.

On real SQLite and on real PostgreSQL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from afterword import session
from afterword.door import Asked, Door, Left, Rested, RoomFailed
from afterword.notebook.shelf import Shelf
from afterword.room.frames import Frame, Kind
from afterword.store.tables import objects
from afterword.work.sweep import end
from tests.postgres import postgres_address
from tests.safety.disk import Disk
from tests.safety.stage import SENTENCES, Stage, assert_over, assert_whole, new_stage, recording, rooms, wait
from tests.speech import dialogue
from tests.store.conftest import fresh_postgres

__all__ = ["postgres_address"]
JOBS, KILLS = 24, 5


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    with ExitStack() as stack:
        address = None
        if request.param == "postgres":
            databases = fresh_postgres(request.getfixturevalue("postgres_address"))
            engine = next(databases)
            address = engine.url.render_as_string(hide_password=False)
            stack.callback(next, databases, None)
        yield stack.enter_context(new_stage(Disk(tmp_path, None), address))


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Stage]:
    with new_stage(Disk(tmp_path, None)) as made:
        yield made


@pytest.mark.parametrize("point", ["room-started", "record-before-keep", "record-kept", "spool-removed"])
def test_a_worker_that_was_frozen_past_its_lease_changes_nothing_when_it_wakes(stage: Stage, point: str) -> None:
    with stage.process("tests.safety.act", "work", "short_lease", f"freeze={point}") as frozen:
        capture = stage.add(recording()).capture
        wait(lambda: _state(frozen.pid) == "T", f"a worker that froze at {point}")
        with stage.working("worker-2"):
            stage.until(capture, "destroyed")
            before = everything(stage)
            os.kill(frozen.pid, signal.SIGCONT)
            # It tries to go on, loses its claim, and looks for work again.
            wait(lambda: _is_idle(stage, frozen), "the frozen worker's next look")
        assert frozen.poll() is None
        assert everything(stage) == before
    assert_over(stage, capture)


def test_many_small_jobs_survive_random_kills_of_two_workers(stage: Stage) -> None:
    chance = random.Random(11)
    with stage.opening():
        added = [stage.add(f"no sound but {n}, and a text of that name".encode()).capture for n in range(JOBS)]
    with ExitStack() as stack:
        running = [
            stack.enter_context(stage.process("afterword", "worker", AFTERWORD_WORKER=n)) for n in ("one", "two")
        ]
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.6, 1.8))
            which = chance.randrange(2)
            running[which].kill()
            running[which].wait()
            name = ("one", "two")[which]
            running[which] = stack.enter_context(stage.process("afterword", "worker", AFTERWORD_WORKER=name))
        wait(lambda: not stage.living(), "the end of all jobs", 180)
        assert all(worker.poll() is None for worker in running)
    assert set(stage.captures()) == set(added)
    for capture in added:
        assert_over(stage, capture, kept=False)
        receipt = Shelf(stage.engine, stage.owner).receipt(stage.row(capture)["session"])
        assert receipt
        assert receipt.outcome == "not_audio"


def test_a_part_that_kills_three_rooms_is_left_out_and_the_record_says_so(
    on_sqlite: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    died = poison(monkeypatch, lambda told, saved: told["stage"] == "listening" and saved)
    # A window of listening ends at a pause after 20 to 40 seconds; the poison lies in the second one.
    before = [("awb", sentence) for sentence in SENTENCES]
    after = [("awb", "This week I will telephone the dinosaur museum in Barcelona.")]
    sound = recording(dialogue([*before, *after * 10], pause=0.8))
    with on_sqlite.working():
        opened = on_sqlite.add(sound)
        on_sqlite.until(opened.capture, "destroyed")
    record = on_sqlite.record(opened.session)
    assert record is not None
    [gap] = record.gaps
    assert gap.why == "unreadable"
    assert 20 <= gap.start < gap.end
    assert b"penguin" in record.to_bytes()
    assert len(died) == 4


def test_a_room_that_dies_of_understanding_three_times_uses_the_simpler_engine(
    on_sqlite: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    died = poison(monkeypatch, lambda told, saved: told["stage"] == "understanding")
    with on_sqlite.working():
        opened = on_sqlite.add(recording())
        on_sqlite.until(opened.capture, "destroyed")
    record = on_sqlite.record(opened.session)
    assert_whole(record)
    assert record
    assert record.engine != "built-in"
    assert len(died) == 4


def test_a_room_that_says_nothing_for_longer_than_a_lease_is_not_taken_over(on_sqlite: Stage) -> None:
    with on_sqlite.process("tests.safety.act", "work", "short_lease") as patient:
        capture = on_sqlite.add(recording()).capture
        [room] = _stopped(patient)
        with on_sqlite.working("worker-2"):
            time.sleep(4)
            assert on_sqlite.row(capture)["attempts"] == 1
            os.kill(room, signal.SIGCONT)
            on_sqlite.until(capture, "destroyed")
    assert_over(on_sqlite, capture)
    receipt = Shelf(on_sqlite.engine, on_sqlite.owner).receipt(on_sqlite.row(capture)["session"])
    assert receipt
    assert receipt.attempts == 1


def test_a_room_that_says_nothing_is_ended_when_its_recording_is_discarded(on_sqlite: Stage) -> None:
    with on_sqlite.process("afterword", "worker") as worker:
        capture = on_sqlite.add(recording()).capture
        _stopped(worker)
        end(on_sqlite.settings, on_sqlite.ledger, capture, "discarded")
        assert_over(on_sqlite, capture, kept=False)
        wait(lambda: not rooms(worker.pid), "the end of the room", 5)
        assert worker.poll() is None


def poison(monkeypatch: pytest.MonkeyPatch, deadly: Any) -> list[int]:
    """Kill every room that gets to where `deadly(progress, a checkpoint is there)` says so, unless it is a careful
    one. Returns the rooms that there were."""
    opened: list[int] = []

    class Poisoned(Door):
        def __enter__(self) -> Door:
            super().__enter__()
            *_, (_, checkpoint) = self._hand_in
            self.careful, self.saved = bool(self._job["careful"]), bool(checkpoint)
            opened.append(self.pid)
            return self

        def _serve(self, frame: Frame, tell: Any, save: Any) -> Left | Asked | Rested | None:
            self.saved = self.saved or frame.kind is Kind.SAVE
            if frame.kind is Kind.PROGRESS and not self.careful and deadly(json.loads(frame.payload), self.saved):
                # What it had written before it died is not read: it may have been quicker than the signal.
                os.kill(self.pid, signal.SIGKILL)
                raise RoomFailed("room_died", True)
            return super()._serve(frame, tell, save)

    monkeypatch.setattr(session, "Door", Poisoned)
    return opened


def everything(stage: Stage) -> tuple[Any, ...]:
    """All rows and all files."""
    with stage.engine.connect() as db:
        kept = sorted(tuple(row) for row in db.execute(select(objects.c.id, objects.c.kind, objects.c.sealed)))
    files = [sorted(folder.rglob("*")) for folder in (stage.settings.keys, stage.settings.spool)]
    return stage.captures(), kept, files


def _stopped(worker: subprocess.Popen[bytes]) -> list[int]:
    """Its room, which is stopped before it hears anything."""
    wait(lambda: bool(rooms(worker.pid)), "a room")
    for room in rooms(worker.pid):
        os.kill(room, signal.SIGSTOP)
    return rooms(worker.pid)


def _is_idle(stage: Stage, worker: subprocess.Popen[bytes]) -> bool:
    return f"idle {worker.pid}" in (stage.disk.root / "log" / "processes").read_text()


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
