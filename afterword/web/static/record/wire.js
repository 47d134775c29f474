// One request of a recording to the server. Its token can only write; no cookie goes along.

const LONGEST = 15000;
const SOMETHING_SMALL = "/static/mark.svg";

export class Wire {
  constructor({ capture, token }) {
    this.root = `/captures/${capture}`;
    this.token = token;
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
    const given = await fetch(`${this.root}/${path}`, {
      method,
      headers: { "Content-Type": kind, Authorization: `Capture ${this.token}` },
      body,
      credentials: "omit",
      redirect: "error",
      cache: "no-store",
      signal: AbortSignal.timeout(LONGEST),
    });
    return { status: given.status, answer: await given.json() };
  }
}
