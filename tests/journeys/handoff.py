"""A laptop in a call and a phone with a notebook: two browsers with profiles of their own, and a tab that plays the
therapist."""

from __future__ import annotations

import base64
import functools
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Error, Page, Playwright, Response, expect, sync_playwright

from afterword.handoff import codes
from afterword.handoff.qr import qr
from tests.consent.yes import THERAPIST
from tests.journeys.recording import FAKE, watch
from tests.journeys.stage import ARGUMENTS, LISTEN

CALL = "Telehealth Call"
BOTH = f"Mine and {THERAPIST}’s"
NOTHING_KEPT = "Everything is in the notebook. Nothing is kept on this computer."
_CALL_PAGE = f'<!doctype html><title>{CALL}</title><h1>{CALL}</h1><audio id="voice" src="therapist.wav"></audio>'
# Which microphone and which screen a page asked for, and when.
OVERHEAR_ASKING = """
window.asked = [];
for (const what of ["getUserMedia", "getDisplayMedia"]) {
  const real = navigator.mediaDevices?.[what];
  if (real) navigator.mediaDevices[what] = function (...given) {
    window.asked.push({ what, at: performance.now(), given: JSON.stringify(given) });
    return real.apply(navigator.mediaDevices, given);
  };
}
"""


@contextmanager
def call_of(folder: Path) -> Iterator[str]:
    """The address of a page that plays `therapist.wav` of this folder once it is told to."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *given: Any) -> None:
            """Nothing."""

        def end_headers(self) -> None:
            """No browser keeps its sound: what is found on a disk is ours."""
            self.send_header("Cache-Control", "no-store")
            super().end_headers()

    (folder / "index.html").write_text(_CALL_PAGE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def laptop(play: Playwright, profile: Path, sound: Path, title: str = CALL) -> Iterator[BrowserContext]:
    """Chromium in front of a call: its microphone hears `sound` from the moment it is opened, and whatever asks for a
    tab is given the one of that title."""
    arguments = [
        *ARGUMENTS,
        FAKE,
        f"--use-file-for-fake-audio-capture={sound}%noloop",
        f"--auto-select-tab-capture-source-by-title={title}",
        "--autoplay-policy=no-user-gesture-required",
    ]
    with _browser(
        play, profile, args=arguments, ignore_default_args=["--mute-audio"], viewport={"width": 1280, "height": 800}
    ) as browser:
        browser.add_init_script(OVERHEAR_ASKING)
        yield browser


@contextmanager
def phone(play: Playwright, profile: Path) -> Iterator[BrowserContext]:
    """Chromium of the size of a phone."""
    with _browser(play, profile, args=ARGUMENTS, viewport={"width": 390, "height": 844}, has_touch=True) as browser:
        yield browser


@contextmanager
def _browser(play: Playwright, profile: Path, **how: Any) -> Iterator[BrowserContext]:
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed, and a journey needs a real browser: apt install chromium")
    browser = play.chromium.launch_persistent_context(profile, executable_path=path, **how)
    browser.add_init_script(LISTEN)
    try:
        yield browser
    finally:
        with suppress(Error):
            browser.close()


def let_hear(browser: BrowserContext, page: Page) -> None:
    """As a person who allows the microphone. Playwright's own way would forbid the screen lock."""
    session = browser.new_cdp_session(page)
    session.send("Browser.grantPermissions", {"permissions": ["audioCapture", "wakeLockScreen"]})


@dataclass
class Desk:
    """The laptop's side: Afterword in one tab, the call in another."""

    browser: BrowserContext
    page: Page
    call: Page
    complaints: list[str] = field(default_factory=list)
    scanned: str = ""

    def open(self, address: str) -> None:
        """`/handoff`, until the code is there. What stands in it is `scanned`, the part behind the #."""
        with self.page.expect_response(_answers_the_laptop) as asked:
            self.page.goto(f"{address}/handoff")
        expect(self.page.locator("#qr svg")).to_be_visible()
        self._read(asked.value.json(), asked.value.request.post_data_json or {})

    def _read(self, shown: dict[str, Any], told: dict[str, Any]) -> None:
        """As a camera would: the drawn picture is that of this address, and of no other."""
        self.scanned = codes.fragment(bytes.fromhex(shown["id"]), base64.urlsafe_b64decode(told["key"] + "="))
        drawn = self.page.locator("#qr path").get_attribute("d")
        assert drawn == qr(f"{shown['address']}#{self.scanned}")["path"]

    @property
    def number(self) -> str:
        return self.page.locator("#number").inner_text()

    @property
    def code(self) -> str:
        return self.page.locator("#code").inner_text()

    @property
    def symbols(self) -> list[str]:
        """The words under them."""
        words = self.page.locator("#symbols li span:last-child")
        expect(words).to_have_count(4, timeout=20_000)
        return words.all_inner_texts()

    @property
    def asked(self) -> list[str]:
        """For which of microphone and screen this page asked so far, in order."""
        found: list[str] = self.page.evaluate("window.asked.map((one) => one.what)")
        return found

    def play(self, again: bool = False) -> None:
        """The therapist speaks."""
        self.call.evaluate(f"(() => {{ {'voice.currentTime = 0;' if again else ''} return voice.play(); }})()")

    def hush(self) -> None:
        """The therapist is silent."""
        self.call.evaluate("voice.pause()")

    def choose_and_check(self, where: str = "A tab of this browser") -> None:
        """What the call is in, headphones, ten seconds."""
        self.page.get_by_role("radio", name=where).check()
        self.page.get_by_role("button", name="Go on", exact=True).click()
        self.page.get_by_role("radio", name="Yes", exact=True).check()
        self.page.locator("#check").click()
        expect(self.page.locator("#check-says")).to_contain_text("Listening", timeout=20_000)
        expect(self.page.locator("#check")).to_be_enabled(timeout=30_000)

    def clean(self) -> bool:
        """Chromium asks itself about the camera whenever a tab is shared."""
        complaints = [one for one in self.complaints if not one.startswith("Permissions policy violation: camera")]
        found = [*self.page.evaluate("window.violations"), *complaints]
        assert not found, found
        return True


@contextmanager
def desk(play: Playwright, profile: Path, sound: Path, call: str, title: str = CALL) -> Iterator[Desk]:
    """A laptop with both tabs open."""
    with laptop(play, profile, sound, title) as browser:
        telehealth = browser.new_page()
        telehealth.goto(call)
        page = browser.new_page()
        made = Desk(browser, page, telehealth)
        watch(page, made.complaints)
        let_hear(browser, page)
        yield made


@contextmanager
def playing() -> Iterator[Playwright]:
    """One for both browsers: there cannot be two at a time."""
    with sync_playwright() as play:
        yield play


def within_seconds(seconds: float, is_so: Any, pages: Sequence[Page] = ()) -> float:
    """How long it took until `is_so()`."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        for page in pages:
            page.wait_for_timeout(20)
    return time.monotonic() - began


@dataclass
class Mobile:
    """The phone's side: a browser with an unlocked notebook."""

    page: Page
    address: str

    def scan(self, scanned: str) -> None:
        """As its camera app opens what it read."""
        self.page.goto(f"{self.address}/scan#{scanned}")
        expect(self.page.locator("#approve")).to_be_visible()

    def type_code(self, code: str) -> None:
        """Without a camera."""
        self.page.goto(f"{self.address}/scan")
        self.page.get_by_label("Eight letters").fill(code)
        self.page.get_by_role("button", name="Go on", exact=True).click()
        expect(self.page.locator("#approve")).to_be_visible()

    def answer(self, number: str, voices: str = BOTH) -> None:
        """Whose voices, the number, yes."""
        self.page.get_by_label(voices).check()
        self.page.locator("#number").fill(number)
        self.page.get_by_role("button", name="Yes, one recording").click()

    @property
    def symbols(self) -> list[str]:
        """The words under them, once the laptop has shown its half."""
        words = self.page.locator("#compare .word")
        expect(words).to_have_count(4, timeout=20_000)
        return words.all_inner_texts()


def pair(laptop: Desk, mobile: Mobile, voices: str = BOTH, typed: bool = False) -> None:
    """From the code on the screen, scanned or typed, to the two that show the same."""
    laptop.open(mobile.address)
    if typed:
        mobile.type_code(laptop.page.locator("#code").inner_text())
    else:
        mobile.scan(laptop.scanned)
    expect(laptop.page.locator("#number-again")).to_be_visible()
    mobile.answer(laptop.number, voices)
    assert mobile.symbols == laptop.symbols
    assert laptop.asked == []  # nothing before they were compared
    laptop.page.get_by_role("button", name="My phone shows the same four").click()
    expect(laptop.page.locator("#chosen")).to_be_visible()


def start(laptop: Desk) -> None:
    """Once both were heard."""
    expect(laptop.page.locator("#start")).to_be_enabled()
    laptop.page.locator("#start").click()
    expect(laptop.page.locator("#title")).to_have_text("Recording", timeout=20_000)


def _answers_the_laptop(response: Response) -> bool:
    return response.request.method == "POST" and response.url.endswith("/handoff")
