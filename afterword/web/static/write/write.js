// A page to write on: what is typed is kept sealed as it is typed, and sent sealed when the person says so.

import { begin, Problem, send, toCapture } from "../sending.js";
import { Draft } from "./draft.js";
import { isEmpty, parts, show, wireSteps, written } from "./parts.js";

const SOON = 300;
const AGAIN = 3000;
const SHORT_PAUSE = 250;
const KEPT = "Kept on this device as you type, locked.";
const NOT_KEPT = "Not kept yet, because Afterword cannot be reached. Please leave this page open.";
const NO_ROOM = "This browser has no room to keep it. Please leave this page open until it is sent.";
const find = (id) => document.getElementById(id);
const root = document.documentElement;
const form = find("write");

class Page {
  constructor() {
    this.form = form.dataset.form;
    // A transcript lies elsewhere already, and whose words are in it has to be said before it is begun.
    this.draft = this.form === "transcript" ? null : new Draft(this.form);
    this.unkept = false;
    this.work = Promise.resolve();
    this.wanted = hex(32);
    wireSteps();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    form.addEventListener("input", () => this.#typed());
    find("day").addEventListener("change", () => this.#otherDay());
    find("discard").addEventListener("click", () => this.#discard());
    addEventListener("beforeunload", (event) => this.unkept && event.preventDefault());
  }

  /** What was begun here earlier comes back; then the page can be written on. */
  async start() {
    if (this.draft?.fingerprint) await this.#comeBack(this.draft.fingerprint);
    find("all").disabled = false;
    find("send").disabled = false;
  }

  async #comeBack(fingerprint) {
    const opened = await this.#beginPatiently(fingerprint);
    if (opened.going_on) return this.#leave(opened);
    await this.draft.take(opened, fingerprint);
    const kept = await this.draft.read();
    if (!kept) {
      this.draft.clear(); // it waited longer than it was promised to, or was thrown away elsewhere
      await this.#destroy();
      return say("kept", "What you had begun here was destroyed meanwhile, as promised.");
    }
    this.wanted = fingerprint;
    show(kept);
    this.#isKept();
    return opened.have.length ? this.#send() : null; // it was being sent when the page was closed
  }

  async #beginPatiently(fingerprint) {
    while (true) {
      try {
        return await begin(this.#about(fingerprint));
      } catch (error) {
        say("kept", `${error.message} What you wrote is kept here, locked.`);
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }

  #typed() {
    this.unkept = this.draft !== null || !isEmpty(parts());
    if (!this.draft) return;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.#keep(), SOON);
  }

  /** One after the other. What is typed meanwhile is kept the next time. */
  #keep() {
    this.work = this.work.then(() => this.#keepNow()).catch((error) => {
      say("kept", error instanceof DOMException ? NO_ROOM : NOT_KEPT);
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.#keep(), AGAIN);
    });
    return this.work;
  }

  async #keepNow() {
    const now = parts();
    if (!this.draft.opened && isEmpty(now)) return;
    await this.#open();
    await this.draft.keep(now);
    if (JSON.stringify(now) === JSON.stringify(parts())) this.#isKept();
  }

  async #open() {
    if (!this.draft.opened) await this.draft.take(await begin(this.#about(this.wanted)), this.wanted);
  }

  #isKept() {
    this.unkept = false;
    find("away").hidden = false;
    say("kept", KEPT);
  }

  /** A capture has one day for ever: another day is another capture. */
  #otherDay() {
    this.work = this.work.then(async () => {
      if (this.draft?.opened) await this.#destroy();
    });
    this.#typed();
  }

  async #destroy() {
    await toCapture(this.draft.opened, "POST", "discard", "application/json", "{}").catch(() => {});
    this.draft.opened = null;
    this.wanted = hex(32);
  }

  async #send() {
    complain(null);
    const now = parts();
    const chosen = find("file")?.files[0];
    try {
      if (isEmpty(now) && !chosen) throw new Problem("There is nothing here yet. A few words are enough.", first());
      const plain = await written(now, chosen);
      if (plain.length > Number(form.dataset.most)) throw new Problem("This is too long for one session. Please cut it into parts.");
      const opened = await this.#opened();
      this.#busy(true);
      if (!opened.going_on) await send(opened, plain.length, async (from, to) => plain.slice(from, to), { show: () => {}, say: (words) => say("says", words) });
      this.#leave(opened);
    } catch (error) {
      this.#busy(false);
      complain(error);
    }
  }

  /** Nothing can be typed any more from here on, so what was kept last is what is sent, also after a crash. */
  async #opened() {
    find("all").disabled = true;
    if (!this.draft) return begin(this.#about(this.wanted));
    clearTimeout(this.soon);
    await this.work;
    await this.#open();
    await this.draft.keep(parts()).catch(() => {});
    return this.draft.opened;
  }

  async #discard() {
    clearTimeout(this.soon);
    await this.work;
    if (this.draft?.opened) await this.#destroy();
    this.draft?.clear();
    this.unkept = false;
    location.assign("/instead");
  }

  #leave(opened) {
    this.draft?.clear();
    this.unkept = false;
    location.assign(`/sessions/${opened.session}`);
  }

  #busy(is) {
    this.unkept = is;
    if (is) root.dataset.sending = "yes";
    else delete root.dataset.sending;
    form.hidden = find("what-stays").hidden = is;
    find("away").hidden = is || !this.draft?.opened;
    find("sending").hidden = !is;
    find("all").disabled = is;
    if (is) find("sending-title").focus();
  }

  #about(fingerprint) {
    const voices = form.querySelector("[name=voices]:checked");
    const whose = voices ? { voices: voices.value, therapist: voices.dataset.therapist ?? null } : {};
    return { form: this.form, day: find("day").value, fingerprint, ...whose };
  }
}

function first() {
  return find("what-1") ? "what-1" : "text";
}

function say(id, words) {
  if (find(id).textContent !== words) find(id).textContent = words;
}

function complain(error) {
  const known = error instanceof Problem;
  find("problem").textContent = known ? error.message : "That did not work. Nothing is lost; please try again.";
  find("problem").hidden = !error;
  find("ways").hidden = !error?.needsYes;
  if (known && error.field) find(error.field).focus();
}

function hex(length) {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One page at a time: two would keep over each other. A page that was just loaded anew waits for the one before. */
async function alone(then) {
  const hold = () => new Promise((resolve) => {
    navigator.locks.request(`afterword-write-${form.dataset.form}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : null;
    });
  });
  for (let tries = 0; tries < 6; tries += 1) {
    if (await hold()) return then();
    await new Promise((resolve) => setTimeout(resolve, SHORT_PAUSE));
  }
  find("elsewhere").hidden = false;
  return null;
}

alone(() => new Page().start());
