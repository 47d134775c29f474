// Keeps the sound of a call beside that of the microphone, though each comes by a clock of its own and either may lose
// blocks. Only the call is put right: nothing is ever added to the microphone or taken from it.

const APART = 40; // ms; this much is put right as soon as it lasts
const FAR = 80; // and this much at once
const LASTING = 25; // blocks
const AT_ONCE = 3;

export class Aligner {
  constructor() {
    this.mic = 0; // ms written
    this.call = 0;
    this.errors = [];
    this.tooMuch = 0; // ms that are still to be left out
  }

  /** So many ms of the microphone were written. */
  heardMic(length) {
    this.mic += length;
  }

  /** What to do before a block of the call is written, whose last sample was made `after` ms after the last one of the
   * microphone: so many ms of silence before it, or, below zero, so many ms of it left out, which are
   * never more than the block. */
  before(after, length) {
    if (this.tooMuch <= 0) {
      const error = this.mic + after - length - this.call;
      const fix = this.call === 0 ? error : this.#lasting(error);
      if (fix) this.errors = [];
      if (fix >= 0) return fix;
      this.tooMuch = -fix;
    }
    const out = Math.min(length, this.tooMuch);
    this.tooMuch = this.call === 0 ? 0 : this.tooMuch - out; // before its first sample each block is judged anew
    return -out;
  }

  /** So many ms of the call were written, silence and all. */
  heardCall(length) {
    this.call += length;
  }

  /** One block that comes late is no reason: it did not miss anything. */
  #lasting(error) {
    this.errors.push(error);
    if (this.errors.length > LASTING) this.errors.shift();
    const now = median(this.errors.slice(-AT_ONCE));
    if (this.errors.length >= AT_ONCE && Math.abs(now) >= FAR) return now;
    const long = median(this.errors);
    return this.errors.length === LASTING && Math.abs(long) > APART ? long : 0;
  }
}

function median(values) {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)];
}
