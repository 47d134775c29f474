// What turns 20 ms of samples into one piece of a chunk: a packet of Opus, or 320 samples of PCM.

import { oggOpus } from "./ogg.js";
import { Resampler } from "./resampler.js";
import { wav } from "./wav.js";
import { within } from "./within.js";

const PACKET = 960;
const LOOK_AHEAD = 312; // how far an Opus encoder runs behind, in samples at 48 kHz (RFC 7845, 4.2)
const BEFORE = 4; // packets of the chunk before, so that each chunk decodes alone
const LONGEST_FLUSH = 3000;

/** How AudioEncoder is to be set up; null where it cannot do it. */
export async function opusSettings(sampleRate) {
  if (!globalThis.AudioEncoder) return null;
  const wanted = { codec: "opus", sampleRate, numberOfChannels: 1, bitrate: 24000 };
  for (const extra of [{ bitrateMode: "constant" }, {}]) {
    const found = await AudioEncoder.isConfigSupported({ ...wanted, ...extra }).catch(() => null);
    if (found?.supported) return { ...wanted, ...extra };
  }
  return null;
}

/** Packets of 24 kbit/s. `piece(bytes)` is called for each, in order; `failed()` when it cannot go on. */
export class Opus {
  type = "ogg";
  rate = 48000;

  constructor(settings, piece, failed) {
    this.inputRate = settings.sampleRate;
    this.frames = 0;
    this.before = [];
    this.encoder = new AudioEncoder({ output: (chunk) => piece(copied(chunk)), error: failed });
    this.encoder.configure(settings);
  }

  /** 20 ms of mono at the input's rate. */
  feed(frame) {
    const timestamp = this.frames * 20000;
    this.frames += 1;
    if (this.encoder.state !== "configured") return; // it failed, and `failed` was called
    const about = { format: "f32-planar", sampleRate: this.inputRate, numberOfChannels: 1 };
    const given = new AudioData({ ...about, numberOfFrames: frame.length, timestamp, data: frame });
    this.encoder.encode(given);
    given.close();
  }

  /** What is still in the encoder comes out: the last look-ahead needs a little silence behind it. */
  async end(samples) {
    while (this.frames * PACKET < samples + LOOK_AHEAD) this.feed(new Float32Array(this.inputRate / 50));
    await within(LONGEST_FLUSH, this.encoder.flush()).catch(() => {});
    this.close();
  }

  close() {
    if (this.encoder.state !== "closed") this.encoder.close();
  }

  samples(seq, pieces) {
    return pieces * PACKET - (seq === 0 ? LOOK_AHEAD : 0);
  }

  /** One complete file. A busy browser may give a packet too many; none is cut from the page before. */
  file(seq, pieces, samples) {
    const preSkip = seq === 0 ? LOOK_AHEAD : BEFORE * PACKET;
    const needed = Math.ceil((preSkip + samples) / PACKET);
    return oggOpus([...this.before, ...pieces].slice(0, needed), preSkip, samples);
  }

  /** These pieces are sealed; the last four are needed once more. */
  done(pieces) {
    this.before.forEach((packet) => packet.fill(0));
    this.before = pieces.slice(-BEFORE);
    pieces.slice(0, -BEFORE).forEach((packet) => packet.fill(0));
  }
}

/** 16 kHz PCM, where the browser has no encoder for Opus. */
export class Pcm {
  type = "wav";
  rate = 16000;

  constructor(inputRate, piece) {
    this.inputRate = inputRate;
    this.piece = piece;
    this.resampler = new Resampler(inputRate, this.rate);
  }

  feed(frame) {
    const lower = this.resampler.next(frame);
    this.piece(Int16Array.from(lower, (value) => Math.max(-32768, Math.min(32767, Math.round(value * 32768)))));
    lower.fill(0);
  }

  async end() {}

  close() {}

  samples(_seq, pieces) {
    return pieces * (this.rate / 50);
  }

  file(_seq, pieces, samples) {
    return wav(pieces, samples);
  }

  done(pieces) {
    pieces.forEach((piece) => piece.fill(0));
  }
}

function copied(chunk) {
  const bytes = new Uint8Array(chunk.byteLength);
  chunk.copyTo(bytes);
  return bytes;
}
