"""A network that fails in every way, and a server that is killed, while a real browser records. Nothing is lost.

The long run: AFTERWORD_AWAY_SECONDS=600 pytest -s -k no_fault, which takes twelve minutes."""

from __future__ import annotations

import json
import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from afterword.capture.spool import Spool
from afterword.capture.wraps import Wraps
from afterword.notebook.shelf import Shelf
from afterword.vault import vault
from afterword.web.app import STATIC
from tests.journeys.faults import Network, network
from tests.journeys.recording import (
    NOT_KEPT,
    OVERHEAR,
    TOLD_WITHIN,
    House,
    check_and_start,
    heard,
    house,
    kept,
    never_deaf,
    recorder,
    stop,
)
from tests.journeys.stage import assert_usable, free_port
from tests.people import Home, Person
from tests.speech import RATE, Samples, dialogue, write_wav

pytestmark = pytest.mark.browser
AWAY = float(os.environ.get("AFTERWORD_AWAY_SECONDS", "20"))
IS_AWAY, IS_FULL = "sealed on this device. It goes on by itself.", "The disk of your computer is full"
PAUSE = 2.7
# A next step for each of the three long stretches of trouble, said twice: a small model does not get every word.
LINES = (
    "I miss my sister, and it is not too late.",
    "It was quiet at home when I was a child.",
    "I am afraid of the answer, and I do not like to wait.",
    "I do not sleep well, and in the morning I am tired.",
    "Tomorrow I will call my father about the garden.",
    "Tomorrow I will call my father about the garden.",
    "My back hurts when I sit for too long.",
    "Next week I will make an appointment with the doctor.",
    "Next week I will make an appointment with the doctor.",
    "When I was a child, music kept me calm.",
    "Next week I will play the piano again.",
    "Next week I will play the piano again.",
)
AFTERWARDS = ("It was good to say it slowly, and nothing bad happened.", "I am glad that I came today.")
STEPS = ("father", "doctor", "piano")
# A device whose clock is set while it records.
CLOCK = """
const right = Date.now.bind(Date);
let wrong = 0;
new BroadcastChannel("clock").onmessage = ({ data }) => { wrong = data; };
Date.now = () => right() + wrong;
"""
HOUR = 3_600_000


@dataclass
class Stage:
    """A page that records behind a network that may be spoiled, and a server that may be stopped."""

    home: Home
    folder: Path
    browser: BrowserContext
    page: Page
    network: Network
    address: str
    port: int
    house: House = field(init=False)
    told: list[dict[str, Any]] = field(default_factory=list)
    _served: ExitStack = field(default_factory=ExitStack)

    def serve(self) -> None:
        """The whole of it; stopped before, if it ran."""
        self._served.close()
        self.house = self._served.enter_context(house(self.home, self.folder, self.port))

    def close(self) -> None:
        self._served.close()

    def troubles(self) -> str:
        return self.page.locator("#troubles").inner_text()

    def says(self, words: str, since: Callable[[], float]) -> None:
        """The page tells it soon after `since`, and what is true: that it goes on recording."""
        waited, begin = 0.0, time.monotonic()
        while words not in self.troubles():
            waited = time.monotonic() - (since() or time.monotonic())
            assert waited < TOLD_WITHIN, f"{words}: not told after {waited:.1f} s, {self.network.happened}"
            assert time.monotonic() - begin < 15, "nothing went wrong at all"
            self.page.wait_for_timeout(50)
        self.note(f"told after {waited:.1f} s: {words}")
        assert self.page.title() == "● Recording · Afterword"

    def spoil(self, manner: Any, says: str = IS_AWAY) -> None:
        """From now on it behaves so, and the page says it in time."""
        self.network.behave(manner)
        begin = time.monotonic()
        # What may last a chunk until it is felt at all counts from there.
        waits = manner in ("is late once", "is full")
        self.says(says, lambda: self.network.bit if waits else begin)

    def until(self, seconds: float) -> None:
        """So much is on the clock."""
        while heard(self.page) < seconds:
            self.page.wait_for_timeout(100)
            assert self.page.title() == "● Recording · Afterword"

    def well(self, most: float) -> float:
        """Everything is passed on; the seconds until the page has nothing to complain of and nothing waits."""
        self.network.behave("well")
        begin = time.monotonic()
        while self.troubles() or self.latest()["parts"]:
            assert time.monotonic() - begin < most, (self.troubles(), self.latest())
            self.page.wait_for_timeout(50)
        return time.monotonic() - begin

    def latest(self) -> dict[str, Any]:
        """What the worker said last of how it stands."""
        found: dict[str, Any] = self.page.evaluate("told.findLast((one) => one.is === 'now')")
        return found

    def note(self, words: str) -> None:
        print(f"  {self.latest()['heard'] / 1000:6.1f} s heard  {words}", flush=True)


@pytest.fixture
def stage(home: Home, tmp_path: Path) -> Iterator[Callable[[Samples], Stage]]:
    stack = ExitStack()

    def build(sound: Samples) -> Stage:
        write_wav(tmp_path / "sound.wav", sound)
        port = free_port()
        spoiled, address = stack.enter_context(network(port))
        browser = stack.enter_context(recorder(tmp_path / "profile", tmp_path / "sound.wav"))
        browser.add_init_script(OVERHEAR)
        script = CLOCK + (STATIC / "record" / "diary.js").read_text()
        browser.route("**/record/diary.js", lambda r: r.fulfill(body=script, content_type="text/javascript"))
        page = browser.new_page()
        made = Stage(home, tmp_path, browser, page, spoiled, address, port)
        stack.callback(made.close)
        return made

    with stack:
        yield build


def unlock(stage: Stage, owner: Person) -> None:
    cookie = vault.unlock(stage.home.engine, owner.owner)
    stage.browser.add_cookies([{"name": "afterword", "value": cookie, "url": stage.address}])


def spoken(seconds: float) -> Samples:
    """At least so much. It begins with a word, for the check."""
    first, rest = (dialogue([("slt", line) for line in lines], PAUSE) for lines in (LINES, AFTERWARDS))
    times = int(np.ceil(max(0.0, seconds * RATE - len(first)) / len(rest))) + 1
    return np.concatenate([first[int(PAUSE * RATE) :], *[rest] * times])


def test_no_fault_of_the_network_and_no_kill_loses_anything(home: Home, stage: Callable[[Samples], Stage]) -> None:
    owner, at = home.person(), stage(spoken(80 + AWAY))
    at.serve()
    unlock(at, owner)
    check_and_start(at.page, at.address)
    doubled(at)
    lost_answers(at)
    away(at, AWAY)
    late_and_killed(at)
    full_and_dropped(at)
    clock_set_back(at)
    on_clock = finish(at)
    every_chunk_once(at.network)
    never_deaf(at.told)
    read(at, owner, on_clock)
    assert at.network.repeat(at.network.chunks()[0]) == 410


def doubled(at: Stage) -> None:
    """Every chunk comes twice, and nobody needs to know."""
    at.network.behave("doubles")
    at.until(12)
    assert at.troubles() == ""
    assert at.network.happened["doubled"] >= 2


def lost_answers(at: Stage) -> None:
    """The server has everything, and the browser knows of nothing."""
    begin = heard(at.page)
    at.spoil("loses answers")
    at.until(begin + 6)
    at.note(f"drained in {at.well(12):.1f} s after lost answers")


def away(at: Stage, seconds: float) -> None:
    """Nothing answers for so long. Meanwhile the whole server is stopped and started."""
    begin = heard(at.page)
    at.spoil("hangs")
    at.serve()
    at.until(begin + seconds)
    waiting = at.latest()
    assert waiting["waiting"] > (seconds - 6) * 1000
    took = at.well(min(seconds, 40) + seconds / 20)
    at.note(f"away {seconds:.0f} s: {waiting['parts']} chunks waited, drained in {took:.1f} s")


def late_and_killed(at: Stage) -> None:
    """An answer comes when the browser has given up on it; until then everything behind it is killed."""
    at.spoil("is late once")
    at.house.kill_web()
    while not at.house.kill_rooms():
        at.page.wait_for_timeout(100)
    at.page.wait_for_timeout(1000)
    at.house.kill_worker()
    at.note(f"drained in {at.well(25):.1f} s after a late answer and three kills")


def full_and_dropped(at: Stage) -> None:
    """Then a second tab, which only waits, and the oldest chunk once more."""
    at.spoil("is full", IS_FULL)
    at.note(f"drained in {at.well(12):.1f} s after a full disk")
    at.spoil("drops")
    at.note(f"drained in {at.well(12):.1f} s after dropped connections")
    other = at.browser.new_page()
    other.goto(f"{at.address}/record")
    expect(other.get_by_text("A recording is on in another tab")).to_be_visible()
    other.close()
    assert at.network.repeat(at.network.chunks()[0]) == 200


def clock_set_back(at: Stage) -> None:
    """By an hour between two segments, on a network that resets one request in ten. Trouble is told in time."""
    begin, at.network.resets = heard(at.page), 0.1
    at.page.locator("#pause").click()
    expect(at.page.locator("#title")).to_have_text("Paused")
    at.page.evaluate("(by) => new BroadcastChannel('clock').postMessage(by)", -HOUR)
    at.page.clock.set_system_time(time.time() - HOUR / 1000)
    at.page.locator("#again").click()
    expect(at.page.locator("#title")).to_have_text("Recording")
    at.until(begin + 4)
    at.spoil("drops")
    at.note(f"drained in {at.well(12):.1f} s with a wrong clock")
    at.until(begin + 15)


def finish(at: Stage) -> float:
    """The seconds on the clock at the end."""
    stop(at.page)
    expect(at.page.locator("#done-says")).to_have_text(NOT_KEPT, timeout=60_000)
    at.network.resets = 0.0
    at.told = at.page.evaluate("told")
    return float([one for one in at.told if one["is"] == "now"][-1]["heard"]) / 1000


def every_chunk_once(network: Network) -> None:
    """Each that was made was acknowledged, once, and always held the same bytes."""
    ends = [json.loads(asked.body) for asked in network.asked if asked.path.endswith("/end")]
    counts = ends[-1]["segments"]
    made = {(segment, "mic", seq) for segment, tracks in counts.items() for seq in range(tracks["mic"])}
    assert network.acknowledged() == Counter(made)
    assert len({(asked.path, asked.body) for asked in network.chunks()}) == len(made)
    print(f"  {len(made)} chunks, {len(network.chunks())} times sent; {dict(network.happened)}")


def read(at: Stage, owner: Person, on_clock: float) -> None:
    """The record covers what was on the clock, reports no gap, and has the step of each stretch."""
    (found,) = Shelf(at.home.engine, owner.owner).sessions()
    until = time.monotonic() + 90
    while (shelved := Shelf(at.home.engine, owner.owner).session(found.id)).row["state"] != "destroyed":
        assert time.monotonic() < until, shelved.row["state"]
        time.sleep(0.1)
    assert shelved.record is not None
    record, steps = shelved.record, " ".join(step.text for step in shelved.record.next_steps).lower()
    print(f"  on the clock {on_clock:.2f} s, in the record {record.heard:.2f} s, gaps {record.gaps}")
    assert abs(record.heard - on_clock) < 0.1
    assert record.gaps == ()
    assert [word for word in STEPS if word not in steps] == []


def test_what_is_discarded_without_a_connection_is_gone_here_at_once_and_there_when_it_is_back(
    home: Home, stage: Callable[[Samples], Stage]
) -> None:
    owner, at = home.person(), stage(spoken(60))
    page = at.page
    at.serve()
    unlock(at, owner)
    check_and_start(page, at.address)
    expect(page.locator("#safe")).to_contain_text("safe up to 0:04", timeout=10_000)
    (row,) = home.ledger.in_state("open")
    at.spoil("drops")
    at.until(heard(page) + 6)
    assert [name for name in kept(page) if name.startswith("chunk")] != []
    page.get_by_text("Discard all of it").click()
    page.get_by_role("button", name="Discard it").click()
    expect(page.locator("#left")).to_have_text(re.compile("It is gone from this device"))
    page.wait_for_timeout(500)
    assert [name for name in kept(page) if not name.startswith("diary")] == []
    expect(page.locator("#sending-trouble")).to_contain_text("destroyed when it is back", timeout=5000)
    assert_usable(page)
    assert not Wraps(home.settings.keys, row["id"]).gone()
    page.close()  # the wish is kept
    at.network.behave("well")
    page = at.browser.new_page()
    page.goto(f"{at.address}/record")
    expect(page.locator("#done-says")).to_contain_text("Nothing of it is kept, here or on your computer.", timeout=8000)
    assert kept(page) == []
    assert Wraps(home.settings.keys, row["id"]).gone()
    assert Spool(home.settings.spool, row["id"]).have() == {}
