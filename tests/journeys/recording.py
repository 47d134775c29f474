"""A fake microphone in a real browser, and what a room would hear of a live capture."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from playwright.sync_api import BrowserContext, Error, Page, expect, sync_playwright

from afterword.capture.live import Place
from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.seal.context import context, number
from afterword.vault import vault
from afterword.work.worker import Worker
from tests.journeys.stage import ARGUMENTS, LISTEN, free_port, serving
from tests.people import CHEAPEST_KIB, Home, Person

CHECKED_MS = 20_000
FAKE = "--use-fake-device-for-media-stream"
# How plain sound would begin on a disk. (The bare names stand in our scripts, which browsers cache.)
PLAIN = (b"OggS\x00\x02", b"OggS\x00\x04", b"OpusHead\x01\x01", b"WAVEfmt \x10\x00")
ALLOW = "--use-fake-ui-for-media-stream"
NOT_KEPT = "Everything is here. Nothing is kept on this device."
# Keeps every word of the worker, with what the page said at that moment.
OVERHEAR = """
window.told = [];
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", ({ data }) => {
      window.told.push({ ...data, at: performance.now(), title: document.title });
    });
  }
};
"""
TOLD_WITHIN = 3.5


@contextmanager
def recorder(
    profile: Path, sound: Path | None, *, allow: bool = True, arguments: Sequence[str] = (), **options: Any
) -> Iterator[BrowserContext]:
    """Chromium with a profile that stays, whose microphone hears `sound` from the moment it is opened; None: no
    microphone at all. `allow`: it never asks whether a page may listen."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed, and a journey needs a real browser: apt install chromium")
    microphone = [FAKE, f"--use-file-for-fake-audio-capture={sound}%noloop"] if sound else []
    microphone += [ALLOW] if sound and allow else []
    with sync_playwright() as play:
        browser = play.chromium.launch_persistent_context(
            profile, executable_path=path, args=[*ARGUMENTS, *microphone, *arguments], **options
        )
        browser.add_init_script(LISTEN)
        try:
            yield browser
        finally:
            with suppress(Error):  # killed
                browser.close()


def note_a_yes(page: Page, address: str, who: str, sessions: str = "All of them, without being asked again") -> None:
    """As a person notes it, from the page that has a form for it."""
    page.goto(f"{address}/consent")
    page.get_by_label("Who", exact=True).fill(who)
    page.get_by_label("Yes", exact=True).check()
    page.get_by_label(sessions).check()
    page.get_by_role("button", name="Note it", exact=True).click()
    expect(page.locator(".stands h2")).to_have_text(who)


def check_and_start(page: Page, address: str, quick: bool = True, voices: str = "Only mine") -> None:
    """As a person begins: whose voices, ten seconds of check (two, if `quick`), the large button."""
    if quick:
        page.clock.install()
    page.goto(f"{address}/record")
    page.get_by_label(voices).check()
    page.get_by_role("button", name="Check the microphone").click()
    if quick:
        hurry_the_check(page)
    expect(page.locator("#start")).to_be_enabled(timeout=CHECKED_MS)
    page.locator("#start").click()
    expect(page.locator("#title")).to_have_text("Recording")


def hurry_the_check(page: Page) -> None:
    """Real sound for two seconds; the other eight pass at once."""
    expect(page.locator("#check-says")).to_have_text("Listening. Please speak.")
    page.wait_for_timeout(2000)
    for _ in range(10):
        page.clock.run_for(1000)


def stop(page: Page) -> None:
    """Two presses."""
    page.get_by_role("button", name="Stop", exact=True).click()
    page.get_by_role("button", name="Yes, stop").click()


def heard(page: Page) -> int:
    """Seconds on the clock."""
    whole = 0
    for part in page.locator("#heard").inner_text().split(":"):
        whole = whole * 60 + int(part)
    return whole


def hear_for(page: Page, seconds: int) -> None:
    """Until its clock says that so much was heard."""
    while heard(page) < seconds:
        page.wait_for_timeout(200)


def kill(profile: Path) -> None:
    """The whole browser of this profile, as a power cut would."""
    found = [pid for pid in _processes() if f"--user-data-dir={profile}" in _command(pid)]
    assert found, "no such browser"
    for pid in found:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except OSError:
        return ""


@dataclass(frozen=True)
class Chunk:
    """One chunk, opened."""

    place: Place
    head: dict[str, Any]
    sound: bytes

    def samples(self) -> NDArray[np.float32]:
        """Decoded alone."""
        with av.open(io.BytesIO(self.sound)) as file:
            parts = [frame.to_ndarray().astype(np.float32).mean(axis=0) for frame in file.decode(audio=0)]
        return np.concatenate(parts) if parts else np.zeros(0, np.float32)

    def packets(self) -> list[bytes]:
        """As they were encoded."""
        with av.open(io.BytesIO(self.sound)) as file:
            return [bytes(packet) for packet in file.demux(audio=0) if packet.size > 30]


def chunks(home: Home, worker: Worker) -> list[Chunk]:
    """All that is in the spool of the one capture there is, in order."""
    (row,) = home.ledger.in_state("open", "ended")
    key = Wraps(home.settings.keys, row["id"]).open_b(worker.boot).key
    spool, found = Spool(home.settings.spool, row["id"]), []
    for name in spool.have():
        place = Place.of_name(name)
        fields = (row["id"], place.segment.encode(), place.track.encode(), number(place.seq))
        found.append(read(place, key.open(spool.read(name), context("live", *fields))))
    return sorted(found, key=lambda c: (c.head["wall"], c.place.seq))


def read(place: Place, plain: bytes) -> Chunk:
    """Head and sound, as docs/live-capture.md describes them."""
    assert len(plain) % 4096 == 0
    length = int.from_bytes(plain[:4], "big")
    head = json.loads(plain[4 : 4 + length])
    at = 8 + length
    size = int.from_bytes(plain[at - 4 : at], "big")
    assert not any(plain[at + size :])
    return Chunk(place, head, plain[at : at + size])


@dataclass(frozen=True)
class House:
    """`afterword serve` on a notebook that is there already."""

    address: str
    pid: int

    def kill_web(self) -> None:
        """The web process alone; its supervisor starts it again."""
        os.kill(self._part("web"), signal.SIGKILL)

    def kill_worker(self) -> None:
        """The worker alone; its supervisor starts it again, and its rooms end with it."""
        os.kill(self._part("worker"), signal.SIGKILL)

    def kill_rooms(self) -> int:
        """Those that listen just now. How many there were."""
        rooms = _children(self._part("worker"))
        for pid in rooms:
            os.kill(pid, signal.SIGKILL)
        return len(rooms)

    def _part(self, name: str) -> int:
        (pid,) = [pid for pid in _children(self.pid) if _command(pid).endswith(f"afterword\0{name}\0")]
        return pid


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text().split()]


@contextmanager
def house(home: Home, folder: Path, port: int | None = None) -> Iterator[House]:
    """Web and worker, as a person starts them."""
    port, printed = port or free_port(), folder / "printed.txt"
    environment = os.environ | {"AFTERWORD_DATA": str(home.settings.data), "AFTERWORD_ARGON_KIB": str(CHEAPEST_KIB)}
    with printed.open("wb") as out:
        command = [sys.executable, "-m", "afterword", "serve", "--port", str(port)]
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
    try:
        until = time.monotonic() + 60
        while "Stop it with" not in printed.read_text():
            assert child.poll() is None, printed.read_text()
            assert time.monotonic() < until, printed.read_text()
            time.sleep(0.1)
        yield House(f"http://localhost:{port}", child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


def in_profile(profile: Path, marks: Sequence[bytes]) -> list[bytes]:
    """Which of these bytes stand anywhere in the browser's files."""
    found = set()
    for path in profile.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        held = path.read_bytes()
        found |= {mark for mark in marks if mark in held}
    return sorted(found)


@dataclass
class Room:
    """A browser in front of an installation whose worker only opens captures."""

    home: Home
    worker: Worker
    address: str
    browser: BrowserContext
    page: Page
    complaints: list[str]

    def unlock(self, owner: Person) -> None:
        cookie = vault.unlock(self.home.engine, owner.owner)
        self.browser.add_cookies([{"name": "afterword", "value": cookie, "url": self.address}])

    def chunks(self) -> list[Chunk]:
        return chunks(self.home, self.worker)

    def clean(self) -> bool:
        found = [*self.page.evaluate("window.violations"), *self.complaints]
        assert not found, found
        return True


@contextmanager
def sitting(home: Home, owner: Person, profile: Path, sound: Path | None, **options: Any) -> Iterator[Room]:
    """Unlocked, on a page of its own."""
    with (
        home.opener() as worker,
        serving(home) as address,
        recorder(profile, sound, viewport={"width": 390, "height": 844}, **options) as browser,
    ):
        complaints: list[str] = []
        page = browser.new_page()
        watch(page, complaints)
        room = Room(home, worker, address, browser, page, complaints)
        room.unlock(owner)
        yield room


def watch(page: Page, complaints: list[str]) -> None:
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: complaints.append(str(e)))


def joined(found: list[Chunk]) -> dict[str, int]:
    """Samples of each segment; every chunk decodes alone to what it says, and begins where the one before ended."""
    lengths: dict[str, int] = {}
    for chunk in found:
        assert chunk.head["start"] == lengths.get(chunk.place.segment, 0)
        decoded = len(chunk.samples())
        assert decoded == chunk.head["samples"], (decoded, chunk.place, chunk.head)
        lengths[chunk.place.segment] = chunk.head["start"] + chunk.head["samples"]
    return lengths


def kept(page: Page) -> list[str]:
    """Names of all that stays in the browser's own file system."""
    listed: list[str] = page.evaluate(
        """async () => {
          const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("afterword-outbox");
          const names = [];
          for await (const name of folder.keys()) names.push(name);
          return names;
        }"""
    )
    return listed


def never_deaf(told: list[dict[str, Any]]) -> None:
    """Of what was overheard: wherever the page said for so long that it records, something was captured."""
    now = [one for one in told if one["is"] == "now" and "state" in one]
    ahead = 0
    for at, one in enumerate(now):
        while ahead < len(now) and now[ahead]["at"] - one["at"] < TOLD_WITHIN * 1000:
            ahead += 1
        if ahead == len(now):
            return
        if all(each["title"].startswith("●") for each in now[at : ahead + 1]):
            assert now[ahead]["heard"] > one["heard"], one
