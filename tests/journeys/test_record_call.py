"""A call beside the microphone, recorded by a laptop that was lent one capture: two tracks that begin together and end
together on a real server, proven request by request, and stopped from the phone."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Playwright, expect

from afterword.vault import vault
from afterword.work.worker import Worker
from tests.consent.yes import say_yes
from tests.journeys.handoff import BOTH, NOTHING_KEPT, Desk, call_of, desk, laptop, phone, playing
from tests.journeys.recording import PLAIN, Chunk, chunks, in_profile, joined, kept, kill, stop
from tests.journeys.stage import serving
from tests.people import Home, Person
from tests.speech import RATE, Samples, dialogue, write_wav

pytestmark = pytest.mark.browser
MINE = [("slt", "I said yes at work again and I was angry."), ("slt", "Next week I will say that I need to check.")]
THEIRS = [("kal16", "What would it cost you to wait a day."), ("kal16", "That sounds like a step that you can try.")]
BEGUN_LATE_MS = 2000
FULL_MS = 5000
MOST_SILENT_MS = 2500
LOST_MS = 1200  # half a second is not written yet when a browser is killed, and this machine may be busy
# The laptop's clock is set back: what it sends next has a number that was used, and goes on after the last one.
SET_BACK = """
async () => {
  const { Folder } = await import("/static/record/folder.js");
  const { Diary } = await import("/static/record/diary.js");
  const { Wire } = await import("/static/record/wire.js");
  const [real, given] = [window.fetch, []];
  window.fetch = async (...asked) => {
    const answer = await real(...asked);
    given.push(answer.status);
    return answer;
  };
  const wire = new Wire(await Diary.read(await Folder.open("afterword-outbox")));
  const { now } = Date;
  Date.now = () => 1000;
  await wire.post("status", { state: "recording" });
  Date.now = now;
  window.fetch = real;
  return given;
}
"""


@dataclass
class Sitting:
    """Both devices, and the worker that opens the capture."""

    home: Home
    worker: Worker
    desk: Desk
    phone: Page
    profile: Path
    play: Playwright
    address: str

    def chunks(self) -> list[Chunk]:
        return chunks(self.home, self.worker)

    def tracks(self) -> list[tuple[str, str, int]]:
        return [(c.place.segment, c.place.track, c.place.seq) for c in self.chunks()]


@contextmanager
def recording(home: Home, owner: Person, folder: Path) -> Iterator[Sitting]:
    """Paired by the pages of both, checked, and started."""
    say_yes(home.settings, home.engine, owner.owner)
    write_wav(folder / "person.wav", dialogue(MINE * 12))
    write_wav(folder / "therapist.wav", dialogue(THEIRS * 12))
    with (
        home.opener() as worker,
        serving(home) as address,
        call_of(folder) as call,
        playing() as play,
        desk(play, folder / "laptop", folder / "person.wav", call) as made,
        phone(play, folder / "phone") as handset,
    ):
        cookie = vault.unlock(home.engine, owner.owner)
        handset.add_cookies([{"name": "afterword", "value": cookie, "url": address}])
        page = handset.new_page()
        made.play()
        made.open(address)
        lend(page, address, made)
        made.choose_and_check()
        made.page.locator("#start").click()
        expect(made.page.locator("#title")).to_have_text("Recording")
        yield Sitting(home, worker, made, page, folder / "laptop", play, address)


def lend(page: Page, address: str, lent: Desk) -> None:
    page.goto(f"{address}/scan")
    page.locator("#code").fill(lent.code)
    page.get_by_role("button", name="Go on", exact=True).click()
    page.get_by_label(BOTH).check()
    page.locator("#number").fill(lent.number)
    page.get_by_role("button", name="Yes, one recording").click()
    shown = page.locator(".symbols .word")
    expect(shown).to_have_count(4, timeout=20_000)
    assert lent.symbols == shown.all_inner_texts()
    lent.page.locator("#same").click()
    expect(page.locator("#progress")).to_be_visible(timeout=20_000)


def until(page: Page, is_so: Callable[[], bool], seconds: float = 30) -> None:
    last = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < last, "it does not come true"
        page.wait_for_timeout(100)


def sound(found: list[Chunk], segment: str, track: str) -> Samples:
    """At 16 kHz, from the second second to the tenth."""
    parts = [c.samples() for c in found if (c.place.segment, c.place.track) == (segment, track)]
    whole = np.concatenate(parts)
    lower: Samples = whole[: len(whole) // 3 * 3].reshape(-1, 3).mean(axis=1)
    return lower[RATE : 9 * RATE]


def likeness(heard: Samples, source: Samples) -> float:
    """Of each second to whatever place of the source is most like it, -1 to 1; the median of all."""
    seconds = heard[: len(heard) // RATE * RATE].reshape(-1, RATE)
    return float(np.median([_likeness(part, source) for part in seconds]))


def _likeness(part: Samples, source: Samples) -> float:
    size = 1 << int(np.ceil(np.log2(len(source) + len(part))))
    match = np.fft.irfft(np.fft.rfft(source, size) * np.conj(np.fft.rfft(part, size)), size)[: len(source) - len(part)]
    power = np.concatenate(([0.0], np.cumsum(source.astype(float) ** 2)))
    around = np.sqrt(np.maximum(power[len(part) : -1] - power[: -len(part) - 1], 1e-3))
    return float((match / (around * np.linalg.norm(part))).max())


def test_both_sides_arrive_apart_and_together_whatever_becomes_of_the_call(
    home: Home, owner: Person, tmp_path: Path
) -> None:
    with recording(home, owner, tmp_path) as here:
        page = here.desk.page
        until(page, lambda: len(here.tracks()) >= 4)
        (segment,) = {s for s, _, _ in here.tracks()}
        sent = [(t, n) for _, t, n in sorted(here.tracks(), key=lambda place: place[2])]
        assert {("mic", 0), ("call", 0), ("mic", 1), ("call", 1)} <= set(sent)
        here.desk.call.close()
        until(page, lambda: len(here.tracks()) >= 8)
        stop(page)
        expect(page.locator("#done-says")).to_have_text(NOTHING_KEPT, timeout=30_000)
        assert kept(page) == []
        found = here.chunks()
    assert in_profile(here.profile, PLAIN[:3]) == []  # of the kind that is recorded: the call's own page played a WAV
    first = [c for c in found if c.place.segment == segment]
    rest = [c for c in found if c.place.segment != segment]
    assert {c.place.track for c in rest} == {"mic"}
    assert all(c.head["tracks"] == ["mic", "call"] for c in first)
    assert all("tracks" not in c.head and c.head["after"] == "" for c in rest)
    assert len({c.head["wall"] for c in first}) == 1
    lengths = {track: joined([c for c in first if c.place.track == track])[segment] for track in ("mic", "call")}
    # A tab that closes may be silent for a while before the browser says so; of the call that is missing, and no more.
    assert -48 <= lengths["mic"] - lengths["call"] < 48 * MOST_SILENT_MS, lengths
    end = first[0].head["wall"] + lengths["mic"] / 48
    assert abs(rest[0].head["wall"] - end) < 150  # the microphone lost nothing
    heard = {track: sound(first, segment, track) for track in ("mic", "call")}
    person, therapist = dialogue(MINE * 12), dialogue(THEIRS * 12)
    like = [likeness(heard["mic"], person), likeness(heard["call"], therapist)]
    assert min(like) > 0.6, like
    swapped = [likeness(heard["mic"], therapist), likeness(heard["call"], person)]  # control: who is who is told by it
    assert max(swapped) < 0.5 * min(like), (like, swapped)


def test_a_stop_on_the_phone_is_obeyed_at_once(home: Home, owner: Person, tmp_path: Path) -> None:
    with recording(home, owner, tmp_path) as here:
        page = here.desk.page
        until(page, lambda: len(here.tracks()) >= 2)
        began = time.monotonic()
        here.phone.get_by_role("button", name="Stop and keep").click()
        until(page, lambda: page.locator("#title").inner_text() != "Recording", 3)
        assert time.monotonic() - began < 2.5
        expect(page.locator("#done-says")).to_contain_text("stopped on the phone", timeout=30_000)
        assert kept(page) == []
        assert joined_ms(here.chunks())["mic"] > FULL_MS


def test_what_is_discarded_on_the_phone_is_gone_from_the_laptop_too(home: Home, owner: Person, tmp_path: Path) -> None:
    with recording(home, owner, tmp_path) as here:
        page = here.desk.page
        until(page, lambda: len(here.tracks()) >= 2)
        here.phone.get_by_role("button", name="Stop and discard").click()
        expect(page.locator("#done-says")).to_contain_text("It was discarded", timeout=3000)
        until(page, lambda: kept(page) == [], 3)
        assert here.home.ledger.in_state("open", "ended") == []


def test_a_stop_that_the_laptop_hears_late_keeps_nothing_of_what_came_after(
    home: Home, owner: Person, tmp_path: Path
) -> None:
    with recording(home, owner, tmp_path) as here:
        page = here.desk.page
        until(page, lambda: len(here.tracks()) >= 2)
        here.desk.browser.set_offline(True)
        page.wait_for_timeout(3000)
        pressed = time.time() * 1000
        here.phone.get_by_role("button", name="Stop and keep").click()
        page.wait_for_timeout(14_000)
        assert len(kept(page)) > 6  # control: it went on recording, and would have sent it
        here.desk.browser.set_offline(False)
        expect(page.locator("#done-says")).to_contain_text("stopped on the phone", timeout=40_000)
        assert kept(page) == []
        found = here.chunks()
    starts = [c.head["wall"] + c.head["start"] / 48 for c in found]
    assert max(starts) <= pressed + BEGUN_LATE_MS
    assert max(start + FULL_MS for start in starts) > pressed  # and nothing of before is missing
    for one, group in itertools.groupby(sorted(found, key=place_of), key=lambda c: c.place.track):
        assert [c.place.seq for c in group] == list(range(len([c for c in found if c.place.track == one])))


def test_a_call_that_is_shared_again_and_a_killed_browser_lose_half_a_second(
    home: Home, owner: Person, tmp_path: Path
) -> None:
    with recording(home, owner, tmp_path) as here:
        page = here.desk.page
        until(page, lambda: len(here.tracks()) >= 2)
        until(page, lambda: page.evaluate(SET_BACK) == [401, 200])  # the worker asks too, and may come in between
        address = here.desk.call.url
        here.desk.call.close()
        until(page, lambda: len({s for s, _, _ in here.tracks()}) == 2)
        here.desk.call = here.desk.browser.new_page()
        here.desk.call.goto(address)
        here.desk.play()
        page.bring_to_front()
        page.locator("#share-again").click()
        until(page, lambda: len({s for s, t, _ in here.tracks() if t == "call"}) == 2)
        page.wait_for_timeout(2000)
        killed = time.time() * 1000
        kill(here.profile)
        with laptop(here.play, here.profile, tmp_path / "person.wav") as browser:
            page = browser.new_page()
            page.goto(f"{here.address}/handoff")
            expect(page.locator("#interrupted-says")).to_contain_text("interrupted at")
            page.locator("#finish").click()
            expect(page.locator("#done-says")).to_have_text(NOTHING_KEPT, timeout=30_000)
            assert kept(page) == []
        found = here.chunks()
    lengths = {track: joined([c for c in found if c.place.track == track]) for track in ("mic", "call")}
    both = {c.place.segment for c in found if "tracks" in c.head}
    assert [set(lengths["mic"]) == {c.place.segment for c in found}, set(lengths["call"]) == both] == [True, True]
    spans = sorted({(c.head["wall"], lengths["mic"][c.place.segment] / 48) for c in found})
    assert len(spans) >= 3  # a busy machine may miss a second of the call when it begins
    for (wall, length), (following, _) in itertools.pairwise(spans):
        assert abs(wall + length - following) < 150, spans  # the microphone had no break
    last = max(found, key=lambda c: c.head["wall"]).place.segment
    for track in ("mic", "call"):
        assert killed - (spans[-1][0] + lengths[track][last] / 48) < LOST_MS, track


def place_of(chunk: Chunk) -> tuple[str, str, int]:
    return chunk.place.track, chunk.place.segment, chunk.place.seq


def joined_ms(found: list[Chunk]) -> dict[str, float]:
    return {track: sum(joined([c for c in found if c.place.track == track]).values()) / 48 for track in ("mic", "call")}
