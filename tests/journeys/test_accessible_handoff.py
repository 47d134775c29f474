"""axe-core on every step of a handoff, on the computer of the call and on the phone: no violation of WCAG 2.2 AA."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import pytest
from playwright.sync_api import Page

from afterword.vault import vault
from tests.consent.yes import say_yes
from tests.journeys.handoff import call_of, desk, phone, playing
from tests.journeys.handoff_steps import make_sounds, refused, steps
from tests.journeys.test_accessible import violations
from tests.people import Home, Person

pytestmark = pytest.mark.browser
LOOKS = (("light", 390), ("dark", 390), ("dark", 1280), ("light", 1280))


def test_no_step_violates_wcag_2_2_aa_on_either_screen(home: Home, owner: Person, address: str, tmp_path: Path) -> None:
    say_yes(home.settings, home.engine, owner.owner)
    cookie, found, seen = vault.unlock(home.engine, owner.owner), {}, []
    with (
        home.opener(),
        call_of(make_sounds(tmp_path)) as call,
        playing() as play,
        phone(play, tmp_path / "phone") as pocket,
        desk(play, tmp_path / "laptop", tmp_path / "client.wav", call) as laptop,
    ):
        pocket.add_cookies([{"name": "afterword", "value": cookie, "url": address}])
        mobile = pocket.new_page()
        for step in chain(refused(laptop, mobile, address), steps(laptop, mobile, address)):
            seen.append(step.name)
            if wrong := faults(step.page):
                found[step.name] = wrong
        assert found == {}
    assert len(seen) == len(set(seen)) == 17, seen


def faults(page: Page) -> list[str]:
    """In the light and in the dark, narrow and wide."""
    found = []
    for scheme, width in LOOKS:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": 844})
        found += [f"{scheme}, {width}: {one}" for one in violations(page)]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{width}: wider than the window")
    return found


def test_control_a_step_that_cannot_be_read_is_caught(tmp_path: Path) -> None:
    with playing() as play, phone(play, tmp_path / "phone") as pocket:
        page = pocket.new_page()
        page.set_content("<title>x</title><main><h1>x</h1><div style='width:500px'>wide</div><input></main>")
        found = faults(page)
    assert any("label" in one for one in found)
    assert "390: wider than the window" in found
