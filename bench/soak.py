"""Fifty minutes in real time: a real browser records, and what happens to a session happens to it. Run it once in a
while: `python -m bench.soak` (needs Chromium; takes an hour)."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from afterword.notebook.shelf import Shelf
from afterword.vault import vault
from bench.devices import two_voices
from bench.figures import cpu_seconds, resident_kib, show
from tests.journeys.recording import House, check_and_start, heard, house, note_a_yes, recorder, stop
from tests.people import Home, make_home
from tests.speech import write_wav


@dataclass
class Watch:
    """What was seen: seconds, MB, and the clock of the page."""

    home: Home
    server: int
    oldest: float = 0.0
    memory: dict[str, float] = field(default_factory=dict)

    def look(self) -> None:
        """Once: the age of the oldest sound on the disk, and how large everything is."""
        times = [_modified(path) for path in self.home.settings.spool.glob("*/*.mic.*")]
        self.oldest = max([self.oldest, *(time.time() - at for at in times if at)])
        for name, pids in _families(self.server).items():
            self.memory[name] = max(self.memory.get(name, 0.0), sum(map(resident_kib, pids)) / 1024)


def main(minutes: float = 50) -> None:
    """Print what happened, and the figures."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        home = make_home(folder / "home")
        owner = home.person()
        write_wav(folder / "session.wav", two_voices(min(minutes, 12)))
        with house(home, folder) as here, recorder(folder / "profile", folder / "session.wav") as browser:
            cookie: Any = {"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": here.address}
            browser.add_cookies([cookie])
            page = browser.new_page()
            _start(page, here.address)
            watch = Watch(home, here.pid)
            begun = time.monotonic()
            _session(page, browser, here, watch, begun, minutes)
            _finish(page, home, owner.owner, time.monotonic() - begun, here.pid)
            show("oldest sound on the disk, cut network apart", watch.oldest, "s", 120)
            for what, megabytes in watch.memory.items():
                show(f"most memory, {what}", megabytes, "MB", {"rooms": 600, "web + worker": 250}.get(what, 1000))


def _session(page: Page, browser: BrowserContext, here: House, watch: Watch, begun: float, minutes: float) -> None:
    """What happens, and at which share of the session."""
    events: list[tuple[float, str, Callable[[], None]]] = [
        (0.16, "paused for 30 s", lambda: _press(page, "Pause", 30)),
        (0.28, "network away for 3 minutes", lambda: _away(page, browser, min(180, minutes * 4))),
        (0.40, "web process killed", here.kill_web),
        (0.50, "worker killed", lambda: _kill_worker(here.pid)),
        (0.60, "tab reloaded", lambda: _reload(page)),
        (0.72, "last 2 minutes forgotten", lambda: _forget(page)),
        (0.84, "off the record for 30 s", lambda: _press(page, "Off the record", 30)),
    ]
    for share, says, act in events:
        _until(page, watch, begun + share * minutes * 60)
        print(f"{_clock(time.monotonic() - begun)}  {says}", flush=True)
        act()
    _until(page, watch, begun + minutes * 60)


def _finish(page: Page, home: Home, owner: Any, elapsed: float, server: int) -> None:
    on_clock = heard(page)
    print(f"{_clock(elapsed)}  stop; the clock says {_clock(on_clock)} heard", flush=True)
    stop(page)
    stopped = time.monotonic()
    expect(page.locator("#done-says")).to_be_visible(timeout=120_000)
    (row,) = home.ledger.in_state("ended", "working", "sealed", "destroyed", "asking")
    while home.ledger.row(row["id"])["state"] not in ("destroyed", "asking"):
        time.sleep(0.1)
    show("Stop to record", time.monotonic() - stopped, "s", 10)
    shelved = Shelf(home.engine, owner).session(row["session"])
    print(f"  state {shelved.row['state']}, failure {shelved.row['failure']}")
    show(
        "processor time of web and worker, of one processor",
        100 * sum(map(cpu_seconds, _children(server))) / elapsed,
        "%",
        100,
    )
    if shelved.record:
        print(f"  covers 0:00 to {_clock(shelved.record.heard)}")
        for gap in shelved.record.gaps:
            print(f"  {gap.end - gap.start:6.1f} s {gap.why} at {_clock(gap.start)}")
        lines = sum(len(getattr(shelved.record, part)) for part in ("overview", "next_steps", "moments", "recap"))
        print(f"  {lines} lines, {len(shelved.record.next_steps)} next steps")


def _start(page: Page, address: str) -> None:
    note_a_yes(page, address, "Ines")
    check_and_start(page, address, quick=False, voices="Mine and Ines")


def _press(page: Page, name: str, seconds: float) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_timeout(seconds * 1000)
    page.locator("#again").click()
    expect(page.locator("#title")).to_have_text("Recording")


def _away(page: Page, browser: BrowserContext, seconds: float) -> None:
    browser.set_offline(True)
    page.wait_for_timeout(seconds * 1000)
    browser.set_offline(False)


def _reload(page: Page) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.locator("#go-on").click()
    expect(page.locator("#title")).to_have_text("Recording")


def _forget(page: Page) -> None:
    page.locator("[data-minutes='2']").click()
    page.locator("#forget-yes").click()
    expect(page.locator("#title")).to_have_text("Recording")


def _until(page: Page, watch: Watch, at: float) -> None:
    while time.monotonic() < at:
        watch.look()
        page.wait_for_timeout(2000)


def _kill_worker(server: int) -> None:
    for pid in _children(server):
        if b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)


def _families(server: int) -> dict[str, list[int]]:
    own = _children(server)
    return {"web + worker": own, "rooms": [pid for parent in own for pid in _children(parent)]}


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def _modified(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except OSError:
        return None


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60:3d}:{int(seconds) % 60:02d}"


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
