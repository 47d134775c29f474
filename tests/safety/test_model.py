"""With a language model at an address: killed anywhere nothing is lost or left, and only the room has words."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from afterword.capture import chosen
from afterword.capture.choice import Choice
from afterword.notebook.shelf import Shelf
from afterword.record import Record
from tests.model_server import Asked, Server, serving, silent, well
from tests.safety import canary
from tests.safety.disk import new_disk
from tests.safety.stage import MINE, Secrets, Stage, canaries, new_stage, recording, rooms, wait, watched
from tests.safety.test_kill_matrix import LENDING, worker_dies

_SEEN: set[bytes] = set()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with new_disk(tmp_path_factory.mktemp("disk")) as disk, new_stage(disk) as made:
        yield made


@pytest.fixture(autouse=True)
def none_is_chosen(stage: Stage) -> Iterator[None]:
    """Between the tests; and what they leave is told apart."""
    yield
    chosen.drop(stage.engine, stage.owner)
    _SEEN.update(shelved.id for shelved in Shelf(stage.engine, stage.owner).sessions())


def choose(stage: Stage, server: Server, agreed: bool = True) -> None:
    """Under a name that is not known to be this machine, with a yes; or under one that is."""
    address = server.address("127.1" if agreed else "127.0.0.1")
    kept = Choice(bytes(16), address=address, key="crocodile key", agreed_on="2026-11-20" if agreed else None)
    chosen.keep(stage.engine, stage.owner, kept)


def last(stage: Stage) -> tuple[Record, str | None]:
    """The record of this test, and where text of it was sent."""
    shelf = Shelf(stage.engine, stage.owner)
    [session] = {shelved.id for shelved in shelf.sessions()} - _SEEN
    record, sent = shelf.session(session).record, shelf.sent(session)
    assert record is not None
    return record, f"{sent.host} {sent.agreed_on}" if sent else None


@pytest.mark.parametrize("point", [*LENDING, "room-understood", "record-kept", "spool-removed"])
def test_worker_or_room_dies_and_the_model_writes_the_record(stage: Stage, point: str) -> None:
    with serving() as server:
        choose(stage, server)
        worker_dies(stage, point, lose_key=False)
    record, sent = last(stage)
    assert record.engine.startswith("language model")
    assert sent == "127.1 2026-11-20"
    assert server.questions


def test_worker_dies_and_the_machine_restarts(stage: Stage) -> None:
    with serving() as server:
        choose(stage, server)
        worker_dies(stage, "sent-kept", lose_key=True)
    assert last(stage)[0].engine.startswith("language model")


def dying(stage: Stage, times: int) -> tuple[Record, Server]:
    """Rooms that are killed just when they have asked, so many times."""
    sound, secrets = recording(), Secrets()
    pid: list[int] = []

    def script(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        if asked.path.endswith("/chat/completions") and len(server.questions) <= times:
            for room in rooms(pid[0]):
                os.kill(room, signal.SIGKILL)
            return
        well(handler, asked)

    with serving(script) as server, watched(stage, sound, secrets), stage.process("afterword", "worker") as worker:
        pid.append(worker.pid)
        choose(stage, server)
        stage.until(stage.add(sound, MINE, secrets).capture, "destroyed")
    return last(stage)[0], server


def test_a_room_that_dies_while_it_asks_asks_again(stage: Stage) -> None:
    record, server = dying(stage, 1)
    assert record.engine.startswith("language model")
    assert len(server.questions) >= 2


def test_rooms_that_die_of_a_model_do_without_it(stage: Stage) -> None:
    record, server = dying(stage, 100)
    assert record.engine == "built-in"
    assert len(server.questions) == 2


def test_a_model_that_is_taken_back_is_not_waited_for(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    with serving(silent) as server, watched(stage, sound, secrets), stage.process("afterword", "worker"):
        choose(stage, server)
        capture = stage.add(sound, MINE, secrets).capture
        wait(lambda: server.met > 0, "a question")
        chosen.drop(stage.engine, stage.owner)
        begun = time.monotonic()
        stage.until(capture, "destroyed")
        assert time.monotonic() - begun < 30
    record, sent = last(stage)
    assert (record.engine, record.fell_back) == ("built-in", "unreachable")
    # It may have been sent: that stays said.
    assert sent is not None


def test_a_choice_that_was_made_anew_does_not_hold_for_what_began_before(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    with serving() as before, serving() as after, watched(stage, sound, secrets):
        choose(stage, before)
        with stage.opening():
            capture = stage.add(sound, MINE, secrets).capture
        choose(stage, after)
        with stage.working():
            stage.until(capture, "destroyed")
        assert (before.met, after.met) == (0, 0)
    record, sent = last(stage)
    assert (record.engine, sent) == ("built-in", None)


def test_on_this_machine_nothing_is_said_to_have_left_it(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    with serving() as server, watched(stage, sound, secrets), stage.working():
        choose(stage, server, agreed=False)
        stage.until(stage.add(sound, MINE, secrets).capture, "destroyed")
    record, sent = last(stage)
    assert (record.engine.startswith("language model"), sent) == (True, None)


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="reading the memory of a process that forbids it needs root")
def test_while_words_go_to_the_model_the_worker_has_none(stage: Stage) -> None:
    sound, secrets = recording(), Secrets()
    needles = canaries(sound, memory=True)
    pid: list[int] = []
    hits: list[canary.Hit] = []
    seen: list[canary.Hit] = []

    def script(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        if asked.path.endswith("/chat/completions"):
            hits.extend(canary.in_memory(pid[0], needles))
            seen.extend(hit for room in rooms(pid[0]) for hit in canary.in_memory(room, needles))
        well(handler, asked)

    with serving(script) as server, watched(stage, sound, secrets), stage.process("afterword", "worker") as worker:
        pid.append(worker.pid)
        choose(stage, server)
        stage.until(stage.add(sound, MINE, secrets).capture, "destroyed")
    assert hits == []
    # The control: the room has them, and a scan sees it.
    assert seen
