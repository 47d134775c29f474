"""Something serious came up: the numbers, the quieter settings, the way out. 390 px wide, in Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from afterword.notebook.preferences import QUIET_IDLE_SECONDS, Preferences, keep
from afterword.record import Line, Safety, Source
from tests.journeys.stage import CHECK, Watched, assert_usable, chromium, tab_to, watch
from tests.journeys.test_pages import at_home
from tests.people import Home, Person, a_record

pytestmark = pytest.mark.browser
YOU = Source(730.0, "client")
DANGER = Safety("violence", source=YOU, agreed=(Line("I'll ring my sister on Sunday.", source=YOU),))
PRIVATE = ("violence", "sister", "saying yes", "Afterword")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def session(home: Home, owner: Person) -> str:
    return home.shelve(owner, replace(a_record(), safety=DANGER)).hex()


@pytest.fixture
def phone(browser: Browser, home: Home, owner: Person, address: str) -> Iterator[Watched]:
    context = at_home(browser, home, owner, address)
    watched = watch(context, address)
    watched.page.set_viewport_size({"width": 390, "height": 844})
    yield watched
    context.close()


def make_quiet(home: Home, owner: Person) -> None:
    keep(home.engine, owner.owner, Preferences("IE", True))


def assert_ordinary(page: Page) -> None:
    """A calendar, and nothing of ours in what can be seen, in the tab or in the address."""
    page.wait_for_url("**/calendar")
    assert page.title() == "Calendar"
    seen = page.locator("body").inner_text() + page.title() + page.url
    assert not [word for word in PRIVATE if word.lower() in seen.lower()]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_from_the_session_to_the_place_to_the_quieter_settings_and_out(
    phone: Watched, address: str, session: str
) -> None:
    page = phone.page
    page.goto(f"{address}/sessions/{session}")
    care = page.locator(".care")
    expect(care).to_contain_text("You talked about violence or control by somebody close to you.")
    expect(care).to_contain_text("I'll ring my sister on Sunday.")
    assert_usable(page)
    care.get_by_role("link", name="Say where you are").click()
    assert_usable(page)
    page.get_by_label("Where you are").select_option("Ireland")
    page.get_by_role("button", name="Keep it").click()
    page.goto(f"{address}/sessions/{session}")
    expect(page.get_by_role("link", name="1800 341 900")).to_have_attribute("href", "tel:1800341900")
    assert_usable(page)
    page.get_by_role("link", name="There are quieter settings").click()
    page.get_by_role("button", name="Turn them on").click()
    expect(page.get_by_role("heading", name="Quieter settings are on")).to_be_visible()
    assert page.title() == "Notes"
    page.goto(f"{address}/sessions/{session}")
    expect(page.get_by_text("You talked about violence")).to_be_hidden()
    page.get_by_text("More about this day").click()
    expect(page.get_by_text("You talked about violence")).to_be_visible()
    assert [fault for fault in page.evaluate(CHECK) if fault != "title: Notes"] == []
    page.get_by_role("button", name="Close").click()
    assert_ordinary(page)
    assert phone.clean()


def test_escape_twice_locks_and_back_shows_nothing(
    phone: Watched, home: Home, owner: Person, address: str, session: str
) -> None:
    make_quiet(home, owner)
    page = phone.page
    page.goto(f"{address}/today")
    page.goto(f"{address}/sessions/{session}")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert_ordinary(page)
    page.go_back()
    page.wait_for_url("**/unlock")
    assert "saying yes" not in page.content()
    page.goto(f"{address}/calendar")
    page.get_by_role("link", name="Today").click()
    expect(page.get_by_label("Passphrase")).to_be_visible()


def test_control_escape_once_changes_nothing(
    phone: Watched, home: Home, owner: Person, address: str, session: str
) -> None:
    make_quiet(home, owner)
    phone.page.goto(f"{address}/sessions/{session}")
    phone.page.keyboard.press("Escape")
    phone.page.wait_for_timeout(800)
    phone.page.keyboard.press("Escape")
    phone.page.wait_for_timeout(300)
    assert phone.page.url.endswith(session)


def test_the_way_out_is_in_reach_wherever_one_reads_and_by_keyboard(
    phone: Watched, home: Home, owner: Person, address: str, session: str
) -> None:
    make_quiet(home, owner)
    phone.page.goto(f"{address}/sessions/{session}")
    for where in ("0", "document.documentElement.scrollHeight / 2", "document.documentElement.scrollHeight"):
        phone.page.evaluate(f"scrollTo(0, {where})")
        expect(phone.page.get_by_role("button", name="Close")).to_be_in_viewport(ratio=1)
    covered = phone.page.evaluate(
        """() => { const last = [...document.querySelectorAll(".foot a")].at(-1).getBoundingClientRect();
        return last.bottom > document.querySelector("#lock").getBoundingClientRect().top; }"""
    )
    assert not covered, "at the end of the page the button hides the last link"
    phone.page.evaluate("scrollTo(0, 0)")
    tab_to(phone.page, "#lock button")


def test_a_minute_without_anybody_leaves_the_ordinary_page(
    phone: Watched, home: Home, owner: Person, address: str, session: str
) -> None:
    make_quiet(home, owner)
    phone.page.clock.install()
    phone.page.goto(f"{address}/sessions/{session}")
    phone.page.clock.fast_forward((QUIET_IDLE_SECONDS - 20) * 1000)
    assert phone.page.url.endswith(session)
    phone.page.clock.fast_forward(30_000)
    assert_ordinary(phone.page)


def test_another_tab_in_front_covers_it_at_once(
    phone: Watched, home: Home, owner: Person, address: str, session: str
) -> None:
    make_quiet(home, owner)
    page = phone.page
    page.goto(f"{address}/sessions/{session}")
    hide = """(hidden) => { Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
        document.dispatchEvent(new Event("visibilitychange")); }"""
    page.evaluate(hide, True)
    expect(page.locator("h1")).to_be_hidden()
    page.evaluate(hide, False)
    expect(page.locator("h1")).to_be_visible()


def test_the_tab_of_a_recording_keeps_its_plain_name(phone: Watched, home: Home, owner: Person, address: str) -> None:
    make_quiet(home, owner)
    phone.page.goto(f"{address}/record")
    expect(phone.page.locator("h1")).to_have_text("Record a session")
    expect(phone.page.locator("[data-view=looking]")).to_be_hidden()
    assert phone.page.title() == "Notes"
