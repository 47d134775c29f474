"""The guide for sessions by video, in Chromium: narrow and wide, by keyboard, without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.stage import assert_usable, chromium, tab_to, watch

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.mark.parametrize("width", [390, 1280])
def test_a_person_finds_their_way_and_what_it_keeps(browser: Browser, address: str, width: int) -> None:
    watched = watch(browser.new_context(viewport={"width": width, "height": 800}), address)
    page = watched.page
    page.goto(f"{address}/telehealth")
    assert_usable(page)
    tab_to(page, "a[href='#table']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="3. Your phone on the table")).to_be_in_viewport()
    expect(page.get_by_text("Nothing. It takes no part.")).to_be_hidden()
    tab_to(page, "[aria-labelledby=table] summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing. It takes no part.")).to_be_visible()
    tab_to(page, "[aria-labelledby=works] summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("MDN browser-compat-data of 2026-08-07").first).to_be_visible()
    assert_usable(page)
    assert page.title() == "Afterword"
    assert watched.clean()


def test_it_needs_no_script(browser: Browser, address: str) -> None:
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(f"{address}/telehealth")
    page.locator("[aria-labelledby=theirs] summary").click()
    expect(page.get_by_text("It is not ours to destroy")).to_be_visible()
