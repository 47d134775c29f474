// Seals bytes to one capture: HPKE base mode (RFC 9180), DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// The same format as afterword/seal/keys.py, CaptureRecipient: 01 03 | enc 65 | ciphertext. It can open nothing.

const text = new TextEncoder();
const NOTHING = new Uint8Array(0);
const KEM_SUITE = joined(text.encode("KEM"), [0x00, 0x10]);
const HPKE_SUITE = joined(text.encode("HPKE"), [0x00, 0x10, 0x00, 0x01, 0x00, 0x02]);

/** Binds a ciphertext to its place, as afterword/seal/context.py does: every part preceded by its length. */
export function context(purpose, ...fields) {
  const parts = [text.encode("afterword/1"), text.encode(purpose), ...fields];
  return joined(...parts.flatMap((part) => [number(part.length), part]));
}

/** The context of one chunk. `capture`: 16 bytes; `index`: from 0. */
export function chunkPlace(capture, index) {
  return context("chunk", capture, number(index));
}

/** Someone who can be sealed to. `raw`: 65 bytes, the public point. Returns a function (plain, info) -> sealed. */
export async function recipient(raw) {
  const theirs = await crypto.subtle.importKey("raw", raw, { name: "ECDH", namedCurve: "P-256" }, false, []);
  return (plain, info) => seal(raw, theirs, plain, info);
}

export function bytesFromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export function bytesFromBase64url(given) {
  return Uint8Array.from(atob(given.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
}

export async function sha256Hex(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function seal(raw, theirs, plain, info) {
  const ours = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, false, ["deriveBits"]);
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", ours.publicKey));
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, ours.privateKey, 256);
  const secret = await encapsulated(new Uint8Array(shared), joined(enc, raw));
  const { key, nonce } = await schedule(secret, info);
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const ciphertext = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, aes, plain);
  return joined([0x01, 0x03], enc, new Uint8Array(ciphertext));
}

// RFC 9180, 4.1: ExtractAndExpand.
async function encapsulated(dh, kemContext) {
  const prk = await extract(KEM_SUITE, NOTHING, "eae_prk", dh);
  return expand(KEM_SUITE, prk, "shared_secret", kemContext, 32);
}

// RFC 9180, 5.1: KeySchedule in base mode (00), without a pre-shared key.
async function schedule(shared, info) {
  const pskId = await extract(HPKE_SUITE, NOTHING, "psk_id_hash", NOTHING);
  const infoHash = await extract(HPKE_SUITE, NOTHING, "info_hash", info);
  const place = joined([0x00], pskId, infoHash);
  const secret = await extract(HPKE_SUITE, shared, "secret", NOTHING);
  return {
    key: await expand(HPKE_SUITE, secret, "key", place, 32),
    nonce: await expand(HPKE_SUITE, secret, "base_nonce", place, 12),
  };
}

function extract(suite, salt, label, input) {
  return hmac(salt, joined(text.encode("HPKE-v1"), suite, text.encode(label), input));
}

// One block is enough: no length here is over 32.
async function expand(suite, prk, label, info, length) {
  const labelled = joined([0, length], text.encode("HPKE-v1"), suite, text.encode(label), info);
  return (await hmac(prk, joined(labelled, [0x01]))).slice(0, length);
}

// WebCrypto takes no empty key. HMAC fills keys up with zeros, so 32 of them are the same key.
async function hmac(key, message) {
  const raw = key.length ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

export function number(value) {
  return new Uint8Array([value >>> 24, value >>> 16, value >>> 8, value]);
}
