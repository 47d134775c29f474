"""What browsers can take of a call: every entry says whether it was tried, and nothing is tried that was not."""

from __future__ import annotations

import json
from datetime import date

import pytest

from afterword.facts import call_sound as facts
from afterword.facts.call_sound import BROWSERS, SYSTEMS, TABLE, WHATS, Row, call_sound, for_page

ROWS = call_sound().rows
# All that was ever tried here. Whoever tries more adds it to the table and to this list.
TRIED = {("chrome", "linux", "tab"), ("chrome", "linux", "microphone")}


def wrong(row: Row) -> list[str]:
    """What is not as an entry has to be."""
    found = [f"no such system: {row.system}"] if row.system not in SYSTEMS else []
    found += [f"no such browser: {code}" for code in row.browsers if code not in BROWSERS]
    found += [f"no such source: {key}" for key in row.sources if key not in call_sound().sources]
    found += [] if row.sources else ["no source"]
    for what in WHATS:
        allowed = {"tab": ("yes", "no"), "system_sound": ("yes", "no", "newer"), "microphone": ("yes", "no")}
        if row.can(what) not in allowed.get(what, ("yes", "code")):
            found.append(f"{what}: {row.can(what)}")
    tried = {(browser, row.system, what) for browser in row.browsers for what in row.tried}
    return found + [f"never tried: {one}" for one in sorted(tried - TRIED)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.system}-{row.browsers[0]}")
def test_each_entry_is_whole_and_says_no_more_than_was_done(row: Row) -> None:
    assert wrong(row) == []


def test_no_browser_stands_twice_on_a_system_and_none_of_the_known_is_missing() -> None:
    pairs = [(row.system, browser) for row in ROWS for browser in row.browsers]
    assert len(pairs) == len(set(pairs))
    desktop = {(system, browser) for system in ("windows", "macos", "linux") for browser in ("chrome", "edge", "brave")}
    assert set(pairs) >= desktop | {("macos", "safari"), ("chromeos", "chrome"), ("ios", "safari"), ("ios", "other")}
    assert {(row.system, row.can("tab")) for row in ROWS if "firefox" in row.browsers} == {
        ("windows", "no"), ("macos", "no"), ("linux", "no"), ("android", "no"), ("ios", "no"),
    }  # fmt: skip


def test_all_that_was_tried_is_said() -> None:
    assert {(b, row.system, what) for row in ROWS for b in row.browsers for what in row.tried} == TRIED


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tried": ["tab"]}, "never tried: ('chrome', 'windows', 'tab')"),
        ({"tab": "newer"}, "tab: newer"),
        ({"sources": []}, "no source"),
        ({"sources": ["hearsay"]}, "no such source: hearsay"),
        ({"browsers": ["netscape"]}, "no such browser: netscape"),
    ],
)
def test_control_an_entry_that_claims_too_much_is_caught(change: dict[str, object], says: str) -> None:
    given = json.loads(TABLE.read_text())["rows"][0] | change
    assert says in wrong(facts._row(given))


def test_a_page_finds_every_pair_of_codes() -> None:
    table = for_page()
    assert set(table) == set(SYSTEMS)
    assert all(set(browsers) == set(BROWSERS) for browsers in table.values())
    assert table["windows"]["edge"] == {"tab": "yes", "system": "yes"}
    assert table["macos"]["chrome"] == {"tab": "yes", "system": "newer"}
    assert table["linux"]["chrome"] == {"tab": "yes", "system": "no"}
    assert table["macos"]["safari"] == {"tab": "no", "system": "no"}
    assert table["other"]["chrome"] == {"tab": "unknown", "system": "unknown"}
    json.dumps(table)


def test_it_is_dated() -> None:
    assert call_sound().checked <= date.today()
    assert list(call_sound().by_system()) == ["Windows", "macOS", "Linux", "ChromeOS", "Android", "iPhone and iPad"]
