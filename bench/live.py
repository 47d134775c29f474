"""Live captures: how soon after Stop the record is there, what it costs, and whether eight at once keep up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from afterword.capture import intake
from afterword.capture.live import CHUNK_SECONDS
from afterword.capture.spool import Spool
from afterword.settings import Settings, load, prepare
from afterword.store.database import connect, migrate
from afterword.store.ledger import Ledger
from afterword.vault.owner import Owner
from afterword.vault.vault import make_notebook
from bench.devices import Sender, two_voices
from bench.figures import cpu_seconds, show
from bench.product import PASSPHRASE, children, serving
from bench.room import DIALOGUE
from tests.safety import canary

SPEED, AT_ONCE = 8, 8
BARE = """
import sys, time
import numpy as np
from moonshine_voice.moonshine_api import ModelArch
from moonshine_voice.transcriber import Transcriber
from moonshine_voice.utils import get_model_path
from afterword.room.listen.speech import _run
sound = np.load(sys.argv[1], mmap_mode="r")
model = Transcriber(str(get_model_path("tiny-en")), ModelArch.TINY)
for at in range(0, len(sound), 30 * 16000):
    _run(model, np.array(sound[at : at + 30 * 16000]))
print(time.process_time())
"""


def main(minutes: float = 50, minutes_at_once: float = 5) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as name:
        settings = load(Path(name))
        prepare(settings)
        migrate(settings.database)
        with serving(Path(name)) as (settings, child, _):
            owner = make_notebook(connect(settings.database), PASSPHRASE, settings.argon_kib).owner
            ledger = Ledger(connect(settings.database))
            _one(settings, ledger, owner, children(child.pid), minutes, Path(name))
            _many(settings, ledger, owner, minutes_at_once)


def _one(settings: Settings, ledger: Ledger, owner: Owner, parts: list[int], minutes: float, folder: Path) -> None:
    sound = two_voices(minutes)
    device = Sender.begin(settings, ledger, owner)
    chunks = device.recorder.segment(sound)
    before = sum(map(cpu_seconds, parts))
    with _looking(parts, settings) as clear:
        device.send(iter(chunks), CHUNK_SECONDS / SPEED)
    stopped = time.monotonic()
    device.end()
    _wait(lambda: ledger.row(device.capture)["state"] in ("destroyed", "asking"))
    took = time.monotonic() - stopped
    ours = sum(map(cpu_seconds, parts)) - before
    assert ledger.row(device.capture)["failure"] is None
    show(f"Stop to readable record, {minutes:g} minutes fed at {SPEED}x", took, "s", 10)
    np.save(folder / "sound.npy", sound)
    done = subprocess.run([sys.executable, "-c", BARE, str(folder / "sound.npy")], capture_output=True, check=True)
    bare = float(done.stdout.split()[-1])
    show("processor time, whole system over the bare speech model", ours / bare, "", 1.3)
    print(f"  ({ours:.0f} s and {bare:.0f} s for {minutes:g} minutes)")
    print(f"  {clear[0]} looks into web, worker and data folder: {clear[1]} words or sounds in clear (goal 0)")
    show("bytes received a minute", device.sent / minutes / 1000, "kB", 250)


def _many(settings: Settings, ledger: Ledger, owner: Owner, minutes: float) -> None:
    sound = two_voices(minutes)
    devices = [Sender.begin(settings, ledger, owner) for _ in range(AT_ONCE)]
    chunks = [device.recorder.segment(sound) for device in devices]
    _ninth(settings, ledger, owner)
    threads = [
        threading.Thread(target=_after, args=(at * CHUNK_SECONDS / AT_ONCE, d, c))
        for at, (d, c) in enumerate(zip(devices, chunks, strict=True))
    ]
    for thread in threads:
        thread.start()
    most = 0
    while any(thread.is_alive() for thread in threads):
        most = max(most, *(len(Spool(settings.spool, d.capture).have()) for d in devices))
        time.sleep(0.5)
    took = sorted(seconds for device in devices for seconds in device.took)
    show(f"{AT_ONCE} captures at once, {minutes:g} minutes: most sound that waited", most * CHUNK_SECONDS, "s", 60)
    show("chunk acknowledged, p50", took[len(took) // 2] * 1000, "ms", 50)
    show("chunk acknowledged, p95", took[len(took) * 95 // 100] * 1000, "ms", 250)
    for device in devices:
        device.discard()


@contextmanager
def _looking(parts: list[int], settings: Settings) -> Iterator[list[int]]:
    """While inside: how often somebody looked, and how much of the session was in clear outside the room."""
    sentences = [line.split(":", 1)[1].strip() for line in DIALOGUE.read_text().splitlines() if ":" in line]
    needles = (*canary.words(sentences[:8]), canary.Needle("sound", "raw", b"OpusHead\x01\x01"))
    clear, stop = [0, 0], threading.Event()

    def look() -> None:
        while os.geteuid() == 0 and not stop.wait(20):
            found = [hit for pid in parts for hit in canary.in_memory(pid, needles)]
            clear[:] = [clear[0] + 1, clear[1] + len(found) + len(canary.in_folder(settings.data, needles))]

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield clear
    finally:
        stop.set()
        thread.join()


def _after(seconds: float, device: Sender, chunks: list[tuple[object, bytes]]) -> None:
    time.sleep(seconds)
    device.send(iter(chunks), CHUNK_SECONDS)  # type: ignore[arg-type]


def _ninth(settings: Settings, ledger: Ledger, owner: Owner) -> None:
    try:
        Sender.begin(settings, ledger, owner)
    except intake.Refused as refused:
        print(f"  one more at once is told at the start: {refused.code}")
    else:
        print(f"  this machine takes {intake.MOST_AT_ONCE} at once")


def _wait(true: Callable[[], bool], seconds: float = 900) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.05)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
