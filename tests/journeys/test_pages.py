"""Pages in a real browser: a broken connection, a closed tab, no script, an idle hour, words that look like code."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Route, expect
from sqlalchemy import update

from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.record import Label, Line, Moment, NextStep, Passage, Record
from afterword.seal.context import chunk_place
from afterword.store.tables import unlocks
from afterword.vault import vault
from afterword.work.worker import Worker
from tests.journeys.stage import Watched, chromium, watch
from tests.people import Home, Person, a_record
from tests.web.test_sessions import ATTACKS

pytestmark = pytest.mark.browser
A_SESSION = re.compile("/sessions/[0-9a-f]{32}$")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


def at_home(browser: Browser, home: Home, owner: Person, address: str, script: bool = True) -> BrowserContext:
    """A browser that is unlocked."""
    context = browser.new_context(java_script_enabled=script)
    context.add_cookies([{"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}])
    return context


def choose(watched: Watched, address: str, file: Path) -> None:
    """As a person adds a file with only their own voice."""
    watched.page.goto(f"{address}/sessions/new")
    watched.page.set_input_files("#file", file)
    watched.page.get_by_label("Only mine").check()
    watched.page.get_by_role("button", name="Lock it and add it").click()


def puts(watched: Watched) -> list[str]:
    return [url.rsplit("/", 1)[-1] for url, _ in watched.sent if "/chunks/" in url]


def arrived(home: Home, worker: Worker) -> bytes:
    """What a room would hear of the one capture that there is."""
    (row,) = home.ledger.in_state("open", "ended")
    manifest, spool = Wraps(home.settings.keys, row["id"]).open_b(worker.boot), Spool(home.settings.spool, row["id"])
    return b"".join(manifest.key.open(spool.read(name), chunk_place(row["id"], int(name))) for name in spool.have())


def test_a_broken_connection_loses_nothing(
    browser: Browser, home: Home, owner: Person, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "long.wav"
    file.write_bytes(os.urandom((2 << 20) + 12345))
    failures = iter([True, True, False, False, True])

    def sometimes(route: Route) -> None:
        route.abort("connectionreset") if next(failures, False) else route.continue_()

    with home.opener() as worker:
        watched = watch(at_home(browser, home, owner, address), address)
        watched.page.route("**/captures/*/**", sometimes)
        choose(watched, address, file)
        expect(watched.page.get_by_text("The connection is gone. Nothing is lost")).to_be_visible()
        watched.page.wait_for_url(A_SESSION, timeout=30000)
        expect(watched.page.locator("#says")).to_contain_text("Received")
        assert arrived(home, worker) == file.read_bytes()
    assert watched.elsewhere == []


def test_a_closed_tab_goes_on_where_it_stopped(
    browser: Browser, home: Home, owner: Person, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "long.wav"
    file.write_bytes(os.urandom((2 << 20) + 12345))
    with home.opener() as worker:
        first = watch(at_home(browser, home, owner, address), address)
        first.page.route("**/chunks/1", lambda route: route.abort())
        choose(first, address, file)
        expect(first.page.locator("#count")).to_have_text("1 of 3 parts")
        expect(first.page.get_by_text("The connection is gone")).to_be_visible()
        first.page.close(run_before_unload=False)
        second = watch(at_home(browser, home, owner, address), address)
        second.page.goto(f"{address}/today")
        expect(second.page.locator(".state")).to_have_text("not fully received: choose the same file again to go on")
        choose(second, address, file)
        second.page.wait_for_url(A_SESSION, timeout=30000)
        assert puts(second) == ["1", "2"]
        assert arrived(home, worker) == file.read_bytes()
        assert second.clean()


def test_two_tabs_at_once_make_one_recording(
    browser: Browser, home: Home, owner: Person, address: str, tmp_path: Path
) -> None:
    file = tmp_path / "long.wav"
    file.write_bytes(os.urandom((3 << 20) + 5))
    with home.opener() as worker:
        context = at_home(browser, home, owner, address)
        one, two = watch(context, address), watch(context, address)
        choose(one, address, file)
        choose(two, address, file)
        for tab in (one, two):
            tab.page.wait_for_url(A_SESSION, timeout=30000)
        assert one.page.url.rsplit("/", 1)[-1] == two.page.url.rsplit("/", 1)[-1]
        assert arrived(home, worker) == file.read_bytes()


def test_everything_but_sealing_works_without_script(browser: Browser, home: Home, owner: Person, address: str) -> None:
    session = home.shelve(owner, a_record()).hex()
    page = at_home(browser, home, owner, address, script=False).new_page()
    page.goto(f"{address}/sessions/{session}")
    page.get_by_role("link", name="Check and change lines").click()
    page.locator("#overview-0 summary").click()
    page.locator("#overview-0 textarea").fill("Without script.")
    page.locator("#overview-0 button[value=save]").click()
    expect(page.locator("#overview-0 .said")).to_have_text("Without script.")
    # (Chromium renders no <noscript> while Playwright switches scripts off: test_sessions.py reads those.)
    page.goto(f"{address}/sessions/new")
    expect(page.get_by_role("button", name="Lock it and add it")).to_be_disabled()
    working = home.shelve(owner, None, state="ended", destroyed=None)
    page.goto(f"{address}/sessions/{working.hex()}/wait")
    expect(page.locator("#says")).to_contain_text("Received")
    page.get_by_role("button", name="Lock").click()
    expect(page.locator("h1")).to_have_text("Welcome back")


def test_an_idle_page_is_left_and_reading_keeps_it(browser: Browser, home: Home, owner: Person, address: str) -> None:
    session = home.shelve(owner, a_record()).hex()
    watched = watch(at_home(browser, home, owner, address), address)
    watched.page.clock.install()
    watched.page.goto(f"{address}/sessions/{session}")
    with watched.page.expect_response("**/here") as told:
        watched.page.clock.fast_forward(60_000)
        watched.page.keyboard.press("ArrowDown")
    assert told.value.status == 204
    with home.engine.begin() as db:
        db.execute(update(unlocks).values(seen=0))
    watched.page.clock.fast_forward(vault.IDLE_SECONDS * 1000 + 10_000)
    watched.page.wait_for_url("**/unlock")
    assert "saying yes" not in watched.page.content()
    assert watched.clean()


def test_words_that_look_like_code_stay_words(browser: Browser, home: Home, owner: Person, address: str) -> None:
    record = Record(
        overview=tuple(Line(a) for a in ATTACKS), themes=tuple(Label(a) for a in ATTACKS),
        next_steps=tuple(NextStep(a, "you", a, "mentioned", a) for a in ATTACKS),
        moments=tuple(Moment(a, a) for a in ATTACKS), recap=tuple(Passage(a, a) for a in ATTACKS),
    )  # fmt: skip
    session = home.shelve(owner, record).hex()
    watched = watch(at_home(browser, home, owner, address), address)
    dialogs: list[str] = []

    def note(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    watched.page.on("dialog", note)
    watched.page.goto(f"{address}/sessions/{session}/check")
    for number, attack in enumerate(ATTACKS[:7]):
        expect(watched.page.locator(f"#overview-{number} .said")).to_have_text(attack)
        expect(watched.page.locator(f"#overview-{number} textarea")).to_have_value(attack)
    assert dialogs == []
    assert watched.clean()


def test_control_the_browser_would_have_stopped_a_script_in_the_page(
    browser: Browser, home: Home, owner: Person, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With escaping gone, the policy still holds, and the listener of these tests hears it."""
    monkeypatch.setattr("afterword.web.pages.today.short_of", lambda *_: Raw("<script>alert(1)</script>"))
    home.shelve(owner, a_record())
    watched = watch(at_home(browser, home, owner, address), address)
    watched.page.goto(f"{address}/today")
    with pytest.raises(AssertionError, match="script-src"):
        watched.clean()


class Raw(str):
    """Text that a template believes to be safe."""

    def __html__(self) -> str:
        return str(self)
