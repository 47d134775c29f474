"""Reading while the session goes on: what was read stays in the checkpoint, and goes when its words are wished away."""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from afterword.capture.choice import Choice
from afterword.capture.manifest import Consent, Manifest
from afterword.record import Record
from afterword.room import attend as module
from afterword.room.ahead import Ahead
from afterword.room.attend import attend
from afterword.room.frames import Kind
from afterword.room.listen import Checkpoint
from afterword.room.pipes import Pipes
from afterword.room.transcript import Turn
from afterword.room.understand.model import lent, parts
from afterword.room.understand.model.asking import AtAddress, Model
from afterword.room.understand.model.findings import Findings
from afterword.seal.context import checkpoint_place, place
from afterword.seal.keys import NotebookIdentity
from tests.model_server import Server, refusing, serving, silent
from tests.room.listen.test_following import Device, Drawer, Stored
from tests.speech import Samples, dialogue
from tests.test_connections import handed

SAID = [
    "I keep dreaming about the penguin and the volcano.",
    "Every night I see a crocodile eating spaghetti in the cathedral.",
    "Then I called my sister, and she was quiet on the phone.",
    "I will wait one day before I answer my manager.",
]


@pytest.fixture(autouse=True)
def a_part_is_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "LIVE_TOKENS", 40)
    monkeypatch.setattr(parts, "BEFORE", 1)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


@pytest.fixture
def model(server: Server) -> Iterator[Model]:
    with handed(("127.0.0.1", server.port), seconds=300) as client:
        yield AtAddress(server.address(), model="m", key=None, client=client, context=8192)


def turns(*texts: str) -> tuple[Turn, ...]:
    return tuple(Turn(t, 10.0 * t, "client", text) for t, text in enumerate(texts))


def settled(ahead: Ahead, said: tuple[Turn, ...]) -> tuple[bytes, ...]:
    """What it has found once it is done with what there is."""
    while True:
        found = ahead.look(said)
        if not ahead.busy:
            return found
        while ahead.busy:
            time.sleep(0.01)


def spoken() -> Samples:
    """Two voices in turn: what one voice says without a break is one turn, and not over yet."""
    return dialogue([(("awb", "slt")[n % 2], text) for n, text in enumerate(SAID * 2)], pause=1.0)


def patiently(monkeypatch: pytest.MonkeyPatch) -> None:
    """A room that has begun to read waits for it, so that a test knows when it is done."""
    look = Ahead.look

    def waiting(self: Ahead, said: tuple[Turn, ...]) -> tuple[bytes, ...]:
        found = look(self, said)
        while self.busy:
            time.sleep(0.01)
            found = found if self.busy else look(self, said)
        return found

    monkeypatch.setattr(Ahead, "look", waiting)


def test_a_part_is_read_when_there_is_enough_of_it_and_the_last_lines_wait(server: Server, model: Model) -> None:
    ahead = Ahead(lambda: model, ())
    assert settled(ahead, turns(*SAID[:1])) == ()
    assert server.questions == []
    found = settled(ahead, turns(*SAID))
    assert found
    assert "penguin" in server.questions[0].said
    # It may still go on, so nothing was made of it yet.
    assert not any("manager" in asked.said for asked in server.questions)


def test_the_next_room_goes_on_and_reads_nothing_twice(server: Server, model: Model) -> None:
    found = settled(Ahead(lambda: model, ()), turns(*SAID))
    asked = len(server.questions)
    assert settled(Ahead(lambda: model, found), turns(*SAID)) == found
    assert len(server.questions) == asked


def test_what_was_read_of_words_that_changed_or_went_is_gone(model: Model) -> None:
    found = settled(Ahead(lambda: model, ()), turns(*SAID))
    assert b"penguin" in b"".join(found)
    ahead = Ahead(lambda: model, found)
    assert b"penguin" not in b"".join(ahead.look(turns(*SAID[1:])))
    assert Ahead(lambda: model, found).look(turns(*SAID)) == found


def test_a_model_that_fails_is_left_alone_until_the_end() -> None:
    with serving(refusing) as server, handed(("127.0.0.1", server.port)) as client:
        model = AtAddress(server.address(), model="m", key=None, client=client, context=8192)
        ahead = Ahead(lambda: model, ())
        assert settled(ahead, turns(*SAID)) == ()
        asked = len(server.questions)
        assert settled(ahead, turns(*SAID, *SAID)) == ()
        assert len(server.questions) == asked > 0


def test_listening_does_not_wait_for_it() -> None:
    with serving(silent) as server, handed(("127.0.0.1", server.port), seconds=2) as client:
        model = AtAddress(server.address(), model="m", key=None, client=client, context=8192)
        ahead, begun = Ahead(lambda: model, ()), time.monotonic()
        assert ahead.look(turns(*SAID)) == ()
        assert ahead.busy
        assert time.monotonic() - begun < 0.5
        assert settled(ahead, turns(*SAID)) == ()


def test_what_cannot_be_read_back_is_read_again(server: Server, model: Model) -> None:
    assert settled(Ahead(lambda: model, (b"{}", b"nonsense")), turns(*SAID))
    assert server.questions


@dataclass
class Worker(Drawer):
    """The worker's end, which keeps what the room gives."""

    given: list[tuple[Kind, bytes]] = field(default_factory=list)

    def give(self, kind: Kind, payload: bytes) -> None:
        self.given.append((kind, payload))


class Capture:
    """A live capture whose rooms are run here, one after another."""

    def __init__(self) -> None:
        self.device, self.notebook = Device(), NotebookIdentity.make()
        ids = self.device.capture, secrets.token_bytes(16), secrets.token_bytes(16)
        choice = Choice(bytes(16), address="http://127.0.0.1:1")
        consent = Consent("both", "2026-11-01")
        self.manifest = Manifest(*ids, self.notebook.recipient, consent, "2026-11-20", self.device.key, choice)
        self.checkpoint = b""

    def room(self, stored: list[Stored], last: bool = False, forgotten: list[Any] | None = None) -> Record | None:
        worker = Worker(stored)
        job = {
            "live": worker.places(0), "forgotten": forgotten or [], "flush": True, "last": last, "closed": {},
            "speakers": "keep", "careful": False, "rest": 360.0, "lent": True, "certificates": "",
        }  # fmt: skip
        attend(cast(Pipes, worker), job, self.manifest.to_bytes(), self.checkpoint, {})
        for kind, payload in worker.given:
            if kind is Kind.SAVE:
                self.checkpoint = payload[4:]
            if kind is Kind.RECORD:
                info = place(self.manifest.person, "record", self.manifest.session, 0)
                return Record.from_bytes(self.notebook.open(payload, info))
        return None

    @property
    def state(self) -> Checkpoint:
        info = checkpoint_place(self.device.capture)
        return Checkpoint.from_bytes(self.device.key.open(self.checkpoint, info))


def test_a_session_is_read_while_it_goes_on_and_the_end_asks_for_the_rest_only(
    server: Server, model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lent, "model_of", lambda *_: model)
    patiently(monkeypatch)
    capture = Capture()
    capture.room(capture.device.say(spoken()))
    ahead = len(server.questions)
    assert ahead > 0
    assert any(b"penguin" in found for found in capture.state.found)
    assert b"penguin" not in capture.checkpoint
    found = capture.state.found[-1]
    record = capture.room(capture.device.say(dialogue([("kal16", "So that is where we stop for today.")])), last=True)
    assert record is not None
    assert record.engine.startswith("language model")
    assert (record.fell_back, record.covered) == (None, 1.0)
    # Lines that were read are not sent once more, but for the last of them, which show where the next begin.
    read_to = max(last for _, last in Findings.from_bytes(found).read)
    rest = "\n".join(asked.said.split("(this part)")[-1] for asked in server.questions[ahead:])
    assert [int(t) for t in re.findall(r"^(\d+) [CT?]: ", rest, re.MULTILINE) if int(t) <= read_to] == []


def test_what_is_wished_away_is_gone_from_what_was_read(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lent, "model_of", lambda *_: model)
    patiently(monkeypatch)
    capture = Capture()
    stored = capture.device.say(spoken())
    capture.room(stored)
    assert capture.state.found
    segment, count = stored[0][0].segment, len(stored)
    monkeypatch.setattr(module, "_ahead", lambda *_: None)
    capture.room([], forgotten=[[segment, "mic", 0, count]])
    assert capture.state.found == ()
    assert json.dumps([line.text for line in capture.state.lines]) == "[]"
