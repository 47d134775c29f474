"""A call recorded on a laptop that has no account, for a notebook that is open on a phone; and who gains nothing."""

from __future__ import annotations

import time
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
from playwright.sync_api import Page, Playwright, expect

from afterword.vault import vault
from afterword.vault.owner import Owner
from afterword.web.routes import SITEMAP
from afterword.work.worker import Worker
from tests.consent.yes import say_yes
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
    within_seconds,
)
from tests.journeys.recording import PLAIN, chunks, heard, house, in_profile, kept
from tests.journeys.stage import assert_usable, serving
from tests.laptop import Laptop
from tests.people import Home, Person, Visitor
from tests.speech import RATE, Samples, say, silence, write_wav

pytestmark = pytest.mark.browser
DONE_MS = 180_000
# How every P-256 key begins, as PKCS8 in base64.
KEY = b64encode(bytes.fromhex("308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420"))
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


def unlocked(page: Page, home: Home, owner: Owner, address: str) -> Mobile:
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
        pair(laptop, mobile)
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
        assert in_profile(profile, [*PLAIN, KEY]) == [KEY]  # in the outbox, where a removed file is gone
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
        page.goto(f"{here.address}/today")
        page.wait_for_url("**/unlock")  # it never was anybody's
    assert in_profile(profile, [*PLAIN, KEY]) == []


def read(page: Page) -> None:
    """Each step is whose it is: nothing is swapped."""
    expect(page.locator("#summary")).to_be_visible(timeout=DONE_MS)
    steps = {line.partition(" ")[2]: line.partition(" ")[0] for line in said(page)}
    assert any("manager" in step and who == "you" for step, who in steps.items()), steps
    assert any("worksheet" in step and who == "therapist" for step, who in steps.items()), steps
    assert not any("manager" in step and who == "therapist" for step, who in steps.items()), steps
    assert not any("worksheet" in step and who == "you" for step, who in steps.items()), steps


def said(page: Page) -> list[str]:
    """Of each step who takes it, `you` or `therapist`, and then what it is."""
    lines = page.locator(".steps-to-take .said").all_inner_texts()
    return [" ".join(line.lower().replace("your therapist", "therapist", 1).split()) for line in lines]


@dataclass
class Scene:
    """A laptop in a call and a phone, in front of an installation whose worker only opens captures."""

    home: Home
    worker: Worker
    address: str
    laptop: Desk
    mobile: Mobile
    play: Playwright


@contextmanager
def scene(home: Home, owner: Person, folder: Path, call: Path, microphone: Path) -> Iterator[Scene]:
    say_yes(home.settings, home.engine, owner.owner)
    with (
        home.opener() as worker,
        serving(home) as address,
        call_of(call) as telehealth,
        playing() as play,
        phone(play, folder / "phone") as pocket,
        desk(play, folder / "laptop", microphone, telehealth) as laptop,
    ):
        yield Scene(home, worker, address, laptop, unlocked(pocket.new_page(), home, owner.owner, address), play)


def recording(scene: Scene) -> None:
    """Paired, checked and begun."""
    pair(scene.laptop, scene.mobile)
    scene.laptop.play()
    scene.laptop.choose_and_check()
    start(scene.laptop)
    scene.mobile.page.wait_for_url("**/sessions/*")


def long(folder: Path) -> Path:
    """Somebody who speaks for two minutes."""
    write_wav(folder / "long.wav", np.tile(sides()["client"], 4))
    return folder / "long.wav"


def test_a_silent_side_is_not_recorded_and_it_is_said_what_was_missed(
    home: Home, owner: Person, tmp_path: Path, sound: Path
) -> None:
    with scene(home, owner, tmp_path, sound, sound / "client.wav") as here:
        laptop, page = here.laptop, here.laptop.page
        pair(laptop, here.mobile)
        assert laptop.asked == []
        laptop.choose_and_check()  # the therapist does not speak
        expect(page.locator("#check-says")).to_contain_text("Your therapist was not heard.")
        expect(page.locator("#start")).to_be_disabled()
        laptop.play()
        page.evaluate(WITHOUT_SOUND)
        page.locator("#check").click()
        expect(page.locator("#check-says")).to_contain_text("“Also share tab audio” was off", timeout=20_000)
        expect(page.locator("#start")).to_be_disabled()
        page.evaluate("navigator.mediaDevices.getDisplayMedia = window.asItWas")
        laptop.play(again=True)
        page.locator("#check").click()
        expect(page.locator("#check-says")).to_have_text("Both of you are heard.", timeout=30_000)
        expect(page.locator("#start")).to_be_enabled()
        assert laptop.asked[:2] == ["getDisplayMedia", "getUserMedia"]  # in this order, within one click
        assert laptop.clean()


# As somebody shares a tab without the switch for its sound.
WITHOUT_SOUND = """
() => {
  window.asItWas = navigator.mediaDevices.getDisplayMedia;
  const without = (given) => window.asItWas.call(navigator.mediaDevices, { ...given, audio: false });
  navigator.mediaDevices.getDisplayMedia = without;
}
"""


def test_who_is_not_heard_is_told_so(home: Home, owner: Person, tmp_path: Path, sound: Path) -> None:
    write_wav(tmp_path / "quiet.wav", silence(120))
    with scene(home, owner, tmp_path, sound, tmp_path / "quiet.wav") as here:
        pair(here.laptop, here.mobile, typed=True)
        here.laptop.play()
        here.laptop.choose_and_check()
        expect(here.laptop.page.locator("#check-says")).to_contain_text("You were not heard.")
        expect(here.laptop.page.locator("#start")).to_be_disabled()


def test_one_microphone_for_both_asks_whether_both_spoke(
    home: Home, owner: Person, tmp_path: Path, sound: Path
) -> None:
    with scene(home, owner, tmp_path, sound, long(tmp_path)) as here:
        laptop, page = here.laptop, here.laptop.page
        pair(laptop, here.mobile)
        page.get_by_role("radio", name="Another app or browser").check()
        page.get_by_role("button", name="Go on", exact=True).click()
        page.locator("#check").click()
        expect(page.get_by_role("radio", name="Yes, both")).to_be_visible(timeout=30_000)
        expect(page.locator("#start")).to_be_disabled()
        page.get_by_role("radio", name="No, or I am not sure").check()
        expect(page.locator("#start")).to_be_disabled()
        page.get_by_role("radio", name="Yes, both").check()
        start(laptop)
        until(page, 6)
        assert laptop.asked == ["getUserMedia", "getUserMedia"]
        assert {chunk.place.track for chunk in chunks(home, here.worker)} == {"mic"}


def test_a_closed_tab_is_told_and_shared_again_while_the_microphone_loses_nothing(
    home: Home, owner: Person, tmp_path: Path, sound: Path
) -> None:
    with scene(home, owner, tmp_path, sound, long(tmp_path)) as here:
        laptop, page = here.laptop, here.laptop.page
        recording(here)
        until(page, 6)
        address = laptop.call.url
        laptop.call.close()
        expect(page.locator("#troubles")).to_contain_text("The call is no longer shared. Your side is still recorded.")
        until(page, 12)
        laptop.call = laptop.browser.new_page()
        laptop.call.goto(address)
        laptop.play()
        page.bring_to_front()
        page.get_by_role("button", name="Share it again").click()
        expect(page.locator("#news")).to_have_text("The call is shared again.")
        expect(page.locator("#unshared")).to_be_hidden()
        until(page, 20)
        page.get_by_role("button", name="Stop", exact=True).click()
        page.get_by_role("button", name="Yes, stop").click()
        expect(page.locator("#done-says")).to_have_text(NOTHING_KEPT, timeout=30_000)
        found = chunks(home, here.worker)
        assert laptop.clean()
    segments = list(dict.fromkeys(chunk.place.segment for chunk in found))
    tracks = [{c.place.track for c in found if c.place.segment == name} for name in segments]
    assert tracks == [{"mic", "call"}, {"mic"}, {"mic", "call"}]
    for name, after in pairwise(segments):
        mic = [c for c in found if c.place.segment == name and c.place.track == "mic"]
        ended = mic[0].head["wall"] + sum(c.head["samples"] for c in mic) / 48
        begins = next(c.head["wall"] for c in found if c.place.segment == after)
        assert abs(begins - ended) < 60, (ended, begins)


def test_a_flat_side_is_told_and_a_pause_needs_no_second_picker(
    home: Home, owner: Person, tmp_path: Path, sound: Path
) -> None:
    with scene(home, owner, tmp_path, sound, long(tmp_path)) as here:
        laptop, page = here.laptop, here.laptop.page
        recording(here)
        laptop.play(again=True)
        until(page, 4)
        page.get_by_role("button", name="Pause").click()
        expect(page.locator("#still-shared")).to_be_visible()
        page.wait_for_timeout(3_000)
        page.get_by_role("button", name="Go on recording").click()
        expect(page.locator("#title")).to_have_text("Recording")
        assert laptop.asked == ["getDisplayMedia", "getUserMedia", "getUserMedia", "getUserMedia"]
        laptop.hush()
        silent = time.monotonic()
        troubles = page.locator("#troubles")
        page.wait_for_timeout(20_000)
        assert troubles.inner_text() == ""
        expect(troubles).to_contain_text("Your therapist has not been heard for 30 seconds.", timeout=20_000)
        assert time.monotonic() - silent > 28
        laptop.play(again=True)
        expect(troubles).to_have_text("", timeout=10_000)
        tracks = {(chunk.place.segment, chunk.place.track) for chunk in chunks(home, here.worker)}
    assert sorted(track for _, track in tracks) == ["call", "call", "mic", "mic"]


@pytest.mark.parametrize(
    ("button", "says"),
    [
        ("Stop and keep", f"It was stopped on the phone. {NOTHING_KEPT}"),
        ("Stop and discard", "It was discarded. Nothing of it is kept, in the notebook or anywhere."),
    ],
)
def test_the_phone_stops_the_laptop_within_two_seconds(
    home: Home, owner: Person, tmp_path: Path, sound: Path, button: str, says: str
) -> None:
    with scene(home, owner, tmp_path, sound, long(tmp_path)) as here:
        page = here.laptop.page
        recording(here)
        until(page, 8)
        here.mobile.page.get_by_role("button", name=button).click()
        pressed = time.monotonic()
        while page.locator("#title").inner_text() == "Recording":
            assert time.monotonic() - pressed < 10
        took = time.monotonic() - pressed
        print(f"{button}: the laptop stopped after {took:.2f} s")
        assert took < 2
        expect(page.locator("#done-says")).to_contain_text(says, timeout=30_000)
        assert kept(page) == []
        if button == "Stop and discard":
            assert home.ledger.in_state("open", "ended") == []


def test_nothing_begins_that_the_server_does_not_know_of(
    home: Home, owner: Person, tmp_path: Path, sound: Path
) -> None:
    """Begun without a connection, it would be over on the server after ten minutes, and nobody here would be told."""
    with scene(home, owner, tmp_path, sound, long(tmp_path)) as here:
        laptop, page = here.laptop, here.laptop.page
        pair(laptop, here.mobile)
        laptop.play()
        laptop.choose_and_check()
        laptop.browser.set_offline(True)
        page.locator("#start").click()
        expect(page.locator("#problem")).to_contain_text("Afterword cannot be reached just now.", timeout=20_000)
        assert kept(page) == []
        laptop.browser.set_offline(False)
        page.locator("#start").click()
        expect(page.locator("#title")).to_have_text("Recording", timeout=20_000)
        here.mobile.page.wait_for_url("**/sessions/*")
        expect(here.mobile.page.locator("#says")).to_contain_text("Recording on")


def test_an_onlooker_who_scans_first_hears_nothing(
    home: Home, owner: Person, stranger: Person, tmp_path: Path, sound: Path
) -> None:
    """Somebody else with a notebook here scans what is on the screen, and approves. The laptop asks for no microphone
    until the two were compared; and they are not on the phone of whoever sits there."""
    say_yes(home.settings, home.engine, stranger.owner)
    with (
        scene(home, owner, tmp_path, sound, sound / "client.wav") as here,
        phone(here.play, tmp_path / "onlooker") as theirs,
    ):
        laptop, page, mine = here.laptop, here.laptop.page, here.mobile.page
        onlooker = unlocked(theirs.new_page(), home, stranger.owner, here.address)
        laptop.open(here.address)
        onlooker.scan(laptop.scanned)
        onlooker.answer(laptop.number)
        assert laptop.symbols == onlooker.symbols
        page.wait_for_timeout(5_000)
        expect(page.locator("#same")).to_be_visible()
        for hidden in ("#chosen", "#check", "#start", "#pause"):
            expect(page.locator(hidden)).to_be_hidden()
        assert laptop.asked == []
        mine.goto(f"{here.address}/scan#{laptop.scanned}")
        expect(mine.locator("#error")).to_contain_text("This code does not work.")
        page.get_by_role("button", name="They differ").click()
        expect(page.locator("#pairing-over")).to_contain_text("The symbols were not the same")
        assert laptop.asked == []
        # What the onlooker had opened is destroyed; the page says so before the server does it.
        within_seconds(5, lambda: home.ledger.in_state("open", "ended") == [], [page])
        assert laptop.clean()


class Apart(Visitor):
    """A visitor in a thread of its own: the browser's loop suffers no other."""

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(super().ask, method, path, **how).result()


MAY = {
    ("PUT", "/captures/{id}/segments/{segment}/{track}/{seq}"),
    ("POST", "/captures/{id}/segments/{segment}/close"),
    *(("POST", f"/captures/{{id}}/{what}") for what in ("status", "end", "receipt")),
    *(("POST", f"/handoff/{{id}}/{what}") for what in ("poll", "reveal", "confirm", "deny")),
    ("POST", "/handoff"),
}


def test_an_attacker_whose_code_was_approved_can_read_nothing(
    home: Home, owner: Person, tmp_path: Path, sound: Path
) -> None:
    """The victim scans a code that an attacker sent, types the number that they said, and approves."""
    session = home.shelve(owner, None, "2026-11-24", state="working", stage="listening", destroyed=None).hex()
    with scene(home, owner, tmp_path, sound, sound / "client.wav") as here:
        attacker = Laptop(Apart(home.visitor().app))
        attacker.begin()
        here.mobile.scan(attacker.scanned)
        here.mobile.answer(attacker.shown["number"])
        expect(here.mobile.page.locator("#compare")).to_be_visible()
        assert attacker.step("poll").json()["state"] == "approved"
        assert attacker.reveal().status_code == 200
        assert attacker.step("confirm").status_code == 200
        assert attacker.post("status", state="recording").status_code == 200  # the control: this much it was lent
        with_proof, without = {}, {}
        for method, path, _, _ in SITEMAP:
            if (method, path) in MAY:
                continue
            id = attacker.told["capture"] if path.startswith("/captures") else session
            filled = path.replace("{id}", id).replace("{index}", "0").replace("{form}", "note").replace("{token}", "a")
            with_proof[method, path] = attacker.ask(method, filled)
            without[method, path] = attacker.visitor.call(method, filled, json={})
    for asked, answer in with_proof.items():
        assert answer.status_code == without[asked].status_code, asked
        assert session not in answer.text, asked
