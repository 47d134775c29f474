"""`afterword process`: a recording from the shell, into the notebook or straight to the screen."""

from __future__ import annotations

import io
import json
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from getpass import getpass
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import Engine

from afterword.capture.forms import MOST_TEXT, Form, is_written
from afterword.capture.intake import (
    CHUNK_BYTES,
    MOST_BYTES,
    Coming,
    Refused,
    answer_speakers,
    consent_for,
    open_capture,
    rests_on,
)
from afterword.capture.manifest import Consent, Manifest
from afterword.capture.sender import fingerprint, send
from afterword.command.parts import Busy, alone
from afterword.consent.gate import Voices
from afterword.door import Asked, Door, Left, Rested, RoomFailed, Sound
from afterword.door import Progress as Told
from afterword.hardening import harden
from afterword.outcome import why_nothing
from afterword.record import Record
from afterword.seal.context import chunk_place, place
from afterword.seal.errors import SealError
from afterword.seal.keys import CaptureIdentity, NotebookIdentity
from afterword.settings import Settings, prepare
from afterword.store.database import connect, migrate
from afterword.store.ledger import TRIES, Ledger
from afterword.vault import vault
from afterword.vault.owner import Owner
from afterword.written import Kind, Written

KINDS: dict[str, Kind] = {".vtt": "vtt", ".srt": "srt", ".txt": "plain"}
WHOSE = "Whose voices are on it? [1] only mine  [2] mine and my therapist's: "
WHO = "Which of these two did you say?\n  [1] {0}\n  [2] {1}\n  [3] I cannot tell\nNumber: "
WHO_ALONE = (
    "{0}\nWho said this?\n  [1] only I speak\n  [2] only my therapist speaks\n  [3] both, or I cannot tell\nNumber: "
)
NO_NOTEBOOK = "There is no notebook yet. Start `afterword serve` and make one in the browser."
NOTHING_HEARD = "Nothing was listened to. `afterword serve` shows how to ask, what to note, and what works without it."
Tell = Callable[[Told], None]


@dataclass(frozen=True)
class Wish:
    """What was asked for. `day`: ISO date of the session; `speakers`: the answer to who is who, or None; `therapist`:
    whose voice is on it too, where the consent record speaks of several."""

    file: Path
    voices: Voices
    day: str
    speakers: str | None
    therapist: str | None = None

    @property
    def form(self) -> Form:
        """What its name says it is."""
        return "transcript" if self.file.suffix.lower() in KINDS else "session"

    def coming(self, size: int, fingerprint: bytes) -> Coming:
        """As a capture begins with it."""
        return Coming(self.voices, self.day, size, fingerprint, form=self.form, therapist=self.therapist)


def voices(mine: bool, both: bool) -> Voices:
    """Whose voices are on it, asked on a terminal if no flag says it. Exits when the answer is missing."""
    if mine and both:
        _stop("Say either --mine or --both. Nothing was listened to.", 2)
    if not mine and not both and sys.stdin.isatty():
        answer = input(WHOSE).strip()
        mine, both = answer == "1", answer == "2"
    if not mine and not both:
        _stop("Say whose voices are on it: --mine, or --both. Nothing was listened to.", 2)
    return "mine" if mine else "both"


def day_of(day: date) -> str:
    """The ISO date of the session. Exits when it lies in the future."""
    if day > date.today():
        _stop("The day of the session lies in the future. Please check it.", 2)
    return day.isoformat()


def print_record(wish: Wish, settings: Settings, passphrase_file: Path | None) -> None:
    """The record as JSON on standard output. Nothing is written anywhere; the notebook is opened only to see whether
    another person's yes stands in it."""
    harden()
    consent = _consent(wish, settings, passphrase_file)
    person, identity = secrets.token_bytes(16), NotebookIdentity.make()
    ids = secrets.token_bytes(16), person, secrets.token_bytes(16)
    manifest = Manifest(*ids, identity.recipient, consent, wish.day, CaptureIdentity.make(), form=wish.form)
    with _sealed(wish, manifest) as sound, _progress() as tell:
        left = _carry(manifest, sound, wish.speakers, tell, settings.speech_model)
    if isinstance(left, Asked):
        quotes = json.loads(identity.open(left.sealed, place(person, "question", manifest.session, 0)))
        answer = _who(quotes)
        with _sealed(wish, manifest) as sound, _progress() as tell:
            left = _carry(manifest, sound, answer, tell, settings.speech_model)
    record = Record.from_bytes(identity.open(left.sealed, place(person, "record", manifest.session, 0)))
    print(json.dumps(record.to_json(), ensure_ascii=False, indent=1))


def into_notebook(wish: Wish, settings: Settings, passphrase_file: Path | None) -> None:
    """Into the notebook, as if it were added in the browser. Starts a worker of its own if none is running."""
    harden()
    prepare(settings)
    engine, owner = _opened(settings, passphrase_file)
    _ask_the_gate(wish, settings, engine, owner)
    with _a_worker(settings, engine), _progress() as tell:
        capture = _add(wish, settings, Ledger(engine), owner)
        row = _follow(Ledger(engine), capture, tell)
        if row["state"] == "asking":
            _answer(Ledger(engine), engine, owner, row, wish.speakers)
            row = _follow(Ledger(engine), capture, tell)
    if row["failure"]:
        _stop(why_nothing(row["failure"]), 1)
    thing = "text" if is_written(wish.form) else "recording"
    typer.echo(f"Done. The record is in your notebook; the key of the sealed {thing} is destroyed.", err=True)
    typer.echo(f"Your own copy, {wish.file.name}, stays where it is. Delete it if you do not want it.", err=True)


def _consent(wish: Wish, settings: Settings, passphrase_file: Path | None) -> Consent:
    """One's own voice needs no notebook. Exits when a yes is needed and does not stand."""
    if wish.voices == "mine":
        return Consent("mine", None)
    if not settings.data.is_dir():
        _stop(NO_NOTEBOOK, 2)
    return _ask_the_gate(wish, settings, *_opened(settings, passphrase_file))


def _ask_the_gate(wish: Wish, settings: Settings, engine: Engine, owner: Owner) -> Consent:
    """Says whose yes it rests on. Exits with what is missing."""
    coming = wish.coming(0, b"")
    try:
        standing = rests_on(settings, engine, owner, coming)
    except Refused as refused:
        _stop(f"{refused.says} {NOTHING_HEARD}", 1)
    if standing.says:
        typer.echo(standing.says, err=True)
    return consent_for(coming, standing)


def _opened(settings: Settings, passphrase_file: Path | None) -> tuple[Engine, Owner]:
    migrate(settings.database)
    engine = connect(settings.database)
    return engine, unlock(engine, passphrase_file)


def _carry(manifest: Manifest, sound: Sound, speakers: str | None, tell: Tell, speech: Path | None) -> Left | Asked:
    """As session.py does, with the checkpoint in memory."""
    kept, failures = [b""], 0

    def save(checkpoint: bytes, _covered: int) -> None:
        nonlocal failures
        kept[0], failures = checkpoint, 0

    while True:
        try:
            careful = failures >= TRIES
            with Door.to_listen(manifest, sound, kept[0], speakers, careful, speech=speech) as door:
                left = door.attend(tell, save)
            if not isinstance(left, Rested):
                return left
        except RoomFailed as failed:
            failures += 1
            if not failed.retryable or failures > TRIES:
                _stop(why_nothing(failed.code), 1)


@contextmanager
def _sealed(wish: Wish, manifest: Manifest) -> Iterator[Sound]:
    with _opened_file(wish) as (file, size):

        def read(index: int) -> bytes:
            file.seek(index * CHUNK_BYTES)
            return manifest.key.recipient.seal(file.read(CHUNK_BYTES), chunk_place(manifest.capture, index))

        yield Sound(-(-size // CHUNK_BYTES), size, read)


@contextmanager
def _opened_file(wish: Wish) -> Iterator[tuple[BinaryIO, int]]:
    """The file and its size; a transcript packed as a room reads one."""
    size = _size(wish.file)
    if not is_written(wish.form):
        with wish.file.open("rb") as file:
            yield file, size
        return
    if size > MOST_TEXT // 2:  # packed, quotation marks and breaks take twice their place
        _stop(why_nothing("too_much_text"), 1)
    try:
        packed = Written(wish.file.read_text("utf-8-sig"), KINDS[wish.file.suffix.lower()]).to_bytes()
    except UnicodeDecodeError:
        _stop(why_nothing("not_a_transcript"), 1)
    yield io.BytesIO(packed), len(packed)


def _size(path: Path) -> int:
    if not path.is_file():
        _stop(f"There is no file {path}.", 2)
    size = path.stat().st_size
    if size == 0:
        _stop(why_nothing("empty"), 1)
    if size > MOST_BYTES:
        _stop(why_nothing("too_long"), 1)
    return size


def unlock(engine: Engine, passphrase_file: Path | None) -> Owner:
    person = vault.only_person(engine)
    if person is None:
        _stop(NO_NOTEBOOK, 2)
    secret = passphrase_file.read_text().strip("\n") if passphrase_file else getpass("Passphrase: ")
    try:
        return vault.open_notebook(engine, person, secret)
    except SealError:
        _stop("That passphrase does not open the notebook. Nothing was changed.", 1)


@contextmanager
def _a_worker(settings: Settings, engine: Engine) -> Iterator[None]:
    from afterword.work.worker import Worker

    try:
        with alone(settings):
            worker = Worker(settings, engine)
            thread = threading.Thread(target=worker.run, daemon=True)
            thread.start()
            yield
            worker.stop.set()
            thread.join()
    except Busy:  # `afterword serve` is running
        yield


def _add(wish: Wish, settings: Settings, ledger: Ledger, owner: Owner) -> bytes:
    try:
        with _opened_file(wish) as (file, size):
            opened = open_capture(settings, ledger, owner, wish.coming(size, fingerprint(file)))
            if not opened.going_on:
                send(settings, ledger, opened, file)
    except Refused as refused:
        _stop(refused.says, 1)
    return opened.capture


def _follow(ledger: Ledger, capture: bytes, tell: Tell) -> Any:
    while True:
        row = ledger.row(capture)
        if row["state"] in ("destroyed", "asking"):
            return row
        if row["state"] == "waiting":
            _stop(
                "The computer was restarted meanwhile. Unlock your notebook in the browser; the work goes on then.", 1
            )
        tell(Told(row["stage"], row["heard"], row["total"]))
        time.sleep(0.3)


def _answer(ledger: Ledger, engine: Engine, owner: Owner, row: Any, speakers: str | None) -> None:
    from afterword.notebook.shelf import Shelf

    answer_speakers(ledger, row["id"], speakers or _who(Shelf(engine, owner).question(row["session"])))


def _who(quotes: list[str]) -> str:
    if not sys.stdin.isatty():
        typer.echo("It is not certain who is who, so nobody is named. With --speakers you can say it.", err=True)
        return "unsure"
    sys.stderr.write((WHO if all(quotes) else WHO_ALONE).format(*quotes))
    return {"1": "keep", "2": "swap"}.get(input().strip(), "unsure")


@contextmanager
def _progress() -> Iterator[Tell]:
    """A bar on a terminal; silence elsewhere."""
    columns = TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[clock]}"), TimeElapsedColumn()
    console = Console(stderr=True)
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("received", total=None, clock="")

        def tell(told: Told) -> None:
            clock = f"{_clock(told.heard)} of {_clock(told.total)}" if told.total else _clock(told.heard)
            bar.update(task, description=told.stage, completed=told.heard, total=told.total, clock=clock)

        yield tell


def _clock(seconds: float | None) -> str:
    minutes, rest = divmod(int(seconds or 0), 60)
    return f"{minutes}:{rest:02d}"


def _stop(says: str, code: int) -> NoReturn:
    typer.echo(says, err=True)
    raise typer.Exit(code)
