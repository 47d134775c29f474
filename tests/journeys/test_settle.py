"""Settle in a real browser: on a small screen, with a thumb, left and come back to, without script."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from afterword.vault import vault
from tests.journeys.stage import chromium, watch
from tests.people import Home, Person, a_record

pytestmark = pytest.mark.browser
SMALL = {"width": 390, "height": 844}
THUMB = 44  # pixels


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_two_minutes_with_a_thumb(browser: Browser, home: Home, owner: Person, address: str, script: bool) -> None:
    session = home.shelve(owner, a_record()).hex()
    context = browser.new_context(viewport=SMALL, has_touch=True, java_script_enabled=script)  # type: ignore[arg-type]
    context.add_cookies([{"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}])
    watched = watch(context, address)
    page = watched.page
    page.goto(f"{address}/sessions/{session}")
    page.get_by_role("link", name="Settle it").tap()
    expect(page).to_have_title("Afterword")

    page.locator("#step-0").get_by_role("button", name="Keep").tap()
    expect(page.locator("#step-0")).to_contain_text("Settled by you")
    page.locator("#step-2").get_by_role("button", name="Drop").tap()
    expect(page.get_by_text("1 of 3 to look at")).to_be_visible()
    page.close()  # left in the middle

    page = context.new_page()
    page.goto(f"{address}/sessions/{session}/settle")
    expect(page.locator("#step-2")).to_contain_text("A step you dropped")
    page.locator("#step-1 summary").tap()
    page.get_by_label("Mine").locator("visible=true").check()
    page.locator("#due-1").fill("by Sunday")
    page.get_by_role("button", name="Keep it so").locator("visible=true").tap()
    page.locator("#moments-0").get_by_role("button", name="Mark this").tap()
    for button in page.get_by_role("button").locator("visible=true").all():
        box = button.bounding_box()
        assert box
        assert box["height"] >= THUMB or button.inner_text() == "Lock"
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") if script else True
    page.get_by_role("button", name="Done").tap()
    expect(page.get_by_role("heading", name="What mattered to you")).to_be_visible()
    expect(page.get_by_text("by Sunday")).to_be_visible()
    expect(page.get_by_role("link", name="Settle it")).to_have_count(0)
    context.close()
