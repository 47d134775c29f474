"""Ten seconds of one's own voice in a real browser: recorded, sealed there, listened to by a real room, deleted."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from afterword.capture import own_voice
from afterword.vault import vault
from afterword.work.worker import Worker
from tests.journeys.recording import PLAIN, recorder
from tests.journeys.stage import assert_usable, watch
from tests.people import Home, Person
from tests.room.listen.test_own_voice import ABOUT_ME
from tests.speech import dialogue, silence, write_wav

pytestmark = pytest.mark.browser


@contextmanager
def working(home: Home) -> Iterator[None]:
    """A real worker, with rooms."""
    worker = Worker(home.settings, home.engine, lanes=1)
    thread = threading.Thread(target=worker.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        worker.stop.set()
        thread.join()


def unlocked(browser: BrowserContext, home: Home, owner: Person, address: str) -> Page:
    cookie = vault.unlock(home.engine, owner.owner)
    browser.add_cookies([{"name": "afterword", "value": cookie, "url": address}])
    watched = watch(browser, address)
    watched.page.goto(f"{address}/voice")
    return watched.page


def test_ten_seconds_become_a_print_and_one_press_deletes_it(
    home: Home, owner: Person, address: str, tmp_path: Path
) -> None:
    sound = tmp_path / "sound.wav"
    write_wav(sound, dialogue([("slt", text) for text in (*ABOUT_ME, *ABOUT_ME)], pause=0.3))
    with working(home), recorder(tmp_path / "profile", sound) as browser:
        page = unlocked(browser, home, owner, address)
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#says")).to_have_text("Speak now.")
        assert_usable(page)
        expect(page.get_by_role("heading", name="Your voice is known")).to_be_visible(timeout=120_000)
        assert own_voice.load(home.engine, owner.owner)
        assert page.evaluate("window.violations") == []
        page.get_by_text("What happened to the ten seconds").click()
        expect(page.get_by_text("the key, the locked recording")).to_be_visible()
        assert_usable(page)
        page.get_by_role("button", name="Delete it now").click()
        expect(page.get_by_role("heading", name="Record ten seconds")).to_be_visible()
    assert own_voice.load(home.engine, owner.owner) is None
    kept = [p for folder in (home.settings.data, tmp_path / "profile") for p in folder.rglob("*") if p.is_file()]
    assert [p for p in kept if any(head in p.read_bytes() for head in PLAIN)] == []


def test_a_stop_sends_nothing_and_silence_is_told(home: Home, owner: Person, address: str, tmp_path: Path) -> None:
    sound = tmp_path / "sound.wav"
    write_wav(sound, silence(20.0, level=0.0))
    with recorder(tmp_path / "profile", sound) as browser:
        page = unlocked(browser, home, owner, address)
        page.get_by_role("button", name="Start").click()
        page.get_by_role("button", name="Stop, and forget it").click()
        expect(page.get_by_role("button", name="Start")).to_be_enabled()
        page.get_by_role("button", name="Start").click()
        expect(page.locator("#problem")).to_contain_text("no sound at all", timeout=40_000)
        expect(page.get_by_role("button", name="Start")).to_be_enabled()
    assert own_voice.samples(home.engine, owner.owner) == []
