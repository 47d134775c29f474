// What is typed and not yet sent: sealed in this browser's storage under a key that comes from the capture's own, so that
// what is left of it is noise once that key is destroyed. The key itself is never stored here. Beside it, in clear: the day,
// without which the same capture is not found again.

import { bytesFromBase64url, bytesFromHex, context, joined } from "../seal.js";

const BLOCK = 4096;
const VERSION = 1;
const text = new TextEncoder();

export class Draft {
  constructor(form) {
    this.name = `afterword-draft-${form}`;
    this.opened = null;
  }

  /** {fingerprint, day} of what was begun here; null without one. */
  get begun() {
    return this.#kept();
  }

  /** The day of the session that it was begun for; null before. */
  get day() {
    return this.taken?.day ?? null;
  }

  /** `opened`: what POST /captures answered to `wanted`. */
  async take(opened, wanted) {
    const raw = bytesFromBase64url(opened.draft);
    this.key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    raw.fill(0);
    this.place = context("draft", bytesFromHex(opened.capture));
    Object.assign(this, { opened, taken: { fingerprint: wanted.fingerprint, day: wanted.day } });
  }

  /** Kept before it returns. Throws when this browser has no room for it. */
  async keep(parts) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = padded(text.encode(JSON.stringify(parts)));
    const sealed = await crypto.subtle.encrypt(this.#how(iv), this.key, plain);
    plain.fill(0);
    const bytes = joined([VERSION], iv, new Uint8Array(sealed));
    localStorage.setItem(this.name, JSON.stringify({ ...this.taken, sealed: base64(bytes) }));
  }

  /** What was kept; null when its key is gone. */
  async read() {
    const bytes = bytesFromBase64url(this.#kept()?.sealed ?? "");
    if (bytes[0] !== VERSION) return null;
    const plain = await crypto.subtle.decrypt(this.#how(bytes.slice(1, 13)), this.key, bytes.slice(13)).catch(() => null);
    return plain && JSON.parse(new TextDecoder().decode(plain));
  }

  clear() {
    localStorage.removeItem(this.name);
  }

  #how(iv) {
    return { name: "AES-GCM", iv, additionalData: this.place };
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.name));
    } catch {
      return null;
    }
  }
}

/** JSON takes spaces at its end: so that its length says little. */
function padded(plain) {
  const whole = new Uint8Array(Math.ceil(plain.length / BLOCK) * BLOCK).fill(0x20);
  whole.set(plain);
  plain.fill(0);
  return whole;
}

function base64(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}
