"""Where are you? With the keyboard alone, locked, at 390 and at 1280 px, with and without script, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.stage import assert_usable, chromium, tab_to, watch
from tests.people import Home, Person

pytestmark = pytest.mark.browser
PLACES = ("Texas", "California", "US-TX", "US-CA")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def look_up(page: Page, client: str, therapist: str, presses: int) -> None:
    """Typed into the lists, as one does; the medium with the arrow keys."""
    tab_to(page, "#client")
    page.keyboard.type(client)
    tab_to(page, "#therapist")
    page.keyboard.type(therapist)
    tab_to(page, "[name=medium]")
    page.keyboard.press("Space")
    for _ in range(presses):
        page.keyboard.press("ArrowDown")
    tab_to(page, "form[action='/place'] button")
    page.keyboard.press("Enter")


@pytest.mark.parametrize("width", [390, 1280])
def test_from_the_question_to_the_answer_and_its_sources(
    browser: Browser, home: Home, owner: Person, address: str, width: int
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800})
    watched = watch(context, address)
    page = watched.page
    page.goto(f"{address}/place")
    assert_usable(page)
    look_up(page, "texas", "calif", 2)
    expect(page.locator("h2").first).to_have_text("Ask first. Where your therapist is, everyone has to agree.")
    expect(page.locator("#answer")).to_be_focused()
    expect(page.get_by_text("Cal. Penal Code")).to_be_hidden()
    assert_usable(page)
    tab_to(page, ".answer summary")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Cal. Penal Code")).to_be_visible()
    assert_usable(page)
    tab_to(page, "main > details summary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="SimplePractice: check")).to_be_visible()
    assert_usable(page)
    assert page.url == f"{address}/place"
    assert page.title() == "Afterword"
    assert not [word for word in PLACES for url, _ in watched.sent if word in url]
    assert watched.clean()
    context.close()


def test_nothing_is_looked_up_before_all_three_are_chosen(
    browser: Browser, home: Home, owner: Person, address: str
) -> None:
    page = browser.new_page()
    page.goto(f"{address}/place")
    tab_to(page, "#client")
    page.keyboard.type("Texas")
    tab_to(page, "form[action='/place'] button")
    page.keyboard.press("Enter")
    expect(page.locator("#therapist")).to_be_focused()
    expect(page.locator("#answer")).to_have_count(0)
    page.close()


def test_it_works_without_script_and_starts_anew_when_opened_again(
    browser: Browser, home: Home, owner: Person, address: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/place")
    page.get_by_label("You are in").select_option("Ontario")
    page.get_by_label("Your therapist is in").select_option("The same place")
    page.get_by_label("On the phone").check()
    page.get_by_role("button", name="Look it up").click()
    expect(page.locator("#answer")).to_contain_text("Ask first.")
    expect(page.get_by_label("You are in")).to_have_value("CA-ON")
    page.goto(f"{address}/place")
    expect(page.get_by_label("You are in")).to_have_value("")
    context.close()
