"""The ask in a real browser: built by choosing, changed by hand, copied, printed, kept; with keys alone; no script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from afterword.consent.ask import Choices, written
from afterword.consent.installation import Installation
from afterword.notebook.asks import kept_asks
from tests.journeys.stage import Watched, assert_usable, chromium, tab_to, watch
from tests.journeys.test_pages import at_home
from tests.people import Home, Person

pytestmark = pytest.mark.browser
LOCKED = Installation("here", "unknown")
SMALL, LARGE = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
ALONE = "I want to sleep on Sundays"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def anyone(browser: Browser, address: str) -> Iterator[Watched]:
    """Without a notebook, on a phone."""
    context = browser.new_context(viewport=SMALL, permissions=["clipboard-read", "clipboard-write"])  # type: ignore[arg-type]
    watched = watch(context, address)
    watched.page.goto(f"{address}/ask")
    yield watched
    context.close()


def text(page: Page) -> str:
    return page.locator("#text").input_value()


def test_choosing_writes_it_at_once_and_nothing_stands_in_the_address(anyone: Watched, address: str) -> None:
    page = anyone.page
    assert_usable(page)
    assert text(page) == written(Choices(), LOCKED)
    page.get_by_label("I lose track of what we agreed").check()
    page.get_by_label("Shorter").check()
    page.get_by_label("Who will read the notes").select_option("I share the notes with them")
    page.get_by_label("What you call them").press_sequentially("Jo")
    expected = written(Choices(reason="homework", tone="shorter", use="you", to="Jo"), LOCKED)
    expect(page.locator("#text")).to_have_value(expected)
    expect(page.locator("#words")).to_have_text(str(len(expected.split())))
    page.get_by_label("In my own words").check()
    page.get_by_label("Your reason, as you would say it").fill("I am tired of losing it all")
    expect(page.locator("#text")).to_have_value(
        expected.replace("I lose track of what we agreed I'd do", "I am tired of losing it all")
    )
    page.get_by_label("To read aloud").check()
    expect(page.locator("#text")).not_to_have_value(expected)
    assert page.url == f"{address}/ask"
    assert page.title() == "Afterword"
    assert not [url for url, _ in anyone.sent if "?" in url]
    assert anyone.clean()


def test_what_was_changed_by_hand_outlives_every_choice(anyone: Watched) -> None:
    page = anyone.page
    mine = text(page).replace("Hello,", "Dear you,")
    page.locator("#text").fill(mine)
    page.get_by_label("More direct").check()
    expect(page.get_by_text("You changed the text by hand")).to_be_visible()
    assert_usable(page)
    page.get_by_label("I want to see what keeps coming back").check()
    page.wait_for_timeout(300)
    assert text(page) == mine
    assert not [url for url, _ in anyone.sent if url.endswith("/ask/text")]
    page.get_by_role("button", name="Write it anew").click()
    expect(page.locator("#text")).to_have_value(written(Choices(reason="patterns", tone="direct"), LOCKED))
    expect(page.get_by_text("You changed the text by hand")).to_be_hidden()
    assert anyone.clean()


def test_copied_as_it_stands_without_what_one_asked_oneself(anyone: Watched) -> None:
    page = anyone.page
    page.get_by_label("What do I hope will be different").fill(ALONE)
    page.get_by_label("Shorter").check()
    expect(page.locator("#text")).to_have_value(written(Choices(tone="shorter"), LOCKED))
    page.locator("#text").press("End")
    page.get_by_role("button", name="Copy it").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == text(page)
    assert ALONE not in text(page)
    assert not [body for _, body in anyone.sent if b"Sundays" in body or b"first_" in body]
    assert anyone.clean()


def test_a_browser_that_lets_nobody_copy_marks_the_text_instead(anyone: Watched) -> None:
    page = anyone.page
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.get_by_role("button", name="Copy it").click()
    expect(page.get_by_text("copy it by hand")).to_be_visible()
    assert page.evaluate(
        "(({selectionStart: a, selectionEnd: b, value}) => value.slice(a, b))(document.activeElement)"
    ) == text(page)


def test_on_paper_there_is_the_text_and_nothing_else(anyone: Watched) -> None:
    page = anyone.page
    page.get_by_label("What do I hope will be different").fill(ALONE)
    page.locator("#text").fill("Dear you,\n\nmay I?")
    page.emulate_media(media="print")
    assert page.locator("body").inner_text().strip() == "Dear you,\n\nmay I?"
    page.emulate_media(media="screen")
    expect(page.locator("#sheet")).to_be_hidden()


def test_a_server_that_is_away_loses_nothing(anyone: Watched) -> None:
    page = anyone.page
    before = text(page)
    page.route("**/ask/text", lambda route: route.abort())
    page.get_by_label("Shorter").check()
    expect(page.get_by_text("It could not be written just now")).to_be_visible()
    assert text(page) == before
    page.unroute("**/ask/text")
    page.get_by_label("More direct").check()
    expect(page.locator("#text")).to_have_value(written(Choices(tone="direct"), LOCKED))
    expect(page.get_by_text("It could not be written just now")).to_be_hidden()


def test_with_keys_alone(anyone: Watched) -> None:
    page = anyone.page
    tab_to(page, "[name=reason]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name=tone]")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#text")).to_have_value(written(Choices(reason="revisit", tone="shorter"), LOCKED))
    tab_to(page, "#text")
    page.keyboard.type("!")
    tab_to(page, "#first-why")
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.url.endswith("/ask")
    assert page.evaluate("document.activeElement.id") == "first-why"
    tab_to(page, "#copy")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Copied.")).to_be_visible()


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["phone", "desk"])
def test_without_script_a_button_writes_it(browser: Browser, address: str, size: dict[str, int]) -> None:
    page = browser.new_context(java_script_enabled=False, viewport=size).new_page()  # type: ignore[arg-type]
    page.goto(f"{address}/ask")
    page.get_by_label("Shorter").check()
    page.get_by_label("What do I hope will be different").fill(ALONE)
    page.get_by_role("button", name="Write it", exact=True).click()
    assert text(page) == written(Choices(tone="shorter"), LOCKED)
    expect(page.get_by_label("What do I hope will be different")).to_have_value(ALONE)
    page.locator("#text").fill("Dear you, may I?")
    page.get_by_label("More direct").check()
    page.get_by_role("button", name="Write it", exact=True).click()
    assert text(page) == "Dear you, may I?"
    page.get_by_role("button", name="Write it anew").click()
    assert text(page) == written(Choices(tone="direct"), LOCKED)
    expect(page.get_by_role("button", name="Copy it")).to_be_hidden()
    page.context.close()


def test_an_owner_keeps_it_with_the_answers_and_deletes_it(
    browser: Browser, home: Home, owner: Person, address: str
) -> None:
    watched = watch(at_home(browser, home, owner, address), address)
    page = watched.page
    page.goto(f"{address}/today")
    page.get_by_role("link", name="asking first").click()
    page.get_by_label("What do I hope will be different").fill(ALONE)
    page.locator("#text").fill("Dear you,\n\nmay I?")
    page.get_by_role("button", name="Keep it").click()
    page.wait_for_url("**/ask#kept")
    expect(page.locator("#kept")).to_contain_text(ALONE)
    assert_usable(page)
    ((_, kept),) = kept_asks(home.engine, owner.owner)
    assert kept.text == "Dear you,\n\nmay I?"
    page.get_by_role("button", name="Take it up again").click()
    assert text(page) == "Dear you,\n\nmay I?"
    expect(page.get_by_text("You changed the text by hand")).to_be_visible()
    page.get_by_role("button", name="Delete it").click()
    page.wait_for_url("**/ask#kept")
    expect(page.locator("#kept")).to_have_count(0)
    assert watched.clean()
    page.context.close()


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["phone", "desk"])
def test_the_page_for_therapists_fits_screen_and_two_sides_of_paper(
    browser: Browser, address: str, size: dict[str, int]
) -> None:
    watched = watch(browser.new_context(viewport=size), address)  # type: ignore[arg-type]
    page = watched.page
    page.goto(f"{address}/ask")
    page.get_by_role("link", name="Read and print that page").click()
    assert_usable(page)
    page.emulate_media(media="print")
    assert "With your phone" not in page.locator("body").inner_text()
    printed = page.pdf(format="A4", prefer_css_page_size=True)
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
    assert watched.clean()
    page.context.close()
