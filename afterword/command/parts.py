"""The two processes that `serve` starts: web and worker."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from afterword.hardening import die_with_parent, harden
from afterword.log import start_logging
from afterword.settings import Settings, prepare
from afterword.store.database import connect, migrate

SETUP_TOKEN, SUPERVISOR = "AFTERWORD_SETUP_TOKEN", "AFTERWORD_SUPERVISOR"


class Busy(Exception):
    """Another worker of this name works on this folder."""


def run_web(settings: Settings) -> None:
    """Serve pages until told to stop. Never holds audio, a transcript or the boot key."""
    _begin(settings)
    import uvicorn

    from afterword.web.app import create_app

    app = create_app(settings, connect(settings.database), os.environ.pop(SETUP_TOKEN, None))
    # With a certificate the port speaks TLS and nothing else. Of forwarded headers the guard reads the one it may.
    uvicorn.run(
        app, host=settings.host, port=settings.port, access_log=False, log_config=None, server_header=False,
        proxy_headers=False, lifespan="off", ws="none", timeout_graceful_shutdown=3,
        ssl_certfile=settings.reach.certificate, ssl_keyfile=settings.reach.key,
    )  # fmt: skip


def run_worker(settings: Settings) -> None:
    """Work until told to stop. Raises SystemExit when another one does already."""
    _begin(settings)
    from afterword.work.worker import Worker

    try:
        with alone(settings):
            worker = Worker(settings, connect(settings.database))

            def stop(_number: int, _frame: FrameType | None) -> None:
                worker.stop.set()

            signal.signal(signal.SIGTERM, stop)
            signal.signal(signal.SIGINT, stop)
            worker.run()
    except Busy:
        raise SystemExit(
            "Afterword is running on this folder already. Stop it first, or name another --data."
        ) from None


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """While inside, no other worker of this name can run on this folder. Raises Busy."""
    fd = os.open(settings.data / f"{settings.worker}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Busy from None
    finally:
        os.close(fd)


def _begin(settings: Settings) -> None:
    harden()
    parent = os.environ.pop(SUPERVISOR, "")
    if parent:
        die_with_parent(int(parent), signal.SIGTERM)
    start_logging()
    prepare(settings)
    if not parent:  # `serve` did it
        migrate(settings.database)
