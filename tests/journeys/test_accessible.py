"""axe-core on every page of the sitemap, light and dark: no violation of WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from afterword.record import Safety, Source
from afterword.vault import vault
from afterword.web.routes import SITEMAP
from tests.consent.yes import say_yes
from tests.journeys.stage import chromium
from tests.people import Home, Person, a_record

pytestmark = pytest.mark.browser
RULES: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What answers with something that is no page.
NO_PAGES = ("/progress", "/record/text", "/consent/record", "/reached")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def paths(session: str, working: str) -> list[str]:
    """Every page that can be looked at, with something on it; a session's pages also while it is still worked on."""
    pages = [path for method, path, _, who in SITEMAP if method == "GET" and not path.endswith(NO_PAGES)]
    filled = [path.replace("/sessions/{id}", f"/sessions/{session}").replace("{form}", "note") for path in pages]
    return [*(path for path in filled if "{" not in path), f"/sessions/{working}"]


def violations(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    found = Axe().run(page, options=RULES).response["violations"]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in found for node in one["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_violates_wcag_2_2_aa(browser: Browser, home: Home, owner: Person, address: str, scheme: Any) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    danger = replace(a_record(), safety=Safety("suicide", source=Source(720.0, "client")))
    session = home.shelve(owner, danger).hex()
    working = home.shelve(owner, None, "2026-11-24", state="working", stage="listening", destroyed=None).hex()
    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    context.add_cookies([{"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}])
    page = context.new_page()
    found = {}
    for path in paths(session, working):
        page.goto(address + path)
        if wrong := violations(page):
            found[path] = wrong
    assert found == {}


def test_a_page_that_cannot_be_read_is_caught(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content("<title>x</title><main><h1>x</h1><p style='color:#bbb;background:#fff'>pale</p><input></main>")
    assert {found.partition(":")[0] for found in violations(page)} >= {"color-contrast", "label", "html-has-lang"}
