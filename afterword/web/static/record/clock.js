// When a block of sound was made, on a clock that two sources have in common: the computer's own where both stamp their
// blocks by it; else each counts by a clock of its own, and how late its blocks arrive at least tells how that one runs.

const WINDOW = 2000; // ms; a worker that was held up is back within one of two
const SAME = 2000; // stamps of one clock arrive about equally late

export class Clock {
  /** `stamped`: its stamps are the computer's own time, as those of a stream's frames are. */
  constructor(stamped) {
    this.stamped = stamped;
    this.reset();
  }

  /** After a break: a computer that slept may have stopped any of its clocks. */
  reset() {
    this.before = Infinity;
    this.lowest = Infinity;
    this.until = 0;
  }

  /** A block whose last sample was made at `at` came at `now`, each in ms. */
  hear(at, now) {
    if (now >= this.until) {
      this.before = this.lowest;
      this.lowest = Infinity;
      this.until = now + WINDOW;
    }
    this.at = at;
    this.lowest = Math.min(this.lowest, now - at);
  }

  /** How late its blocks come at least. Those that came later were held up on their way. */
  get lag() {
    return Math.min(this.before, this.lowest);
  }

  /** When the last block ended, in ms, to be compared with that of `other` alone. */
  time(other) {
    const isShared = this.stamped && other.stamped && Math.abs(this.lag - other.lag) < SAME;
    return isShared ? this.at : this.at + this.lag;
  }
}
