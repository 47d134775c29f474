"""`afterword model`: a language model of the person's own, which writes the notes: use, off, show."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import NoReturn

import typer
from sqlalchemy import Engine

from afterword.capture import chosen
from afterword.capture.choice import Choice, NotAnAddress, read_address
from afterword.command.process import unlock
from afterword.command.understand import read_key
from afterword.gguf import NotAModel, available_memory, check_fit, read_gguf
from afterword.hardening import harden
from afterword.settings import Settings, prepare
from afterword.store.database import connect, migrate
from afterword.vault.owner import Owner

LEAVES = """\
To write your notes, the text of what was said in your sessions, by you and by your therapist, would be sent to
{host}. The sound is not sent. Whoever runs it can read the text and may keep it, and nothing here can
take it back.{open}
Your therapist's words are among it: please ask them first."""
OPEN = "\nThe connection is not encrypted (http): others on the way can read along."
WHEN = "This holds for what you record or add from now on."


@dataclass(frozen=True)
class Wanted:
    """What was typed after `use`."""

    file: Path | None
    address: str | None
    model: str | None
    key_file: Path | None
    may_leave: bool


def use(settings: Settings, wanted: Wanted, passphrase_file: Path | None) -> None:
    """Use a file or an address from now on. Asks before text may leave this machine."""
    harden()
    choice = _choice(wanted)
    engine, owner = _opened(settings, passphrase_file)
    kept = chosen.keep(engine, owner, _agreed(choice, wanted.may_leave))
    typer.echo(f"{_named(kept)} {WHEN}")


def off(settings: Settings, passphrase_file: Path | None) -> None:
    """The built-in engine writes everything again, what is on its way included."""
    harden()
    chosen.drop(*_opened(settings, passphrase_file))
    typer.echo("The built-in engine writes your notes, those of recordings on their way too.")


def show(settings: Settings, passphrase_file: Path | None) -> None:
    """What is chosen."""
    harden()
    choice = chosen.load(*_opened(settings, passphrase_file))
    typer.echo(_named(choice) if choice else "The built-in engine writes your notes. No language model is used.")


def _choice(wanted: Wanted) -> Choice:
    if bool(wanted.file) == bool(wanted.address):
        _stop("Name either a file or --address, one of the two.", 2)
    if wanted.address:
        try:
            address = read_address(wanted.address)
        except NotAnAddress as wrong:
            _stop(wrong.says, 2)
        return Choice(bytes(16), None, address, wanted.model, read_key(wanted.key_file) if wanted.key_file else None)
    assert wanted.file
    try:
        found = read_gguf(wanted.file)
        check_fit(found, available_memory())
    except NotAModel as wrong:
        _stop(wrong.says, 1)
    return Choice(bytes(16), str(wanted.file.resolve()), None, found.name)


def _agreed(choice: Choice, may_leave: bool) -> Choice:
    """With the date of the yes, where one is needed. Exits without it."""
    if not choice.leaves:
        return choice
    typer.echo(LEAVES.format(host=choice.place[0], open="" if choice.encrypted else OPEN), err=True)
    if not may_leave and not (os.isatty(0) and input('Write "yes" to allow that: ').strip().lower() == "yes"):
        _stop("Nothing was changed. To allow it without being asked, add --text-may-leave.", 1)
    return replace(choice, agreed_on=date.today().isoformat())


def _named(choice: Choice) -> str:
    if choice.file:
        return f"Your notes are written by {choice.model}, from {choice.file}, on this machine."
    where = f"at {choice.address}{f' ({choice.model})' if choice.model else ''}"
    if not choice.leaves:
        return f"Your notes are written by the language model {where}, on this machine."
    return (
        f"Your notes are written by the language model {where}. You agreed on {choice.agreed_on} that text goes there."
    )


def _opened(settings: Settings, passphrase_file: Path | None) -> tuple[Engine, Owner]:
    prepare(settings)
    migrate(settings.database)
    engine = connect(settings.database)
    return engine, unlock(engine, passphrase_file)


def _stop(says: str, code: int) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(code)
