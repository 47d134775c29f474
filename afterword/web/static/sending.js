// Sends what is sealed, chunk by chunk, for as long as it takes: for a file and for a text alike.

import { bytesFromBase64url, bytesFromHex, chunkPlace, recipient, sha256Hex } from "./seal.js";

const LONGEST_PAUSE = 30000;
const LATER = "That did not work. Nothing is lost; please try again.";

/** Something the person should read. `field` is where they can do something about it; `needsYes`: what is missing is
 * somebody else's yes. */
export class Problem extends Error {
  constructor(says, field = null, status = 0) {
    super(says);
    this.field = field;
    this.needsYes = status === 403;
  }
}

class Finished extends Error {}

/** What POST /captures answers to `wanted`. Throws a Problem. */
export async function begin(wanted) {
  const answer = await fetch("/captures", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Afterword": "1" },
    body: JSON.stringify(wanted),
  }).catch(() => {
    throw new Problem("Afterword cannot be reached just now. Nothing is lost; please try again in a moment.");
  });
  const found = await answer.json().catch(() => ({}));
  if (answer.status === 401) location.assign("/unlock");
  if (!answer.ok) throw new Problem(found.says ?? LATER, null, answer.status);
  return found;
}

/** All of `size` bytes, which `bytes(from, to)` reads, and the end. `show` hears how many parts of how many are there;
 * `say` a sentence about how it goes. Throws a Problem; not when it was sent to its end elsewhere meanwhile. */
export async function send(opened, size, bytes, { show, say }) {
  const count = Math.ceil(size / opened.chunk_bytes);
  const here = new Set(opened.have);
  const seal = await recipient(bytesFromBase64url(opened.public_key));
  const sending = new Sending(opened, seal, bytes, say);
  let missing = [...Array(count).keys()].filter((index) => !here.has(index));
  try {
    while (true) {
      for (const index of missing) {
        show(here.size, count);
        await sending.one(index);
        here.add(index);
      }
      show(count, count);
      missing = await sending.finish(count, size);
      if (missing.length === 0) return;
      missing.forEach((index) => here.delete(index));
    }
  } catch (error) {
    if (!(error instanceof Finished)) throw error;
  }
}

/** One request with the capture's own token, and nothing else of this browser. */
export async function toCapture(opened, method, path, kind, body, say = () => {}) {
  const answer = await fetch(`/captures/${opened.capture}/${path}`, {
    method,
    headers: { "Content-Type": kind, Authorization: `Capture ${opened.token}` },
    body,
    credentials: "omit",
    redirect: "error",
  });
  if (answer.status === 410) throw new Finished();
  if (answer.status >= 400 && answer.status < 500 && ![408, 409, 429].includes(answer.status)) {
    const found = await answer.json().catch(() => ({}));
    throw new Problem(answer.status === 404 ? "This was discarded meanwhile." : (found.says ?? "That did not work."));
  }
  if (answer.status === 507) say((await answer.json()).says);
  return answer;
}

class Sending {
  constructor(opened, seal, bytes, say) {
    Object.assign(this, { opened, seal, bytes, say });
  }

  async one(index) {
    const { opened } = this;
    const from = index * opened.chunk_bytes;
    const plain = await this.bytes(from, from + opened.chunk_bytes);
    const sealed = await this.seal(plain, chunkPlace(bytesFromHex(opened.capture), index));
    plain.fill(0);
    const kept = await sha256Hex(sealed);
    await this.#patiently(async () => {
      const answer = await toCapture(opened, "PUT", `chunks/${index}`, "application/octet-stream", sealed, this.say);
      if (answer.status === 409) return true; // another tab has put this part already
      return answer.ok && (await answer.json()).sha256 === kept;
    });
  }

  async finish(chunks, bytes) {
    const counts = JSON.stringify({ chunks, bytes });
    return this.#patiently(async () => {
      const answer = await toCapture(this.opened, "POST", "end", "application/json", counts, this.say);
      return answer.ok || answer.status === 409 ? (await answer.json()).missing : null;
    });
  }

  /** Tries for ever, with longer pauses: the network comes back, the disk gets room, the computer is started again. */
  async #patiently(attempt) {
    for (let pause = 1000; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        const found = await attempt();
        if (found) {
          this.say("Please keep this page open until it is done.");
          return found;
        }
      } catch (error) {
        if (error instanceof Problem || error instanceof Finished) throw error;
        this.say("The connection is gone. Nothing is lost: it goes on by itself as soon as it is back.");
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
