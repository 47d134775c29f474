// A page to write on: what is typed is kept sealed as it is typed, and sent sealed when the person says so.

import { begin, Problem, send, toCapture } from "../sending.js";
import { Draft } from "./draft.js";
import { isEmpty, parts, show, wireSteps, written } from "./parts.js";

const SOON = 300;
const AGAIN = 3000;
const SHORT_PAUSE = 250;
const A_DAY = 1000; // a day is typed digit by digit
const FIRST_DAY = "1900";
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
    this.outdated = [];
    wireSteps();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    form.addEventListener("input", ({ target }) => this.#typed(target === find("day") ? A_DAY : SOON));
    find("discard").addEventListener("click", () => this.#discard());
    addEventListener("beforeunload", (event) => this.unkept && event.preventDefault());
  }

  /** What was begun here earlier comes back; then the page can be written on. */
  async start() {
    if (this.draft?.begun) await this.#comeBack(this.draft.begun);
    find("all").disabled = false;
    find("send").disabled = false;
  }

  async #comeBack(begun) {
    const opened = await this.#beginPatiently(begun);
    if (opened.going_on) return this.#leave(opened);
    await this.draft.take(opened, begun);
    const kept = await this.draft.read();
    if (!kept) {
      this.draft.clear(); // it waited longer than it was promised to, or was thrown away elsewhere
      await this.#destroy();
      return say("kept", "What you had begun here was destroyed meanwhile, as promised.");
    }
    show(kept);
    this.#isKept();
    return opened.have.length ? this.#send() : null; // it was being sent when the page was closed
  }

  async #beginPatiently(begun) {
    while (true) {
      try {
        return await begin(this.#about(begun));
      } catch (error) {
        say("kept", `${error.message} What you wrote is kept here, locked.`);
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }

  #typed(wait) {
    this.unkept = this.draft !== null || !isEmpty(parts());
    if (!this.draft) return;
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.#keep(), wait);
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
    await this.#store(now);
    if (JSON.stringify(now) === JSON.stringify(parts())) this.#isKept();
  }

  /** A capture has one day for ever: another day is another capture. */
  async #open() {
    const { draft } = this;
    const day = dayOnPage() ?? draft.day ?? find("day").defaultValue;
    if (draft.opened && draft.day === day) return;
    const wanted = this.#wanted(day);
    const opened = await begin(this.#about(wanted));
    if (draft.opened) this.outdated.push(draft.opened);
    await draft.take(opened, wanted);
  }

  /** Only once it is kept under the day it has now, what was begun for another day is destroyed. */
  async #store(now) {
    await this.draft.keep({ ...now, day: this.draft.day });
    await this.#destroyOutdated();
  }

  async #destroyOutdated() {
    for (const opened of this.outdated.splice(0)) await discard(opened);
  }

  /** The same in every try. */
  #wanted(day) {
    if (this.next?.day !== day) this.next = { day, fingerprint: hex(32) };
    return this.next;
  }

  #isKept() {
    this.unkept = false;
    find("away").hidden = false;
    say("kept", KEPT);
  }

  async #destroy() {
    await this.#destroyOutdated();
    await discard(this.draft.opened);
    this.draft.opened = this.next = null;
  }

  async #send() {
    complain(null);
    const now = parts();
    const chosen = find("file")?.files[0];
    try {
      if (isEmpty(now) && !chosen) throw new Problem("There is nothing here yet. A few words are enough.", first());
      if (!dayOnPage()) throw new Problem("Please give the day of the session.", "day");
      const plain = await written(now, chosen);
      if (plain.length > Number(form.dataset.most)) throw new Problem("This is too long for one session. Please cut it into parts.");
      const opened = await this.#opened();
      this.#busy(true);
      if (!opened.going_on) await send(opened, plain.length, async (from, to) => plain.slice(from, to), { show: () => {}, say: (words) => say("says", words) });
      await this.#leave(opened);
    } catch (error) {
      this.#busy(false);
      complain(error);
    }
  }

  /** Nothing can be typed any more from here on, so what was kept last is what is sent, also after a crash. */
  async #opened() {
    find("all").disabled = true;
    if (!this.draft) return begin(this.#about(this.#wanted(dayOnPage())));
    clearTimeout(this.soon);
    await this.work;
    await this.#open();
    await this.#store(parts()).catch(() => {});
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

  async #leave(opened) {
    this.draft?.clear();
    await this.#destroyOutdated();
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

  #about({ fingerprint, day }) {
    const voices = form.querySelector("[name=voices]:checked");
    const whose = voices ? { voices: voices.value, therapist: voices.dataset.therapist ?? null } : {};
    return { form: this.form, day: day ?? find("day").value, fingerprint, ...whose };
  }
}

/** null while it is none. */
function dayOnPage() {
  const { value, max } = find("day");
  return value >= FIRST_DAY && value <= max ? value : null;
}

async function discard(opened) {
  await toCapture(opened, "POST", "discard", "application/json", "{}").catch(() => {});
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
