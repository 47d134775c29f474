"""A network between a browser and its server that a test can spoil while both go on."""

from __future__ import annotations

import http.client
import random
import select
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Manner = Literal[
    "well",  # passes everything on
    "drops",  # the connection is reset before a request is read
    "loses answers",  # the server has it, and the connection is reset instead of an answer
    "hangs",  # accepts, and never answers; ends when the manner changes
    "is late once",  # the answer of the next chunk comes after LATE; everything else passes
    "doubles",  # every chunk is sent twice
    "is full",  # 507 for every chunk
]
LATE = 30.0
_FULL = 507, [("Content-Type", "application/json")], b'{"error": "disk_full", "says": "The disk is full."}'
_HOPS = {"connection", "content-length", "transfer-encoding", "keep-alive"}


@dataclass
class Asked:
    """One request: what was asked, and the status that reached the browser (0: none did)."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    reached: int = 0


class Network:
    """`resets`: the share of requests, 0 to 1, of which the connection is reset at random, half of them when the
    server has the request already."""

    def __init__(self, to: int, seed: int = 7) -> None:
        self.to, self.resets = to, 0.0
        self.asked: list[Asked] = []
        self.happened: Counter[str] = Counter()
        self.bit = 0.0  # when the manner was first felt
        self._manner: Manner = "well"
        self._over = threading.Event()
        self._random, self._lock = random.Random(seed), threading.Lock()

    @property
    def manner(self) -> Manner:
        """How it behaves now."""
        return self._manner

    def behave(self, manner: Manner) -> None:
        """From now on. Connections that hang are reset."""
        with self._lock:
            over, self._over = self._over, threading.Event()
            self._manner, self.bit = manner, 0.0
        over.set()

    def feel(self, what: str) -> None:
        """A fault happens now."""
        with self._lock:
            self.happened[what] += 1
            self.bit = self.bit or time.monotonic()

    def hang(self) -> None:
        """Until the manner changes."""
        self._over.wait()

    def draw(self) -> float:
        """0 to 1, at random from the seed."""
        with self._lock:
            return self._random.random()

    def chunks(self) -> list[Asked]:
        """Every PUT so far."""
        return [asked for asked in list(self.asked) if asked.method == "PUT"]

    def acknowledged(self) -> Counter[tuple[str, str, int]]:
        """How often the browser was told that a chunk is stored: (segment, track, number)."""
        places = [asked.path.split("/")[-3:] for asked in self.chunks() if asked.reached == 200]
        return Counter((segment, track, int(seq)) for segment, track, seq in places)

    def repeat(self, asked: Asked) -> int:
        """An old request arrives once more, late. Its status."""
        return self.ask(asked)[0]

    def ask(self, asked: Asked) -> tuple[int, list[tuple[str, str]], bytes]:
        """What the server answers. Raises OSError or HTTPException when it does not."""
        behind = http.client.HTTPConnection("127.0.0.1", self.to, timeout=20)
        try:
            behind.request(asked.method, asked.path, asked.body or None, asked.headers)
            answer = behind.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            behind.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    network: Network

    def handle_one_request(self) -> None:
        with suppress(OSError):
            if self.network.manner == "drops" and self.connection.recv(1, socket.MSG_PEEK):
                self._drop("reset before it was read")
                return
            super().handle_one_request()
            return
        self.close_connection = True

    def _pass_on(self) -> None:
        network, manner = self.network, self.network.manner
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOPS}
        asked = Asked(self.command, self.path, headers, body)
        network.asked.append(asked)
        lot, is_chunk = network.draw(), self.command == "PUT"
        if lot < network.resets / 2 or manner == "drops":
            self._drop("reset before it was passed on")
        elif manner == "hangs":
            network.feel("no answer")
            network.hang()
            self._drop("hung up")
        elif manner == "is full" and is_chunk:
            network.feel("disk full")
            self._answer(asked, _FULL)
        else:
            self._ask(asked, manner if is_chunk or manner == "loses answers" else "well", lot)

    def _ask(self, asked: Asked, manner: Manner, lot: float) -> None:
        network = self.network
        try:
            if manner == "doubles":
                network.feel("doubled")
                network.ask(asked)
            answer = network.ask(asked)
        except (OSError, http.client.HTTPException):
            self._drop("server away")
            return
        if manner == "loses answers" or lot < network.resets:
            self._drop("answer lost")
            return
        if manner == "is late once":
            network.behave("well")
            network.feel("late")
            time.sleep(LATE)
        self._answer(asked, answer)

    def _answer(self, asked: Asked, answer: tuple[int, list[tuple[str, str]], bytes]) -> None:
        status, headers, said = answer
        if self._has_left():
            self._drop("came too late")
            return
        self.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOPS:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(said)
        asked.reached = status

    def _has_left(self) -> bool:
        there, _, _ = select.select([self.connection], [], [], 0)
        return bool(there) and not self.connection.recv(1, socket.MSG_PEEK)

    def _drop(self, why: str) -> None:
        """A reset, not a polite end."""
        self.network.feel(why)
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    do_GET = do_HEAD = do_POST = do_PUT = _pass_on

    def log_message(self, *_: Any) -> None:
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def shutdown_request(self, request: Any) -> None:
        self.close_request(request)  # no polite end, where a reset is wanted

    def handle_error(self, *_: Any) -> None:
        pass  # a browser that went away


@contextmanager
def network(to: int) -> Iterator[tuple[Network, str]]:
    """Between a browser and the port `to` of this machine. Gives it and the address that the browser opens."""
    made = Network(to)
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"network": made}))
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield made, f"http://localhost:{server.server_address[1]}"
    finally:
        made.behave("drops")
        server.shutdown()
        thread.join()
        server.server_close()
