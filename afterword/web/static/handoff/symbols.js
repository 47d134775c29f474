// Four symbols that both devices make for themselves from all that was agreed: the same on both, or somebody is in between.

import { bytesFromHex, context, joined } from "../seal.js";

const TABLE = "/static/handoff/symbols.json";

/** Four [picture, word]. `id`, `capture`, `ours`, `theirs`: hex; `key`, `publicKey`: 65 bytes. */
export async function symbols({ id, capture, ours, theirs, key, publicKey }) {
  const table = await (await fetch(TABLE, { credentials: "omit" })).json();
  return (await places({ id, capture, ours, theirs, key, publicKey })).map((place) => table[place]);
}

/** Four numbers, 0 to 63: HKDF-SHA256 over both secrets, bound to the handoff, the capture and both keys. */
export async function places({ id, capture, ours, theirs, key, publicKey }) {
  const secret = await crypto.subtle.importKey("raw", joined(bytesFromHex(ours), bytesFromHex(theirs)), "HKDF", false, ["deriveBits"]);
  const info = context("symbols", bytesFromHex(id), bytesFromHex(capture), key, publicKey);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info }, secret, 24);
  const [first, second, third] = new Uint8Array(bits);
  const whole = (first << 16) | (second << 8) | third;
  return [18, 12, 6, 0].map((shift) => (whole >> shift) & 63);
}
