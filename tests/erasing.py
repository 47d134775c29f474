"""A process for tests to kill: opens the notebook and deletes everything, as the page does."""

from __future__ import annotations

import sys
from pathlib import Path

from afterword.settings import Settings
from afterword.store.database import connect
from afterword.store.ledger import Ledger
from afterword.vault.vault import only_person
from afterword.work.erase import erase


def main(data: str) -> None:
    """`data`: the folder of an installation of tests/people.py."""
    address = f"sqlite:///{Path(data) / 'afterword.db'}"
    engine = connect(address)
    erase(Settings(Path(data), address), Ledger(engine), only_person(engine) or b"")


if __name__ == "__main__":
    main(*sys.argv[1:])
