"""What keeps coming up, what you came for, to come back to: in a real browser, for everybody, on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from afterword.notebook import pattern_changes, wants
from afterword.record import Label, Line, Record
from afterword.vault import vault
from tests.journeys.stage import chromium, serving, watch
from tests.people import Home, Person

pytestmark = pytest.mark.browser
PAGES = ("/patterns", "/came-for", "/threads")
AA = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def owner(home: Home) -> Person:
    """With fourteen sessions, and something done on every page."""
    person = home.person()
    for n in range(14):
        themes = (Label("Mum's calls"), Label("The garage")) if n % 3 else (Label("Theo"), Label("My mother ringing"))
        left = (Line("Let's come back to the letter to Maren next time."),) if n == 4 else ()
        said = (Line("You sat in the garage until the radio was over."),)
        record = Record(themes=themes, insights=said, questions=left)
        home.shelve(person, record, f"2026-{n // 2 + 1:02d}-{1 + n % 2 * 14:02d}")
    wants.keep(home.engine, person.owner, wants.Want("2026-01-01", "To leave the garage"))
    pattern_changes.change(home.engine, person.owner, lambda before: before.with_act("rename", ("theo",), "My brother"))
    pattern_changes.change(home.engine, person.owner, lambda before: before.with_act("dismiss", ("garage",)))
    return person


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_them(browser: Browser, home: Home, owner: Person, scheme: Literal["light", "dark"]) -> None:
    with serving(home) as address:
        context = browser.new_context(
            viewport={"width": 390, "height": 844}, color_scheme=scheme, has_touch=True, bypass_csp=True
        )
        context.add_cookies([{"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}])
        page = context.new_page()
        for where in PAGES:
            page.goto(address + where)
            page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert Axe().run(page, options=AA).response["violations"] == [], where
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
            assert small(page) == [], where
        context.close()


def test_a_pattern_is_renamed_and_nothing_is_refused(browser: Browser, home: Home, owner: Person) -> None:
    with serving(home) as address:
        context = browser.new_context()
        context.add_cookies([{"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}])
        watched = watch(context, address)
        watched.page.goto(f"{address}/patterns")
        card = watched.page.locator(".pattern", has_text="Mum's calls").first
        card.get_by_text("Change").click()
        card.get_by_label("Call it").fill("Her voice")
        card.get_by_role("button", name="Keep this name").click()
        watched.page.get_by_role("heading", name="Her voice").wait_for()
        assert watched.clean()
        context.close()


def small(page: Page) -> list[str]:
    """What a thumb would miss: less than 44 px high."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll("main a, main button, main summary")]
        .filter(one => one.checkVisibility() && one.getBoundingClientRect().height < 43.5).map(one => one.outerHTML)"""
    )
    return found
