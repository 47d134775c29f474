"""With a connection in hand the room still reaches nothing else: all that is denied there works outside, by the same
code."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from afterword.connections import Connections
from tests.model_server import Server, serving

# argv: 'inside' or 'outside', the descriptor that connections are asked for by, its port, the port of another server.
INTRUDER = """
import ctypes, errno, json, os, select, socket, sys
how, asking, port, other = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
out = os.dup(1)
if how == "inside":
    from afterword.room import sandbox
    sandbox.enter(600, 3 << 30)
asked = socket.socket(fileno=asking)
os.write(asking, b"?")
said, [handed], _, _ = socket.recv_fds(asked, 1, 1)
given = socket.socket(fileno=handed)

def again():
    # A connection is over, and its socket could go elsewhere.
    class Nowhere(ctypes.Structure):
        _fields_ = [("family", ctypes.c_ushort), ("rest", ctypes.c_char * 14)]
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.connect(handed, ctypes.byref(Nowhere(0)), 16) != 0:
        raise OSError(ctypes.get_errno(), "")
    given.setblocking(True)
    given.connect(("127.0.0.1", other))

def spoken():
    os.write(handed, b"GET /v1/models HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
    select.select([handed], [], [], 10)
    return os.read(handed, 12)

def connected(): socket.create_connection(("127.0.0.1", other), 5).close()
def looked_up(): socket.getaddrinfo("localhost", other)
def passed_on(): socket.send_fds(asked, [b"?"], [0])
def sent(): given.send(b"")
def sent_to(): given.sendto(b"", ("127.0.0.1", other))
def bound(): socket.socket().bind(("127.0.0.1", 0))
def duplicated(): os.close(os.dup(handed))

told = {"said": said.decode(), "speaks": spoken().decode()}
for attempt in (connected, looked_up, passed_on, sent, sent_to, bound, duplicated, again):
    try:
        attempt()
        told[attempt.__name__] = "reached"
    except OSError as error:
        told[attempt.__name__] = errno.errorcode.get(error.errno or 0, "?")
os.write(out, json.dumps(told).encode())
os._exit(0)
"""
DENIED = ("connected", "passed_on", "sent", "sent_to", "bound", "again")


@pytest.fixture
def servers() -> Iterator[tuple[Server, Server]]:
    with serving() as one, serving() as other:
        yield one, other


@contextmanager
def asking(server: Server) -> Iterator[int]:
    served = Connections(("127.0.0.1", server.port), True, lambda: True, lambda: None)
    fd = os.dup(served.begin())
    served.started()
    try:
        yield fd
    finally:
        os.close(fd)
        served.close()


def intrude(how: str, server: Server, other: Server) -> dict[str, Any]:
    with asking(server) as fd:
        done = subprocess.run(
            [sys.executable, "-B", "-c", INTRUDER, how, str(fd), str(server.port), str(other.port)],
            stdout=subprocess.PIPE, check=True, pass_fds=(fd,), timeout=60,
            env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
        )  # fmt: skip
    return dict(json.loads(done.stdout))


def test_inside_it_speaks_over_what_it_was_handed_and_reaches_nobody_else(servers: tuple[Server, Server]) -> None:
    one, other = servers
    told = intrude("inside", one, other)
    assert (told["said"], told["speaks"]) == ("+", "HTTP/1.1 200")
    assert {name: told[name] for name in DENIED} == dict.fromkeys(DENIED, "EPERM")
    assert told["looked_up"] != "reached"
    assert (len(one.asked), other.met) == (1, 0)


def test_outside_every_attempt_reaches_its_aim(servers: tuple[Server, Server]) -> None:
    one, other = servers
    told = intrude("outside", one, other)
    assert (told["said"], told["speaks"]) == ("+", "HTTP/1.1 200")
    assert {name: told[name] for name in (*DENIED, "looked_up")} == dict.fromkeys((*DENIED, "looked_up"), "reached")
    until = time.monotonic() + 10  # it is met in a thread of its own
    while not other.met and time.monotonic() < until:
        time.sleep(0.01)
    assert other.met > 0


def test_the_way_of_asking_gives_connections_and_nothing_else() -> None:
    """Whatever the room writes there: one byte is one connection, to the one place."""
    with serving() as server, asking(server) as fd:
        way = socket.socket(fileno=os.dup(fd))
        way.settimeout(10)
        for said in (b"GET http://127.0.0.1:9/", b"127.0.0.1:9", b"x" * 4000):
            os.write(fd, said)
            told, handed, _, _ = socket.recv_fds(way, 16, 4)
            assert (told, len(handed)) == (b"+", 1)
            made = socket.socket(fileno=handed[0])
            assert made.getpeername() == ("127.0.0.1", server.port)
            made.close()
        way.close()
