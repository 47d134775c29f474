"""A call recorded on a laptop that has no account, for a notebook that is open on a phone; and who gains nothing."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from afterword.vault import vault
from tests.consent.yes import THERAPIST, say_yes
from tests.journeys.handoff import (
    NOTHING_KEPT,
    Desk,
    Mobile,
    call_of,
    desk,
    pair,
    phone,
    playing,
    start,
)
from tests.journeys.recording import PLAIN, heard, house, in_profile, kept
from tests.journeys.stage import assert_usable
from tests.people import Home
from tests.speech import RATE, Samples, say, silence, write_wav

pytestmark = pytest.mark.browser
DONE_MS = 180_000
# Who says what, one after the other. Invented.
TALK = (
    ("client", "I said yes at work again, although I had promised myself to wait."),
    ("therapist", "And what was going on in you, right then?"),
    ("client", "My stomach got tight, and I was afraid that my manager is angry."),
    ("therapist", "That sounds like the fear you know from home."),
    ("client", "Next week I will tell my manager that I need a day to think."),
    ("therapist", "I will send you the worksheet about boundaries before our next session."),
    ("client", "I felt sad when I said that, and also a little lighter."),
)
VOICES = {"client": "slt", "therapist": "rms"}


def sides(lines: tuple[tuple[str, str], ...] = TALK, pause: float = 0.5) -> dict[str, Samples]:
    """What each of the two says, silent while the other speaks."""
    parts: dict[str, list[Samples]] = {who: [] for who in VOICES}
    for speaker, text in lines:
        said = say(VOICES[speaker], text)
        for who, track in parts.items():
            track.append(said if who == speaker else silence(len(said) / RATE))
            track.append(silence(pause))
    return {who: np.concatenate(track) for who, track in parts.items()}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file for each side: `client.wav` and `therapist.wav`."""
    folder = tmp_path_factory.mktemp("call")
    for who, samples in sides().items():
        write_wav(folder / f"{who}.wav", samples)
    return folder


def until(page: Page, seconds: float) -> None:
    """So much was heard."""
    while heard(page) < seconds:
        page.wait_for_timeout(200)
        assert page.locator("#title").inner_text() == "Recording"


def unlocked(page: Page, home: Home, owner: vault.Owner, address: str) -> Mobile:
    cookie = vault.unlock(home.engine, owner)
    page.context.add_cookies([{"name": "afterword", "value": cookie, "url": address}])
    return Mobile(page, address)


def test_from_the_code_to_the_record_through_a_reload_and_a_cut(home: Home, tmp_path: Path, sound: Path) -> None:
    owner = home.person().owner
    say_yes(home.settings, home.engine, owner)
    profile = tmp_path / "laptop"
    with (
        house(home, tmp_path) as here,
        call_of(sound) as call,
        playing() as play,
        phone(play, tmp_path / "phone") as pocket,
        desk(play, profile, sound / "client.wav", call) as laptop,
    ):
        page, mobile = laptop.page, unlocked(pocket.new_page(), home, owner, here.address)
        page.on("dialog", lambda dialog: dialog.accept())
        pair(laptop, mobile, voices=f"Mine and {THERAPIST}’s")
        laptop.play()
        laptop.choose_and_check()
        expect(page.locator("#check-says")).to_have_text("Both of you are heard.")
        assert_usable(page)
        start(laptop)
        laptop.play(again=True)
        mobile.page.wait_for_url("**/sessions/*")
        expect(mobile.page.locator("main")).to_contain_text("Stop and keep")
        until(page, 12)
        laptop.browser.set_offline(True)
        until(page, 20)
        assert page.title() == "● Recording · Afterword"
        laptop.browser.set_offline(False)
        until(page, 36)
        page.reload()
        expect(page.locator("#interrupted-says")).to_contain_text("interrupted at")
        assert_usable(page)
        page.get_by_role("radio", name="Yes", exact=True).check()
        page.get_by_role("button", name="Go on recording").click()
        expect(page.locator("#title")).to_have_text("Recording")
        laptop.play(again=True)
        before = heard(page)
        until(page, before + 10)
        assert_usable(page)
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_role("button", name="Yes, stop").click()
        expect(page.locator("#done-says")).to_have_text(NOTHING_KEPT, timeout=30_000)
        assert kept(page) == []
        laptop.call.close()
        read(mobile.page)
        assert laptop.browser.cookies() == []
    assert in_profile(profile, [*PLAIN, b"BEGIN PRIVATE", b"tell my manager"]) == []


def read(page: Page) -> None:
    """Each step is whose it is: nothing is swapped."""
    expect(page.locator("#summary")).to_be_visible(timeout=DONE_MS)
    steps = [line.lower() for line in page.locator(".steps-to-take .line").all_inner_texts()]
    yours = [line for line in steps if "manager" in line]
    theirs = [line for line in steps if "worksheet" in line]
    assert yours, steps
    assert all("therapist" not in line for line in yours), steps
    assert theirs, steps
    assert all("therapist" in line for line in theirs), steps
