"""Notes as a person makes them: typed, killed, come back; said aloud; seen at every width. Real Chromium and worker."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from afterword.capture.wraps import Wraps
from afterword.notebook import notes
from tests.journeys.recording import PLAIN, house, in_profile, kill, stop
from tests.journeys.stage import assert_usable, comes_true
from tests.journeys.test_instead import KEPT, RECORD_MS, all_is_destroyed, unlocked
from tests.people import Home, Person
from tests.speech import dialogue, write_wav

pytestmark = pytest.mark.browser
THOUGHT = "the marzipan flat again\nand what I did not say on the stairs"
WORDS = [b"marzipan", b"not say on the stairs"]
SAID = ("When Tom looks at his phone I feel that I am not there.", "I will ring the dentist on Monday.")


def begin_to_type(page: Page, address: str) -> None:
    page.goto(f"{address}/notes")
    assert_usable(page)
    page.locator("#jot-text").press_sequentially(THOUGHT[:20])
    expect(page.locator("#jot-kept")).to_have_text(KEPT, timeout=20_000)
    page.locator("#jot-text").fill(THOUGHT)
    page.get_by_label("A tag or two").fill("home")
    page.get_by_label("Bring this up next time").check()
    expect(page.locator("#jot-kept")).to_have_text(KEPT)
    page.wait_for_timeout(6_000)  # Chromium writes what was stored within five seconds


def come_back_and_keep(page: Page, address: str) -> None:
    page.goto(f"{address}/notes")
    expect(page.locator("#jot-text")).to_have_value(THOUGHT, timeout=20_000)
    expect(page.get_by_label("A tag or two")).to_have_value("home")
    expect(page.get_by_label("Bring this up next time")).to_be_checked()
    page.get_by_role("button", name="Keep it").click()
    expect(page.locator(".notes .wrote")).to_have_text(THOUGHT)
    expect(page.locator("#jot-text")).to_have_value("")
    comes_true(page, "localStorage.length === 0")
    assert_usable(page)


def change_it(page: Page) -> None:
    page.get_by_role("link", name="Change").click()
    assert_usable(page)
    page.get_by_label("Your words").fill("in other words")
    expect(page.locator("#jot-kept")).to_have_text(KEPT, timeout=20_000)
    page.reload()
    expect(page.get_by_label("Your words")).to_have_value("in other words")
    page.get_by_role("button", name="Keep it so").click()
    expect(page.locator(".note-when")).to_contain_text("edited")
    page.get_by_role("button", name="As it was").click()
    expect(page.get_by_label("Your words")).to_have_value(THOUGHT)
    comes_true(page, "localStorage.length === 0")
    page.get_by_role("button", name="I raised it").click()
    expect(page.locator(".note-when")).to_contain_text("You raised it")
    assert_usable(page)


def test_a_note_survives_a_killed_browser_is_changed_and_lies_nowhere_in_clear(
    home: Home, owner: Person, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    with house(home, tmp_path) as here:
        with unlocked(here, home, owner, profile) as page:
            begin_to_type(page, here.address)
            kill(profile)
        assert in_profile(profile, WORDS) == []
        assert notes.load(home.engine, owner.owner) == {}
        with unlocked(here, home, owner, profile) as page:
            come_back_and_keep(page, here.address)
            change_it(page)
        (note,) = notes.load(home.engine, owner.owner).values()
        assert (note.wall, note.text, note.tags, bool(note.raised)) == ("plan", THOUGHT, ("home",), True)
    assert in_profile(profile, WORDS) == []


def test_a_note_is_said_aloud_and_stands_among_the_notes(home: Home, owner: Person, tmp_path: Path) -> None:
    sound = tmp_path / "note.wav"
    write_wav(sound, dialogue([("slt", line) for line in SAID * 3], 0.8))
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile", sound) as page:
        page.goto(f"{here.address}/notes")
        page.get_by_role("link", name="Say it instead").click()
        expect(page.locator("[data-view=ready]")).to_be_visible()
        assert_usable(page)
        page.get_by_role("button", name="Check the microphone").click()
        expect(page.locator("#start")).to_be_enabled(timeout=20_000)
        page.locator("#start").click()
        expect(page.locator("[data-view=on]")).to_be_visible(timeout=20_000)
        page.wait_for_timeout(12_000)
        (row,) = home.ledger.in_state("open")
        manifest = Wraps(home.settings.keys, row["id"]).open_a(owner.owner)
        assert (manifest.form, manifest.consent.voices) == ("spoken", "mine")
        stop(page)
        page.wait_for_url("**/sessions/*", timeout=60_000)
        expect(page.locator("#summary")).to_be_visible(timeout=RECORD_MS)
        assert_usable(page)
        expect(page.locator(".about")).to_contain_text("It counts as what you wrote.")
        page.locator(".back a").click()
        expect(page.locator(".note .said").first).to_be_visible()
        page.get_by_role("button", name="Bring this up").click()
        expect(page.locator(".note-when")).to_contain_text("You plan to bring this up")
        page.goto(f"{here.address}/today")
        expect(page.locator(".sessions a")).to_have_count(0)
    assert all_is_destroyed(home)
    assert in_profile(tmp_path / "profile", list(PLAIN)) == []
