"""Through the walls to a real llama.cpp: as a server at an address, and in the room itself."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from afterword.capture.choice import Choice
from afterword.gguf import read_gguf
from afterword.lent import Lent
from afterword.room.understand.model.asking import AtAddress, Message
from tests.llama import FORM, llama_server, needs_the_extra, smallest
from tests.test_connections import handed
from tests.test_door_model import record

ASKED = [Message("system", "Answer in JSON."), Message("user", "I slept well and I am happy. How is my mood?")]
REPOSITORY = Path(__file__).parents[1]
# As `room/__main__.py` does it, with a question of ours instead of a session.
IN_A_ROOM = """
import json, os, sys, time
from afterword.room import sandbox
from afterword.room.__main__ import memory_for
file, out = int(sys.argv[1]), os.dup(1)
rights = sandbox.enter(600, memory_for(file), file)
from afterword.room.understand.model.asking import Message, ModelFailed
from afterword.room.understand.model.in_room import InRoom
beats = []
said = {"walls": all(rights.__dict__.values())}
model = InRoom(file, lambda: beats.append(1), time.monotonic() + float(sys.argv[2]))
try:
    said["answer"] = model.ask([Message("user", sys.argv[3])], json.loads(sys.argv[6]), int(sys.argv[4]))
except ModelFailed as failed:
    said["failed"] = failed.code
try:
    open(sys.argv[5], "rb")
except PermissionError:
    said["others"] = "denied"
os.write(out, json.dumps(said).encode())
os._exit(0)
"""


def in_a_room(
    file: Path, said: str = "I am happy. How is my mood?", seconds: float = 300, most: int = 40
) -> dict[str, object]:
    """A model in a process that has entered the room. Reads from it that and nothing else of its folder."""
    beside = file.parent / "__init__.py"
    if not beside.exists():
        beside.write_text("")
    with file.open("rb") as opened:
        done = subprocess.run(
            [sys.executable, "-B", "-c", IN_A_ROOM, str(opened.fileno()), str(seconds), said, str(most), str(beside),
             json.dumps(FORM)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True, timeout=500,
            pass_fds=(opened.fileno(),), env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_a_real_server_answers_in_the_form_that_was_asked_for() -> None:
    with llama_server() as (address, _):
        parts = urlsplit(address)
        assert parts.hostname
        assert parts.port
        with handed((parts.hostname, parts.port), here=True, seconds=500) as client:
            model = AtAddress(address, model=None, key=None, client=client)
            answer = json.loads(model.ask(ASKED, FORM, 40))
            assert set(answer) == {"mood", "sure"}
            assert answer["mood"] in ("good", "bad")
            assert model.context == 8192


def test_a_real_server_that_dies_while_it_answers_the_room_costs_nothing() -> None:
    """(There is no end to what so small a model has to say.)"""
    seen: list[bool] = []

    def kill_it() -> None:
        while not seen and server.poll() is None:
            seen.extend(True for slot in httpx.get(f"{address}/slots", trust_env=False).json() if slot["is_processing"])
            time.sleep(0.2)
        server.kill()

    with llama_server() as (address, server):
        killer = threading.Thread(target=kill_it)
        killer.start()
        made = record(Lent(Choice(bytes(16), address=address)))
        killer.join()
    assert seen
    assert (made["engine"], made["fell_back"]) == ("built-in", "unreachable")
    assert {**made, "fell_back": None} == record(None)


def test_a_real_file_says_what_it_is() -> None:
    found = read_gguf(smallest())
    assert (found.architecture, found.trained, found.token_bytes) == ("llama", 8192, 23040)


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """The model in a folder of which the room may read nothing."""
    needs_the_extra()
    copied = tmp_path / "model.gguf"
    shutil.copy(smallest(), copied)
    return copied


def test_in_the_room_it_answers_in_the_form_that_was_asked_for(outside: Path) -> None:
    told = in_a_room(outside)
    assert (told["walls"], told["others"]) == (True, "denied")
    answer = json.loads(str(told["answer"]))
    assert set(answer) == {"mood", "sure"}


def test_in_the_room_it_is_stopped_when_it_takes_too_long(outside: Path) -> None:
    assert in_a_room(outside, "I am happy. " * 900, seconds=4)["failed"] == "slow"


@pytest.mark.parametrize(("said", "most"), [("happy " * 9000, 40), ("happy", 3)])
def test_in_the_room_what_is_too_long_is_said_to_be(outside: Path, said: str, most: int) -> None:
    assert in_a_room(outside, said, most=most)["failed"] == "context"


def test_a_broken_file_costs_nothing(outside: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(outside.read_bytes()[:3_000_000])
    made = record(Lent(Choice(bytes(16), file=str(broken))))
    assert (made["engine"], made["fell_back"]) == ("built-in", "unreachable")


def test_what_is_no_model_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "letter.gguf").write_text("Dear all")
    made = record(Lent(Choice(bytes(16), file=str(tmp_path / "letter.gguf"))))
    assert (made["engine"], made["fell_back"]) == ("built-in", "nonsense")
