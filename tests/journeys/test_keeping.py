"""Searching, taking along, printing and deleting everything in a real browser, by keyboard, on both sizes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from afterword.notebook import notes
from afterword.notebook.notes import Note
from afterword.vault import vault
from tests.journeys.stage import Watched, chromium, tab_to, watch
from tests.people import PASSPHRASE, Home, Person, a_record

pytestmark = pytest.mark.browser
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SIZES = ((390, 844), (1280, 900))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def at_home(browser: Browser, home: Home, owner: Person, address: str, **how: object) -> BrowserContext:
    context = browser.new_context(**how)  # type: ignore[arg-type]
    context.add_cookies([{"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}])
    return context


def look(watched: Watched, name: str) -> None:
    """Nothing sticks out sideways, axe finds nothing; a picture for whoever asks for one."""
    page = watched.page
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    found = Axe().run(page, options=WCAG)
    assert found.violations_count == 0, found.generate_report()
    if folder := os.environ.get("PICTURES_OF_TESTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: str(size[0]))
def test_every_page_of_keeping_can_be_read(
    browser: Browser, home: Home, owner: Person, address: str, size: tuple[int, int], scheme: str
) -> None:
    session = home.shelve(owner, a_record()).hex()
    notes.keep(home.engine, owner.owner, Note("plan", "2026-11-21T10:00", "Ask about the alarm, and about June."))
    how = {"viewport": {"width": size[0], "height": size[1]}, "color_scheme": scheme}
    watched = watch(at_home(browser, home, owner, address, **how), address)
    page, end = watched.page, f"{size[0]}-{scheme}"
    page.goto(f"{address}/search")
    look(watched, f"search-empty-{end}")
    page.get_by_label("Words that you remember").fill("alarm")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_have_text("alarm")
    look(watched, f"search-{end}")
    page.get_by_label("Words that you remember").fill("crocodile tears")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has these words together")).to_be_visible()
    look(watched, f"search-nothing-{end}")
    for path in ("take-out", "take-out/pages", f"sessions/{session}/print", "delete-everything"):
        page.goto(f"{address}/{path}")
        look(watched, f"{path.replace('/', '-').replace(session, 'one')}-{end}")
    assert watched.clean()


def test_the_words_of_a_search_stand_in_no_address(browser: Browser, home: Home, owner: Person, address: str) -> None:
    home.shelve(owner, a_record())
    watched = watch(at_home(browser, home, owner, address, java_script_enabled=False), address)
    watched.page.goto(f"{address}/search")
    watched.page.get_by_label("Words that you remember").fill("alarm")
    watched.page.keyboard.press("Enter")
    watched.page.locator(".found a").first.click()
    watched.page.wait_for_url(re.compile("/sessions/[0-9a-f]{32}#"))
    assert not [url for url, _ in watched.sent if "alarm" in url]


def test_files_are_taken_and_then_everything_is_deleted_by_keyboard(
    browser: Browser, home: Home, owner: Person, address: str
) -> None:
    home.shelve(owner, a_record())
    watched = watch(at_home(browser, home, owner, address), address)
    page = watched.page
    page.goto(f"{address}/take-out")
    for name, end in (("Take the text files", "zip"), ("Take the JSON file", "json")):
        with page.expect_download() as taken:
            page.get_by_role("button", name=name).click()
        assert re.fullmatch(rf"[0-9-]{{10}}\.{end}", taken.value.suggested_filename)
    page.goto(f"{address}/delete-everything")
    tab_to(page, "#passphrase")
    page.keyboard.type(PASSPHRASE)
    tab_to(page, "#word")
    page.keyboard.type("delete")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="It is gone")).to_be_visible()
    assert vault.only_person(home.engine) is None
    page.goto(f"{address}/")
    page.wait_for_url("**/setup")
