// One chunk before it is sealed, and the place that it is bound to. docs/live-capture.md describes both.

import { bytesFromHex, context, joined, number } from "../seal.js";

const UNIT = 4096; // so that sizes do not tell speech from silence
const text = new TextEncoder();

export function plainChunk(head, sound) {
  const about = text.encode(JSON.stringify({ v: 1, ...head }));
  const filled = joined(number(about.length), about, number(sound.length), sound);
  const plain = new Uint8Array(Math.ceil(filled.length / UNIT) * UNIT);
  plain.set(filled);
  filled.fill(0);
  return plain;
}

/** `capture`: 32 hex digits. */
export function livePlace(capture, segment, track, seq) {
  return context("live", bytesFromHex(capture), text.encode(segment), text.encode(track), number(seq));
}
