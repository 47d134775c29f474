"""A process for tests to kill or freeze: sends a recording, or works, as the product does, or with a promise broken."""

from __future__ import annotations

import io
import os
import signal
import sys
import threading

from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from afterword.hardening import harden
from afterword.log import start_logging
from afterword.settings import load
from afterword.store.database import connect
from tests.safety.broken import BROKEN

# Held by whoever has a connection, so that nobody is frozen with the whole database locked.
QUIET = threading.RLock()


def main(what: str, *options: str) -> None:
    """`options`: names of broken promises, 'short_lease', or 'freeze=POINT'."""
    harden()
    start_logging()
    for option in options:
        if option.startswith("freeze="):
            _freeze_at(option.removeprefix("freeze="))
        elif option == "short_lease":
            _shorten_lease()
        else:
            BROKEN[option]()
    {"send": _send, "work": _work}[what]()


def _send() -> None:
    """Reads the recording from standard input; prints the capture's id, and a line for each acknowledged chunk."""
    from afterword.capture import intake
    from afterword.capture.sender import fingerprint, send
    from afterword.store.ledger import Ledger
    from afterword.vault.vault import only_person, open_notebook
    from tests.store.fresh import PASSPHRASE

    settings, sound = load(), io.BytesIO(sys.stdin.buffer.read())
    engine = connect(settings.database)
    owner = open_notebook(engine, only_person(engine) or b"", PASSPHRASE)
    coming = intake.Coming("mine", "2026-11-20", len(sound.getvalue()), fingerprint(sound))
    opened = intake.open_capture(settings, Ledger(engine), owner, coming)
    print(opened.capture.hex(), flush=True)
    send(settings, Ledger(engine), opened, sound, lambda size: print(size, flush=True))


def _work() -> None:
    """Works like the worker, and says so when it has found nothing to do after it had done something."""
    from afterword.work.worker import Worker

    class Telling(Worker):
        worked = False

        def work_once(self) -> bool:
            found = super().work_once()
            if self.worked and not found:
                print(f"idle {os.getpid()}", file=sys.stderr, flush=True)
            self.worked = found
            return found

    settings = load()
    Telling(settings, _one_at_a_time(connect(settings.database)), poll=0.03, lanes=1).run()


def _one_at_a_time(engine: Engine) -> Engine:
    """While a thread has a connection, also the one that empties the write-ahead log, it has QUIET."""

    def taken(_: object, record: ConnectionPoolEntry, _proxy: object) -> None:
        QUIET.acquire()
        record.info["quiet"] = True

    def back(_: object, record: ConnectionPoolEntry) -> None:
        if record.info.pop("quiet", False):
            QUIET.release()

    # A new connection sets its pragmas before it is taken, and one of them locks as well.
    event.listen(engine, "do_connect", lambda *_: QUIET.acquire() and None)
    event.listen(engine, "connect", lambda *_: QUIET.release())
    event.listen(engine, "checkout", taken)
    event.listen(engine, "checkin", back)
    return engine


def _freeze_at(point: str) -> None:
    from afterword import door, session
    from afterword.capture import wraps

    def freeze(name: str) -> None:
        if name == point:
            with QUIET:
                # To this thread, which then goes no step further: a signal to the process may wait for another one,
                # while this one goes on into its transaction.
                signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)

    for module in (door, session, wraps):
        module.crash_point = freeze  # type: ignore[attr-defined]


def _shorten_lease() -> None:
    from afterword.store import ledger

    ledger.LEASE_SECONDS = 2


if __name__ == "__main__":
    main(*sys.argv[1:])
