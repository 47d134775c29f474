// One request of a recording to the server. Its token, or the key of a handoff, can only write; no cookie goes along.

import { Prover } from "../handoff/proof.js";

const LONGEST = 15000;
const SOMETHING_SMALL = "/static/mark.svg";

export class Wire {
  constructor({ capture, token, handoff }) {
    this.root = `/captures/${capture}`;
    this.token = token;
    this.prover = handoff ? new Prover(handoff) : null;
  }

  put({ segment, track, seq }, sealed) {
    return this.#ask("PUT", `segments/${segment}/${track}/${seq}`, "application/octet-stream", sealed);
  }

  post(path, body) {
    return this.#ask("POST", path, "application/json", JSON.stringify(body));
  }

  /** Throws when the server is not there. */
  async reach() {
    await fetch(SOMETHING_SMALL, { method: "HEAD", credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(LONGEST) });
  }

  /** {status, answer}. Throws when there is no answer, or one that is not ours. */
  async #ask(method, path, kind, body) {
    const found = await this.#once(method, path, kind, body);
    const isStale = this.prover && found.status === 401 && found.answer.error === "proof";
    if (!isStale) return found;
    this.prover.after(found.answer.after);
    return this.#once(method, path, kind, body);
  }

  async #once(method, path, kind, body) {
    const address = `${this.root}/${path}`;
    const token = { Authorization: `Capture ${this.token}` };
    const proof = (await this.prover?.headers(method, address, body)) ?? token;
    const given = await fetch(address, {
      method,
      headers: { "Content-Type": kind, ...proof },
      body,
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(LONGEST),
    });
    return { status: given.status, answer: await given.json() };
  }
}
