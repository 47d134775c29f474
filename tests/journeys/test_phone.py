"""A phone: the check of what it hears while it is locked, and the first evening over https under a public name.

Chromium with a file as its microphone. A lock is played: the page is told that it is hidden, as a phone tells it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from afterword.settings import Reach
from tests.journeys.stage import ARGUMENTS, Watched, assert_usable, serving, watch
from tests.people import PASSPHRASE, SETUP_TOKEN, Home
from tests.speech import RATE, write_wav
from tests.tls import NAME, Authority, Pair, proxy

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
SHORTER = """
() => Object.assign(document.getElementById("check").dataset, { listenSeconds: 8, askSecond: 2, lockSeconds: 2 })
"""
DRAWN = "() => document.getElementById('levels').getContext('2d').getImageData(0, 95, 8, 1).data[3]"
LOCK = """
(locked) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => locked });
  document.dispatchEvent(new Event("visibilitychange"));
}
"""


@contextmanager
def phone(folder: Path, seconds: float, more: tuple[str, ...] = (), allowed: bool = True) -> Iterator[Browser]:
    """A Chromium whose microphone hears noise for so many seconds, and exact silence afterwards."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("Chromium is not installed, and a journey needs a real browser: apt install chromium")
    noise = np.random.default_rng(1).standard_normal(int(seconds * RATE)) * 0.05
    write_wav(folder / "room.wav", np.concatenate([noise, np.zeros(60 * RATE)]).astype(np.float32))
    microphone = [f"--use-file-for-fake-audio-capture={folder}/room.wav%noloop", "--use-fake-device-for-media-stream"]
    answer = ["--use-fake-ui-for-media-stream"] if allowed else ["--deny-permission-prompts"]
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=[*ARGUMENTS, *microphone, *answer, *more])
        try:
            yield browser
        finally:
            browser.close()


def begin(browser: Browser, address: str, before: str = "") -> Watched:
    """The check, started, and shorter than for a person. `before`: a script that runs first."""
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    if before:
        context.add_init_script(before)
    watched = watch(context, address)
    watched.page.goto(f"{address}/phone")
    assert_usable(watched.page)
    watched.page.get_by_role("link", name="Check this phone").click()
    assert_usable(watched.page)
    watched.page.evaluate(SHORTER)
    watched.sent.clear()
    watched.page.get_by_role("button", name="Start").click()
    return watched


def lock_for(page: Page, milliseconds: int) -> None:
    """When the page asks for it."""
    expect(page.locator("#says")).to_contain_text("Now lock your phone")
    page.evaluate(LOCK, True)
    page.wait_for_timeout(milliseconds)
    page.evaluate(LOCK, False)
    expect(page.locator("#says")).to_contain_text("You are back")


def facts(page: Page) -> dict[str, str]:
    """The report: what was looked at, and the words for it."""
    expect(page.locator("#result")).to_be_visible(timeout=20000)
    rows = page.locator("#facts div")
    return {rows.nth(i).locator("dt").inner_text(): rows.nth(i).locator("dd").inner_text() for i in range(rows.count())}


def heard(words: str) -> tuple[float, float]:
    """'7.9 of 8.0 s heard' as numbers."""
    part = words.split(" s heard", maxsplit=1)[0].split(" of ")
    return float(part[0]), float(part[1])


WITHOUT_TAP = "delete window.MediaStreamTrackProcessor;"


@pytest.mark.parametrize("before", ["", WITHOUT_TAP], ids=["track", "worklet"])
def test_a_phone_that_goes_on_listening_is_told_so(tmp_path: Path, address: str, before: str) -> None:
    with phone(tmp_path, 60) as browser:
        watched = begin(browser, address, before)
        page = watched.page
        expect(page.locator("#count")).to_contain_text("2 s heard of 2 s")
        assert page.evaluate(DRAWN)
        lock_for(page, 2500)
        found = facts(page)
        assert page.evaluate("() => document.activeElement.id") == "verdict"
        expect(page.locator("#verdict")).to_have_text("This phone went on listening while it was locked.")
        for stretch in ("With the screen on, at first", "While it was locked", "Afterwards"):
            many, wall = heard(found[stretch])
            assert many > 0.9 * wall > 0.9, found
            assert "loudness" in found[stretch]
        assert 2.4 < heard(found["While it was locked"])[1] < 4
        assert "This browser can" in found["Making sound small"]
        assert found["Keeping sealed sound when the connection is gone"] == "This browser can."
        assert "browser tab" in found["Opened"]
        page.get_by_text("Second by second").click()
        assert 8 <= page.locator("#seconds tr").count() <= 14
        assert_usable(page)
        assert [url for url, _ in watched.sent if not url.startswith(f"{address}/static/")] == []
        assert watched.clean()


def test_a_phone_whose_microphone_falls_silent_is_told_so(tmp_path: Path, address: str) -> None:
    with phone(tmp_path, 2.5) as browser:
        watched = begin(browser, address)
        lock_for(watched.page, 2500)
        found = facts(watched.page)
        expect(watched.page.locator("#verdict")).to_contain_text("while it was locked.")
        expect(watched.page.locator("#verdict")).not_to_contain_text("went on")
        expect(watched.page.locator("#advice")).to_contain_text("Keep the screen on")
        expect(watched.page.locator("#advice")).to_contain_text("did not begin again by itself")
        assert "exact silence" in found["While it was locked"]
        assert heard(found["Afterwards"])[0] == 0
        assert watched.clean()


def test_a_phone_that_was_not_locked_is_not_judged(tmp_path: Path, address: str) -> None:
    with phone(tmp_path, 60) as browser:
        watched = begin(browser, address)
        found = facts(watched.page)
        expect(watched.page.locator("#verdict")).to_contain_text("was not locked")
        assert "When you were asked to lock it" in found
        assert watched.clean()


def test_the_microphone_is_let_go_at_the_end_and_at_stop(tmp_path: Path, address: str) -> None:
    keep = """
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wish) => (window.lent = await ask(wish));
    """
    with phone(tmp_path, 60) as browser:
        page = begin(browser, address, keep).page
        expect(page.locator("#count")).to_contain_text("1 s heard")
        state = "() => window.lent.getTracks().map((track) => track.readyState).join()"
        assert page.evaluate(state) == "live"
        page.get_by_role("button", name="Stop").click()
        assert page.evaluate(state) == "ended"
        expect(page.get_by_role("button", name="Start")).to_be_enabled()
        page.get_by_role("button", name="Start").click()
        facts(page)
        assert page.evaluate(state) == "ended"


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("Object.defineProperty(window, 'isSecureContext', { get: () => false });", "did not come over https"),
        ("Object.defineProperty(navigator, 'mediaDevices', { get: () => undefined });", "did not come over https"),
    ],
)
def test_without_a_secure_connection_it_says_so(tmp_path: Path, address: str, before: str, says: str) -> None:
    with phone(tmp_path, 1) as browser:
        watched = watch(browser.new_context(viewport=PHONE), address)  # type: ignore[arg-type]
        watched.page.add_init_script(before)
        watched.page.goto(f"{address}/phone/check")
        expect(watched.page.locator("#problem")).to_contain_text(says)
        expect(watched.page.get_by_role("button", name="Start")).to_be_disabled()
        assert watched.clean()


def test_a_microphone_that_is_not_allowed_is_explained(tmp_path: Path, address: str) -> None:
    with phone(tmp_path, 1, allowed=False) as browser:
        watched = begin(browser, address)
        expect(watched.page.locator("#problem")).to_contain_text("may not use the microphone")
        expect(watched.page.get_by_role("button", name="Start")).to_be_enabled()
        assert watched.clean()


TALLY = """
async ([blocks, about]) => {
  const { report } = await import("/static/phone/tally.js");
  return report(blocks, about);
}
"""


def blocks(*stretches: tuple[float, float, int, int]) -> list[dict[str, float]]:
    """Ten blocks a second, from one second to another: (from, to, frames, zeros) a block."""
    return [
        {"at": start * 1000 + i * 100, "frames": frames, "zeros": zeros, "squares": (frames - zeros) * 0.01}
        for start, end, frames, zeros in stretches
        for i in range(round((end - start) * 10))
    ]


LOCKED = [[20000, 41000]]
CASES: list[tuple[list[dict[str, float]], list[list[int]], str]] = [
    (blocks((0, 60, 4800, 0)), LOCKED, "went on listening"),
    (blocks((0, 20, 4800, 0), (41, 60, 4800, 0)), LOCKED, "stopped listening"),
    (blocks((0, 20, 4800, 0), (20, 41, 4800, 4800), (41, 60, 4800, 0)), LOCKED, "stopped listening"),
    (blocks((0, 30, 4800, 0), (41, 60, 4800, 0)), LOCKED, "heard only a part"),
    (blocks((0, 60, 4800, 0)), [], "was not locked"),
    (blocks((0, 60, 4800, 4800)), LOCKED, "Nothing was heard"),
    ([], LOCKED, "Nothing was heard"),
    (blocks((0, 60, 4800, 0)), [[5000, 5100], *LOCKED], "went on listening"),
]


def test_the_verdict_follows_from_the_numbers(tmp_path: Path, address: str) -> None:
    with phone(tmp_path, 1) as browser:
        page = browser.new_page()
        page.goto(f"{address}/phone/check")
        for given, away, says in CASES:
            about = {"rate": 48000, "began": 0, "ended": 60000, "away": away, "asked": [20000, 40000]}
            made: dict[str, Any] = page.evaluate(TALLY, [given, about])
            assert says in made["says"][0]
            assert len(made["seconds"]) == 60
            assert made["parts"]["during"]["wall"] == pytest.approx(21 if away else 20)
        assert made["parts"]["during"]["missing"] == pytest.approx(0)
        stopped = page.evaluate(TALLY, [CASES[1][0], about])["parts"]["during"]
        assert stopped["missing"] == pytest.approx(21)
        assert stopped["level"] is None


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    folder = tmp_path / "ca"
    folder.mkdir()
    return Authority(folder).issue(NAME)


def test_the_first_evening_on_a_phone_over_https(tmp_path: Path, home: Home, pair: Pair) -> None:
    """Through a proxy, under a public name: the set-up with its token, a secure cookie, a microphone that is lent."""
    named = replace(home, settings=replace(home.settings, reach=Reach((NAME,), proxy=True)))
    with serving(named) as behind, proxy(pair, int(behind.rsplit(":", 1)[1])) as at:
        more = (f"--host-resolver-rules=MAP {NAME} 127.0.0.1", f"--ignore-certificate-errors-spki-list={pair.pin}")
        with phone(tmp_path, 60, more) as browser:
            address = f"https://{NAME}:{at}"
            context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
            watched = watch(context, address)
            page = watched.page
            page.goto(f"{address}/setup#{SETUP_TOKEN}")
            page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
            page.get_by_label("The same once more", exact=True).fill(PASSPHRASE)
            page.get_by_role("button", name="Make my notebook").click()
            expect(page.locator("h1")).to_have_text("Your recovery code")
            (cookie,) = context.cookies()
            assert cookie.get("name") == "__Host-afterword"
            assert cookie.get("secure")
            page.goto(f"{address}/phone")
            expect(page.locator("main")).to_contain_text("You are here over https")
            page.get_by_role("link", name="Check this phone").click()
            assert page.evaluate("() => window.isSecureContext")
            page.get_by_role("button", name="Start").click()
            expect(page.locator("#count")).to_contain_text("1 s heard")
            assert watched.clean()


def test_a_long_address_stays_on_the_screen(tmp_path: Path, home: Home) -> None:
    reach = Reach(("a-computer-with-a-long-name.tail1234567.example.ts.net:8443", NAME), proxy=True)
    with serving(replace(home, settings=replace(home.settings, reach=reach))) as address, phone(tmp_path, 1) as browser:
        watched = watch(browser.new_context(viewport={"width": 320, "height": 640}), address)
        watched.page.goto(f"{address}/phone")
        assert_usable(watched.page)
        expect(watched.page.locator("main")).to_contain_text(f"https://{reach.names[0]}/phone")
        assert watched.clean()


def test_the_browser_takes_the_manifest_as_that_of_an_app(tmp_path: Path, address: str) -> None:
    with phone(tmp_path, 1) as browser:
        watched = watch(browser.new_context(viewport=PHONE), address)  # type: ignore[arg-type]
        watched.page.goto(f"{address}/phone")
        chromium = watched.page.context.new_cdp_session(watched.page)
        found = chromium.send("Page.getAppManifest")
        assert found["url"] == f"{address}/static/manifest.webmanifest"
        assert found["errors"] == []
        assert json.loads(found["data"])["name"] == "Afterword"
        # Windows of Playwright are private ones, from which nothing can be installed; nothing else is in the way.
        (only,) = chromium.send("Page.getInstallabilityErrors")["installabilityErrors"]
        assert only["errorId"] == "in-incognito"
        assert watched.clean()
