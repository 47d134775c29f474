"""The whole product: how soon the sample's record can be read, what it takes at rest, and when idle."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import func, select

from afterword.capture.intake import Coming, open_capture
from afterword.capture.sender import fingerprint, send
from afterword.settings import Settings, load, prepare
from afterword.store.database import connect, migrate
from afterword.store.ledger import Ledger
from afterword.store.tables import objects
from afterword.vault.vault import make_notebook
from bench.figures import resident_kib, show

SAMPLE = Path(__file__).parents[1] / "afterword" / "sample" / "session.ogg"
PASSPHRASE = "five words of the bench alone"


@contextmanager
def serving(folder: Path) -> Iterator[tuple[Settings, subprocess.Popen[bytes], float]]:
    """`afterword serve` on a free port; the seconds until its first page."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = load(folder, port)
    began = time.monotonic()
    quiet = os.environ | {"AFTERWORD_LOG": "ERROR"}
    command = [sys.executable, "-m", "afterword", "serve", "--data", str(folder), "--port", str(port)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=quiet)
    try:
        yield settings, child, _first_page(port, began)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(20)


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        prepare(load(Path(name)))
        migrate(load(Path(name)).database)
        with serving(Path(name)) as (settings, child, first_page):
            show("first page after `serve`", first_page, "s", 3)
            time.sleep(3)
            show("idle memory of web + worker", sum(map(resident_kib, children(child.pid))) / 1024, "MB", 250)
            _sample(settings)


def _sample(settings: Settings) -> None:
    engine = connect(settings.database)
    owner = make_notebook(engine, PASSPHRASE, settings.argon_kib).owner
    ledger = Ledger(engine)
    with SAMPLE.open("rb") as file:
        opened = open_capture(
            settings, ledger, owner, Coming("nobody", "2026-11-20", SAMPLE.stat().st_size, fingerprint(file))
        )
        send(settings, ledger, opened, file)
    began = time.monotonic()
    while ledger.row(opened.capture)["state"] != "destroyed":
        time.sleep(0.05)
    show("last byte to readable record, the sample", time.monotonic() - began, "s", 40)
    with engine.connect() as db:
        size = db.execute(select(func.sum(func.length(objects.c.sealed)))).scalar()
    show("bytes at rest for one session", (size or 0) / 1000, "kB", 60)


def _first_page(port: int, began: float) -> float:
    request = f"GET /setup HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n".encode()
    while time.monotonic() < began + 30:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as there:
                there.sendall(request)
                if there.recv(12).startswith(b"HTTP/1.1 200"):
                    return time.monotonic() - began
        except OSError:
            time.sleep(0.02)
    raise SystemExit("the server did not answer")


def children(pid: int) -> list[int]:
    """The processes that `serve` started."""
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


if __name__ == "__main__":
    main()
