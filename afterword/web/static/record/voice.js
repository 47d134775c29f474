// How long ago a source last gave something like a voice: louder than what always sounds there, for a little while.

const LEAST = 0.001; // root mean square
const ABOVE = 3; // times what always sounds there
const RISE = 1.2; // a second: how fast that may become louder
const LONG_ENOUGH = 60; // ms, so that a click is none

export class Voice {
  constructor() {
    this.floor = LEAST;
    this.loudMs = 0;
    this.last = performance.now();
  }

  /** A block of so many ms at this level, 0 to 1. */
  hear(level, length) {
    this.floor = Math.max(LEAST / ABOVE, Math.min(level, this.floor * RISE ** (length / 1000)));
    const isLoud = level > Math.max(LEAST, this.floor * ABOVE);
    this.loudMs = Math.max(0, Math.min(LONG_ENOUGH, this.loudMs + (isLoud ? length : -length)));
    if (isLoud && this.loudMs >= LONG_ENOUGH) this.last = performance.now();
  }

  /** Milliseconds since then; without one, since the source was opened. */
  get ago() {
    return Math.round(performance.now() - this.last);
  }
}
