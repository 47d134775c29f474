// Finds the phone: a new key, a code to scan, a number to type there, four symbols to compare. The key stays in this page's
// memory until a recording begins. Of the microphone nothing is known here.

import { bytesFromBase64url, sha256Hex } from "../seal.js";
import { base64url, makeKey, Prover } from "./proof.js";
import { symbols } from "./symbols.js";
import { browser, system } from "./system.js";

const ASK_EVERY = 2000;
const LONGEST = 15000;
const AWAY = { error: "away", says: "Afterword cannot be reached just now. Please try again in a moment." };
const OVER = ["expired", "denied", "revoked"];

export class Pairing {
  /** `shown` has a function for what happens: code, scanned, symbols, confirmed, over(state, says), left(seconds),
   * away(isAway). */
  constructor(shown) {
    this.shown = shown;
    this.turn = 0;
  }

  /** What a recording is begun with, once both have said that the symbols are the same. */
  get opened() {
    const { id, key, capture, publicKey } = this;
    return { capture, session: null, public_key: publicKey, handoff: { id, key } };
  }

  /** A new code; the one before is nothing any more. */
  async begin() {
    const turn = (this.turn += 1);
    this.state = "created";
    const { key, publicKey: own } = await makeKey();
    const opening = hex(crypto.getRandomValues(new Uint8Array(32)));
    const commit = await sha256Hex(Uint8Array.from(opening.match(/../g), (pair) => parseInt(pair, 16)));
    const { status, answer } = await post("/handoff", { key: base64url(own), commit, browser, system });
    if (turn !== this.turn) return;
    if (status !== 201) return this.#over(answer.error ?? "away", answer.says ?? AWAY.says);
    Object.assign(this, { id: answer.id, key, own, opening, prover: new Prover({ id: answer.id, key }) });
    this.shown.code(answer);
    this.#left(answer.seconds);
    this.#watch(turn);
  }

  async confirm() {
    const { status, answer } = await this.#ask("confirm", {});
    if (answer.error === "away") return this.shown.away(true);
    if (status !== 200) return this.#over("denied", answer.says);
    this.state = "confirmed";
    return this.shown.confirmed();
  }

  /** Begins it on the server, before anything is recorded here: what was never begun there ends after ten minutes, and
   * with it what a laptop without a connection had heard. Throws what can be said to the person. */
  async start() {
    const { status, answer } = await this.#askAt(`/captures/${this.capture}/status`, { state: "recording" });
    if (status === 200) return this.opened;
    throw new Error(status === 0 ? AWAY.says : "It is over, because it was stopped on the phone or took too long. Load this page again for a new code.");
  }

  /** The symbols differ, or this computer is not needed. */
  async deny(says) {
    this.#over("denied", says);
    await this.#ask("deny", {});
  }

  /** No more questions: the recording has begun, and its worker asks from now on. */
  leave() {
    this.turn += 1;
    this.until = null;
  }

  async #watch(turn) {
    while (turn === this.turn) {
      await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
      if (turn !== this.turn) return;
      const { status, answer } = await this.#ask("poll", {});
      if (turn !== this.turn) return;
      this.shown.away(answer.error === "away");
      if (status === 200) await this.#hear(answer);
      else if (status === 401 || status === 404) this.#over("expired");
    }
  }

  async #hear(answer) {
    const was = this.state;
    if (OVER.includes(answer.state)) return this.#over(answer.state);
    this.#left(answer.seconds);
    if (answer.state === "scanned" && was === "created") {
      this.state = "scanned";
      this.shown.scanned();
    } else if (answer.state === "approved" && ["created", "scanned"].includes(was)) {
      this.state = "approved";
      await this.#reveal(answer);
    }
  }

  /** Our secret is opened only now that theirs is known: nobody could choose one so that the symbols fit. */
  async #reveal({ capture, public_key: publicKey, salt }) {
    Object.assign(this, { capture, publicKey });
    const bound = { id: this.id, capture, ours: this.opening, theirs: salt, key: this.own, publicKey: bytesFromBase64url(publicKey) };
    for (const { turn } = this; turn === this.turn; await new Promise((resolve) => setTimeout(resolve, ASK_EVERY))) {
      const four = await symbols(bound).catch(() => null); // its table may have to be asked for again
      const { status, answer } = four ? await this.#ask("reveal", { opening: this.opening }) : { status: 0, answer: AWAY };
      if (turn !== this.turn) return undefined;
      this.shown.away(answer.error === "away");
      if (status === 200) return this.shown.symbols(four);
      if (status !== 0 && status !== 429) return this.#over("denied", answer.says);
    }
    return undefined;
  }

  #left(seconds) {
    this.until = performance.now() + seconds * 1000;
    this.shown.left(seconds);
  }

  #over(state, says) {
    this.leave();
    this.state = state;
    this.shown.over(state, says);
  }

  /** With a proof. A number that the server has seen already is answered by the one to go on from. */
  #ask(what, body) {
    return this.#askAt(`/handoff/${this.id}/${what}`, body);
  }

  async #askAt(path, body) {
    const given = await post(path, body, this.prover);
    if (given.status !== 401 || !given.answer.after) return given;
    this.prover.after(given.answer.after);
    return post(path, body, this.prover);
  }
}

/** {status, answer}; status 0 when nothing of ours answered. */
async function post(path, body, prover) {
  const text = JSON.stringify(body);
  try {
    const proof = prover ? await prover.headers("POST", path, text) : {};
    const given = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Afterword": "1", ...proof },
      body: text,
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(LONGEST),
    });
    return { status: given.status, answer: await given.json() };
  } catch {
    return { status: 0, answer: AWAY };
  }
}

function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
