"""`afterword serve` for other devices: with a certificate of its own, and behind a proxy. Real processes, real TLS."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tls import NAME, Authority, proxy

ADDRESS = "127.0.0.1"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    folder = tmp_path / "ca"
    folder.mkdir()
    return Authority(folder)


def free_port() -> int:
    with socket.socket() as free:
        free.bind((ADDRESS, 0))
        return int(free.getsockname()[1])


def environment(folder: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AFTERWORD_")}
    return kept | {"AFTERWORD_DATA": str(folder / "data"), "AFTERWORD_ARGON_KIB": "19456"}


@contextmanager
def serve(folder: Path, *flags: str, **more: str) -> Iterator[tuple[str, int]]:
    """What it printed once it was up, and its pid."""
    printed = folder / "printed.txt"
    with printed.open("wb") as out:
        command = [sys.executable, "-m", "afterword", "serve", *flags]
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment(folder) | more)
    try:
        until = time.monotonic() + 60
        while "Stop it" not in printed.read_text():
            assert child.poll() is None, printed.read_text()
            assert time.monotonic() < until, printed.read_text()
            time.sleep(0.05)
        yield printed.read_text(), child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


@dataclass(frozen=True)
class Answer:
    """Of one question."""

    status: int
    said: str
    headers: dict[str, str]


def ask(authority: Authority, port: int, path: str, host: str = NAME) -> Answer:
    """As a phone that trusts the CA asks: the name is checked against the certificate."""
    context = ssl.create_default_context(cafile=str(authority.root))
    with (
        socket.create_connection((ADDRESS, port), 10) as plain,
        context.wrap_socket(plain, server_hostname=host) as tls,
    ):
        connection = http.client.HTTPConnection(host, port, timeout=10)
        connection.sock = tls
        connection.request("GET", path, headers={"Host": f"{host}:{port}"})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read().decode(), {k.lower(): v for k, v in answer.getheaders()})


def test_with_a_certificate_it_speaks_tls_and_no_plain_http(authority: Authority, tmp_path: Path) -> None:
    pair, port = authority.issue(NAME), free_port()
    flags = ["--name", NAME, "--host", ADDRESS, "--port", str(port)]
    with serve(tmp_path, *flags, "--certificate", str(pair.certificate), "--key", str(pair.key)) as (printed, _):
        assert f"Afterword is here: https://{NAME}:{port}/\n" in printed
        assert f"From your phone: https://{NAME}:{port}/phone\n" in printed
        assert f"https://{NAME}:{port}/setup#" in printed
        assert "http://" not in printed
        answer = ask(authority, port, "/setup")
        assert answer.status == 200
        assert answer.headers["set-cookie"].startswith("__Host-afterword=")
        assert answer.headers["strict-transport-security"]
        assert ask(authority, port, "/reached").said == '{"afterword":true,"https":true}'
        for request in (f"GET / HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n", f"GET / HTTP/1.1\r\nHost: {NAME}\r\n\r\n"):
            assert not plainly(port, request).startswith(b"HTTP")


def plainly(port: int, request: str) -> bytes:
    """What comes back to somebody who does not encrypt."""
    with socket.create_connection((ADDRESS, port), 10) as plain:
        plain.sendall(request.encode())
        try:
            return plain.recv(4096)
        except ConnectionResetError:
            return b""


def test_behind_a_proxy_it_answers_over_https_and_on_this_machine_as_before(
    authority: Authority, tmp_path: Path
) -> None:
    port = free_port()
    more = {"AFTERWORD_NAMES": NAME, "AFTERWORD_PROXY": "1", "AFTERWORD_PORT": str(port)}
    with serve(tmp_path, **more) as (printed, _), proxy(authority.issue(NAME), port) as at:
        assert f"Afterword is here: http://localhost:{port}/\n" in printed
        assert f"From your phone: https://{NAME}/phone\n" in printed
        answer = ask(authority, at, "/setup")
        assert answer.status == 200
        assert answer.headers["set-cookie"].startswith("__Host-afterword=")
        local = http.client.HTTPConnection("localhost", port, timeout=10)
        local.request("GET", "/setup")
        given = local.getresponse()
        assert given.status == 200
        assert (given.getheader("set-cookie") or "").startswith("afterword=")
        local.close()
        plain = plainly(port, f"GET /setup HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n")
        assert plain.startswith(b"HTTP/1.1 403")


def test_the_web_process_that_starts_again_still_speaks_tls(authority: Authority, tmp_path: Path) -> None:
    pair, port = authority.issue(NAME), free_port()
    with serve(
        tmp_path, "--host", ADDRESS, "--name", NAME, AFTERWORD_PORT=str(port),
        AFTERWORD_CERTIFICATE=str(pair.certificate), AFTERWORD_KEY=str(pair.key),
    ) as (_, household):  # fmt: skip
        os.kill(web_of(household), signal.SIGKILL)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                assert ask(authority, port, "/reached").status == 200
                return
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
    raise AssertionError("it did not come back")


def web_of(household: int) -> int:
    """The pid of the web process that this `serve` started."""
    children = Path(f"/proc/{household}/task/{household}/children").read_text().split()
    (web,) = (int(p) for p in children if Path(f"/proc/{p}/cmdline").read_bytes().endswith(b"\0web\0"))
    return web


def refused(folder: Path, *flags: str) -> str:
    command = [sys.executable, "-m", "afterword", "serve", "--port", str(free_port()), *flags]
    there = environment(folder)
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=there, timeout=60)
    assert done.returncode == 1
    assert done.stdout == ""
    return done.stderr


def test_what_cannot_work_is_refused_before_anything_is_made(authority: Authority, tmp_path: Path) -> None:
    old, other = authority.issue(NAME, days=-0.5), authority.issue(NAME)
    for flags, says in (
        (["--host", "0.0.0.0"], "without encryption"),
        (["--name", f"https://{NAME}/", "--behind-proxy"], "is no name"),
        (["--behind-proxy"], "Under which name"),
        (["--name", NAME, "--certificate", str(old.certificate), "--key", str(old.key)], "ended on"),
        (["--name", NAME, "--certificate", str(old.certificate), "--key", str(other.key)], "ended on"),
        (["--name", NAME, "--certificate", str(other.certificate), "--key", str(old.key)], "does not belong to"),
    ):
        said = refused(tmp_path, *flags)
        assert says in said, said
        assert len(said.strip().splitlines()) == 1, said
        assert not re.search("Traceback|Error", said)
    assert not (tmp_path / "data").exists()
