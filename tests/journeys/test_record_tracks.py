"""Two sources by two clocks, kept beside each other: drift, jitter, blocks that are lost, a worker that is held up; and
what counts as a voice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.recording import recorder
from tests.journeys.stage import serving
from tests.people import close_home, make_home

pytestmark = pytest.mark.browser
APART_MS = 100
# A block is written before anybody can know that those before it were lost: two of 10 ms are.
BLOCKS_TO_NOTICE = 2
# Fifty minutes of blocks of 10 ms. `ppm`: how much faster the call's clock runs. `stamped`: its blocks bear the time of
# the computer; else each source counts its own samples from a start of its own. Every few minutes blocks of either are
# lost, the worker is held up for 1.5 s, and after twenty minutes another tab is shared. Answers [ms apart at most, the
# longest time in blocks that it was too much, ms of silence put in and of sound left out].
SIMULATE = """
async ([ppm, stamped, aligned]) => {
  const { Clock } = await import("/static/record/clock.js");
  const { Aligner } = await import("/static/record/aligner.js");
  let seed = 7;
  const random = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
  const source = (speed, epoch, late, every) => {
    const clock = new Clock(stamped);
    return { clock, speed, epoch, late, every, made: 0, until: 0, lost: 0 };
  };
  const mic = source(1, 5000, 12, 21000);
  let call = source(1 + ppm / 1e6, 91000, 45, 17000);
  let aligner = new Aligner();
  let [most, longest, run, changed] = [0, 0, 0, 0];
  const heldUp = (t) => (t % 240000 > 238500 ? 240000 - (t % 240000) : 0);
  const at = (one) => (stamped ? one.until + random() * 6 : one.epoch + one.made * 10 + one.lost);
  const hear = (one) => one.clock.hear(at(one), one.until + one.late + random() ** 4 * 60 + heldUp(one.until));
  const loses = (one, ms) => {
    one.until += ms / one.speed;
    one.lost += ms;
    one.lostAt = one.made;
  };
  const last = { mic: 0, call: 0 }; // when the last sample that was written was made
  for (let t = 0; t < 50 * 60000; t = Math.min(mic.until, call.until)) {
    if (t > 20 * 60000 && call.epoch === 91000) {
      call = Object.assign(source(1 + ppm / 1e6, 700000, 20, 17000), { until: t });
      aligner = new Aligner();
    }
    const one = mic.until <= call.until ? mic : call;
    if (one.made % one.every === one.every - 1 && one.lostAt !== one.made) {
      loses(one, one === mic ? 300 : 420);
      continue;
    }
    one.made += 1;
    one.until += 10 / one.speed;
    hear(one);
    if (one === mic) {
      aligner.heardMic(10);
      last.mic = mic.until;
      continue;
    }
    if (!mic.made || aligner.mic === 0) continue;
    const fix = aligned ? aligner.before(call.clock.time(mic.clock) - mic.clock.time(call.clock), 10) : 0;
    const written = Math.max(0, 10 + fix);
    changed += Math.abs(fix);
    aligner.heardCall(written);
    if (written === 0) continue; // left out: it stands nowhere
    const apart = Math.abs(aligner.call - aligner.mic - (call.until - last.mic));
    most = Math.max(most, apart);
    run = apart < 100 ? 0 : run + 1;
    longest = Math.max(longest, run);
  }
  return [most, longest, changed];
}
"""
# Blocks of 10 ms of a level, one [level, seconds] after the other. Answers how long ago a voice was heard last, in s.
LISTEN_FOR_A_VOICE = """
async (parts) => {
  const { Voice } = await import("/static/record/voice.js");
  const real = performance.now;
  let now = 1000;
  performance.now = () => now;
  const voice = new Voice();
  for (const [level, seconds] of parts) {
    for (let i = 0; i < seconds * 100; i += 1) {
      now += 10;
      voice.hear(level * (0.9 + 0.2 * ((i * 7) % 10) / 10), 10);
    }
  }
  const { ago } = voice;
  performance.now = real;
  return ago / 1000;
}
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("tracks")
    home = make_home(folder / "home")
    with serving(home) as address, recorder(folder / "profile", None) as browser:
        made = browser.new_page()
        made.goto(f"{address}/setup")
        yield made
    close_home(home)


def apart(page: Page, ppm: int, stamped: bool, aligned: bool = True) -> Any:
    return page.evaluate(SIMULATE, [ppm, stamped, aligned])


@pytest.mark.parametrize("ppm", [200, -200, 0])
@pytest.mark.parametrize("stamped", [True, False])
def test_a_call_stays_beside_the_microphone_for_fifty_minutes(page: Page, ppm: int, stamped: bool) -> None:
    most, longest, changed = apart(page, ppm, stamped)
    print(f"{ppm} ppm, stamped {stamped}: {most:.0f} ms at most, {longest} blocks, {changed:.0f} ms changed")
    assert longest <= BLOCKS_TO_NOTICE, (most, longest, changed)


@pytest.mark.parametrize("stamped", [True, False])
def test_control_without_the_aligner_they_drift_apart(page: Page, stamped: bool) -> None:
    most, longest, _ = apart(page, 200, stamped, aligned=False)
    assert most > 3 * APART_MS
    assert longest > 1000


@pytest.mark.parametrize(
    ("parts", "least", "most"),
    [
        ([[0.03, 0.5], [0.0005, 20]], 19.9, 20.1),  # a voice, then a quiet room
        ([[0.0005, 30]], 29, 31),  # a quiet room
        ([[0.02, 120]], 60, 121),  # a fan
        ([[0.0, 10], [0.01, 0.03], [0.0, 10]], 20, 21),  # a click
        ([[0.002, 5], [0.02, 0.3], [0.002, 2]], 1.9, 2.1),  # a voice beside a fan
        ([[0.0, 5], [0.01, 0.3], [0.0, 2]], 1.9, 2.1),  # a voice in a tab that is silent otherwise
    ],
)
def test_a_voice_is_told_from_what_always_sounds(
    page: Page, parts: list[list[float]], least: float, most: float
) -> None:
    assert least <= page.evaluate(LISTEN_FOR_A_VOICE, parts) <= most
