"""HTTP over connections that were made outside and handed in: this is how the room speaks, and with one server only.

RED: words pass here. No name is looked up and no socket is made; the walls of the room forbid both.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

ALIVE_SECONDS = 5.0
_MOST = 1 << 16


def client_of(
    asking: int, place: tuple[str, int], certificates: str, alive: Callable[[], None], ends: float
) -> httpx.Client:
    """A client that reaches `place` and nothing else. `asking`: the descriptor by which connections are asked for;
    `certificates`: the trusted ones (PEM), for https; `alive`: called now and then while an answer is waited for;
    `ends`: the monotonic time at which every answer comes too late."""
    handed = _Handed(asking, place, alive, ends)
    pool = httpcore.ConnectionPool(ssl_context=_context(certificates), max_connections=1, network_backend=handed)
    return httpx.Client(transport=_Transport(pool, handed), trust_env=False, follow_redirects=False)


def _context(certificates: str) -> ssl.SSLContext:
    """Verifies names and certificates; without any trusted one it believes nobody."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if certificates:
        context.load_verify_locations(cadata=certificates)
    return context


class _Handed(httpcore.NetworkBackend):
    def __init__(self, asking: int, place: tuple[str, int], alive: Callable[[], None], ends: float) -> None:
        self._asking, self._place, self._alive, self._ends = socket.socket(fileno=asking), place, alive, ends

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        if (host.lower(), port) != self._place:
            raise httpcore.ConnectError("another place")
        patience = _Patience(timeout, self._ends, self._alive, httpcore.ConnectTimeout)
        try:
            os.write(self._asking.fileno(), b"?")
            patience.until(self._asking.fileno(), select.POLLIN)
            said, handed, _, _ = socket.recv_fds(self._asking, 1, 1)
        except OSError:
            raise httpcore.ConnectError("taken back") from None
        if said != b"+" or not handed:
            raise httpcore.ConnectError("unreachable")
        return _Stream(handed[0], self._alive, self._ends)

    def close(self) -> None:
        """No more connections."""
        self._asking.close()

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("another place")


class _Stream(httpcore.NetworkStream):
    """A connection, by `read` and `write`: the room may not `send`."""

    def __init__(self, fd: int, alive: Callable[[], None], ends: float) -> None:
        self._socket, self._alive, self._ends = socket.socket(fileno=fd), alive, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        patience = _Patience(timeout, self._ends, self._alive, httpcore.ReadTimeout)
        with _errors_as(httpcore.ReadError):
            patience.until(self._socket.fileno(), select.POLLIN)
            return os.read(self._socket.fileno(), min(max_bytes, _MOST))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        patience = _Patience(timeout, self._ends, self._alive, httpcore.WriteTimeout)
        left = memoryview(buffer)
        with _errors_as(httpcore.WriteError):
            while left:
                patience.until(self._socket.fileno(), select.POLLOUT)
                left = left[os.write(self._socket.fileno(), left[:_MOST]) :]

    def close(self) -> None:
        # The worker keeps a copy, so closing alone would leave the server answering nobody.
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Encrypted(self, ssl_context, server_hostname, timeout)

    def get_extra_info(self, info: str) -> Any:
        if info != "is_readable":
            return None
        return self._socket.fileno() < 0 or _ready(self._socket.fileno(), select.POLLIN, 0)


class _Encrypted(httpcore.NetworkStream):
    """TLS in this process, over a stream."""

    def __init__(self, under: _Stream, context: ssl.SSLContext, host: str | None, timeout: float | None) -> None:
        self._under, self._in, self._out = under, ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=host)
        try:
            with _errors_as(httpcore.ConnectError):
                self._carried(self._tls.do_handshake, timeout)
        except BaseException:
            self.close()
            raise

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        with _errors_as(httpcore.ReadError):
            try:
                return bytes(self._carried(lambda: self._tls.read(max_bytes), timeout))
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        left = memoryview(buffer)
        with _errors_as(httpcore.WriteError):
            while left:
                left = left[self._carried(lambda: self._tls.write(left), timeout) :]  # noqa: B023

    def close(self) -> None:
        self._under.close()

    def get_extra_info(self, info: str) -> Any:
        return self._tls if info == "ssl_object" else self._under.get_extra_info(info)

    def _carried(self, step: Callable[[], Any], timeout: float | None) -> Any:
        """`step`, and what it wants written and read meanwhile."""
        while True:
            try:
                done = step()
            except ssl.SSLWantReadError:
                self._write_out(timeout)
                read = self._under.read(_MOST, timeout)
                self._in.write(read) if read else self._in.write_eof()
                continue
            self._write_out(timeout)
            return done

    def _write_out(self, timeout: float | None) -> None:
        if pending := self._out.read():
            self._under.write(pending, timeout)


class _Patience:
    """Waits for a descriptor, and says now and then that the room lives."""

    def __init__(
        self, seconds: float | None, ends: float, alive: Callable[[], None], late: type[httpcore.TimeoutException]
    ) -> None:
        self._until = min(ends, time.monotonic() + (seconds if seconds is not None else 3600.0))
        self._alive, self._late = alive, late

    def until(self, fd: int, events: int) -> None:
        """Returns when it is ready. Raises the exception of its kind when that takes too long."""
        while not _ready(fd, events, min(ALIVE_SECONDS, max(0.0, self._until - time.monotonic()))):
            self._alive()
            if time.monotonic() >= self._until:
                raise self._late


def _ready(fd: int, events: int, seconds: float) -> bool:
    poll = select.poll()
    poll.register(fd, events)
    return bool(poll.poll(seconds * 1000))


@contextmanager
def _errors_as(kind: type[Exception]) -> Iterator[None]:
    """What the system says, without its words. (TLS errors are of this kind too.)"""
    try:
        yield
    except OSError:
        raise kind from None


class _Transport(httpx.BaseTransport):
    """httpx over a pool of httpcore, as its own transport does it."""

    def __init__(self, pool: httpcore.ConnectionPool, handed: _Handed) -> None:
        self._pool, self._handed = pool, handed

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
            extensions=request.extensions,
        )
        with _as_httpx():
            answer = self._pool.handle_request(asked)
        return httpx.Response(answer.status, headers=answer.headers, stream=_Body(answer), extensions=answer.extensions)

    def close(self) -> None:
        self._pool.close()
        self._handed.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        with _as_httpx():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


@contextmanager
def _as_httpx() -> Iterator[None]:
    """The exceptions of httpcore and httpx bear the same names."""
    try:
        yield
    except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise getattr(httpx, type(error).__name__, httpx.ReadError)("") from None
