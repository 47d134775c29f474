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


def test_each_track_has_its_own_two_spills(page: Page) -> None:
    found = in_worker(
        page,
        """const outbox = new Outbox(folder);
        for (const heard of [500, 1000, 1500]) {
          for (const track of ["mic", "call"]) await outbox.spill({ ...place, track, heard }, new Uint8Array(heard));
        }
        const next = new Outbox(folder);
        const all = (await next.spills()).map(({ about }) => [about.track, about.heard]);
        await next.spill({ ...place, track: "call", heard: 2000 }, new Uint8Array(7)); // over the older one
        const newest = (await new Outbox(folder).spills()).filter(({ about }) => about.track === "call");
        return [all, newest.map(({ about }) => about.heard)];""",
    )
    assert sorted(found[0]) == [["call", 1000], ["call", 1500], ["mic", 1000], ["mic", 1500]]
    assert found[1] == [2000, 1500]


def test_the_tracks_are_sent_side_by_side_and_both_count_once(page: Page) -> None:
    found = in_worker(
        page,
        """const outbox = new Outbox(folder);
        for (const track of ["call", "mic"]) {
          for (const seq of [1, 0]) (await outbox.put({ ...place, track, seq }, new Uint8Array(9))).ready = true;
        }
        const before = outbox.heard();
        const sent = [];
        for (let next; (next = outbox.oldestOf(place.segment)); await outbox.remove(next)) {
          sent.push([next.track, next.seq]);
        }
        return [before, sent];""",
    )
    assert found == [10000, [["mic", 0], ["call", 0], ["mic", 1], ["call", 1]]]


def test_what_is_forgotten_of_one_track_stays_of_the_other(page: Page) -> None:
    found = in_worker(
        page,
        """const outbox = new Outbox(folder);
        for (const track of ["mic", "call"]) await outbox.put({ ...place, track }, new Uint8Array(9));
        await outbox.removeAll([[place.segment, "call", 0, Infinity]]);
        return [...outbox.chunks.values()].map((chunk) => chunk.track);""",
    )
    assert found == ["mic"]


def test_a_recording_that_an_earlier_version_began_goes_on(page: Page) -> None:
    found = in_worker(
        page,
        """const segment = { name: "0a0b0c0d", wall: 1, after: "", heard: [5000, 4000], closed: false, told: false };
        const old = { v: 1, revision: 4, form: "session", capture: "00", session: "11", token: "t", publicKey: "k",
          started: 1, state: "recording", next: "", last: 2, segments: [segment], orders: [] };
        await folder.write("diary-0", new TextEncoder().encode(JSON.stringify(old)));
        const diary = await Diary.read(folder);
        const before = [diary.heard, diary.token, diary.segment("0a0b0c0d").heard];
        await diary.save();
        return [before, (await Diary.read(folder)).segments[0].heard];""",
    )
    assert found == [[9000, "t", {"mic": [5000, 4000]}], {"mic": [5000, 4000]}]


STOPPED = """
const { Keeper } = await import(base + "keeper.js");
const opened = { capture: "00", session: null, public_key: "k", handoff: { id: "1", key: "2" } };
const diary = Diary.begin(folder, opened, "handoff");
const keeper = new Keeper(folder, diary);
const make = async (name, wall, count, acknowledged) => {
  diary.add({ name, wall, after: "" }, ["mic", "call"]);
  for (let seq = 0; seq < count; seq += 1) {
    for (const track of ["mic", "call"]) {
      diary.segment(name).heard[track].push(5000);
      if (seq < acknowledged) continue;
      (await keeper.outbox.put({ segment: name, track, seq, heard: 5000 }, new Uint8Array(9))).ready = true;
    }
  }
};
const standing = () => diary.segments.map((one) => [one.name, one.heard.mic.length, one.heard.call.length]);
"""


def test_what_began_two_seconds_after_the_stop_is_not_sent(page: Page) -> None:
    found = in_worker(
        page,
        STOPPED
        + """await make("aaaaaaaa", 100000, 6, 2);
        await make("bbbbbbbb", 130000, 3, 0);
        await keeper.onlyUpTo(118000); // exactly two seconds before the fifth chunk, which stays
        return [standing(), keeper.outbox.chunks.size, (await Diary.read(folder)).segments.length];""",
    )
    assert found == [[["aaaaaaaa", 5, 5]], 6, 1]


@pytest.mark.parametrize("set_back", [0, 20000, 3600000])
def test_a_clock_that_was_set_back_loses_nothing_of_before_the_stop(page: Page, set_back: int) -> None:
    found = in_worker(
        page,
        STOPPED
        + f"""await make("aaaaaaaa", 100000, 8, 0);
        const now = 138000 - {set_back}; // the last chunk began at 135000, and the phone pressed 20 seconds ago
        Date.now = () => now;
        await keeper.onlyUpTo(now - 20000);
        return standing();""",
    )
    assert found == [["aaaaaaaa", 5, 5]]  # four of before, and one within the two seconds after


def test_what_the_server_has_already_is_told_to_it_after_a_stop_too(page: Page) -> None:
    found = in_worker(
        page,
        STOPPED
        + """await make("aaaaaaaa", 100000, 6, 5);
        await keeper.onlyUpTo(100000);
        return [standing(), keeper.outbox.chunks.size];""",
    )
    assert found == [[["aaaaaaaa", 5, 5]], 0]


def test_a_crash_in_a_stop_leaves_it_to_be_done_again(page: Page) -> None:
    found = in_worker(
        page,
        STOPPED
        + """await make("aaaaaaaa", 100000, 6, 2);
        keeper.outbox.remove = async () => { throw new Error("killed"); };
        await keeper.onlyUpTo(110000).catch(() => {});
        const again = new Keeper(folder, await Diary.read(folder));
        await again.recover();
        const before = again.diary.segments[0].heard.call.length;
        await again.onlyUpTo(110000);
        const after = again.diary.segments[0].heard;
        return [before, after.mic.length, after.call.length, again.outbox.chunks.size];""",
    )
    assert found == [6, 3, 3, 2]


TAKE = """
const { Take } = await import(base + "take.js");
const { Segment } = await import(base + "segment.js");
const { Pcm } = await import(base + "encoders.js");
const made = { mic: [], call: [] };
const about = { name: "0a0b0c0d", wall: 7, after: "", tracks: ["mic", "call"] };
const track = (name, inputRate) => new Segment({
  about, inputRate, encoder: (piece) => new Pcm(inputRate, piece), spill: () => {},
  chunk: ({ seq, head, heard }) =>
    made[name].push([seq, head.start, head.samples, head.zeros, head.tracks.length, head.wall, heard]),
});
const take = new Take({ about, rate: 48000, track });
const mic = (ms) => take.hearMic(new Float32Array(48 * ms).fill(0.1), true);
const call = (ms, after) => take.hearCall(new Float32Array(44.1 * ms).fill(0.1), 44100, after);
"""


def test_both_tracks_of_a_segment_begin_and_end_together(page: Page) -> None:
    found = in_worker(
        page,
        TAKE
        + """for (let i = 0; i < 700; i += 1) {
          mic(10);
          if (i >= 30 && i < 680) call(10, 0); // comes 300 ms late, ends 200 ms early
        }
        await take.end();
        return made;""",
    )
    assert found["mic"] == [[0, 0, 80000, 0, 2, 7, 5000], [1, 80000, 32000, 0, 2, 7, 2000]]
    (first, second) = found["call"]
    assert (first[:3], second[:3]) == ([0, 0, 80000], [1, 80000, 32000])
    assert abs(first[3] - 4800) <= 320  # what did not come yet is silence, and says so
    assert abs(second[3] - 3200) <= 320


def test_a_call_that_misses_a_second_is_no_part_of_this_segment(page: Page) -> None:
    found = in_worker(
        page,
        TAKE
        + """const fits = [];
        for (let i = 0; i < 10; i += 1) { mic(10); fits.push(call(10, 0)); }
        mic(1500);
        for (let i = 0; i < 4; i += 1) { mic(10); fits.push(call(10, 0)); }
        return fits;""",
    )
    assert found[:11] == [True] * 11  # one block may be a late one
    assert found[11] is False


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
