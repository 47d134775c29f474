// From any rate to a lower one: a windowed sinc of 48 points, read at the place of each new sample.

const HALF = 24;

/** Blocks of `from / 50` samples in, `to / 50` samples out, about half a millisecond later. */
export class Resampler {
  constructor(from, to) {
    this.step = from / to;
    this.out = to / 50;
    this.cut = Math.min(1, to / from) * 0.94;
    this.before = new Float32Array(HALF * 2);
  }

  /** Returns a new Float32Array. */
  next(block) {
    const all = new Float32Array(this.before.length + block.length);
    all.set(this.before);
    all.set(block, this.before.length);
    const made = Float32Array.from({ length: this.out }, (_, i) => this.#at(all, HALF + i * this.step));
    this.before = all.slice(-HALF * 2);
    all.fill(0);
    return made;
  }

  #at(all, where) {
    const middle = Math.floor(where);
    let sum = 0;
    for (let k = middle - HALF + 1; k <= middle + HALF; k += 1) sum += all[k] * this.#weight(k - where);
    return sum;
  }

  #weight(away) {
    const turn = Math.PI * away;
    const sinc = away === 0 ? this.cut : Math.sin(turn * this.cut) / turn;
    return sinc * (0.5 + 0.5 * Math.cos(turn / HALF)); // Hann
  }
}
