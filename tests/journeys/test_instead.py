"""Every way without a recording, from its page to its record: real Chromium, worker and room; a killed browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from afterword.capture.wraps import Wraps
from afterword.vault import vault
from afterword.web.app import STATIC
from tests.journeys.recording import PLAIN, House, house, in_profile, kill, recorder, stop, watch
from tests.journeys.stage import assert_usable, tab_to
from tests.people import Home, Person
from tests.speech import dialogue, write_wav

pytestmark = pytest.mark.browser
RECORD_MS = 180_000
NOTE = (
    "thursday, on the bus\n"
    "mostly about the key I still keep to the marzipan flat\n"
    "M said I hold on to it the way other people hold on to a letter\n"
    "this week: I write down each evening what I did not say at work\n"
    "want to ask: why do I laugh when it is not funny"
)
KEPT = "Kept on this device as you type, locked."
WORDS = [b"marzipan", b"do I laugh when"]
GIVEN = (
    "You noticed that your stomach tightens long before the phone rings.\n"
    "Homework\n- Fill in the thought record each evening.\n"
    "I will send you the article by Wednesday."
)
CALL = (
    "WEBVTT\n\n00:00:02.000 --> 00:00:05.000\n<v Therapist>What will you do about the flat?</v>\n\n"
    "00:00:06.000 --> 00:00:09.000\n<v Me>I will call my sister on Friday.</v>\n"
)


@contextmanager
def unlocked(here: House, home: Home, owner: Person, profile: Path, sound: Path | None = None) -> Iterator[Page]:
    """A browser whose profile stays, with the notebook open; nothing it complains about escapes us."""
    cookie: Any = {"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": here.address}
    with recorder(profile, sound, viewport={"width": 390, "height": 844}) as browser:
        browser.add_cookies([cookie])
        complaints: list[str] = []
        page = browser.new_page()
        watch(page, complaints)
        yield page
        assert not complaints, complaints


def the_way(page: Page, here: House, title: str) -> None:
    """From the list of ways, as a person goes."""
    page.goto(f"{here.address}/today")
    page.get_by_role("link", name="Without a recording").click()
    assert_usable(page)
    page.get_by_role("link", name=title).click()
    assert_usable(page)


def make_the_notes(page: Page) -> None:
    """By the keyboard, up to the record."""
    tab_to(page, "#send")
    page.keyboard.press("Enter")
    the_record(page)


def the_record(page: Page) -> None:
    page.wait_for_url("**/sessions/*", timeout=60_000)
    expect(page.locator("#summary")).to_be_visible(timeout=RECORD_MS)
    assert_usable(page)


def steps_of(page: Page) -> str:
    return page.locator(".steps-to-take").inner_text()


def all_is_destroyed(home: Home) -> bool:
    return not list(home.settings.keys.iterdir()) and not list(home.settings.spool.iterdir())


def test_a_note_survives_a_killed_browser_and_lies_nowhere_in_clear(home: Home, owner: Person, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    with house(home, tmp_path) as here:
        with unlocked(here, home, owner, profile) as page:
            the_way(page, here, "A private note")
            page.locator("#text").press_sequentially(NOTE[:60])
            expect(page.locator("#kept")).to_have_text("Kept on this device as you type, locked.", timeout=20_000)
            page.reload()
            expect(page.locator("#text")).to_have_value(NOTE[:60])
            page.locator("#text").fill(NOTE)
            expect(page.locator("#kept")).to_have_text("Kept on this device as you type, locked.")
            page.wait_for_timeout(6_000)  # Chromium writes what was stored within five seconds
            kill(profile)
        assert in_profile(profile, WORDS) == []
        with unlocked(here, home, owner, profile) as page:
            page.goto(f"{here.address}/today")
            page.locator(".sessions a", has_text="begun: open it to go on").click()
            page.get_by_role("link", name="Go on writing").click()
            expect(page.locator("#text")).to_have_value(NOTE, timeout=20_000)
            make_the_notes(page)
            assert "Your therapist" not in page.locator("#moments").inner_text()
            assert "I write down each evening" in steps_of(page)
            expect(page.locator("#moments .line").first).to_be_visible()
            expect(page.locator(".about")).to_contain_text("made of what you wrote")
            page.get_by_role("link", name="What happened to the text").click()
            expect(page.locator(".receipt")).to_contain_text("Key and text destroyed")
            page.goto(f"{here.address}/instead/write/note")
            expect(page.locator("#text")).to_have_value("")
            assert page.evaluate("localStorage.length") == 0
        assert all_is_destroyed(home)
        assert in_profile(profile, [b"do I laugh when it is not"]) == []


def test_control_a_text_in_clear_in_the_browsers_storage_is_found(home: Home, owner: Person, tmp_path: Path) -> None:
    profile = tmp_path / "profile"
    with house(home, tmp_path) as here, unlocked(here, home, owner, profile) as page:
        page.goto(f"{here.address}/instead/write/note")
        page.evaluate("(words) => localStorage.setItem('control', words)", NOTE)
        page.wait_for_timeout(6_000)
        kill(profile)
    assert in_profile(profile, [WORDS[0]]) == [WORDS[0]]


def test_every_written_way_leads_to_its_record(home: Home, owner: Person, tmp_path: Path) -> None:
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile") as page:
        _steps(page, here)
        _given(page, here)
        _together(page, here)
        _transcript(page, here, tmp_path)
        page.goto(f"{here.address}/sessions")
        assert page.locator(".sessions li").count() == 4
    assert all_is_destroyed(home)


def _steps(page: Page, here: House) -> None:
    the_way(page, here, "Next steps, before you leave")
    page.locator("#what-1").fill("Ring the surgery")
    page.locator("#due-1").fill("Friday")
    page.get_by_role("button", name="Another step").click()
    page.locator("#what-2").fill("Email the worksheet")
    page.locator("#whose-2").select_option("therapist")
    page.locator("#keep").fill("I can leave before I am angry.")
    make_the_notes(page)
    assert "You Ring the surgery." in " ".join(steps_of(page).split())
    assert "Your therapist Email the worksheet." in " ".join(steps_of(page).split())
    expect(page.locator("#moments")).to_contain_text("I can leave before I am angry.")


def _given(page: Page, here: House) -> None:
    the_way(page, here, "What your therapist gave you")
    page.get_by_role("button", name="Lock it and make my notes").click()
    expect(page.locator("#problem")).to_contain_text("There is nothing here yet")
    page.locator("#text").fill(GIVEN)
    make_the_notes(page)
    assert "Fill in the thought record each evening." in steps_of(page)
    page.get_by_role("link", name="Check and change lines").click()
    expect(page.locator("#next_steps-0 .meta")).to_contain_text("your therapist wrote")


def _together(page: Page, here: House) -> None:
    the_way(page, here, "The last two minutes, together")
    page.get_by_role("link", name="type it together").click()
    assert_usable(page)
    page.locator("#what-1").fill("Say no once")
    page.locator("#keep").fill("The guilt comes before the call.")
    page.locator("#bring").fill("The letter")
    page.locator("#text").fill("We meet next Friday at ten.")
    make_the_notes(page)
    expect(page.locator("#summary")).to_contain_text("You both wrote")
    expect(page.locator("#summary")).to_contain_text("The letter.")


def _transcript(page: Page, here: House, folder: Path) -> None:
    (folder / "call.vtt").write_text(CALL)
    page.goto(f"{here.address}/consent")
    page.locator("[name=asked_transcript]").check()
    page.locator("#answer-yes").check()
    page.locator("[name=sessions][value=all]").check()
    page.get_by_role("button", name="Note it").last.click()
    the_way(page, here, "A transcript from elsewhere")
    page.set_input_files("#file", folder / "call.vtt")
    page.locator("[name=voices][value=both]").check()
    make_the_notes(page)
    assert "sister" in steps_of(page)
    expect(page.locator(".about")).to_contain_text("a transcript from elsewhere")


def test_a_text_that_was_thrown_away_is_gone_at_once(home: Home, owner: Person, tmp_path: Path) -> None:
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile") as page:
        page.goto(f"{here.address}/instead/write/note")
        page.locator("#text").fill(NOTE)
        expect(page.locator("#kept")).to_have_text("Kept on this device as you type, locked.", timeout=20_000)
        assert not all_is_destroyed(home)
        page.locator("#away summary").click()
        page.get_by_role("button", name="Throw it away").click()
        page.wait_for_url("**/instead")
        assert page.evaluate("localStorage.length") == 0
        assert all_is_destroyed(home)
        page.goto(f"{here.address}/instead/write/note")
        expect(page.locator("#text")).to_have_value("")


def test_another_day_is_another_capture_and_the_words_stay(home: Home, owner: Person, tmp_path: Path) -> None:
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile") as page:
        page.goto(f"{here.address}/instead/write/note")
        page.locator("#text").fill(NOTE)
        expect(page.locator("#kept")).to_have_text("Kept on this device as you type, locked.", timeout=20_000)
        page.locator("#day").fill("2026-11-17")
        make_the_notes(page)
        expect(page.locator("h1")).to_have_text("Tuesday 17 November 2026")
    assert all_is_destroyed(home), "and nothing is left of the first day"


def test_another_day_without_a_connection_destroys_nothing(home: Home, owner: Person, tmp_path: Path) -> None:
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile") as page:
        page.goto(f"{here.address}/instead/write/note")
        page.locator("#text").fill(NOTE)
        expect(page.locator("#kept")).to_have_text(KEPT, timeout=20_000)
        (first,) = home.ledger.in_state("open")
        page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
        page.locator("#day").fill("2026-11-17")
        expect(page.locator("#kept")).to_contain_text("Not kept yet", timeout=20_000)
        assert [row["id"] for row in home.ledger.in_state("open")] == [first["id"]]
        page.on("dialog", lambda dialog: dialog.accept())
        page.reload()
        expect(page.locator("#text")).to_have_value(NOTE, timeout=20_000)


def test_a_day_is_typed_digit_by_digit(home: Home, owner: Person, tmp_path: Path) -> None:
    begun: list[str] = []

    def note_its_day(asked: Request) -> None:
        if asked.url.endswith("/captures"):
            begun.append((asked.post_data_json or {})["day"])

    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile") as page:
        page.goto(f"{here.address}/instead/write/note")
        page.on("request", note_its_day)
        page.locator("#text").fill(NOTE)
        expect(page.locator("#kept")).to_have_text(KEPT, timeout=20_000)
        page.locator("#day").fill("")
        page.wait_for_timeout(2_000)
        expect(page.locator("#kept")).to_have_text(KEPT)
        page.locator("#send").click()
        expect(page.locator("h1")).to_have_text("A private note")
        for day in ("0002-11-17", "0020-11-17", "0202-11-17", "2025-11-17"):
            page.locator("#day").fill(day)
            page.wait_for_timeout(200)
        page.locator("#text").fill(NOTE + " after it")
        expect(page.locator("#kept")).to_have_text(KEPT, timeout=20_000)
        page.wait_for_timeout(2_000)
        assert begun[1:] == ["2025-11-17"]
        page.reload()
        expect(page.locator("#text")).to_have_value(NOTE + " after it", timeout=20_000)
        expect(page.locator("#day")).to_have_value("2025-11-17")
        assert begun[1:] == ["2025-11-17", "2025-11-17"]
        assert len(home.ledger.in_state("open")) == 1


def test_a_recap_in_ones_own_voice(home: Home, owner: Person, tmp_path: Path) -> None:
    lines = [
        "I said yes at work again, and I was angry all evening.",
        "Next week I will say that I need to check first.",
        "I want to talk about my father the next time we meet.",
    ]
    sound = tmp_path / "recap.wav"
    write_wav(sound, dialogue([("slt", line) for line in [*lines, *lines]], 1.0))
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile", sound) as page:
        the_way(page, here, "Say it in your own words")
        start(page)
        expect(page.locator("#question-says")).to_have_text("What stood out?")
        expect(page.locator("#question-back")).to_be_disabled()
        assert_usable(page)
        for question in (
            "What do you want to keep?",
            "What did you say you would do?",
            "What do you want to bring back?",
        ):
            page.get_by_role("button", name="Next").click()
            expect(page.locator("#question-says")).to_have_text(question)
        expect(page.locator("#question-next")).to_be_disabled()
        page.wait_for_timeout(14_000)
        (row,) = home.ledger.in_state("open")
        manifest = Wraps(home.settings.keys, row["id"]).open_a(owner.owner)
        assert (manifest.form, manifest.consent.voices) == ("recap", "mine")
        stop(page)
        the_record(page)
        expect(page.locator(".about")).to_contain_text("You told this by yourself.")
        assert "check first" in page.locator("main").inner_text().lower()
    assert all_is_destroyed(home)
    assert in_profile(tmp_path / "profile", list(PLAIN)) == []


def test_a_recap_that_was_recorded_elsewhere_is_added_as_a_file(home: Home, owner: Person, tmp_path: Path) -> None:
    sound = tmp_path / "recap.wav"
    write_wav(sound, dialogue([("slt", "I said yes at work again."), ("slt", "Next week I will check first.")]))
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile") as page:
        the_way(page, here, "Say it in your own words")
        page.get_by_role("link", name="Add the file").click()
        assert_usable(page)
        page.set_input_files("#file", sound)
        page.get_by_role("button", name="Lock it and add it").click()
        the_record(page)
        expect(page.locator(".about")).to_contain_text("You told this by yourself.")


def test_the_last_two_minutes_by_voice_with_a_yes_for_these_alone(home: Home, owner: Person, tmp_path: Path) -> None:
    lines = [
        ("awb", "What are you taking with you today?"),
        ("slt", "I will write the letter to my sister on Friday."),
        ("awb", "And I will send you the page about sleep tomorrow."),
        ("slt", "Thank you. I want to begin with my father next time."),
    ]
    sound = tmp_path / "closing.wav"
    write_wav(sound, dialogue([*lines, *lines], 0.8))
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile", sound) as page:
        the_way(page, here, "The last two minutes, together")
        expect(page.locator("[name=voices][value=both]")).to_have_count(0)
        page.get_by_label("Who is asked").fill("M")
        page.get_by_role("button", name="They say yes to these two minutes, today").click()
        expect(page.locator("[name=voices][value=both]")).to_be_checked()
        start(page)
        expect(page.locator("[data-view=on] .for-both")).to_contain_text("What did we agree on?")
        page.wait_for_timeout(18_000)
        (row,) = home.ledger.in_state("open")
        manifest = Wraps(home.settings.keys, row["id"]).open_a(owner.owner)
        assert (manifest.form, manifest.consent.stands) == ("closing", True)
        stop(page)
        page.wait_for_url("**/sessions/*", timeout=60_000)
        expect(page.locator("#summary, form[action$='/speakers']")).to_be_visible(timeout=RECORD_MS)
        if page.locator("form[action$='/speakers']").count():
            page.get_by_label("I cannot tell").check()
            page.get_by_role("button", name="Go on").click()
        the_record(page)
        assert "letter" in page.locator("main").inner_text().lower()
        page.goto(f"{here.address}/record")
        expect(page.locator("[name=voices][value=both]")).to_have_count(0)
    assert all_is_destroyed(home)


@pytest.mark.parametrize(("way", "mark"), [("together", ".for-both"), ("recap", "#question")])
def test_what_was_begun_for_some_minutes_goes_on_as_such_from_any_page(
    home: Home, owner: Person, tmp_path: Path, way: str, mark: str
) -> None:
    """The limit is made ten seconds, so that a test need not last four minutes."""
    sound = tmp_path / "sound.wav"
    write_wav(sound, dialogue([("slt", "I will write the letter to my sister on Friday.")] * 8, 0.5))
    script = (STATIC / "record" / "record.js").read_text()
    short = script.replace("LAST_MINUTES = 4 * 60 * 1000", "LAST_MINUTES = 10 * 1000")
    assert short != script
    with house(home, tmp_path) as here, unlocked(here, home, owner, tmp_path / "profile", sound) as page:
        page.route("**/record/record.js*", lambda route: route.fulfill(body=short, content_type="text/javascript"))
        page.goto(f"{here.address}/record/{way}")
        if way == "together":
            page.get_by_label("Who is asked").fill("M")
            page.get_by_role("button", name="They say yes to these two minutes, today").click()
        start(page)
        page.wait_for_timeout(4_000)
        page.goto(f"{here.address}/record")
        page.wait_for_url(f"**/record/{way}", timeout=20_000)
        page.get_by_role("button", name="Go on recording").click()
        expect(page.locator(f"[data-view=on] {mark}")).to_be_visible()
        paused = page.locator("#news", has_text="It is paused; please stop it now.")
        page.wait_for_timeout(10_000)
        assert paused.count() == (1 if way == "together" else 0)
        stop(page)
        page.wait_for_url("**/sessions/*", timeout=60_000)


def start(page: Page) -> None:
    """The microphone is heard; then the large button."""
    page.get_by_role("button", name="Check the microphone").click()
    expect(page.locator("#start")).to_be_enabled(timeout=30_000)
    page.locator("#start").click()
    expect(page.locator("#title")).to_have_text("Recording", timeout=20_000)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("form", ["note", "steps", "given", "together", "transcript"])
def test_without_javascript_the_page_says_so_and_does_nothing(
    home: Home, owner: Person, address: str, form: str, width: int, tmp_path: Path
) -> None:
    size = {"width": width, "height": 800}
    cookie: Any = {"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}
    with recorder(tmp_path / "profile", None, viewport=size, java_script_enabled=False) as browser:
        browser.add_cookies([cookie])
        page = browser.new_page()
        page.goto(f"{address}/instead/write/{form}")
        expect(page.locator("noscript .error")).to_contain_text("needs JavaScript")
        expect(page.locator("#send")).to_be_disabled()
