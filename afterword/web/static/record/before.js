// Before a recording: whose voices, on whose yes it rests, and whether the microphone is heard.

import { tellFacts, tellScreen } from "./device.js";
import { judged } from "./level.js";
import { Microphone } from "./microphone.js";
import { bar, find, write } from "./view.js";
import { why } from "./words.js";

const CONNECTION = "Afterword cannot be reached just now. Please try again in a moment.";

export class Before {
  constructor(worker, wake) {
    Object.assign(this, { worker, wake, form: find("ready"), loudest: 0, checking: false, fingerprint: fingerprint() });
    tellScreen();
    tellFacts();
    find("check").addEventListener("click", (event) => event.isTrusted && this.check());
  }

  /** Ten seconds, of which nothing is kept. */
  async check() {
    if (this.checking) return;
    this.checking = true;
    find("check").disabled = true;
    this.#mayStart(false, "Checking…");
    try {
      await this.#listen();
      const { fits, says } = judged(this.loudest);
      write("check-says", says);
      this.#mayStart(fits, fits ? "" : "The microphone has to be heard first.");
    } catch (error) {
      write("check-says", why(error));
      this.#mayStart(false, "The microphone has to be heard first.");
    }
    bar("check-level", 0);
    this.checking = false;
    find("check").disabled = false;
    write("check", "Check again");
  }

  hear({ level }) {
    if (!this.checking) return;
    this.loudest = Math.max(this.loudest, level);
    bar("check-level", level);
  }

  /** The first thing that is missing, said and shown; null when nothing is. */
  missing() {
    if (this.#voices()) return null;
    return { says: "Please say whose voices will be on it.", field: this.form.querySelector("[name=voices]") };
  }

  /** What POST /captures answers. Throws an Error with what to say; `status` is its. */
  async open() {
    const voices = this.#voices();
    const about = { live: true, form: find("record").dataset.form, voices: voices.value, therapist: voices.dataset.therapist ?? null };
    const answer = await fetch("/captures", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Afterword": "1" },
      body: JSON.stringify({ ...about, day: today(), fingerprint: this.fingerprint }),
      signal: AbortSignal.timeout(30000),
    }).catch(() => {
      throw new Error(CONNECTION);
    });
    const found = await answer.json().catch(() => ({}));
    if (!answer.ok) throw Object.assign(new Error(found.says ?? CONNECTION), { status: answer.status });
    return found;
  }

  /** `needsYes`: somebody else's yes is missing, so the ways to it are shown. */
  complain({ says, field, needsYes = false }) {
    write("problem", says);
    find("problem").hidden = !says;
    find("ways").hidden = !needsYes;
    field?.focus();
  }

  #voices() {
    return this.form.querySelector("[name=voices]:checked");
  }

  async #listen() {
    this.loudest = 0;
    write("check-says", "Please answer the browser's question.");
    const microphone = await Microphone.open();
    try {
      await this.wake.hold();
      tellScreen(this.wake.isHeld);
      const { source, opus, give } = await microphone.tap();
      this.worker.postMessage({ does: "listen", source, opus }, give);
      for (let left = Number(find("record").dataset.check); left > 0; left -= 1) {
        write("check-says", "Listening. Please speak.");
        write("start-hint", `${left} seconds`);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    } finally {
      this.worker.postMessage({ does: "rest", state: null });
      microphone.close();
      this.wake.letGo();
    }
  }

  #mayStart(may, hint) {
    find("start").disabled = !may;
    write("start-hint", hint);
  }
}

function today() {
  const now = new Date();
  const two = (value) => String(value).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function fingerprint() {
  return Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
