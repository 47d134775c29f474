"""The recording page in a real browser: what it refuses, what it says, what it keeps, what it lets go."""

from __future__ import annotations

import re
import time
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from afterword.capture.spool import Spool
from afterword.vault import vault
from afterword.web.app import STATIC
from tests.journeys.recording import (
    NOT_KEPT,
    PLAIN,
    Chunk,
    Room,
    check_and_start,
    chunks,
    heard,
    hurry_the_check,
    in_profile,
    joined,
    kept,
    kill,
    recorder,
    sitting,
    stop,
)
from tests.journeys.stage import assert_usable, serving, tab_to
from tests.people import Home, Person
from tests.speech import RATE, dialogue, write_wav

pytestmark = pytest.mark.browser
A_SESSION = re.compile("/sessions/[0-9a-f]{32}$")
LINES = [
    ("slt", "I said yes at work again, and I was angry all evening."),
    ("slt", "Next week I will say that I need to check first."),
]
MOST_LOST = 0.6


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sound") / "speech.wav"
    write_wav(path, dialogue(LINES * 30))
    return path


def allow(room: Room, setting: str) -> None:
    """As the person answers the browser's question: granted or denied."""
    session = room.browser.new_cdp_session(room.page)
    wanted = {"permission": {"name": "microphone"}, "setting": setting, "origin": room.address}
    session.send("Browser.setPermission", wanted)


def test_a_recording_from_today_to_its_session(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        page.goto(f"{room.address}/today")
        page.get_by_role("link", name="Record a session").click()
        expect(page.locator("#start")).to_be_visible()
        assert_usable(page)
        check_and_start(page, room.address, quick=False)
        assert page.title() == "● Recording · Afterword"
        expect(page.locator("#safe")).to_contain_text("Sealed and safe up to 0:09", timeout=15000)
        assert_usable(page)
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)
        found = room.chunks()
        page.wait_for_url(A_SESSION)
        assert room.clean()
    (samples,) = joined(found).values()
    assert 10 < samples / 48000 < 25
    assert sum(c.head["zeros"] for c in found) <= 1440  # between the press and the end: the microphone is hushed


def test_what_was_recorded_is_what_was_said(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    """Joined chunks follow the source without a jump."""
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        check_and_start(room.page, room.address)
        expect(room.page.locator("#heard")).to_have_text("0:17", timeout=25000)
        stop(room.page)
        expect(room.page.locator("#done-says")).to_have_text(NOT_KEPT)
        recorded = np.concatenate([c.samples() for c in room.chunks()])
    lags = follow(recorded, dialogue(LINES * 30))
    assert max(lags) - min(lags) <= 0.002, lags


def follow(recorded: np.ndarray, source: np.ndarray) -> list[float]:
    """Where each second of the recording stands in the source, in seconds, less where it should stand."""
    lower = recorded[: len(recorded) // 3 * 3].reshape(-1, 3).mean(axis=1)
    lags = []
    for second in range(1, int(len(lower) / RATE) - 1):
        part = lower[second * RATE : (second + 1) * RATE]
        if np.sqrt((part**2).mean()) < 0.01:
            continue
        size = 1 << int(np.ceil(np.log2(len(source) + len(part))))
        match = np.fft.irfft(np.fft.rfft(source, size) * np.conj(np.fft.rfft(part, size)), size)
        near = slice(max(0, (second - 1) * RATE), (second + 1) * RATE)
        lags.append((near.start + int(np.argmax(match[near]))) / RATE - second)
    return lags


def test_the_page_refuses_a_microphone_that_gives_nothing(home: Home, owner: Person, tmp_path: Path) -> None:
    write_wav(tmp_path / "nothing.wav", np.zeros(RATE * 60, np.float32))
    with sitting(home, owner, tmp_path / "profile", tmp_path / "nothing.wav") as room:
        page = room.page
        page.clock.install()
        page.goto(f"{room.address}/record")
        page.get_by_role("button", name="Check the microphone").click()
        hurry_the_check(page)
        expect(page.locator("#check-says")).to_contain_text("gives no sound at all")
        expect(page.locator("#start")).to_be_disabled()
        assert home.ledger.in_state("new", "open") == []
        assert room.clean()


def test_without_a_microphone_it_says_so(home: Home, owner: Person, tmp_path: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", None, permissions=["microphone"]) as room:
        room.page.goto(f"{room.address}/record")
        room.page.get_by_role("button", name="Check the microphone").click()
        expect(room.page.locator("#check-says")).to_contain_text("There is no microphone")
        expect(room.page.locator("#start")).to_be_disabled()


def test_a_microphone_that_is_not_allowed_is_explained(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech, allow=False) as room:
        room.page.goto(f"{room.address}/record")
        allow(room, "denied")
        room.page.get_by_role("button", name="Check the microphone").click()
        expect(room.page.locator("#check-says")).to_contain_text("was not allowed to use the microphone")


def test_the_therapists_voice_needs_their_yes(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        page.goto(f"{room.address}/record")
        expect(page.locator("#why-not")).to_contain_text("needs their yes first")
        assert page.get_by_label("Mine and").count() == 0
        assert home.ledger.in_state("new", "open") == []


def test_pause_off_the_record_and_a_lock_in_between(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        page.wait_for_timeout(2500)
        with page.expect_request(lambda r: r.url.endswith("/status") and '"paused"' in (r.post_data or "")):
            page.get_by_role("button", name="Pause").click()
        expect(page.locator("#title")).to_have_text("Paused")
        assert page.title() == "Paused · Afterword"
        stood = heard(page)
        assert_usable(page)
        page.get_by_role("button", name="Go on recording").click()
        expect(page.locator("#title")).to_have_text("Recording")
        page.get_by_role("button", name="Lock").click()
        expect(page.locator("#lock-says")).to_contain_text("Your notebook is locked. The recording goes on.")
        expect(page.locator(".top nav")).to_be_hidden()
        page.wait_for_timeout(1500)
        with page.expect_request(lambda r: r.url.endswith("/status") and '"off"' in (r.post_data or "")):
            page.get_by_role("button", name="Off the record").click()
        expect(page.locator("#title")).to_have_text("Off the record")
        page.get_by_role("button", name="Go on recording").click()
        page.wait_for_timeout(2500)
        assert heard(page) >= stood + 3
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)
        found = room.chunks()
        page.wait_for_url("**/unlock")
        assert room.clean()
    assert len(joined(found)) == 3
    assert [c.head["after"] for c in found if c.place.seq == 0] == ["", "paused", "off the record"]


def test_escape_twice_locks_without_leaving(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        check_and_start(room.page, room.address)
        room.page.keyboard.press("Escape")
        room.page.keyboard.press("Escape")
        expect(room.page.locator("#lock-says")).to_be_visible()
        expect(room.page.locator("#heard")).to_be_visible()
        assert room.page.request.get(f"{room.address}/today").url.endswith("/unlock")
        expect(room.page.locator("#safe")).to_contain_text("safe up to 0:04", timeout=10000)


def test_the_last_minutes_are_forgotten_here_and_there(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        expect(page.locator("#safe")).to_contain_text("safe up to 0:04", timeout=10000)
        page.get_by_role("button", name="2 minutes").click()
        expect(page.locator("#forget-title")).to_have_text("Forget the last 2 minutes?")
        assert_usable(page)
        page.get_by_role("button", name="Yes, forget them").click()
        expect(page.locator("#news")).to_have_text("The last 2 minutes are forgotten.")
        expect(page.locator("#heard")).to_have_text(re.compile("0:0[0-3]"), timeout=1000)
        page.wait_for_timeout(1500)
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)
        found = room.chunks()
        assert room.clean()
    assert [c.head["after"] for c in found] == ["forgotten"]
    joined(found)


def test_what_is_forgotten_without_a_connection_never_arrives(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    """Two segments wait here when the wish comes; the page is even loaded anew before the connection is back."""
    sent: list[bytes] = []
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        expect(page.locator("#safe")).to_contain_text("safe up to 0:04", timeout=10000)
        room.browser.set_offline(True)
        expect(page.locator("#troubles")).to_contain_text("waiting to be sent, sealed on this device", timeout=3000)
        page.get_by_role("button", name="Pause").click()
        page.get_by_role("button", name="Go on recording").click()
        page.wait_for_timeout(3000)
        page.get_by_role("button", name="2 minutes").click()
        page.get_by_role("button", name="Yes, forget them").click()
        expect(page.locator("#news")).to_contain_text("as soon as it is reached")
        page.wait_for_timeout(1500)
        page.on("request", lambda r: sent.append(r.url.encode()) if "/captures/" in r.url else None)
        room.browser.set_offline(False)
        page.reload()
        expect(page.locator("#interrupted-says")).to_contain_text("Your recording was interrupted")
        page.get_by_role("button", name="Finish it").click()
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT, timeout=15000)
        found = room.chunks()
    assert {c.head["after"] for c in found} == {"forgotten"}
    firsts = [url.rsplit(b"/", 1)[-1] for url in sent]
    assert b"forget" in firsts
    assert all(not word.isdigit() for word in firsts[: firsts.index(b"forget")])


def test_ten_minutes_can_wait_without_a_connection(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        room.browser.set_offline(True)
        expect(page.locator("#troubles")).to_contain_text("Still recording.", timeout=3000)
        page.wait_for_timeout(8000)
        assert page.title() == "● Recording · Afterword"
        room.browser.set_offline(False)
        expect(page.locator("#safe")).to_contain_text(re.compile("safe up to 0:(09|14)"), timeout=4000)
        expect(page.locator("#troubles")).to_be_empty()
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)
        assert len(joined(room.chunks())) == 1


def test_after_a_reload_it_goes_on_where_it_was(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        check_and_start(room.page, room.address)
        room.page.wait_for_timeout(7500)
        at = time.time()
        room.page.reload()
        go_on(room.page)
        found = room.chunks()
    assert lost(found, at) <= MOST_LOST
    assert [c.head["after"] for c in found if c.place.seq == 0] == ["", "not heard"]


def test_a_killed_browser_loses_half_a_second_and_keeps_no_sound(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    """Killed without a connection, so that its outbox is full."""
    profile = tmp_path / "profile"
    with home.opener() as worker, serving(home) as address:
        with recorder(profile, speech) as browser:
            page = browser.new_page()
            cookie = vault.unlock(home.engine, owner.owner)
            browser.add_cookies([{"name": "afterword", "value": cookie, "url": address}])
            check_and_start(page, address)
            browser.set_offline(True)
            page.wait_for_timeout(8000)
            at = time.time()
            kill(profile)
        assert in_profile(profile, PLAIN) == []
        assert in_profile(profile, [b"diary-", b'"sha256"']) != [], "the scan sees what is there"
        with recorder(profile, speech) as browser:
            browser.clear_cookies()  # the notebook is locked
            page = browser.new_page()
            page.goto(f"{address}/record")
            go_on(page)
            assert kept(page) == []
        found = chunks(home, worker)
    assert lost(found, at) <= MOST_LOST
    assert [c.head["after"] for c in found if c.place.seq == 0] == ["", "not heard"]
    assert in_profile(profile, [packet for c in found for packet in c.packets()]) == []


def lost(found: list[Chunk], at: float) -> float:
    """Seconds of the first segment before `at` that did not arrive."""
    samples = next(iter(joined(found).values()))
    return at - float(found[0].head["wall"]) / 1000 - samples / 48000


def go_on(page: Page) -> None:
    """What the page offers after a crash."""
    expect(page.locator("#interrupted-says")).to_contain_text(
        re.compile(r"interrupted at 0:0\d. \d+ seconds? not heard")
    )
    assert_usable(page)
    page.get_by_role("button", name="Go on recording").click()
    expect(page.locator("#title")).to_have_text("Recording")
    page.wait_for_timeout(1500)
    stop(page)
    expect(page.locator("#done-says")).to_have_text(NOT_KEPT)


def test_a_microphone_that_is_taken_away_is_noticed_and_asked_for_once_more(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    with sitting(home, owner, tmp_path / "profile", speech, allow=False) as room:
        page = room.page
        allow(room, "granted")
        check_and_start(page, room.address)
        page.wait_for_timeout(1500)
        allow(room, "denied")
        expect(page.locator("#title")).to_have_text("Not recording", timeout=3000)
        expect(page.locator("#troubles")).to_contain_text("was not allowed to use the microphone")
        assert page.title() == "Not recording · Afterword"
        assert_usable(page)
        allow(room, "granted")
        page.get_by_role("button", name="Go on listening").click()
        expect(page.locator("#title")).to_have_text("Recording")
        expect(page.locator("#troubles")).to_be_empty()
        page.wait_for_timeout(1500)
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)
        assert [c.head["after"] for c in room.chunks() if c.place.seq == 0] == ["", "not heard"]


def test_silence_is_never_called_a_recording(home: Home, owner: Person, tmp_path: Path) -> None:
    """Three seconds after the last sound, which ends like a microphone that was switched off."""
    write_wav(tmp_path / "short.wav", np.concatenate([dialogue(LINES), np.zeros(60 * RATE, np.float32)]))
    with sitting(home, owner, tmp_path / "profile", tmp_path / "short.wav") as room:
        page = room.page
        check_and_start(page, room.address)
        expect(page.locator("#title")).to_have_text("Nothing is heard", timeout=15000)
        expect(page.locator("#troubles")).to_contain_text("gives no sound at all")
        stood = heard(page)
        page.wait_for_timeout(2500)
        assert heard(page) == stood
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)
        found = room.chunks()
    said = sum(c.head["samples"] - c.head["zeros"] for c in found) / 48000
    # A busy machine drops up to half a second of what Chromium plays to itself.
    assert abs(said - len(dialogue(LINES)) / RATE) < 0.7


def test_two_tabs_are_not_two_recordings(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        check_and_start(room.page, room.address)
        other = room.browser.new_page()
        other.goto(f"{room.address}/record")
        expect(other.get_by_text("A recording is on in another tab")).to_be_visible()
        assert_usable(other)
        room.page.close()
        expect(other.locator("#interrupted-says")).to_be_visible()


def test_discarding_leaves_nothing_anywhere(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        page.wait_for_timeout(6000)
        (row,) = home.ledger.in_state("open")
        page.get_by_text("Discard all of it").click()
        page.get_by_role("button", name="Discard it").click()
        expect(page.locator("#done-says")).to_contain_text("Nothing of it is kept, here or on your computer.")
        assert Spool(home.settings.spool, row["id"]).have() == {}
        assert kept(page) == []
        assert room.clean()


def test_a_locked_notebook_asks_for_the_unlock_first(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        room.browser.clear_cookies()
        room.page.goto(f"{room.address}/record")
        expect(room.page.get_by_text("Please unlock your notebook first.")).to_be_visible()
        assert_usable(room.page)
        expect(room.page.locator("#start")).to_have_count(0)


def test_a_page_that_is_refused_a_microphone_by_its_address_says_why(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        room.page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
        room.page.goto(f"{room.address}/record")
        expect(room.page.locator("#impossible-why")).to_contain_text("only over an encrypted connection")
        expect(room.page.get_by_role("link", name="How to record with this device")).to_be_visible()
        assert_usable(room.page)


def test_a_full_computer_keeps_the_recording_here(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    def full(route: Route) -> None:
        route.fulfill(status=507, json={"error": "disk_full", "says": "The disk is full."})

    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        room.browser.route("**/segments/**", full)
        expect(page.locator("#troubles")).to_contain_text("The disk of your computer is full", timeout=10000)
        assert page.title() == "● Recording · Afterword"
        room.browser.unroute("**/segments/**", full)
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT, timeout=40000)
        assert len(joined(room.chunks())) == 1


WITHOUT: dict[str, str] = {
    "worklet": "delete window.MediaStreamTrackProcessor",
    "wav": "delete window.AudioEncoder",
    "worklet and wav": "delete window.MediaStreamTrackProcessor; delete window.AudioEncoder",
}


@pytest.mark.parametrize("script", WITHOUT.values(), ids=WITHOUT.keys())
def test_other_browsers_record_too(home: Home, owner: Person, tmp_path: Path, speech: Path, script: str) -> None:
    """What Firefox and Safari have instead, here in Chromium."""
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        room.page.add_init_script(script)
        check_and_start(room.page, room.address)
        expect(room.page.locator("#safe")).to_contain_text(re.compile("safe up to 0:0[45]"), timeout=15000)
        stop(room.page)
        expect(room.page.locator("#done-says")).to_have_text(NOT_KEPT)
        found = room.chunks()
        assert room.clean()
    kind, rate = ("wav", 16000) if "AudioEncoder" in script else ("ogg", 48000)
    assert {(c.head["type"], c.head["rate"]) for c in found} == {(kind, rate)}
    (samples,) = joined(found).values()
    assert samples / rate > 5
    loud = np.concatenate([c.samples() for c in found])
    assert np.abs(loud).max() > 0.01


def test_everything_can_be_done_with_the_keyboard(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page, press = room.page, room.page.keyboard.press
        page.clock.install()
        page.goto(f"{room.address}/record")
        expect(page.locator("#check")).to_be_visible()
        tab_to(page, "input[value=mine]")
        press("Space")
        tab_to(page, "#check")
        press("Enter")
        hurry_the_check(page)
        expect(page.locator("#start")).to_be_enabled()
        tab_to(page, "#start")
        press("Enter")
        expect(page.locator("#title")).to_have_text("Recording")
        for button in ("#pause", "#again"):
            tab_to(page, button)
            press("Enter")
        expect(page.locator("#title")).to_have_text("Recording")
        tab_to(page, "#stop")
        press("Enter")
        tab_to(page, "#stop-yes")
        press("Enter")
        expect(page.locator("#done-says")).to_have_text(NOT_KEPT)


def test_a_server_that_is_gone_is_noticed_within_three_seconds(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    gone = False

    def maybe(route: Route) -> None:
        route.abort("connectionrefused") if gone else route.continue_()

    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        room.browser.route(re.compile(r"/captures/[0-9a-f]{32}/|mark\.svg"), maybe)
        check_and_start(page, room.address)
        expect(page.locator("#safe")).to_contain_text("safe up to 0:04", timeout=10000)
        gone = True
        expect(page.locator("#troubles")).to_contain_text("Still recording.", timeout=3500)
        gone = False
        expect(page.locator("#troubles")).to_be_empty(timeout=10000)


def test_stopped_without_a_connection_it_ends_when_the_page_comes_back(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        expect(page.locator("#safe")).to_contain_text("safe up to 0:04", timeout=10000)
        room.browser.set_offline(True)
        page.wait_for_timeout(1000)
        stop(page)
        expect(page.locator("#left")).to_have_text("Keep this page open, 1 part left.")
        expect(page.locator("#sending-trouble")).to_contain_text("The connection is away. Nothing is lost")
        assert_usable(page)
        room.browser.set_offline(False)
        page.reload()
        # The page that is left may have ended it in this moment; then the new one finds it finished.
        ended = re.compile(re.escape(NOT_KEPT) + r"|finished already\. Nothing of it is kept on this device\.")
        expect(page.locator("#done-says")).to_have_text(ended, timeout=10000)
        assert len(joined(room.chunks())) == 1


def test_a_device_that_cannot_store_keeps_it_in_the_page_and_says_so(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    """As a full device refuses. What was heard is sent all the same."""
    script = (STATIC / "record" / "folder.js").read_text()
    broken = script.replace("access.truncate(0);", 'throw new DOMException("", "QuotaExceededError");')
    assert broken != script
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        room.browser.route(
            "**/record/folder.js", lambda route: route.fulfill(body=broken, content_type="text/javascript")
        )
        check_and_start(room.page, room.address)
        expect(room.page.locator("#troubles")).to_contain_text("This device cannot store any more", timeout=3000)
        room.page.wait_for_timeout(6500)
        stop(room.page)
        expect(room.page.locator("#done-says")).to_have_text(NOT_KEPT, timeout=10000)
        assert sum(joined(room.chunks()).values()) / 48000 > 6


def test_a_locked_and_idle_notebook_covers_no_recording(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        check_and_start(page, room.address)
        page.clock.fast_forward(vault.IDLE_SECONDS * 1000 + 60_000)
        page.wait_for_timeout(1500)
        expect(page.locator("#heard")).to_be_visible()
        assert page.url.endswith("/record")
        assert page.title() == "● Recording · Afterword"


def test_a_start_that_the_server_refuses_closes_the_microphone(
    home: Home, owner: Person, tmp_path: Path, speech: Path
) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        page = room.page
        page.clock.install()
        page.goto(f"{room.address}/record")
        page.get_by_label("Only mine").check()
        page.get_by_role("button", name="Check the microphone").click()
        hurry_the_check(page)
        page.route(
            "**/captures", lambda route: route.fulfill(status=503, json={"error": "full", "says": "It is full."})
        )
        page.locator("#start").click()
        expect(page.locator("#problem")).to_have_text("It is full.")
        page.unroute("**/captures")
        room.browser.clear_cookies()
        page.locator("#start").click()
        expect(page.get_by_text("Please unlock your notebook first.")).to_be_visible()
        assert home.ledger.in_state("new", "open") == []


def test_a_script_cannot_start_a_recording(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        room.page.goto(f"{room.address}/record")
        expect(room.page.locator("#check")).to_be_visible()
        room.page.evaluate("document.getElementById('check').click()")
        room.page.evaluate("document.getElementById('start').disabled = false")
        room.page.evaluate("document.querySelector('[name=voices]').checked = true")
        room.page.evaluate("document.getElementById('start').click()")
        room.page.wait_for_timeout(1000)
        expect(room.page.locator("#check-says")).to_be_empty()
        assert home.ledger.in_state("new", "open") == []


def test_no_other_address_becomes_a_worker(home: Home, owner: Person, tmp_path: Path, speech: Path) -> None:
    with sitting(home, owner, tmp_path / "profile", speech) as room:
        room.page.goto(f"{room.address}/record")
        expect(room.page.locator("#check")).to_be_visible()
        for script in ("new Worker('/static/seal.js')", "trustedTypes.createPolicy('another', {})"):
            said = room.page.evaluate(f"(() => {{ try {{ {script}; return ''; }} catch (e) {{ return e.name; }} }})()")
            assert said == "TypeError", script
