"""Four weeks of one person in a real browser, a page or two a day, with a clock that is ours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, Page, expect

from afterword.vault import vault
from tests.a_month import MONTH, THERAPIST
from tests.journeys.stage import chromium, serving, watch
from tests.people import Home, Person

pytestmark = pytest.mark.browser
FIRST_DAY = datetime(2026, 11, 2, 11, 0, tzinfo=UTC)
ANSWERS = ("Keep", "Bring to session", "Not today", "Let go")
HEAVY = {"I was nine, and I listened at the door until it was quiet.", "Nobody died, and I grieve it anyway."}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def test_a_month_between_sessions(browser: Browser, home: Home, owner: Person) -> None:
    now = [FIRST_DAY]
    with serving(home, lambda: now[0]) as address:
        context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
        context.add_cookies([{"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}])
        watched = watch(context, address)
        page = watched.page
        put_down_the_mondays(page, address)
        shown: dict[int, tuple[str, str]] = {}
        for day in range(28):
            now[0] = FIRST_DAY + timedelta(days=day)
            answer = ANSWERS[len(shown) % len(ANSWERS)]
            if moment := moment_of_today(page, address, answer):
                shown[day] = moment, answer
            if day % 7 == 6:
                the_brief_is_open(page, address, since=MONTH[day // 7][0])
            elif day % 7 in (1, 5):
                the_brief_is_closed(page, address)
            if day == 3:
                write_what_to_bring_up(page, address, "Why Sunday is so long.")
            if day == 6:
                expect(page.get_by_text("Why Sunday is so long.").first).to_be_visible()
                say_how_a_step_went(page, address)
            if day % 7 == 0:
                now[0] += timedelta(hours=4)
                what, record = MONTH[day // 7]
                home.shelve(owner, record, what)
        came_one_at_a_time(shown)
        what_came_of_it(page, address)
        assert watched.clean()


def put_down_the_mondays(page: Page, address: str) -> None:
    page.goto(f"{address}/appointments")
    form = page.get_by_role("region", name="Put one down")
    form.get_by_label("Day", exact=True).fill("2026-11-02")
    form.get_by_label("Time", exact=True).fill("10:00")
    form.get_by_label("With whom, if you see more than one").fill(THERAPIST)
    form.get_by_role("button", name="Put it down").click()
    expect(page.get_by_text("Monday 9 November 2026 at 10:00").first).to_be_visible()


def moment_of_today(page: Page, address: str, answer: str) -> str:
    """Its words, once answered; "" where none came. There is no second one on that day."""
    page.goto(f"{address}/today")
    if page.get_by_role("link", name="Look at it").count() == 0:
        return ""
    page.get_by_role("link", name="Look at it").click()
    page.get_by_role("button", name="Then show me").click()
    if page.get_by_role("button", name="Open it").count():
        expect(page.locator("blockquote")).to_have_count(0)
        page.get_by_role("button", name="Open it").click()
    text = page.locator("blockquote").inner_text()
    page.get_by_role("button", name=answer, exact=True).click()
    expect(page.locator("h1")).to_have_text("No more for today")
    page.goto(f"{address}/today")
    expect(page.get_by_role("link", name="Look at it")).to_have_count(0)
    return text


def the_brief_is_closed(page: Page, address: str) -> None:
    page.goto(f"{address}/brief")
    expect(page.get_by_text("It opens ", exact=False).first).to_be_visible()
    expect(page.locator(".points")).to_have_count(0)


def the_brief_is_open(page: Page, address: str, since: str) -> None:
    """A day before they meet: one screen, and every point says where it comes from."""
    page.goto(f"{address}/today")
    page.get_by_role("link", name="Read your Brief").click()
    said = page.locator(".points .said").all_inner_texts()
    assert said
    assert sum(len(text.split()) for text in said) <= 250
    assert page.locator(".points li").count() == page.locator(".points .from a:first-of-type").count()
    expect(page.get_by_role("link", name=f"{datetime.fromisoformat(since):%A %-d %B}").first).to_be_visible()


def write_what_to_bring_up(page: Page, address: str, text: str) -> None:
    page.goto(f"{address}/today")
    page.get_by_label("What is on your mind?").fill(text)
    page.get_by_label("Bring this up next time").check()
    with page.expect_navigation():
        page.get_by_role("button", name="Keep it").click()


def say_how_a_step_went(page: Page, address: str) -> None:
    page.goto(f"{address}/steps")
    step = page.get_by_role("listitem").filter(has_text="You wait one day before you answer Dana")
    step.get_by_role("button", name="Done").click()
    expect(page.get_by_role("status").filter(has_text="Done")).to_be_visible()


def came_one_at_a_time(shown: dict[int, tuple[str, str]]) -> None:
    """Many days had one, the first day none; only what was put off came again, and no two heavy ones in a row."""
    assert len(shown) >= 9
    assert 0 not in shown
    texts = [text for text, _ in shown.values()]
    assert not any({one, other} <= HEAVY for one, other in pairwise(texts))
    done = [text for text, answer in shown.values() if answer != "Not today"]
    assert len(set(done)) == len(done)


def what_came_of_it(page: Page, address: str) -> None:
    """What keeps coming up joins what was called by three names; kept Moments stand together; a word is found."""
    page.goto(f"{address}/patterns")
    calls = page.locator(".pattern").filter(has=page.get_by_role("heading", name="Your mother's calls"))
    expect(calls.locator(".often")).to_have_text("In each of your 4 sessions")
    page.goto(f"{address}/moments")
    expect(page.get_by_role("heading", name="Kept", exact=True)).to_be_visible()
    page.goto(f"{address}/search")
    page.get_by_label("Words that you remember").fill("waited Dana")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()
    expect(page.get_by_text("You waited a day before you answered Dana").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390, "nothing lies beside the screen of a phone"
