"""The first evening: make a notebook, add the sample, read what came of it, put one line right. In a real browser."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.stage import Served, Watched, assert_usable, chromium, served, tab_to, watch
from tests.speech import dialogue, write_wav

pytestmark = pytest.mark.browser
RECORD_SECONDS = 240


def test_from_the_terminal_to_a_corrected_line_and_ones_own_recording(tmp_path: Path) -> None:
    with served(tmp_path) as here, chromium() as browser:
        watched = watch(browser.new_context(viewport={"width": 390, "height": 844}), here.address)
        passphrase = _set_up(watched.page, here)
        _type_the_code_back(watched.page)
        _add_the_sample(watched.page)
        _read_the_record(watched.page)
        _correct_a_line(watched.page)
        _read_the_receipt(watched.page)
        assert watched.clean()
        _add_a_recording(watched, tmp_path)
        _lock_and_unlock(watched.page, here, passphrase)
        assert watched.clean()


def _set_up(page: Page, here: Served) -> str:
    page.goto(f"{here.address}/setup#{here.token}")
    expect(page.locator("#token")).to_have_value(here.token)
    assert "#" not in page.url
    assert_usable(page)
    suggested = page.locator(".words").inner_text()
    tab_to(page, "#passphrase")
    page.keyboard.type(suggested)
    tab_to(page, "#again")
    page.keyboard.type(suggested)
    page.keyboard.press("Enter")
    return suggested


def _type_the_code_back(page: Page) -> None:
    expect(page.locator("h1")).to_have_text("Your recovery code")
    assert_usable(page)
    groups = page.locator(".code li").all_inner_texts()
    for place, label in enumerate(page.locator("label[for^=group]").all_inner_texts(), 1):
        tab_to(page, f"#group{place}")
        page.keyboard.type(groups[int(label.split()[-1]) - 1].split()[-1])
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Welcome")


def _add_the_sample(page: Page) -> None:
    assert_usable(page)
    tab_to(page, "form[action='/sessions/sample'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#steps, #summary, form[action$='/speakers']")).to_be_visible()
    assert_usable(page)
    page.reload()
    _wait_for_the_record(page)


def _wait_for_the_record(page: Page) -> None:
    done = page.locator("#summary, form[action$='/speakers']")
    expect(done).to_be_visible(timeout=RECORD_SECONDS * 1000)
    if page.locator("form[action$='/speakers']").count():
        assert_usable(page)
        page.get_by_label("I cannot tell").check()
        page.get_by_role("button", name="Go on").click()
        expect(page.locator("#summary")).to_be_visible(timeout=RECORD_SECONDS * 1000)


def _read_the_record(page: Page) -> None:
    assert_usable(page)
    expect(page.locator("h1")).to_have_text("Friday 20 November 2026")
    expect(page.locator("#summary h2")).to_have_text("Session Summary")
    assert page.locator("#summary .line").count() >= 3
    assert page.locator("#moments .line").count() >= 1
    expect(page.locator("details.recap .said").first).to_be_hidden()
    tab_to(page, "details.recap > summary")
    page.keyboard.press("Enter")
    expect(page.locator("details.recap .said").first).to_be_visible()
    assert_usable(page)


def _correct_a_line(page: Page) -> None:
    tab_to(page, "a[href$='/check']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    assert_usable(page)
    line = page.locator("#summary .line").first
    where = line.get_attribute("id")
    tab_to(page, f"#{where} .change summary")
    page.keyboard.press("Enter")
    tab_to(page, f"#{where} textarea")
    page.keyboard.press("Control+A")
    page.keyboard.type("In my own words.")
    assert_usable(page)
    tab_to(page, f"#{where} button[value=save]")
    page.keyboard.press("Enter")
    expect(page.locator(f"#{where} .said")).to_contain_text("In my own words.")
    expect(page.locator(f"#{where} .meta")).to_contain_text("changed by you")
    assert page.url.endswith(f"#{where}")


def _read_the_receipt(page: Page) -> None:
    page.get_by_role("link", name="What happened to the recording").click()
    expect(page.locator("h1")).to_have_text("Receipt")
    assert_usable(page)
    expect(page.locator(".receipt")).to_contain_text("the key, the locked recording")


def _add_a_recording(watched: Watched, folder: Path) -> None:
    page, wav = watched.page, folder / "mine.wav"
    lines = [
        ("slt", "I said yes at work again, and I was angry all evening."),
        ("slt", "Next week I will say that I need to check first."),
        ("slt", "I want to talk about my father the next time we meet."),
    ]
    write_wav(wav, dialogue(lines))
    page.get_by_role("link", name="Sessions").click()
    page.get_by_role("link", name="Add a recording").click()
    assert_usable(page)
    _refuse_what_cannot_be(page, folder)
    page.set_input_files("#file", wav)
    page.get_by_label("Only mine").check()
    page.get_by_role("button", name="Lock it and add it").click()
    page.wait_for_url(re.compile("/sessions/[0-9a-f]{32}$"), timeout=30000)
    _wait_for_the_record(page)
    _only_sealed_bytes_left(watched, wav.read_bytes())


def _refuse_what_cannot_be(page: Page, folder: Path) -> None:
    """Said at once, before anything is sent."""
    (folder / "empty.wav").write_bytes(b"")
    page.set_input_files("#file", folder / "empty.wav")
    page.get_by_label("Only mine").check()
    page.get_by_role("button", name="Lock it and add it").click()
    expect(page.locator("#problem")).to_contain_text("This file is empty")
    expect(page.locator("#why-not")).to_contain_text("needs their yes first")
    assert page.get_by_label("Mine and").count() == 0
    assert page.url.endswith("/sessions/new")


def _only_sealed_bytes_left(watched: Watched, sound: bytes) -> None:
    puts = [body for url, body in watched.sent if "/chunks/" in url]
    assert len(puts) == 1 + len(sound) // (1 << 20)
    assert all(body[:2] == b"\x01\x03" for body in puts)
    for start in range(1000, len(sound) - 64, 4096):
        assert not any(sound[start : start + 64] in body for _, body in watched.sent)
    assert not any(b"mine.wav" in body for _, body in watched.sent)


def _lock_and_unlock(page: Page, here: Served, passphrase: str) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_url("**/unlock")
    page.go_back()
    page.wait_for_url("**/unlock")
    assert_usable(page)
    page.get_by_label("Passphrase", exact=True).fill(passphrase)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="A session")).to_be_visible()
    assert page.locator(".sessions li").count() == 2
    assert here.address in page.url
