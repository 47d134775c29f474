"""Three minutes recorded live with `afterword serve`, through a killed browser, a killed server, a lost network."""

from __future__ import annotations

import re
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from afterword.vault import vault
from tests.journeys.recording import (
    PLAIN,
    check_and_start,
    heard,
    house,
    in_profile,
    kill,
    recorder,
    stop,
)
from tests.journeys.stage import assert_usable
from tests.journeys.story import MINUTES, STEPS
from tests.people import Home
from tests.speech import RATE, Samples, dialogue, write_wav

pytestmark = pytest.mark.browser
PAUSE = 2.7
DONE_MS = 120_000
OLDEST = 120
WORDS = [b"need a day to think", b"letter to my sister"]


def test_three_minutes_survive_a_kill_of_both_ends_and_a_cut_between(home: Home, tmp_path: Path) -> None:
    owner, profile = home.person(), tmp_path / "profile"
    first, rest = spoken(0), [spoken(1), spoken(2)]
    write_wav(tmp_path / "first.wav", first)
    write_wav(tmp_path / "rest.wav", joined(rest))
    cookie = vault.unlock(home.engine, owner.owner)
    with house(home, tmp_path) as here:
        unlocked: Any = [{"name": "afterword", "value": cookie, "url": here.address}]
        with recorder(profile, tmp_path / "first.wav") as browser:
            browser.add_cookies(unlocked)
            page = browser.new_page()
            check_and_start(page, here.address, quick=False)
            until(page, home, len(first) / RATE - 1)
            kill(profile)
        assert in_profile(profile, [*PLAIN, *WORDS]) == []
        with recorder(profile, tmp_path / "rest.wav") as browser:
            browser.clear_cookies()  # the notebook is locked
            page = browser.new_page()
            page.goto(f"{here.address}/record")
            expect(page.locator("#interrupted-says")).to_contain_text(re.compile(r"interrupted at (0:5\d|1:0\d)"))
            before = clock_of(page.locator("#interrupted-says").inner_text())
            page.get_by_role("button", name="Go on recording").click()
            expect(page.locator("#title")).to_have_text("Recording")
            until(page, home, before + 20)
            here.kill_web()
            until(page, home, before + 50)
            browser.set_offline(True)
            until(page, home, before + 65)
            assert page.title() == "● Recording · Afterword"
            browser.set_offline(False)
            until(page, home, before + len(joined(rest)) / RATE - 1)
            stop(page)
            expect(page.locator("#done-says")).to_have_text("Everything is here. Nothing is kept on this device.")
            page.wait_for_url("**/unlock")
            browser.add_cookies(unlocked)
            page.goto(f"{here.address}/today")
            page.locator(".sessions a").click()
            read(page)
        assert in_profile(profile, PLAIN) == []


def spoken(minute: int) -> Samples:
    return dialogue([("slt", line) for line in MINUTES[minute]], PAUSE)


def joined(parts: list[Samples]) -> Samples:
    return np.concatenate(parts)


def until(page: Page, home: Home, seconds: float) -> None:
    """So much was heard. No sound gets old meanwhile."""
    while heard(page) < seconds:
        page.wait_for_timeout(200)
        assert page.locator("#title").inner_text() == "Recording"
        assert oldest(home.settings.spool) < OLDEST


def oldest(spool: Path) -> float:
    """Age in seconds of the oldest chunk that waits to be listened to."""
    ages = [0.0]
    for chunk in spool.glob("*/*.mic.*"):
        with suppress(FileNotFoundError):  # it was listened to just now
            ages.append(time.time() - chunk.stat().st_mtime)
    return max(ages)


def clock_of(says: str) -> int:
    minutes, seconds = re.findall(r"(\d+):(\d\d)", says)[0]
    return int(minutes) * 60 + int(seconds)


def read(page: Page) -> None:
    """The record holds the next step of each minute, and says what was not heard."""
    expect(page.locator("#summary")).to_be_visible(timeout=DONE_MS)
    assert_usable(page)
    steps = page.locator(".steps-to-take").inner_text().lower()
    expect(page.locator(".about")).to_contain_text("not heard")
    assert [word for word in STEPS if word not in steps] == []
