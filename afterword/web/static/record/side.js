// One source that is open: its blocks, and what is known of it.

import { Clock } from "./clock.js";
import { Ear } from "./ear.js";
import { tap } from "./tap.js";
import { Voice } from "./voice.js";

export class Side {
  /** `source`: {readable} or {port}. `hear(side, samples, rate, at)` is called for each block, which is wiped then;
   * `over(side)` when the source ended by itself. */
  constructor(source, hear, over = () => {}) {
    this.ear = new Ear();
    this.voice = new Voice();
    this.clock = new Clock(Boolean(source.readable));
    this.isAway = false; // of a call: no blocks for so long that the microphone goes on alone
    const took = (samples, rate, at) => {
      hear(this, samples, rate, at);
      samples.fill(0);
    };
    this.plug = tap(source, took, () => over(this));
  }

  /** {counts, gap, level} as Ear.hear says. */
  hear(samples, rate, at) {
    const length = (samples.length / rate) * 1000;
    const found = this.ear.hear(samples, rate, at);
    this.voice.hear(found.level, length);
    if (found.gap) this.clock.reset();
    this.clock.hear(at + length, performance.now());
    return found;
  }

  rest() {
    return this.plug.rest();
  }

  stop() {
    this.plug.stop();
  }
}
