"""A notebook that lasts for one command: real in every part, in a folder of its own that goes with it. AMBER.

Its passphrase is random and is kept nowhere, its boot key never leaves this process: killed at any moment, it leaves
ciphertext that nobody can open.
"""

from __future__ import annotations

import io
import os
import secrets
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from sqlalchemy import Engine

from afterword.capture import bootkey
from afterword.capture.intake import SPARE_BYTES, Coming, open_capture
from afterword.capture.sender import fingerprint, send
from afterword.capture.spool import free_bytes
from afterword.door import RoomFailed
from afterword.notebook.shelf import Shelf
from afterword.settings import Settings, prepare
from afterword.store.database import connect, migrate
from afterword.store.ledger import Ledger
from afterword.vault import vault
from afterword.vault.owner import Owner
from afterword.vault.slots import LEAST_KIB
from afterword.work.sweep import end
from afterword.work.worker import Worker
from afterword.written import Written

_LOOK_SECONDS = 0.1
_UNFINISHED = ("new", "open", "ended", "working", "waiting")


@dataclass(frozen=True)
class Throwaway:
    """The notebook, unlocked, and its worker at work."""

    settings: Settings
    engine: Engine
    owner: Owner
    worker: Worker

    @property
    def shelf(self) -> Shelf:
        return Shelf(self.engine, self.owner)

    def add(self, words: bytes, day: str) -> bytes:
        """A transcript in JSON, sealed and carried through as any text is. `day`: ISO date. Returns the session's id
        once its key is destroyed. Raises RoomFailed, Refused."""
        sealed = Written(words.decode(), "json").to_bytes()
        ledger, file = Ledger(self.engine), io.BytesIO(sealed)
        # Nobody's voice is caught, and nothing is kept: as where `afterword understand` reads it, no yes is asked for.
        coming = Coming("nobody", day, len(sealed), fingerprint(file), form="transcript")
        opened = open_capture(self.settings, ledger, self.owner, coming)
        send(self.settings, ledger, opened, file)
        while (row := ledger.row(opened.capture))["state"] != "destroyed":
            if self.worker.stop.wait(_LOOK_SECONDS):
                raise RoomFailed("room_died", False)
        if row["failure"]:
            raise RoomFailed(row["failure"], False)
        return opened.session


@contextmanager
def throwaway() -> Iterator[Throwaway]:
    """Made, and removed again however the command ends; only SIGKILL leaves its folder, which then holds noise."""
    with _told_to_stop(), TemporaryDirectory(prefix="afterword-", dir=_place()) as name:
        folder = Path(name)
        settings = Settings(folder, f"sqlite:///{folder / 'afterword.db'}", argon_kib=LEAST_KIB)
        prepare(settings)
        migrate(settings.database)
        engine = connect(settings.database)
        try:
            owner = _unlocked(engine)
            with _at_work(settings, engine) as worker:
                yield Throwaway(settings, engine, owner, worker)
        finally:
            engine.dispose()


def _place() -> Path | None:
    """Memory before a disk, where it has the room that a capture asks for."""
    for folder in filter(None, (os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm")):  # noqa: S108
        if bootkey.in_memory(Path(folder)) and free_bytes(Path(folder)) > 2 * SPARE_BYTES:
            return Path(folder)
    return None


def _unlocked(engine: Engine) -> Owner:
    passphrase = secrets.token_urlsafe(32)
    made = vault.make_notebook(engine, passphrase, LEAST_KIB)
    vault.confirm_code(engine, made.owner.person)
    return vault.open_notebook(engine, made.owner.person, passphrase)


@contextmanager
def _at_work(settings: Settings, engine: Engine) -> Iterator[Worker]:
    worker = Worker(settings, engine, poll=_LOOK_SECONDS, lanes=1, boot=bootkey.hold_here(settings.data))
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        yield worker
    finally:
        _discard(settings, Ledger(engine))
        worker.stop.set()
        thread.join()


def _discard(settings: Settings, ledger: Ledger) -> None:
    """What was not finished: its room ends, and nobody waits for it."""
    for row in ledger.in_state(*_UNFINISHED):
        end(settings, ledger, row["id"], "discarded")


@contextmanager
def _told_to_stop() -> Iterator[None]:
    """A request to end unwinds the command, so that everything is removed; a second one does not disturb that."""
    signals = signal.SIGTERM, signal.SIGHUP, signal.SIGINT

    def stop(number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {each: signal.signal(each, stop) for each in signals}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
