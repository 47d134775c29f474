"""A power cut: the disk as it was at that instant, without anything that was not yet written; then a restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from afterword.capture import bootkey
from afterword.capture.spool import Spool, chunk_name
from afterword.capture.wraps import Wraps
from afterword.seal.context import chunk_place
from afterword.seal.errors import SealError
from afterword.seal.keys import CaptureIdentity
from afterword.settings import Settings, prepare
from afterword.store.database import connect, migrate, now
from afterword.work.sweep import sweep
from tests.safety.disk import mounted
from tests.safety.stage import MINE, Secrets, Stage, age, assert_over, killed, recording


@dataclass(frozen=True)
class Cut:
    """What was promised before the power went. `acknowledged`: chunks that the sender was told are safe."""

    capture: bytes
    sound: bytes
    acknowledged: int


def sender_is_cut(stage: Stage, point: str, *broken: str) -> Cut:
    """The power goes when the sender is at `point`."""
    sound = recording()
    stage.disk.sync()
    with stage.opening(), stage.sending(sound, *broken, AFTERWORD_CRASH_AT=point) as sender:
        assert killed(sender)
        assert sender.stdout
        told = sender.stdout.read().split()
    capture = bytes.fromhex(told[0].decode()) if told else b""
    # A chunk that lies there is one that the web process would have acknowledged next.
    acknowledged = max(0, len(told) - 1) + (point == "chunk-durable")
    return Cut(capture, sound, acknowledged)


def worker_is_cut(stage: Stage, point: str, *broken: str) -> Cut:
    """The power goes when the worker is at `point`."""
    sound = recording()
    stage.disk.sync()
    with stage.process("tests.safety.act", "work", *broken, AFTERWORD_CRASH_AT=point) as worker:
        capture = stage.add(sound, MINE).capture
        assert killed(worker)
    return Cut(capture, sound, 2)


@contextmanager
def restarted(stage: Stage, folder: Path) -> Iterator[Stage]:
    """The same notebook on what the disk had of it. Another place is another boot key: this one is lost."""
    copy = folder / "copy.img"
    stage.disk.pull_the_plug(copy)
    with mounted(copy) as disk:
        data = disk.root / "data"
        settings = Settings(data, f"sqlite:///{data / 'afterword.db'}", argon_kib=stage.settings.argon_kib)
        prepare(settings)
        migrate(settings.database)
        engine = connect(settings.database)
        bootkey.hold(data)
        try:
            yield replace(stage, disk=disk, settings=settings, engine=engine)
        finally:
            engine.dispose()
            bootkey.forget(data)
    copy.unlink()


def assert_nothing_lost(after: Stage, cut: Cut) -> None:
    """Every acknowledged chunk is there and opens with the person's key; or the record is there already."""
    rows = after.captures()
    if not cut.acknowledged:
        return
    assert cut.capture in rows
    if after.count("record", rows[cut.capture]["session"]):
        return
    key = _key(after, cut.capture)
    assert key is not None
    spool = Spool(after.settings.spool, cut.capture)
    for index in range(cut.acknowledged):
        assert (
            key.open(spool.read(chunk_name(index)), chunk_place(cut.capture, index))
            == cut.sound[index << 20 : (index + 1) << 20]
        )


def assert_comes_through(after: Stage, cut: Cut) -> None:
    """Sent again if it was not all there, unlocked again: one whole record."""
    with after.working():
        unfinished = not cut.capture or after.row(cut.capture)["state"] in ("new", "open")
        capture = after.add(cut.sound, MINE, Secrets()).capture if unfinished else cut.capture
        if after.until(capture, "waiting", "destroyed")["state"] == "waiting":
            after.resume()
        after.until(capture, "destroyed")
    age(after)
    sweep(after.settings, after.ledger, now())
    assert_over(after, capture)


def _key(after: Stage, capture: bytes) -> CaptureIdentity | None:
    try:
        return Wraps(after.settings.keys, capture).open_a(after.owner).key
    except (SealError, FileNotFoundError):
        return None
