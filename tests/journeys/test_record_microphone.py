"""A microphone that is taken away, unplugged, or silent between words, and a phone that hides the page."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.journeys.recording import (
    NOT_KEPT,
    OVERHEAR,
    TOLD_WITHIN,
    check_and_start,
    heard,
    joined,
    never_deaf,
    sitting,
    stop,
)
from tests.people import Home, Person
from tests.speech import RATE, dialogue, say, write_wav

pytestmark = pytest.mark.browser
LINES = [
    ("slt", "I said yes at work again, and I was angry all evening."),
    ("slt", "Next week I will say that I need to check first."),
]
PHONE = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0 Mobile Safari/537.36"
# What happens to a microphone and a screen, played: a browser without a head has no other.
PLAYED = """
WakeLock.prototype.request = () => Promise.reject(new DOMException("", "NotAllowedError"));
const open = MediaDevices.prototype.getUserMedia;
let track;
MediaDevices.prototype.getUserMedia = async function (...given) {
  const stream = await open.apply(this, given);
  [track] = stream.getAudioTracks();
  return stream;
};
const set = (what, name, value) => Object.defineProperty(what, name, { value, configurable: true });
window.played = {
  mute: (muted) => { set(track, "muted", muted); track.dispatchEvent(new Event(muted ? "mute" : "unmute")); },
  unplug: () => { track.stop(); navigator.mediaDevices.dispatchEvent(new Event("devicechange")); },
  die: () => track.stop(),
  plug: () => navigator.mediaDevices.dispatchEvent(new Event("devicechange")),
  hide: (hidden) => { set(document, "hidden", hidden); document.dispatchEvent(new Event("visibilitychange")); },
};
"""


def play(page: Page, what: str, *given: Any) -> float:
    """It happens now; the time."""
    page.evaluate(f"(given) => played.{what}(...given)", given)
    return time.monotonic()


def says(page: Page, title: str, words: str, since: float) -> None:
    """Title and trouble of the page, soon enough."""
    while not (page.title() == title and words in page.locator("#troubles").inner_text()):
        assert time.monotonic() - since < TOLD_WITHIN, (page.title(), page.locator("#troubles").inner_text())
        page.wait_for_timeout(50)


def test_whatever_takes_the_microphone_of_a_phone_is_told_at_once(home: Home, owner: Person, tmp_path: Path) -> None:
    write_wav(tmp_path / "sound.wav", dialogue(LINES * 8))
    on, deaf = "● Recording · Afterword", "Nothing is heard · Afterword"
    with sitting(home, owner, tmp_path / "profile", tmp_path / "sound.wav", user_agent=PHONE) as room:
        page = room.page
        page.add_init_script(OVERHEAR)
        page.add_init_script(PLAYED)
        check_and_start(page, room.address)
        expect(page.locator("#troubles")).to_contain_text("This browser cannot keep the screen on.")
        says(page, on, "This page is not in front.", play(page, "hide", True))
        play(page, "hide", False)
        expect(page.locator("#troubles")).not_to_contain_text("not in front")
        play(page, "plug")  # of something else
        says(page, deaf, "The microphone was taken away, by a call", play(page, "mute", True))
        stood = heard(page)
        page.wait_for_timeout(2500)
        assert heard(page) == stood
        says(page, on, "", play(page, "mute", False))
        play(page, "unplug")  # and plugged in again: once it is opened anew by itself
        expect(page.locator("#title")).to_have_text("Not recording")
        expect(page.locator("#title")).to_have_text("Recording", timeout=3000)
        page.wait_for_timeout(1500)
        says(page, "Not recording · Afterword", "The microphone is gone", play(page, "die"))
        page.get_by_role("button", name="Go on listening").click()
        expect(page.locator("#title")).to_have_text("Recording")
        page.wait_for_timeout(1500)
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)
        never_deaf(page.evaluate("told"))
        found = room.chunks()
    assert [c.head["after"] for c in found if c.place.seq == 0] == ["", "not heard", "not heard"]
    first = next(iter(joined(found)))
    zeros = sum(c.head["zeros"] for c in found if c.place.segment == first) / 48000
    assert 2.4 < zeros < 4


def test_a_microphone_that_is_silent_between_words_is_no_trouble_before_three_seconds(
    home: Home, owner: Person, tmp_path: Path
) -> None:
    """As one with a noise gate is: exact zeros. Then it is switched off."""
    words, nothing = [say(*line) for line in LINES], np.zeros(2 * RATE, np.float32)
    gated = np.concatenate([part for word in words for part in (word, nothing)])
    write_wav(tmp_path / "gated.wav", np.concatenate([gated, np.zeros(20 * RATE, np.float32)]))
    with sitting(home, owner, tmp_path / "profile", tmp_path / "gated.wav") as room:
        page = room.page
        page.add_init_script(OVERHEAR)
        check_and_start(page, room.address)
        begin = time.monotonic()
        while time.monotonic() - begin < len(gated) / RATE - 0.5:
            page.wait_for_timeout(50)
            assert page.title() == "● Recording · Afterword"
            assert page.locator("#troubles").inner_text() == ""
        says(page, "Nothing is heard · Afterword", "gives no sound at all", time.monotonic())
        never_deaf(page.evaluate("told"))
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)
