"""The only way from a room to a language model: connections to one host and port, made outside and handed in.

The room has no network and may make no socket. It asks by one byte; what comes back is a connection that stands
already. Names are looked up here. No word passes through this process: the room writes into the connection itself.
"""

from __future__ import annotations

import array
import ipaddress
import logging
import os
import select
import socket
import threading
from collections.abc import Callable

_log = logging.getLogger("afterword.connections")

CONNECT_SECONDS = 10.0
LOOK_SECONDS = 0.5
# A session is asked about in a dozen requests, each tried three times at most.
MOST = 200
GIVEN, UNREACHABLE, REFUSED = b"+", b"-", b"!"


class Connections:
    """For one room. `here`: the place must be this machine itself. `stands`: asked all the time; once it says no,
    nothing is handed in any more and what was is cut. `before`: called once, before the first is handed in."""

    def __init__(
        self, place: tuple[str, int], here: bool, stands: Callable[[], bool], before: Callable[[], None]
    ) -> None:
        self._place, self._here, self._stands, self._before = place, here, stands, before
        self._ours, self._rooms = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._handed: list[socket.socket] = []
        self._begun = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._closed = threading.Event()

    def begin(self) -> int:
        """The descriptor that the room is started with. Call `started` once it has it."""
        return self._rooms.fileno()

    def started(self) -> None:
        """The room has its end: serve it until it is gone, or `close`."""
        self._rooms.close()
        self._thread.start()

    def close(self) -> None:
        """Cut everything. Idempotent."""
        self._closed.set()
        self._rooms.close()
        if not self._thread.ident:
            self._ours.close()

    def _serve(self) -> None:
        try:
            while not self._closed.is_set() and self._stands():
                if select.select([self._ours], [], [], LOOK_SECONDS)[0] and not self._answer():
                    return
        except Exception as error:  # whatever it was, its message could name a place
            _log.warning("no more connections: %s", type(error).__name__)
        finally:
            self._cut()

    def _answer(self) -> bool:
        """False when the room is gone, or has had enough of them."""
        if not self._ours.recv(1) or len(self._handed) >= MOST:
            return False
        if not self._begun:
            self._before()
            self._begun = True
        try:
            made = self._connect()
        except OSError:
            self._ours.send(UNREACHABLE)
            return True
        if not self._stands() or (self._here and not _is_here(made)):
            made.close()
            self._ours.send(REFUSED)
            return True
        self._handed.append(made)
        self._ours.sendmsg([GIVEN], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [made.fileno()]))])
        return True

    def _connect(self) -> socket.socket:
        made = socket.create_connection(self._place, CONNECT_SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        os.set_blocking(made.fileno(), False)
        return made

    def _cut(self) -> None:
        for made in self._handed:
            try:
                made.shutdown(socket.SHUT_RDWR)
            except OSError:  # it was over already
                pass
            made.close()
        self._ours.close()


def _is_here(made: socket.socket) -> bool:
    return ipaddress.ip_address(made.getpeername()[0].partition("%")[0]).is_loopback
