"""The Brief, the steps and the reminders in a real browser: a thumb, no script, a local voice, one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, expect

from afterword.notebook import appointments
from afterword.notebook.appointments import Arranged
from afterword.notebook.past import Ref
from afterword.notebook.point import Point
from afterword.store import releases
from afterword.vault import vault
from afterword.web.pages import brief
from tests.journeys.stage import assert_usable, chromium, comes_true, watch
from tests.people import Home, Person, a_record

pytestmark = pytest.mark.browser
SMALL = {"width": 390, "height": 844}
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]}

# Voices as a browser offers them: what is said is noted, with the voice that said it.
VOICES = """
const voices = %s.map(([name, localService]) => ({ name, localService, lang: "en-GB" }));
window.said = [];
Object.defineProperty(window, "speechSynthesis", { value: {
  getVoices: () => voices, cancel: () => window.said.push("silence"),
  speak: (one) => window.said.push(`${one.voice.name}: ${one.text}`), addEventListener() {},
}});
window.SpeechSynthesisUtterance = class extends EventTarget {
  constructor(text) { super(); this.text = text; }
};
"""
SUBSCRIBE = """
PushManager.prototype.subscribe = async function (wished) {
  if (!wished.userVisibleOnly || wished.applicationServerKey.length !== 65) throw new Error("not as promised");
  return { endpoint: "https://push.example.org/wake/abc" };
};
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as made:
        yield made


@pytest.fixture
def session(home: Home, owner: Person, monkeypatch: pytest.MonkeyPatch) -> str:
    """Of last week, with an appointment tomorrow whose Brief opens in an hour, and what the Brief will say."""
    found = home.shelve(owner, a_record()).hex()
    point = Point("where we left off", "You wanted to answer the next day.", (Ref(found, "overview", 0),))
    monkeypatch.setattr(brief, "briefing", lambda *_: (point,))
    tomorrow = datetime.now() + timedelta(hours=25)
    appointments.put_down(home.engine, owner.owner, Arranged(f"{tomorrow:%Y-%m-%dT%H:%M}", "", "Ines"))
    return found


def unlocked(browser: Browser, home: Home, owner: Person, address: str, script: bool = True) -> BrowserContext:
    context = browser.new_context(viewport=SMALL, has_touch=True, java_script_enabled=script)  # type: ignore[arg-type]
    context.add_cookies([{"name": "afterword", "value": vault.unlock(home.engine, owner.owner), "url": address}])
    return context


@pytest.mark.parametrize("path", ["brief", "steps", "reminders"])
def test_each_page_is_usable_by_everybody(
    browser: Browser, home: Home, owner: Person, address: str, session: str, path: str
) -> None:
    context = unlocked(browser, home, owner, address)
    watched = watch(context, address)
    for scheme in ("light", "dark"):
        watched.page.emulate_media(color_scheme=scheme)
        watched.page.goto(f"{address}/{path}")
        assert_usable(watched.page)
        assert watched.clean()
        found = Axe().run(watched.page, options=WCAG).response["violations"]
        assert not [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]
    context.close()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_it_is_opened_early_and_a_step_is_answered(
    browser: Browser, home: Home, owner: Person, address: str, session: str, script: bool
) -> None:
    context = unlocked(browser, home, owner, address, script)
    page = context.new_page()
    page.goto(f"{address}/brief")
    expect(page.locator(".countdown")).to_contain_text("It opens")
    page.locator("summary").tap()
    page.get_by_role("button", name="Open it now").tap()
    expect(page.get_by_text("You wanted to answer the next day.")).to_be_visible()
    expect(page.get_by_role("button", name="Print this page")).to_have_count(1 if script else 0)
    page.locator("#plan").fill("My sleep.")
    page.get_by_role("button", name="Keep it for then").tap()
    expect(page.locator("#raise")).to_contain_text("My sleep.")

    page.get_by_role("link", name="All steps").tap()
    card = page.locator(f"#step-{session}-0")
    card.get_by_role("button", name="Partly").tap()
    expect(card.get_by_role("button", name="Partly")).to_have_attribute("aria-pressed", "true")
    expect(card).to_be_in_viewport()
    card.get_by_label("A line about it").fill("Twice.")
    card.get_by_label("A line about it").press("Enter")
    expect(card).to_contain_text("Partly, you said on")
    expect(card.locator("q")).to_have_text("Twice.")
    card.get_by_role("button", name="Undo").tap()
    expect(card.get_by_role("button", name="Partly")).not_to_have_attribute("aria-pressed", "true")
    context.close()


@pytest.mark.parametrize(
    ("voices", "offered"),
    [("[]", False), ('[["Cloud", false]]', False), ('[["Cloud", false], ["Here", true]]', True)],
    ids=["no voice", "control: a voice elsewhere", "a local voice"],
)
def test_it_is_read_aloud_by_a_voice_of_this_device_or_not_at_all(
    browser: Browser, home: Home, owner: Person, address: str, session: str, voices: str, offered: bool
) -> None:
    context = unlocked(browser, home, owner, address)
    context.add_init_script(VOICES % voices)
    page = context.new_page()
    page.goto(f"{address}/brief")
    page.locator("summary").tap()
    page.get_by_role("button", name="Open it now").tap()
    expect(page.get_by_role("button", name="Print this page")).to_be_visible()
    start, stop = page.locator("[data-aloud]"), page.locator("[data-stop]")
    expect(start).to_be_visible(visible=offered)
    if offered:
        start.tap()
        expect(stop).to_be_focused()
        assert "Here: You wanted to answer the next day." in page.evaluate("said")
        stop.tap()
        assert page.evaluate("said").pop() == "silence"
        expect(start).to_be_focused()
        assert not [one for one in page.evaluate("said") if one.startswith("Cloud")]
    context.close()


@pytest.mark.parametrize(
    ("neutral", "says"),
    [(False, "Afterword has something for you"), (True, "Notes: there is something new")],
    ids=["usual", "without the name"],
)
def test_a_browser_that_is_woken_says_one_sentence(
    browser: Browser, home: Home, owner: Person, address: str, session: str, neutral: bool, says: str
) -> None:
    context = unlocked(browser, home, owner, address)
    context.grant_permissions(["notifications"], origin=address)
    context.add_init_script(SUBSCRIBE)
    watched = watch(context, address)
    page = watched.page
    page.goto(f"{address}/reminders")
    page.locator("#push-neutral").set_checked(neutral)
    page.get_by_role("button", name="Turn it on for this browser").tap()
    expect(page.get_by_text("woken through push.example.org")).to_be_visible()
    assert watched.clean()
    [push] = releases.woken(home.engine, owner.owner.person)
    assert push.endpoint == "https://push.example.org/wake/abc"

    client, registered = context.new_cdp_session(page), []
    client.on("ServiceWorker.workerRegistrationUpdated", lambda told: registered.extend(told["registrations"]))
    client.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    where = {"origin": address, "registrationId": registered[0]["registrationId"], "data": ""}
    client.send("ServiceWorker.deliverPushMessage", where)
    shown = "navigator.serviceWorker.getRegistrations().then((all) => all[0].getNotifications())"
    comes_true(page, f"{shown}.then((all) => all.length === 1)")
    assert page.evaluate(f"{shown}.then(([one]) => [one.title, one.body, one.icon])") == [says, "", ""]
    assert page.evaluate("caches.keys()") == []
    context.close()
