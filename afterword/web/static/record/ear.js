// What reaches one source just now, a microphone or a call: how loud, exact silence, breaks. Health is judged from this, by
// the clock.

const LONGEST_GAP = 1000; // ms missing between two blocks before they count as two segments
const WINDOW = 1000;
const FIRST_BLOCK = 5000; // a headset may take its time
const SILENT_AFTER = 3000;
const NOTHING_AFTER = 2000;

export class Ear {
  constructor() {
    this.since = performance.now();
    this.last = 0;
    this.expected = null;
    this.soundMs = 0;
    this.lag = { base: 0, lowest: Infinity, until: 0 };
    this.zeroMs = 0;
    this.loudest = 0;
    this.muted = false;
  }

  /** {counts: it is sound from a microphone that is there, gap: ms that are missing before this block, level: 0 to 1}. */
  hear(samples, rate, at) {
    const length = (samples.length / rate) * 1000;
    const level = loudness(samples);
    const gap = this.#gap(at, length);
    this.expected = at + length;
    this.last = performance.now();
    this.zeroMs = level === 0 ? this.zeroMs + length : 0;
    this.loudest = Math.max(this.loudest, level);
    return { counts: level > 0 && !this.muted, gap, level };
  }

  /** The loudest block since it was asked last, 0 to 1. */
  level() {
    const level = this.loudest;
    this.loudest = 0;
    return level;
  }

  get isSilent() {
    return this.zeroMs > SILENT_AFTER;
  }

  get hearsNothing() {
    const now = performance.now();
    return this.last ? now - this.last > NOTHING_AFTER : now - this.since > FIRST_BLOCK;
  }

  #gap(at, length) {
    if (!this.last) this.started = Date.now() - length;
    const missing = this.last ? at - this.expected : 0;
    this.soundMs += length + Math.max(0, missing);
    return missing > LONGEST_GAP ? missing : this.#slept();
  }

  /** A source that stood still with the computer notices nothing. Then the sound lags behind the clock, and does not
   * catch up as it does when only this worker was held up. */
  #slept() {
    const { lag } = this;
    lag.lowest = Math.min(lag.lowest, Date.now() - this.started - this.soundMs);
    if (performance.now() < lag.until) return 0;
    const slept = lag.until ? lag.lowest - lag.base : 0;
    this.lag = { base: lag.lowest, lowest: Infinity, until: performance.now() + WINDOW };
    return slept > LONGEST_GAP ? slept : 0;
  }
}

/** Root mean square; exactly 0 when every sample is the same: a dead input may stand at any value. */
function loudness(samples) {
  if (samples.every((value) => value === samples[0])) return 0;
  let sum = 0;
  for (const value of samples) sum += value * value;
  return Math.sqrt(sum / samples.length);
}
