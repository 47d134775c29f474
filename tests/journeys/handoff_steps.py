"""Every step of a handoff, on both screens, one after the other: for whoever looks at the pages as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from tests.journeys.handoff import BOTH, NOTHING_KEPT, Desk
from tests.journeys.recording import hear_for
from tests.speech import RATE, say, silence, write_wav

MINE = "I said yes at work again, and my stomach got tight."
THEIRS = "And what was going on in you, right then?"
# Longer than any walk through the steps.
TIMES = 24


@dataclass(frozen=True)
class Step:
    """What `page` shows now. `name`: 'handoff-...' on the computer of the call, 'scan-...' on the phone."""

    name: str
    page: Page


def make_sounds(folder: Path) -> Path:
    """What each of two says, in turn: `client.wav` and `therapist.wav`. Returns the folder."""
    mine, theirs, pause = say("slt", MINE), say("rms", THEIRS), silence(0.4)
    quiet = {"client": silence(len(theirs) / RATE), "therapist": silence(len(mine) / RATE)}
    parts = {"client": [mine, pause, quiet["client"], pause], "therapist": [quiet["therapist"], pause, theirs, pause]}
    for who, once in parts.items():
        write_wav(folder / f"{who}.wav", np.concatenate(once * TIMES))
    return folder


def steps(laptop: Desk, phone: Page, address: str, voices: str = BOTH) -> Iterator[Step]:
    """From the code to *nothing is kept*. `phone`: of somebody whose notebook is unlocked there."""
    yield from _paired(laptop, phone, address, voices)
    yield from _checked(laptop)
    yield from _recorded(laptop, phone)


def refused(laptop: Desk, phone: Page, address: str) -> Iterator[Step]:
    """A wrong number, then a no: how it ends on both."""
    page = laptop.page
    laptop.open(address)
    _type_code(phone, address, laptop.code)
    phone.get_by_label(BOTH).check()
    phone.locator("#number").fill(f"{(int(laptop.number) + 1) % 1000:03d}")
    phone.locator("#approve button.main").click()
    expect(phone.locator("#error")).to_be_visible()
    yield Step("scan-wrong-number", phone)
    phone.get_by_role("button", name="This is not mine").click()
    expect(phone.locator("h1")).to_have_text("Over")
    yield Step("scan-over", phone)
    expect(page.locator("#pairing-over")).to_be_visible(timeout=20_000)
    yield Step("handoff-over", page)


def _paired(laptop: Desk, phone: Page, address: str, voices: str) -> Iterator[Step]:
    page = laptop.page
    laptop.open(address)
    yield Step("handoff-code", page)
    phone.goto(f"{address}/scan")
    yield Step("scan-code", phone)
    _type_code(phone, address, laptop.code)
    expect(page.locator("#number-again")).to_be_visible(timeout=20_000)
    yield Step("handoff-number", page)
    phone.get_by_label(voices).check()
    yield Step("scan-ask", phone)
    phone.locator("#number").fill(laptop.number)
    phone.locator("#approve button.main").click()
    expect(phone.locator("#compare .word")).to_have_count(4, timeout=20_000)
    yield Step("scan-symbols", phone)
    expect(page.locator("#symbols li")).to_have_count(4, timeout=20_000)
    yield Step("handoff-symbols", page)
    page.locator("#same").click()
    expect(page.locator("#chosen")).to_be_visible()


def _checked(laptop: Desk) -> Iterator[Step]:
    page = laptop.page
    page.get_by_role("radio", name="A tab of this browser").check()
    yield Step("handoff-choice", page)
    page.locator("#chosen").click()
    page.get_by_role("radio", name="Yes", exact=True).check()
    yield Step("handoff-ready", page)
    laptop.play()
    page.locator("#check").click()
    expect(page.locator("#start")).to_be_enabled(timeout=40_000)
    yield Step("handoff-checked", page)


def _recorded(laptop: Desk, phone: Page) -> Iterator[Step]:
    page = laptop.page
    page.locator("#start").click()
    expect(page.locator("#title")).to_have_text("Recording", timeout=20_000)
    phone.wait_for_url("**/sessions/*")
    hear_for(page, 8)
    yield Step("handoff-recording", page)
    expect(phone.get_by_role("button", name="Stop and keep")).to_be_visible()
    yield Step("scan-watching", phone)
    laptop.call.close()
    expect(page.locator("#share-again")).to_be_visible(timeout=20_000)
    expect(page.locator("#call-level")).to_have_css("transform", "matrix(0, 0, 0, 1, 0, 0)")  # nothing is heard there
    yield Step("handoff-unshared", page)
    phone.get_by_role("button", name="Stop and keep").click()
    expect(page.locator("#done-says")).to_contain_text(NOTHING_KEPT.rsplit(".", 2)[1].strip(), timeout=30_000)
    yield Step("handoff-finished", page)
    yield Step("scan-stopped", phone)


def _type_code(phone: Page, address: str, code: str) -> None:
    phone.goto(f"{address}/scan")
    phone.get_by_label("Eight letters").fill(code)
    phone.locator("#scan button.main").click()
    expect(phone.locator("#approve")).to_be_visible()
