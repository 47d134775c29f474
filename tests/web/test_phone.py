"""The pages about phones, and what a phone needs to put Afterword on its home screen."""

from __future__ import annotations

import json
import re
import struct
from dataclasses import replace

import pytest

from afterword.settings import Reach
from afterword.web.app import STATIC, create_app
from tests.people import Home, Person, Visitor
from tests.web.test_colours import schemes

MANIFEST = json.loads((STATIC / "manifest.webmanifest").read_text())
BASE = (STATIC.parent / "templates" / "base.html").read_text()
NAMES = ("notes.home.example", "other.home.example:8443")


@pytest.mark.parametrize("path", ["/phone", "/phone/check"])
def test_everybody_may_read_about_phones_locked_or_not(home: Home, path: str) -> None:
    assert home.visitor().get(path).status_code == 200
    owner = home.person()
    assert home.visitor().get(path).status_code == 200
    assert home.visitor(owner).get(path).status_code == 200


def test_on_this_machine_it_says_where_a_phone_goes(home: Home, owner: Person) -> None:
    assert "docs/phone.md" in home.visitor().get("/phone").text
    app = create_app(replace(home.settings, reach=Reach(NAMES, proxy=True)), home.engine, None)
    here = Visitor(app).get("/phone").text
    for name in NAMES:
        assert f"https://{name}/phone" in here
    assert "docs/phone.md" not in here


def test_elsewhere_no_other_name_of_this_machine_is_told(home: Home, owner: Person) -> None:
    app = create_app(replace(home.settings, reach=Reach(NAMES)), home.engine, None)
    elsewhere = Visitor(app, base=f"https://{NAMES[0]}").get("/phone").text
    assert "You are here over https" in elsewhere
    assert NAMES[1] not in elsewhere


def test_the_answer_for_the_doctor_tells_nothing_else(home: Home, owner: Person) -> None:
    assert home.visitor(owner).get("/reached").json() == {"afterword": True, "https": False}


def test_the_check_asks_for_no_more_than_it_says() -> None:
    """Durations stand in the page; nothing in the scripts sends or keeps."""
    scripts = "".join(file.read_text() for file in (STATIC / "phone").glob("*.js"))
    for forbidden in ("fetch(", "XMLHttpRequest", "sendBeacon", "WebSocket", "localStorage", "indexedDB",
                      "MediaRecorder", "new Worker", "getFileHandle", "caches"):  # fmt: skip
        assert forbidden not in scripts
    page = (STATIC.parent / "templates" / "phone_check.html").read_text()
    assert re.findall(r'data-([a-z-]+)="(\d+)"', page) == [
        ("listen-seconds", "60"), ("ask-second", "20"), ("lock-seconds", "20"),
    ]  # fmt: skip


def test_the_manifest_has_its_media_type_and_neutral_words(home: Home) -> None:
    answer = home.visitor().get("/static/manifest.webmanifest")
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (MANIFEST["name"], MANIFEST["short_name"]) == ("Afterword", "Afterword")
    assert (MANIFEST["start_url"], MANIFEST["scope"], MANIFEST["display"]) == ("/today", "/", "standalone")
    assert not re.search("therap|session|private|health|diary", json.dumps(MANIFEST), re.IGNORECASE)
    assert {"/static/icons/apple-180.png", "/static/manifest.webmanifest"} <= set(re.findall(r'href="([^"]+)"', BASE))


def test_icons_have_the_sizes_that_they_claim(home: Home) -> None:
    claimed = {icon["src"]: icon["sizes"] for icon in MANIFEST["icons"]} | {"/static/icons/apple-180.png": "180x180"}
    assert sorted(icon["purpose"] for icon in MANIFEST["icons"]) == ["any", "any", "maskable"]
    for path, sizes in claimed.items():
        answer = home.visitor().get(path)
        assert answer.headers["content-type"] == "image/png"
        assert "{}x{}".format(*struct.unpack(">II", answer.content[16:24])) == sizes
        assert len(answer.content) < 20_000


def test_the_bar_of_the_browser_has_the_colour_of_the_page() -> None:
    for scheme, colours in schemes().items():
        wanted = f'<meta name="theme-color" content="{colours["paper"]}" media="(prefers-color-scheme: {scheme})">'
        assert wanted in BASE
    light = schemes()["light"]["paper"]
    assert MANIFEST["background_color"] == MANIFEST["theme_color"] == light


def test_a_service_worker_wakes_and_keeps_nothing() -> None:
    """Nothing private is ever kept by the browser for later: the one that there is has no page in its scope, no cache,
    and answers no request."""
    scripts = {file.relative_to(STATIC).as_posix(): file.read_text() for file in STATIC.rglob("*.js")}
    assert [name for name, text in scripts.items() if "serviceWorker" in text] == ["reminders/push.js"]
    assert "scope" not in scripts["reminders/push.js"]  # that of its folder, then
    for name in ("reminders/wake.js", "reminders/wake-notes.js"):
        assert not [word for word in ("fetch", "caches", "indexedDB", "postMessage") if word in scripts[name]]
