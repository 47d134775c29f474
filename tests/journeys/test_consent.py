"""Their yes, in a real browser: noted in under a minute, recorded with, asked again, taken back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from afterword.consent import kept
from afterword.consent.answers import Withdrawn
from tests.consent.yes import THERAPIST, say_yes
from tests.journeys.recording import Room, check_and_start, hurry_the_check, note_a_yes, sitting, stop
from tests.journeys.stage import assert_usable, tab_to
from tests.people import Home, Person
from tests.speech import RATE, dialogue, write_wav

pytestmark = pytest.mark.browser
SECONDS = 90


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some words, then a minute of a faint hum."""
    path = tmp_path_factory.mktemp("sound") / "speech.wav"
    words = dialogue([("slt", "I said yes at work again."), ("awb", "And what was going on in you, right then?")])
    hum = 0.05 * np.sin(2 * np.pi * 220 * np.arange(SECONDS * RATE) / RATE)
    write_wav(path, np.concatenate([words, hum.astype(np.float32)]))
    return path


def test_a_yes_is_noted_and_a_session_recorded_with_it(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        page.goto(f"{room.address}/consent")
        assert_usable(page)
        expect(page.get_by_text("For which sessions?")).to_be_hidden()
        page.get_by_label("Yes, with limits").check()
        expect(page.get_by_text("For which sessions?")).to_be_visible()
        assert_usable(page)
        note_a_yes(page, room.address, THERAPIST)
        assert_usable(page)
        page.goto(f"{room.address}/record")
        page.get_by_label(f"Mine and {THERAPIST}’s").check()
        expect(page.get_by_text(f"Rests on {THERAPIST}’s yes of")).to_be_visible()
        expect(page.locator("blockquote")).to_contain_text("Is that still all right with you?")
        assert_usable(page)
        check_and_start(page, room.address, voices=f"Mine and {THERAPIST}’s")
        expect(page.get_by_text("Either of you can stop at any time.").locator("visible=true")).to_be_visible()
        page.wait_for_timeout(6000)
        stop(page)
        expect(page.locator("#done-says")).to_be_visible(timeout=20000)
        (row,) = home.ledger.in_state("ended")
        assert row["live"]
        assert room.clean()


def test_when_it_is_taken_back_the_recording_stops_and_nothing_new_starts(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address, voices=f"Mine and {THERAPIST}’s")
        page.wait_for_timeout(6000)
        other = room.browser.new_page()
        other.goto(f"{room.address}/consent")
        expect(other.get_by_text("A recording that rests on it is not notes yet")).to_be_visible()
        assert_usable(other)
        other.get_by_role("button", name="It is taken back", exact=True).click()
        expect(other.locator(".stands")).to_contain_text("was taken back on")
        page.bring_to_front()
        expect(page.locator("#done-says")).to_contain_text("finished already", timeout=30000)
        assert [row["state"] for row in home.ledger.in_state("open", "ended")] == ["ended"]
        page.goto(f"{room.address}/record")
        expect(page.locator("#why-not")).to_contain_text("was taken back on")
        assert page.get_by_label("Mine and").count() == 0


def test_a_page_that_was_open_before_it_was_taken_back_starts_nothing(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        ready_with_both(page, room)
        kept.append(home.settings, home.engine, owner.owner, Withdrawn(THERAPIST, "2026-11-20"))
        page.locator("#start").click()
        expect(page.locator("#problem")).to_contain_text("was taken back on")
        for way in ("/ask", "/consent", "/instead"):
            expect(page.locator(f"#ways a[href='{way}']")).to_be_visible()
        assert home.ledger.in_state("new", "open") == []
        page.get_by_label("Only mine").check()
        page.locator("#start").click()
        expect(page.locator("#title")).to_have_text("Recording")


def ready_with_both(page: Page, room: Room) -> None:
    page.clock.install()
    page.goto(f"{room.address}/record")
    page.get_by_label(f"Mine and {THERAPIST}’s").check()
    page.get_by_role("button", name="Check the microphone").click()
    hurry_the_check(page)
    expect(page.locator("#start")).to_be_enabled(timeout=20000)


def test_somebody_who_is_asked_each_time_is_noted_with_one_press(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    say_yes(home.settings, home.engine, owner.owner, sessions="each")
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        page.goto(f"{room.address}/record")
        expect(page.get_by_text("wants to be asked each time")).to_be_visible()
        assert page.get_by_label("Mine and").count() == 0
        tab_to(page, "button[form=yes-again]")
        page.keyboard.press("Enter")
        page.wait_for_url("**/record")
        expect(page.get_by_label(f"Mine and {THERAPIST}’s")).to_be_visible()
        check_and_start(page, room.address, voices=f"Mine and {THERAPIST}’s")
        assert room.clean()


def test_a_file_is_added_once_the_day_of_its_session_is_covered(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    say_yes(home.settings, home.engine, owner.owner, sessions="each")
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        add(page, room, speech)
        expect(page.locator("#problem")).to_contain_text("wants to be asked each time")
        expect(page.locator("#ways a[href='/consent']")).to_be_visible()
        assert home.ledger.in_state("new", "open") == []
        page.locator("#ways a[href='/consent']").click()
        page.get_by_text("They said yes on another day").click()
        page.get_by_label("For the session of").fill("2026-11-08")
        page.locator("details[open] button", has_text="Note it").first.click()
        add(page, room, speech)
        page.wait_for_url("**/sessions/*", timeout=30000)
        page.wait_for_url(lambda url: not url.endswith("/new"), timeout=30000)


def add(page: Page, room: Room, file: Path) -> None:
    page.goto(f"{room.address}/sessions/new")
    page.set_input_files("#file", file)
    page.get_by_label("The day of the session").fill("2026-11-08")
    page.get_by_label(f"Mine and {THERAPIST}’s").check()
    page.get_by_role("button", name="Lock it and add it").click()
