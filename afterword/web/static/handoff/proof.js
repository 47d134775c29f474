// The key of a laptop that records for a phone, and what it proves with it: one request, once. docs/live-capture.md
// describes the proof. The key may only be written where a removed file is gone: in the outbox, never in IndexedDB.

import { bytesFromBase64url, bytesFromHex, context } from "../seal.js";

const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };
const text = new TextEncoder();

/** A new key pair. `key`: the private key, PKCS8 as base64url. `publicKey`: its 65 bytes, the point uncompressed. */
export async function makeKey() {
  const pair = await crypto.subtle.generateKey(CURVE, true, ["sign", "verify"]);
  const secret = new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey));
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const key = base64url(secret);
  secret.fill(0);
  return { key, publicKey };
}

/** Proves requests of one handoff. `id`: its 32 hex digits; `key`: as `makeKey` gave it. */
export class Prover {
  constructor({ id, key }) {
    this.id = id;
    this.key = crypto.subtle.importKey("pkcs8", bytesFromBase64url(key), CURVE, false, ["sign"]);
    this.key.catch(() => {}); // whoever signs is told
    this.last = 0;
  }

  /** The two headers of one request. `path`: as in the address, from its first slash on. `body`: the very bytes that are
   * sent, or their text; null for none. */
  async headers(method, path, body) {
    this.last = Math.max(this.last + 1, Date.now());
    const n = this.last;
    const sent = typeof body === "string" ? text.encode(body) : (body ?? new Uint8Array(0));
    const hash = await crypto.subtle.digest("SHA-256", sent);
    const fields = [bytesFromHex(this.id), text.encode(method), text.encode(path), eightBytes(n), new Uint8Array(hash)];
    const signature = await crypto.subtle.sign(SIGNATURE, await this.key, context("proof", ...fields));
    return { Authorization: `Handoff ${this.id}`, Proof: `${n}.${base64url(new Uint8Array(signature))}` };
  }

  /** The server took `n` already, perhaps because the clock here was set back: the next one is greater. */
  after(n) {
    if (Number.isSafeInteger(n)) this.last = Math.max(this.last, n);
  }
}

/** Without padding. */
export function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function eightBytes(n) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(n));
  return bytes;
}
