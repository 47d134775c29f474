"""The whole slice on a disk of our own: who sends, who works, who dies where, and what has to be true afterwards."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from sqlalchemy import Engine, func, select

from afterword.capture import bootkey
from afterword.capture.intake import Coming, Opened, open_capture, resume_waiting
from afterword.capture.sender import fingerprint, send
from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.consent.gate import Voices
from afterword.notebook.shelf import Shelf
from afterword.record import Record
from afterword.settings import Settings, prepare
from afterword.store.database import connect, migrate, now
from afterword.store.ledger import Ledger
from afterword.store.tables import captures, objects
from afterword.vault.owner import Owner
from afterword.vault.slots import LEAST_KIB
from afterword.vault.vault import confirm_code, make_notebook
from afterword.work.sweep import sweep
from afterword.work.worker import Worker
from tests.consent.yes import say_yes
from tests.safety import canary
from tests.safety.disk import Disk
from tests.speech import Samples, dialogue, silence
from tests.store.fresh import PASSPHRASE

REPOSITORY = Path(__file__).parents[2]
# Words that the model hears right in flite's voices, and that nobody else here would say.
SENTENCES = (
    "I keep dreaming about the penguin and the volcano.",
    "Every night I see a crocodile eating spaghetti in the cathedral.",
)
WORDS = ("penguin", "volcano", "crocodile", "spaghetti", "cathedral")
# For memory: libraries know each word alone (they have names for pictures of them), but nobody knows these.
PHRASES = ("the penguin and the volcano", "dreaming about the penguin", "night I see a crocodile")
MINE: Voices = "mine"
BOTH: Voices = "both"
WITH_PATIENCE = 60.0
# What this run has done, for the last line of its report.
TALLY = {"processes killed": 0, "searches of a whole disk": 0, "megabytes searched": 0}


@cache
def spoken() -> Samples:
    """About eight seconds by one voice."""
    return dialogue([("awb", sentence) for sentence in SENTENCES], pause=0.4)


@cache
def spoken_by_two() -> Samples:
    """Two voices, neither of which says who it is."""
    return dialogue([("awb", SENTENCES[0]), ("kal16", SENTENCES[1])], pause=0.5)


def recording(samples: Samples | None = None) -> bytes:
    """A WAV as a recorder makes it: 48 kHz stereo, so that a few seconds fill more than one chunk; never twice the
    same bytes."""
    mono = spoken() if samples is None else samples
    at = np.arange(0, len(mono) - 1, 1 / 3)
    left = (np.interp(at, np.arange(len(mono)), mono) * 32767).astype("<i2")
    frames = np.column_stack([left, left]).tobytes() + os.urandom(4)
    head = b"RIFF" + (len(frames) + 36).to_bytes(4, "little") + b"WAVEfmt " + (16).to_bytes(4, "little")
    form = (1, 2), (2, 2), (48000, 4), (192000, 4), (4, 2), (16, 2)
    return (
        head + b"".join(v.to_bytes(n, "little") for v, n in form) + b"data" + len(frames).to_bytes(4, "little") + frames
    )


def canaries(sound: bytes, *, memory: bool = False) -> tuple[canary.Needle, ...]:
    """What must be nowhere: the words that are said in `sound`, and runs of it."""
    return canary.words(PHRASES if memory else WORDS) + canary.sounds(sound[44:])


@dataclass
class Secrets:
    """What must be nowhere once the key is destroyed: the key itself, and both wraps as they lay on the disk."""

    pieces: dict[str, bytes] = field(default_factory=dict)

    def note(self, stage: Stage, capture: bytes) -> None:
        """Read them now, while they are there."""
        wraps = Wraps(stage.settings.keys, capture)
        self.pieces |= {f"{name}{len(self.pieces)}": p.read_bytes() for name, p in (("a", wraps.a), ("b", wraps.b))}
        self.pieces["key"] = wraps.open_a(stage.owner).key.raw

    def note_all(self, stage: Stage) -> None:
        """All that is on the disk now, also wraps whose capture was never begun."""
        self.pieces |= {path.name: path.read_bytes() for path in stage.settings.keys.iterdir()}
        for row in stage.living():
            self.note(stage, row["id"])

    def needles(self) -> tuple[canary.Needle, ...]:
        """For the scanner."""
        return tuple(needle for name, raw in self.pieces.items() for needle in canary.secret(name, raw))


@dataclass
class Stage:
    """A notebook with its owner, on a disk."""

    disk: Disk
    settings: Settings
    engine: Engine
    owner: Owner

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.engine)

    def search(self, needles: Sequence[canary.Needle]) -> list[canary.Hit]:
        """The whole disk, now."""
        hits = self.disk.search(needles)
        TALLY["searches of a whole disk"] += 1
        TALLY["megabytes searched"] += canary.data_bytes(self.disk.image) >> 20 if self.disk.image else 0
        return hits

    def add(self, sound: bytes, voices: Voices = MINE, secrets: Secrets | None = None) -> Opened:
        """Send a recording from this process, as the command line does."""
        opened = self.begin(sound, voices)
        if secrets is not None and not opened.going_on:
            secrets.note(self, opened.capture)
        if not opened.going_on:
            send(self.settings, self.ledger, opened, io.BytesIO(sound))
        return opened

    def begin(self, sound: bytes, voices: Voices = MINE) -> Opened:
        """Only its beginning: the key, and the right to put chunks."""
        coming = Coming(voices, "2026-11-20", len(sound), fingerprint(io.BytesIO(sound)))
        return open_capture(self.settings, self.ledger, self.owner, coming)

    def captures(self) -> dict[bytes, Mapping[str, Any]]:
        """Every row, by id."""
        with self.engine.connect() as db:
            return {row["id"]: dict(row) for row in db.execute(select(captures)).mappings()}

    def living(self) -> list[Mapping[str, Any]]:
        """Rows of captures that are not over."""
        return [row for row in self.captures().values() if row["state"] != "destroyed"]

    def row(self, capture: bytes) -> Mapping[str, Any]:
        return self.captures()[capture]

    def record(self, session: bytes) -> Record | None:
        """Opened by the owner."""
        return Shelf(self.engine, self.owner).session(session).record

    def count(self, kind: str, session: bytes) -> int:
        """How many sealed objects of a kind a session has."""
        query = select(func.count()).where(objects.c.about == session, objects.c.kind == kind)
        with self.engine.connect() as db:
            return int(db.execute(query).scalar() or 0)

    def until(self, capture: bytes, *states: str) -> Mapping[str, Any]:
        """Wait for a state."""
        wait(lambda: self.row(capture)["state"] in states, f"{capture.hex()[:6]} in {states}")
        return self.row(capture)

    def resume(self) -> int:
        """What the next unlock does."""
        return resume_waiting(self.settings, self.ledger, self.owner)

    @contextmanager
    def working(self, name: str = "worker-1") -> Iterator[Worker]:
        """A worker that nothing happens to, in this process."""
        worker = Worker(_renamed(self.settings, name), self.engine, poll=0.03)
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            yield worker
        finally:
            worker.stop.set()
            thread.join()

    @contextmanager
    def opening(self) -> Iterator[None]:
        """A worker that opens new captures, and is not yet so far as to hear any."""
        worker, stop = Worker(self.settings, self.engine), threading.Event()

        def run() -> None:
            while not stop.wait(0.02):
                worker.open_new()

        thread = threading.Thread(target=run)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    @contextmanager
    def process(
        self, *command: str, stdin: int | BinaryIO | None = None, before: Sequence[str] = (), **environment: str
    ) -> Iterator[subprocess.Popen[bytes]]:
        """`python -m ...` as it would run here, but with /tmp, home and working folder on our disk, all logs kept on
        it, and core dumps allowed. `before`: a command that starts it."""
        with (self.disk.root / "log" / "processes").open("ab") as log:
            child = subprocess.Popen(
                [*_own_tmp(self.disk.root), *before, sys.executable, "-m", *command],
                stdin=stdin or subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
                env=_environment(self) | environment,
            )  # fmt: skip
        try:
            yield child
        finally:
            child.kill()
            child.wait()
            if child.stdout:
                child.stdout.close()

    @contextmanager
    def sending(self, sound: bytes, *broken: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        """A sender that can be killed. The recording comes to it from no disk."""
        with os.fdopen(os.memfd_create("recording"), "w+b") as file:
            file.write(sound)
            file.seek(0)
            with self.process("tests.safety.act", "send", *broken, stdin=file, **environment) as sender:
                yield sender

    def lose_boot_key(self) -> None:
        """As a reboot does."""
        bootkey.forget(self.settings.data)


@contextmanager
def new_stage(disk: Disk, address: str | None = None) -> Iterator[Stage]:
    """A notebook on `disk`; its database too, unless `address` names another."""
    for name in ("tmp", "shm", "home", "cwd", "log"):
        (disk.root / name).mkdir(mode=0o777)
    data = disk.root / "data"
    settings = Settings(data, address or f"sqlite:///{data / 'afterword.db'}", argon_kib=LEAST_KIB)
    prepare(settings)
    migrate(settings.database)
    engine = connect(settings.database)
    stage = Stage(disk, settings, engine, make_notebook(engine, PASSPHRASE, LEAST_KIB).owner)
    confirm_code(engine, stage.owner.person)
    say_yes(settings, engine, stage.owner)
    bootkey.hold(data)
    try:
        yield stage
    finally:
        engine.dispose()
        bootkey.forget(data)


def wait(true: Callable[[], bool], what: str, seconds: float = WITH_PATIENCE) -> None:
    """Until `true`. Raises TimeoutError that says `what` did not come."""
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(what)
        time.sleep(0.02)


def rooms(worker: int) -> list[int]:
    """The rooms that a worker has started and that live, whether it lives or not."""
    command = f"afterword.room\0{worker}\0".encode()
    return [int(p.name) for p in Path("/proc").iterdir() if p.name.isdigit() and command in _command(int(p.name))]


def assert_whole(record: Record | None) -> None:
    """The record is there and holds what was said: outputs came, and not just a success."""
    assert record is not None
    text = record.to_bytes().lower()
    assert [word for word in WORDS if word.encode() not in text] == []
    assert record.gaps == ()


def assert_over(stage: Stage, capture: bytes, *, kept: bool = True) -> None:
    """One record at most, a destroyed key, no spool, a receipt."""
    row = stage.row(capture)
    assert row["state"] == "destroyed"
    assert stage.count("record", row["session"]) == int(kept)
    assert stage.count("receipt", row["session"]) == 1
    assert stage.count("question", row["session"]) == 0
    assert Wraps(stage.settings.keys, capture).gone()
    assert Spool(stage.settings.spool, capture).gone()
    assert sorted(stage.settings.keys.iterdir()) == []
    receipt = Shelf(stage.engine, stage.owner).receipt(row["session"])
    assert receipt is not None
    assert set(receipt.checked) == {"key", "sound"}
    if kept:
        assert_whole(stage.record(row["session"]))
        assert receipt.outcome == "kept"


@contextmanager
def watched(stage: Stage, sound: bytes, secrets: Secrets, *, kept: bool = True) -> Iterator[None]:
    """Around one case: afterwards there is one more capture, over, and nothing else of it on the whole disk."""
    before = set(stage.captures())
    yield
    age(stage)
    sweep(stage.settings, stage.ledger, now())
    [capture] = set(stage.captures()) - before
    assert_over(stage, capture, kept=kept)
    assert "key" in secrets.pieces
    assert stage.search(canaries(sound) + secrets.needles()) == []
    assert cores(stage) == []


def cores(stage: Stage) -> list[Path]:
    """Core dumps of processes of ours."""
    return [path for path in (stage.disk.root / "cwd").iterdir() if path.name.startswith("core")]


def age(stage: Stage, seconds: int = 700) -> None:
    """Make every file of the capture folders look older."""
    for folder in (stage.settings.keys, stage.settings.spool):
        for path in folder.iterdir():
            os.utime(path, (now() - seconds, now() - seconds))


def killed(process: subprocess.Popen[bytes]) -> bool:
    """True when it died as a crash point kills."""
    TALLY["processes killed"] += 1
    return process.wait(WITH_PATIENCE) == -signal.SIGKILL


def quiet(seconds: float) -> bytes:
    """A recording of a silent room."""
    return recording(silence(seconds))


def _renamed(settings: Settings, worker: str) -> Settings:
    return Settings(settings.data, settings.database, settings.host, settings.port, settings.argon_kib, worker)


def _environment(stage: Stage) -> dict[str, str]:
    root, s = stage.disk.root, stage.settings
    return {
        "PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "HOME": str(root / "home"), "LANG": "C.UTF-8",
        "TMPDIR": str(root / "tmp"), "AFTERWORD_DATA": str(s.data), "AFTERWORD_DATABASE": s.database,
        "AFTERWORD_ARGON_KIB": str(s.argon_kib), "AFTERWORD_LOG": "DEBUG", "PYTHONDONTWRITEBYTECODE": "1",
    }  # fmt: skip


def _own_tmp(root: Path) -> list[str]:
    """A private view in which the places for temporary files are folders of our disk. Not where we run from there."""
    ours = (Path(sys.prefix).resolve(), REPOSITORY.resolve(), root)
    places = {"/tmp": "tmp", "/var/tmp": "tmp", "/dev/shm": "shm"}
    places = {k: v for k, v in places.items() if Path(k).is_dir() and not any(p.is_relative_to(k) for p in ours)}
    script = "".join(f'mount --bind "$0/{name}" {place}; ' for place, name in places.items())
    script = f'set -e; {script if _may_unshare() else ""}ulimit -c unlimited; cd "$0/cwd"; exec "$@"'
    unshare = ["unshare", "--mount", "--propagation", "private"] if _may_unshare() else []
    return [*unshare, "sh", "-c", script, str(root)]


@cache
def _may_unshare() -> bool:
    command = ["unshare", "--mount", "--propagation", "private", "true"]
    return (
        bool(shutil.which("unshare"))
        and subprocess.run(command, stderr=subprocess.DEVNULL, check=False).returncode == 0
    )


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""
