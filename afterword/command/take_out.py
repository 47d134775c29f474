"""`afterword export` and `afterword import`: everything into a folder, and back. Both ask for the passphrase."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import NoReturn

import typer
from sqlalchemy import Engine

from afterword.command.process import NO_NOTEBOOK, unlock
from afterword.hardening import harden
from afterword.notebook.bringing_in import bring_in
from afterword.notebook.markdown import pages
from afterword.notebook.shape import NotReadable
from afterword.notebook.takeout import as_json, taken_out
from afterword.settings import Settings
from afterword.store.database import connect, migrate
from afterword.vault.owner import Owner

MOST_BYTES = 256 << 20
EVERYTHING = "notebook.json"
NO_YES = "A yes that was brought in can be read under “Their yes”; no recording rests on it. Note anew what stands."
IN_CLEAR = "These files are in clear: whoever can open this folder can read them. Delete them when you are done."


def export(settings: Settings, folder: Path, passphrase_file: Path | None) -> None:
    """Text files and one JSON file. Exits when the folder holds something already, so that nothing is overwritten."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        _stop(f"{folder} is not an empty folder. Please name a new one; nothing was written.", 2)
    engine, owner = _opened(settings, passphrase_file)
    everything = taken_out(settings, engine, owner, date.today().isoformat())
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, text in pages(everything).items():
        _write(folder / name, text.encode())
    _write(folder / EVERYTHING, as_json(everything))
    typer.echo(f"{len(everything['sessions'])} sessions and all you wrote are in {folder}. {IN_CLEAR}", err=True)


def bring(settings: Settings, file: Path, passphrase_file: Path | None) -> None:
    """Exits with what is wrong, and then nothing was changed."""
    if not file.is_file():
        _stop(f"There is no file {file}.", 2)
    if file.stat().st_size > MOST_BYTES:
        _stop("This file is too large to be one of Afterword's. Nothing was changed.", 1)
    engine, owner = _opened(settings, passphrase_file)
    try:
        brought = bring_in(settings, engine, owner, file.read_bytes())
    except NotReadable as wrong:
        _stop(f"{wrong.says} Nothing was changed.", 1)
    typer.echo(f"{brought.sessions} sessions and {brought.things} other things were added.", err=True)
    typer.echo(f"{brought.there} were there already, and stay as they are.", err=True)
    typer.echo(
        "Consents in it can be read under “Their yes”. No recording rests on them: note anew what stands.", err=True
    )


def _opened(settings: Settings, passphrase_file: Path | None) -> tuple[Engine, Owner]:
    harden()
    if not settings.data.is_dir():
        _stop(NO_NOTEBOOK, 2)
    migrate(settings.database)
    engine = connect(settings.database)
    return engine, unlock(engine, passphrase_file)


def _write(path: Path, data: bytes) -> None:
    """For this user alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)


def _stop(says: str, code: int) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(code)
