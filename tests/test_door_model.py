"""A real room with a language model behind it: what it is asked, what it is not, and what comes out either way."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from afterword.capture.choice import Choice
from afterword.door import Door, Left
from afterword.lent import Lent
from tests.model_server import Asked, Script, elsewhere, refusing, say, serving, well

SAID = b"""\
Me: I was tired this week. I said yes at work again when I wanted to say no.
Therapist: What happened then?
Me: I called my sister and felt guilty the whole evening.
Therapist: What could you do next time?
Me: I will wait one day before I answer my manager.
"""


def choice(address: str, **more: Any) -> Choice:
    return Choice(bytes(16), address=address, **more)


def record(lent: Lent | None) -> dict[str, Any]:
    """What a room makes of what was said."""
    with Door.to_read(SAID, "said.txt", lent) as door:
        left = door.attend(lambda _: None, lambda _, __: None)
    assert isinstance(left, Left)
    return dict(json.loads(left.sealed))


def test_a_model_at_an_address_writes_the_record() -> None:
    with serving() as server:
        made = record(Lent(choice(server.address(), key="a key", model="some-model")))
    assert made["engine"].endswith("some-model")
    assert made["fell_back"] is None
    assert any("I called my sister" in line["text"] for line in made["recap"])
    assert all(
        "sister" in asked.said and asked.headers["authorization"] == "Bearer a key" for asked in server.questions
    )
    assert server.questions


@pytest.mark.parametrize("path", ["", "/", "/v1", "/v1/", "/some/where/v1"])
def test_an_address_may_have_a_path(path: str) -> None:
    with serving() as server:
        assert record(Lent(choice(server.address() + path)))["fell_back"] is None


def nonsense(handler: Any, _asked: Asked) -> None:
    say(handler, 200, b"<html>Welcome!</html>")


def broken_off(handler: Any, _asked: Asked) -> None:
    say(handler, 200, b"{", content_length="1000")
    handler.close_connection = True


def poisoned(handler: Any, _asked: Asked) -> None:
    say(handler, 200, b"\xff" * 3_000_000)


@pytest.mark.parametrize(
    ("script", "why"),
    [(refusing, "refused"), (nonsense, "nonsense"), (broken_off, "unreachable"), (poisoned, "nonsense")],
)
def test_a_model_that_does_not_answer_well_costs_nothing(script: Script, why: str) -> None:
    with serving(script) as server:
        made = record(Lent(choice(server.address())))
    assert (made["engine"], made["fell_back"]) == ("built-in", why)
    assert {**made, "fell_back": None} == record(None)


def test_a_server_that_is_not_there_costs_nothing() -> None:
    with serving() as server:
        address = server.address()
    made = record(Lent(choice(address)))
    assert (made["engine"], made["fell_back"]) == ("built-in", "unreachable")
    assert {**made, "fell_back": None} == record(None)


def test_nothing_is_sent_to_another_machine_without_a_yes() -> None:
    noted: list[str] = []
    with serving() as server:
        # Another way to write this machine, which is not known to be one.
        made = record(Lent(choice(server.address("127.1")), before=lambda: noted.append("sent")))
        assert (made, noted, server.met) == (record(None), [], 0)
        agreed = choice(server.address("127.1"), agreed_on="2026-11-20")
        made = record(Lent(agreed, before=lambda: noted.append("sent")))
        assert (made["fell_back"], noted, server.met > 0) == (None, ["sent"], True)


def test_it_is_not_noted_that_text_left_when_it_stayed_here() -> None:
    noted: list[str] = []
    with serving() as server:
        record(Lent(choice(server.address()), before=lambda: noted.append("sent")))
    assert (noted, len(server.questions) > 0) == ([], True)


@pytest.mark.parametrize("stands", [True, False])
def test_what_was_taken_back_is_not_asked(stands: bool) -> None:
    with serving() as server:
        made = record(Lent(choice(server.address()), stands=lambda: stands))
    assert bool(server.met) is stands
    assert (made["engine"] != "built-in") is stands


def test_where_an_answer_sends_it_the_room_does_not_go() -> None:
    with serving() as other, serving(elsewhere(other.port)) as server:
        made = record(Lent(choice(server.address())))
        assert (made["engine"], made["fell_back"]) == ("built-in", "refused")
        assert (other.met, server.met > 0) == (0, True)


def test_a_file_that_is_gone_costs_nothing_and_the_record_says_so(tmp_path: Path) -> None:
    made = record(Lent(Choice(bytes(16), file=str(tmp_path / "gone.gguf"))))
    assert (made["engine"], made["fell_back"]) == ("built-in", "unreachable")


def test_names_are_looked_up_outside_and_never_in_the_room() -> None:
    """The room could not: it may make no socket. So an address with a name works only because it does not try."""
    with serving() as server:
        assert record(Lent(choice(server.address("localhost"))))["fell_back"] is None
    assert {asked.headers["host"] for asked in server.asked} == {f"localhost:{server.port}"}


@pytest.mark.root
@pytest.mark.skipif(os.geteuid() != 0, reason="looking into a process that forbids it needs root")
@pytest.mark.parametrize(
    ("lent", "sockets"),
    [
        (lambda _: None, 0),
        (lambda address: Lent(choice(address)), 1),
        (lambda address: Lent(choice(address), stands=lambda: False), 0),
        (lambda address: Lent(choice(address.replace("127.0.0.1", "127.1"))), 0),
    ],
    ids=["without a model", "with one", "taken back", "without a yes"],
)
def test_a_room_without_a_model_has_no_way_out(lent: Callable[[str], Lent | None], sockets: int) -> None:
    with serving() as server, Door.to_read(SAID, "said.txt", lent(server.address())) as door:
        while "Seccomp:\t2" not in Path(f"/proc/{door.pid}/status").read_text():
            pass
        assert sum(held.startswith("socket:") for held in _held(door.pid)) == sockets


def _held(pid: int) -> Iterator[str]:
    """What a process has open; what it closes while it is looked at is not counted."""
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        try:
            yield os.readlink(descriptor)
        except FileNotFoundError:
            continue


def test_a_model_is_told_nothing_but_the_session() -> None:
    """No path, no name of the file, nothing of this machine."""
    with serving(well) as server:
        record(Lent(choice(server.address())))
    sent = "\n".join([*(asked.said for asked in server.asked), *(str(asked.headers) for asked in server.asked)])
    assert "guilty" in sent
    assert [word for word in (str(Path.cwd()), "said.txt", os.uname().nodename, str(Path.home())) if word in sent] == []
