// One track of a segment, sound without a break from one source, cut into chunks of five seconds. Holds the seconds that
// are not sealed yet.

const MOST_PADDING = 1000; // ms
const PIECES_A_CHUNK = 250;
const PIECES_A_SPILL = 25;

export class Segment {
  /** `encoder(piece)` makes the encoder. `chunk` and `spill` are given {seq, head, sound, heard} with `heard` in ms.
   * `about`: {wall, after} of the segment, and {tracks} if it has two. */
  constructor({ about, inputRate, encoder, chunk, spill }) {
    Object.assign(this, { about, inputRate, chunk, spill });
    this.encoder = encoder((piece) => this.#piece(piece));
    this.frame = new Float32Array(inputRate / 50);
    this.filled = 0;
    this.frameZeros = 0;
    this.heardSamples = 0;
    this.allSamples = 0;
    this.waitingZeros = []; // of frames that the encoder has and that did not come out yet
    this.seq = 0;
    this.start = 0;
    this.pieces = [];
    this.zeros = 0;
  }

  get heardMs() {
    return (this.heardSamples / this.inputRate) * 1000;
  }

  get allMs() {
    return (this.allSamples / this.inputRate) * 1000;
  }

  /** Mono samples. `counts` is false for those that came from a microphone that was taken away. */
  hear(block, counts) {
    this.allSamples += block.length;
    if (counts) this.heardSamples += block.length;
    for (let from = 0; from < block.length; ) {
      const room = Math.min(this.frame.length - this.filled, block.length - from);
      this.frame.set(block.subarray(from, from + room), this.filled);
      this.filled += room;
      if (!counts) this.frameZeros += room;
      from += room;
      if (this.filled === this.frame.length) this.#feed();
    }
  }

  /** Ends where the other track does: silence for what did not come yet, if that is little; nothing of what is beyond. */
  upTo(milliseconds) {
    const missing = milliseconds - this.allMs;
    if (missing > 0 && missing <= MOST_PADDING) this.silence(missing);
    if (missing < 0) this.allSamples = Math.round((milliseconds * this.inputRate) / 1000);
  }

  /** So many ms of nothing. */
  silence(milliseconds) {
    for (let left = Math.round((milliseconds * this.inputRate) / 1000); left > 0; left -= this.frame.length) {
      this.hear(new Float32Array(Math.min(left, this.frame.length)), false);
    }
  }

  /** The last chunk comes out. */
  async end() {
    if (this.filled > 0) {
      this.frame.fill(0, this.filled);
      this.#feed();
    }
    const scale = this.encoder.rate / this.inputRate;
    this.whole = Math.floor(this.allSamples * scale);
    await this.encoder.end(this.whole);
    if (this.pieces.length > 0) this.#cut();
    this.encoder.done([]);
  }

  /** What is not sealed yet is wiped. */
  drop() {
    this.encoder.close();
    this.frame.fill(0);
    this.encoder.done(this.pieces);
    this.encoder.done([]);
    this.pieces = [];
    this.dropped = true;
  }

  #feed() {
    this.waitingZeros.push(Math.round((this.frameZeros * this.encoder.rate) / this.inputRate));
    this.encoder.feed(this.frame);
    this.frame.fill(0);
    this.filled = 0;
    this.frameZeros = 0;
  }

  #piece(piece) {
    if (this.dropped) {
      piece.fill(0);
      return;
    }
    this.pieces.push(piece);
    this.zeros += this.waitingZeros.shift() ?? 0;
    if (this.pieces.length === PIECES_A_CHUNK) this.#cut();
    else if (this.pieces.length % PIECES_A_SPILL === 0) this.spill(this.#made());
  }

  #cut() {
    const made = this.#made();
    if (made.head.samples > 0) this.chunk(made);
    this.encoder.done(this.pieces);
    this.start += made.head.samples;
    this.seq += 1;
    this.pieces = [];
    this.zeros = 0;
  }

  #made() {
    const full = this.encoder.samples(this.seq, this.pieces.length);
    const samples = this.whole === undefined ? full : Math.min(full, this.whole - this.start);
    const zeros = Math.min(this.zeros, Math.max(0, samples));
    const { type, rate } = this.encoder;
    const { wall, after, tracks } = this.about;
    const head = { type, start: this.start, samples, rate, wall, after, zeros, ...(tracks ? { tracks } : {}) };
    const sound = samples > 0 ? this.encoder.file(this.seq, this.pieces, samples) : new Uint8Array(0);
    return { seq: this.seq, head, sound, heard: Math.round(((samples - zeros) / rate) * 1000) };
  }
}
