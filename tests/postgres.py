"""A private PostgreSQL for the tests: a cluster of its own on a free port of the loopback, thrown away afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# A cluster that lives for one test run need not survive a power cut.
_FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "16MB"}


@pytest.fixture(scope="session")
def postgres_address() -> Iterator[str]:
    """The SQLAlchemy address of an empty database. Skips, saying so, where PostgreSQL is not installed."""
    with private_cluster() as address:
        yield address


@contextmanager
def private_cluster() -> Iterator[str]:
    """Start a cluster as the user `postgres` (it refuses root), and stop it at the end."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed, and these tests need it: apt install postgresql")
    user = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    folder = Path(tempfile.mkdtemp(prefix="afterword-pg-"))
    shutil.chown(folder, user)
    data, port = folder / "data", _free_port()
    try:
        _run(user, folder, programs / "initdb", "-D", data, "-U", "afterword", "-A", "trust", "-N", "-E", "UTF8")
        _configure(user, data, folder, port)
        _run(user, folder, programs / "pg_ctl", "-D", data, "-w", "-s", "-l", folder / "log", "start")
        try:
            yield f"postgresql+psycopg://afterword@127.0.0.1:{port}/postgres"
        finally:
            _run(user, folder, programs / "pg_ctl", "-D", data, "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _configure(user: str, data: Path, folder: Path, port: int) -> None:
    settings = _FAST | {"listen_addresses": "127.0.0.1", "port": str(port), "unix_socket_directories": str(folder)}
    with (data / "postgresql.conf").open("a") as conf:
        conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())


def _run(user: str, folder: Path, *command: Path | str) -> None:
    subprocess.run([str(c) for c in command], user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def _programs() -> Path | None:
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    found = [p for p in places if (p / "initdb").exists()] or ([Path(on_path).resolve().parent] if on_path else [])
    return found[0] if found else None


def _free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return int(sock.getsockname()[1])
