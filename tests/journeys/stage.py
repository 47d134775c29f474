"""A real Chromium in front of a real `afterword serve`, and what both must never do."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

from afterword.web.app import create_app
from afterword.web.ask import utc_now
from tests.people import CHEAPEST_KIB, SETUP_TOKEN, Home

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Listens before any script of ours runs; a violation is a promise broken, even when nothing came of it.
LISTEN = """
window.violations = [];
document.addEventListener("securitypolicyviolation", (e) =>
  window.violations.push(`${e.violatedDirective} ${e.blockedURI}`));
"""


@dataclass
class Watched:
    """One browser window, with everything it complained about and everywhere it went."""

    page: Page
    origin: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    sent: list[tuple[str, bytes]] = field(default_factory=list)

    def clean(self) -> bool:
        """No violation, no error, no foreign request so far."""
        violations = self.page.evaluate("window.violations")
        found = [*violations, *self.complaints, *self.elsewhere]
        assert not found, found
        return True


@dataclass(frozen=True)
class Served:
    """A running installation."""

    address: str
    token: str
    data: Path


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, or a skip with a sentence."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed, and a journey needs a real browser: apt install chromium")
    play: Playwright
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def watch(context: BrowserContext, origin: str) -> Watched:
    """A new window of which nothing escapes us."""
    context.add_init_script(LISTEN)
    page = context.new_page()
    watched = Watched(page, origin)
    page.on("console", lambda m: watched.complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: watched.complaints.append(str(e)))
    page.on("request", lambda r: watched.elsewhere.append(r.url) if not r.url.startswith(origin + "/") else None)
    page.on("request", lambda r: watched.sent.append((r.url, r.post_data_buffer or b"")))
    return watched


def comes_true(page: Page, expression: str, seconds: float = 20.0) -> None:
    """Ask the page until it says so: `wait_for_function` needs `eval`, which our policy forbids."""
    last = time.monotonic() + seconds
    while not page.evaluate(expression):
        assert time.monotonic() < last, expression
        page.wait_for_timeout(50)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """`afterword serve` on a free port, stopped at the end. It prints into a file, as it does for a person."""
    port, printed = free_port(), folder / "printed.txt"
    environment = os.environ | {"AFTERWORD_DATA": str(folder / "data"), "AFTERWORD_ARGON_KIB": str(CHEAPEST_KIB)}
    with printed.open("wb") as out:
        command = [sys.executable, "-m", "afterword", "serve", "--port", str(port)]
        child = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, env=environment)
    try:
        yield Served(f"http://localhost:{port}", _token(printed, child), folder / "data")
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


@contextmanager
def serving(home: Home, clock: Callable[[], datetime] = utc_now) -> Iterator[str]:
    """The pages of one installation on a free port of this machine."""
    app = create_app(home.settings, home.engine, SETUP_TOKEN, clock)
    config = uvicorn.Config(app, port=0, log_level="error", server_header=False, proxy_headers=False, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://localhost:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _token(printed: Path, child: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until and child.poll() is None:
        if found := re.search(r"/setup#(\S+)", printed.read_text()):
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"afterword serve did not start: {printed.read_text()}")


def free_port() -> int:
    """One on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def tab_to(page: Page, selector: str, most: int = 120) -> None:
    """With the Tab key alone, as somebody without a mouse gets there; the focus must be visible."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(s) => document.activeElement.matches(s)", selector):
            outline = page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", f"{selector} has the focus, and nobody can see it"
            return
    raise AssertionError(f"{selector} cannot be reached with the keyboard")


# Every field has a name, headings go down one step at a time, pictures say what they are, targets are large enough.
CHECK = """
() => {
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && e.offsetWidth > 2;
  const found = [];
  for (const f of document.querySelectorAll("input:not([type=hidden]), textarea, select"))
    if (shown(f) && !f.labels?.length && !f.ariaLabel) found.push(`no label: ${f.outerHTML.slice(0, 80)}`);
  let last = 0;
  for (const h of document.querySelectorAll("h1, h2, h3, h4")) {
    if (!shown(h)) continue;
    const level = Number(h.tagName[1]);
    if (level > last + 1) found.push(`from h${last} to ${h.tagName}: ${h.textContent}`);
    last = level;
  }
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  for (const tag of ["header", "main", "footer"]) if (!document.querySelector(tag)) found.push(`no ${tag}`);
  if (document.documentElement.lang !== "en") found.push("no language");
  const open = ["● Recording", "Starting", "Nothing is heard"];
  const states = [...open, "Paused", "Off the record", "Not recording", "Sending"];
  const titles = ["Afterword", ...states.map((state) => `${state} · Afterword`)];
  if (!titles.includes(document.title)) found.push(`title: ${document.title}`);
  for (const i of document.images) if (!i.hasAttribute("alt")) found.push("picture without words");
  for (const b of document.querySelectorAll("button, a.button, nav a, .change summary, input:not([type=hidden])")) {
    if (!shown(b) || b.closest(".unseen, .choice")) continue;
    const least = b.matches(".change summary, .small") ? 32 : 44;
    if (b.getBoundingClientRect().height < least) found.push(`too small to press: ${b.textContent || b.id}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  if (new Set(ids).size !== ids.length) found.push("an id stands twice");
  if (document.documentElement.scrollWidth > innerWidth) found.push(`wider than the window: ${innerWidth}`);
  return found;
}
"""


def assert_usable(page: Page) -> None:
    """Our own small check of what a screen reader and a thumb need."""
    page.wait_for_load_state("load")
    found = page.evaluate(CHECK)
    assert not found, f"{page.url.rsplit('/', 1)[-1]}: {found}"
