"""A folder, a database, an unlocked owner and a worker that opens new captures: all real."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from afterword.capture import bootkey
from afterword.settings import Settings, prepare
from afterword.store.ledger import Ledger
from afterword.vault.owner import Owner
from afterword.work.worker import Worker
from tests.store.fresh import a_person, fresh_sqlite


@dataclass(frozen=True)
class House:
    """One installation."""

    settings: Settings
    ledger: Ledger
    owner: Owner
    worker: Worker

    @contextmanager
    def opening(self) -> Iterator[None]:
        """While inside, the worker opens new captures, as its thread does."""
        stop = threading.Event()

        def run() -> None:
            while not stop.wait(0.01):
                self.worker.open_new()

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def files(self) -> list[Path]:
        """What lies in the folders of keys and of chunks."""
        return [p for folder in (self.settings.keys, self.settings.spool) for p in folder.rglob("*")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    settings = Settings(data=tmp_path, database=f"sqlite:///{tmp_path / 'afterword.db'}", argon_kib=19456)
    prepare(settings)
    with fresh_sqlite(tmp_path) as engine:
        yield House(settings, Ledger(engine), a_person(engine), Worker(settings, engine))
    bootkey.forget(settings.data)
