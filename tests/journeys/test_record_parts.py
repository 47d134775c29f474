"""The parts of live recording, one by one, in a real browser: files, torn files, counting back, the resampler."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import Page

from afterword.capture.live import CHUNK_SECONDS
from tests.journeys.recording import recorder
from tests.journeys.stage import serving
from tests.people import close_home, make_home

pytestmark = pytest.mark.browser
# Files can be written in a worker only; this one may be made because the page's policy is off here.
IN_WORKER = """
async (script) => {
  const start = `const base = "${location.origin}/static/record/";
    const run = async () => { ${script} };
    run().then((found) => postMessage({ found }), (error) => postMessage({ error: String(error) }));`;
  const worker = new Worker(URL.createObjectURL(new Blob([start], { type: "text/javascript" })), { type: "module" });
  const { found, error } = await new Promise((resolve) => { worker.onmessage = ({ data }) => resolve(data); });
  if (error) throw new Error(error);
  return found;
}
"""
OPEN = """
const { Folder } = await import(base + "folder.js");
const { Outbox } = await import(base + "outbox.js");
const { Diary } = await import(base + "diary.js");
const folder = await Folder.open("afterword-outbox");
const place = { segment: "0a0b0c0d", track: "mic", seq: 3, heard: 5000 };
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("parts")
    home = make_home(folder / "home")
    with serving(home) as address, recorder(folder / "profile", None, bypass_csp=True) as browser:
        made = browser.new_page()
        made.goto(f"{address}/setup")
        yield made
    close_home(home)


@pytest.fixture(autouse=True)
def _empty(page: Page) -> Iterator[None]:
    yield
    in_worker(page, "await folder.wipe();")


def in_worker(page: Page, script: str) -> Any:
    return page.evaluate(IN_WORKER, OPEN + script)


def test_what_an_outbox_kept_is_found_by_the_next_one(page: Page) -> None:
    in_worker(page, "await new Outbox(folder).put(place, new Uint8Array(20000).fill(7));")
    found = in_worker(
        page,
        """const outbox = new Outbox(folder);
        await outbox.find();
        const chunk = outbox.oldestOf(place.segment);
        return [chunk.seq, chunk.heard, (await outbox.bytes(chunk)).length, outbox.heard(), outbox.unkept];""",
    )
    assert found == [3, 5000, 20000, 5000, 0]


def test_a_file_that_was_not_written_to_its_end_is_none(page: Page) -> None:
    in_worker(page, "await new Outbox(folder).put(place, new Uint8Array(20000).fill(7));")
    found = in_worker(
        page,
        """const [name] = await folder.names();
        await folder.write(name, (await folder.read(name)).slice(0, 15000));
        const outbox = new Outbox(folder);
        await outbox.find();
        return [outbox.oldestOf(place.segment), await folder.names()];""",
    )
    assert found == [None, []]


def test_of_two_spills_the_newest_whole_one_counts(page: Page) -> None:
    in_worker(
        page,
        """const outbox = new Outbox(folder);
        for (const heard of [500, 1000, 1500]) await outbox.spill({ ...place, heard }, new Uint8Array(heard));""",
    )
    heard = "return (await new Outbox(folder).spills()).map(({ about }) => about.heard);"
    assert in_worker(page, heard) == [1500, 1000]
    in_worker(page, 'await folder.write("spill-1", (await folder.read("spill-1")).slice(0, 100));')
    assert in_worker(page, heard) == [1000]
    in_worker(page, "await new Outbox(folder).clearSpills();")
    assert in_worker(page, heard) == []


def test_a_diary_survives_a_crash_while_it_is_written(page: Page) -> None:
    in_worker(
        page,
        """const diary = Diary.begin(folder, { capture: "00", session: "11", token: "t", public_key: "k" }, "closing");
        await diary.save();
        diary.state = "paused";
        await diary.save();
        await folder.write("diary-1", new TextEncoder().encode('{"v": 1, "rev'));""",
    )
    found = in_worker(page, "const { state, form } = await Diary.read(folder); return [state, form];")
    assert found == ["paused", "closing"]
    in_worker(page, 'await folder.write("diary-0", new Uint8Array(0));')
    assert in_worker(page, "return await Diary.read(folder);") is None


@pytest.mark.parametrize(
    ("made", "minutes", "ranges"),
    [
        ([100], 2, [["s0", "mic", 75, 100]]),
        ([3], 2, [["s0", "mic", 0, 3]]),
        ([100, 1], 2, [["s1", "mic", 0, 1], ["s0", "mic", 75, 100]]),
        ([100, 0, 25], 2, [["s2", "mic", 0, 25]]),
        ([100, 13], 2, [["s1", "mic", 0, 13], ["s0", "mic", 87, 100]]),
        ([10, 10], 10, [["s1", "mic", 0, 10], ["s0", "mic", 0, 10]]),
    ],
)
def test_counting_back_never_forgets_too_little(
    page: Page, made: list[int], minutes: int, ranges: list[list[object]]
) -> None:
    segments = [{"name": f"s{i}", "made": count} for i, count in enumerate(made)]
    found = page.evaluate(
        """async ([segments, minutes]) => {
          const { reach } = await import("/static/record/forgetting.js");
          return reach(segments, minutes);
        }""",
        [segments, minutes],
    )
    assert found == ranges
    whole = sum(past - first - 1 for _, _, first, past in found) * CHUNK_SECONDS
    assert whole >= minutes * 60 or sum(past - first for _, _, first, past in found) == sum(made)


@pytest.mark.parametrize("extra", [0, 1, 2])
def test_a_file_is_as_long_as_its_samples_whatever_the_flush_gave(page: Page, extra: int) -> None:
    sound = in_worker(
        page,
        f"""const {{ Opus, opusSettings }} = await import(base + "encoders.js");
        const pieces = [];
        const opus = new Opus(await opusSettings(48000), (piece) => pieces.push(piece), () => {{}});
        for (let i = 0; i < 50; i += 1) opus.feed(new Float32Array(960).fill(0.1));
        await opus.end(47520);
        for (let i = 0; i < {extra}; i += 1) pieces.push(pieces.at(-1).slice());
        return [...opus.file(0, pieces, 47520)];""",
    )
    with av.open(io.BytesIO(bytes(sound))) as file:
        assert sum(frame.samples for frame in file.decode(audio=0)) == 47520


@pytest.mark.parametrize("rate", [48000, 44100])
def test_the_resampler_keeps_speech_and_removes_what_is_above_it(page: Page, rate: int) -> None:
    found = page.evaluate(
        """async (rate) => {
          const { Resampler } = await import("/static/record/resampler.js");
          const through = (pitch) => {
            const resampler = new Resampler(rate, 16000);
            const all = [];
            for (let block = 0; block < 25; block += 1) {
              const at = (i) => Math.sin((2 * Math.PI * pitch * (block * (rate / 50) + i)) / rate);
              all.push(...resampler.next(Float32Array.from({ length: rate / 50 }, (_, i) => at(i))));
            }
            return all;
          };
          return [through(1000), through(12000)];
        }""",
        rate,
    )
    low, high = (np.array(part[1600:]) for part in found)
    assert len(found[0]) == 8000
    wave = np.exp(2j * np.pi * 1000 * np.arange(len(low)) / 16000)
    assert abs(2 * np.abs((low * wave).mean()) - 1) < 0.01
    assert np.sqrt((high**2).mean()) < 0.01


EAR = """
async (happens) => {
  const { Ear } = await import("/static/record/ear.js");
  const [real, realRan] = [Date.now, performance.now];
  let [clock, ran, source] = [1e12, 1000, 500];
  Date.now = () => clock;
  performance.now = () => ran; // stands still while a computer sleeps
  const ear = new Ear();
  const gaps = [];
  const block = () => {
    const { gap } = ear.hear(new Float32Array(480).fill(0.1).map((v, i) => v * (i % 2)), 48000, source);
    source += 10;
    if (gap) gaps.push(Math.round(gap / 1000));
  };
  const flow = (seconds) => { for (let i = 0; i < seconds * 100; i += 1) { clock += 10; ran += 10; block(); } };
  flow(5);
  if (happens === "sleep") clock += 60000;
  if (happens === "lost blocks") { clock += 8000; ran += 8000; source += 8000; }
  if (happens === "a clock set back") clock -= 3600000;
  if (happens === "a slow disk") { clock += 6000; ran += 6000; for (let i = 0; i < 600; i += 1) block(); }
  flow(10);
  if (happens === "a clock set back") { clock += 60000; flow(10); } // and it sleeps then
  Date.now = real;
  performance.now = realRan;
  return gaps;
}
"""


@pytest.mark.parametrize(
    ("happens", "gaps"),
    [("nothing", []), ("sleep", [60]), ("lost blocks", [8]), ("a slow disk", []), ("a clock set back", [60])],
)
def test_a_break_in_the_sound_is_noticed_and_a_slow_worker_is_none(page: Page, happens: str, gaps: list[int]) -> None:
    assert page.evaluate(EAR, happens) == gaps


def test_a_clock_that_was_set_back_makes_no_time_less_than_nothing(page: Page) -> None:
    script = """async () => {
      const { interrupted } = await import("/static/record/words.js");
      return interrupted({ heard: 61000, last: Date.now() + 3600000 });
    }"""
    assert page.evaluate(script) == "Your recording was interrupted at 1:01. 0 seconds not heard."
