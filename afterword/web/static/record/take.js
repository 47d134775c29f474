// Both tracks of one segment: they begin together, stay together, and end together.

import { Aligner } from "./aligner.js";
import { CALL, MIC } from "./tracks.js";

const MOST_SILENCE = 1000; // ms; more is a break

export class Take {
  /** `about`: {name, wall, after} and, with a call, {tracks}. `track(name, inputRate)` makes one track, a Segment; null when
   * it cannot be made yet. */
  constructor({ about, rate, track }) {
    Object.assign(this, { about, rate, track });
    this.mic = track(MIC, rate);
    this.call = null; // made with its first block
    this.aligner = new Aligner();
  }

  get name() {
    return this.about.name;
  }

  get tracks() {
    return this.about.tracks ?? [MIC];
  }

  get hasCall() {
    return this.tracks.includes(CALL);
  }

  get seq() {
    return this.mic.seq;
  }

  hearMic(samples, counts) {
    this.mic.hear(samples, counts);
    this.aligner.heardMic((samples.length / this.rate) * 1000);
  }

  /** `after`: ms from the end of the last block of the microphone to the end of this one. False when it does not belong to
   * this take: its source is another one now, or was away for too long. */
  hearCall(samples, rate, after) {
    this.call ??= this.track(CALL, rate);
    if (!this.call) return true; // not yet
    if (this.call.inputRate !== rate) return false;
    const fix = this.aligner.before(after, (samples.length / rate) * 1000);
    if (this.call.allSamples > 0 && fix > MOST_SILENCE) return false;
    const before = this.call.allMs;
    if (fix > 0) this.call.silence(fix);
    const from = fix < 0 ? Math.round((-fix * rate) / 1000) : 0;
    this.call.hear(samples.subarray(from), true);
    this.aligner.heardCall(this.call.allMs - before);
    return true;
  }

  /** The last chunks come out. */
  async end() {
    this.call?.upTo(this.mic.allMs);
    await this.mic.end();
    await this.call?.end();
  }

  /** What is not sealed yet is wiped. */
  drop() {
    this.mic.drop();
    this.call?.drop();
  }
}
