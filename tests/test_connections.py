"""Connections to a language model are made outside the room and handed in: to one place, and while it may be."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest

from afterword import connections
from afterword.connections import Connections
from afterword.lent import trusted
from afterword.room.understand.model.handed import client_of
from tests.model_server import Asked, Server, elsewhere, say, serving, silent
from tests.tls import Authority

LATE = 30.0
Beats = list[float]


@contextmanager
def handed(
    place: tuple[str, int],
    *,
    here: bool = False,
    stands: Callable[[], bool] = lambda: True,
    before: Callable[[], None] = lambda: None,
    certificates: str = "",
    seconds: float = LATE,
    beats: Beats | None = None,
) -> Iterator[httpx.Client]:
    """A client as the room has it, and the connections as the worker serves them."""
    ends = time.monotonic() + seconds
    served = Connections(place, here, stands, before)
    asking = os.dup(served.begin())
    served.started()
    alive = (lambda: beats.append(time.monotonic())) if beats is not None else (lambda: None)
    with client_of(asking, place, certificates, alive, ends) as client:
        try:
            yield client
        finally:
            served.close()


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as made:
        yield made


def test_it_is_reached_and_the_connection_is_used_again(server: Server) -> None:
    with handed(("127.0.0.1", server.port), here=True) as client:
        for _ in range(3):
            assert client.get(f"{server.address()}/v1/models").json()["data"][0]["id"] == "echo-1b"
    assert (server.met, len(server.asked)) == (1, 3)


def closing(handler: BaseHTTPRequestHandler, _asked: Asked) -> None:
    """One answer a connection."""
    handler.close_connection = True
    say(handler, 200, b"{}", connection="close")


def test_a_closed_connection_is_followed_by_another() -> None:
    with serving(closing) as server, handed(("127.0.0.1", server.port)) as client:
        for _ in range(3):
            assert client.get(server.address()).status_code == 200
    assert server.met == 3


def test_long_questions_and_answers_come_through() -> None:
    def much(handler: BaseHTTPRequestHandler, asked: Asked) -> None:
        say(handler, 200, asked.said.encode())

    said = "word " * 400_000
    with serving(much) as server, handed(("127.0.0.1", server.port)) as client:
        assert client.post(server.address(), json={"messages": [{"content": said}]}, timeout=LATE).text == said


def test_no_other_place_is_reached_by_the_same_client(server: Server) -> None:
    with serving() as other, handed(("127.0.0.1", server.port)) as client:
        for address in (other.address(), server.address("localhost"), server.address("127.1")):
            with pytest.raises(httpx.ConnectError):
                client.get(address)
        assert (server.met, other.met) == (0, 0)
        assert client.get(server.address()).status_code == 200


def test_where_an_answer_sends_it_it_does_not_go(server: Server) -> None:
    with serving(elsewhere(server.port)) as sender, handed(("127.0.0.1", sender.port)) as client:
        assert client.post(sender.address(), json={"messages": [{"content": "said"}]}).status_code == 307
        assert server.met == 0
        with pytest.raises(httpx.ConnectError):  # even if it would
            client.get(sender.address(), follow_redirects=True)
    assert server.met == 0
    # The control: anybody else goes there.
    with serving(elsewhere(server.port)) as sender:
        httpx.get(sender.address(), follow_redirects=True, trust_env=False)
    assert server.met == 1


def test_what_should_be_on_this_machine_and_is_elsewhere_is_not_handed_in(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with handed(("localhost", server.port), here=True) as client:
        assert client.get(server.address("localhost")).status_code == 200
    # As if a name of this machine had been pointed elsewhere.
    monkeypatch.setattr(connections, "_is_here", lambda made: made.getpeername()[0] == "127.0.0.9")
    with handed(("localhost", server.port), here=True) as client, pytest.raises(httpx.ConnectError):
        client.get(server.address("localhost"))
    with handed(("localhost", server.port), here=False) as client:
        assert client.get(server.address("localhost")).status_code == 200


@pytest.mark.parametrize(
    ("peer", "here"), [("127.0.0.1", True), ("::1", True), ("192.0.2.1", False), ("fe80::1%2", False)]
)
def test_only_loopback_is_this_machine(peer: str, here: bool) -> None:
    class Made:
        def getpeername(self) -> tuple[str, int]:
            return peer, 80

    assert connections._is_here(Made()) is here  # type: ignore[arg-type]


def test_it_is_noted_before_the_first_connection_is_made_and_only_then(server: Server) -> None:
    noted: list[int] = []
    with handed(("127.0.0.1", server.port), before=lambda: noted.append(server.met)) as client:
        assert noted == []
        client.get(server.address())
        client.get(server.address(), headers={"connection": "close"})
        client.get(server.address())
    assert noted == [0]


def test_what_cannot_be_noted_is_not_sent(server: Server) -> None:
    def fails() -> None:
        raise OSError("the disk is full")

    with handed(("127.0.0.1", server.port), before=fails) as client, pytest.raises(httpx.ConnectError):
        client.get(server.address())
    assert server.met == 0


def test_taken_back_before_it_begins_nothing_is_reached(server: Server) -> None:
    with handed(("127.0.0.1", server.port), stands=lambda: False) as client, pytest.raises(httpx.ConnectError):
        client.get(server.address())
    assert server.met == 0


def test_taken_back_while_an_answer_is_waited_for_cuts_it_off() -> None:
    stands = threading.Event()
    stands.set()
    with serving(silent) as server, handed(("127.0.0.1", server.port), stands=stands.is_set) as client:
        threading.Timer(0.5, stands.clear).start()
        begun = time.monotonic()
        with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
            client.post(server.address(), json={"messages": []}, timeout=LATE)
        assert time.monotonic() - begun < 5
        with pytest.raises(httpx.ConnectError):
            client.get(server.address())
    assert server.met == 1


def test_a_server_that_says_nothing_is_given_up_in_time_and_the_room_tells_that_it_lives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("afterword.room.understand.model.handed.ALIVE_SECONDS", 0.2)
    beats: Beats = []
    with (
        serving(silent) as server,
        handed(("127.0.0.1", server.port), beats=beats) as client,
        pytest.raises(httpx.ReadTimeout),
    ):
        client.get(server.address(), timeout=1.0)
    assert 3 <= len(beats) <= 7


def test_all_answers_together_have_an_end() -> None:
    with serving(silent) as server, handed(("127.0.0.1", server.port), seconds=1.0) as client:
        begun = time.monotonic()
        with pytest.raises(httpx.ReadTimeout):
            client.get(server.address(), timeout=LATE)
        assert time.monotonic() - begun < 5


def test_nobody_there_is_an_error_and_not_a_wait() -> None:
    with socket.create_server(("127.0.0.1", 0)) as once:
        port = once.getsockname()[1]
    with handed(("127.0.0.1", port)) as client, pytest.raises(httpx.ConnectError):
        client.get(f"http://127.0.0.1:{port}")


def test_a_worker_that_is_gone_is_an_error(server: Server) -> None:
    served = Connections(("127.0.0.1", server.port), True, lambda: True, lambda: None)
    asking = os.dup(served.begin())
    served.started()
    served.close()
    time.sleep(connections.LOOK_SECONDS * 2)
    client = client_of(asking, ("127.0.0.1", server.port), "", lambda: None, time.monotonic() + LATE)
    with client, pytest.raises(httpx.ConnectError):
        client.get(server.address())


def test_a_room_that_asks_without_end_gets_so_many_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MOST", 3)
    with serving(closing) as server, handed(("127.0.0.1", server.port)) as client:
        for _ in range(3):
            client.get(server.address())
        with pytest.raises(httpx.ConnectError):
            client.get(server.address())
    assert server.met == 3


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def _over_https(authority: Authority, *names: str) -> ssl.SSLContext:
    pair = authority.issue(*names)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return context


def test_https_is_spoken_over_what_was_handed_in(authority: Authority) -> None:
    trusted = authority.root.read_text()
    with (
        serving(context=_over_https(authority, "localhost")) as server,
        handed(("localhost", server.port), certificates=trusted) as client,
    ):
        for _ in range(2):
            assert client.get(server.address("localhost", "https")).status_code == 200
        body = {"messages": [{"content": "word " * 100_000}]}
        assert client.post(f"{server.address('localhost', 'https')}/chat/completions", json=body).status_code == 200
    assert len(server.questions) == 1


def test_a_certificate_for_another_name_is_not_believed(authority: Authority) -> None:
    with (
        serving(context=_over_https(authority, "models.example")) as server,
        handed(("localhost", server.port), certificates=authority.root.read_text()) as client,
        pytest.raises(httpx.ConnectError),
    ):
        client.get(server.address("localhost", "https"))
    assert server.asked == []


@pytest.mark.parametrize("trusts", ["another", "nobody"])
def test_an_authority_that_is_not_trusted_is_not_believed(authority: Authority, tmp_path: Path, trusts: str) -> None:
    (tmp_path / "other").mkdir()
    certificates = Authority(tmp_path / "other").root.read_text() if trusts == "another" else ""
    with (
        serving(context=_over_https(authority, "localhost")) as server,
        handed(("localhost", server.port), certificates=certificates) as client,
        pytest.raises(httpx.ConnectError),
    ):
        client.get(server.address("localhost", "https"))
    assert server.asked == []


def test_a_server_that_speaks_no_tls_is_an_error(server: Server, authority: Authority) -> None:
    trusted = authority.root.read_text()
    with handed(("localhost", server.port), certificates=trusted) as client, pytest.raises(httpx.ConnectError):
        client.get(server.address("localhost", "https"))


def test_the_authorities_that_the_system_trusts_are_those_that_are_named(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
    assert trusted() == authority.root.read_text().strip()
    monkeypatch.delenv("SSL_CERT_FILE")
    assert trusted().count("BEGIN CERTIFICATE") > 50
