// The box to write in, on the page of notes and under Today, and that of a note that is changed: what is typed is kept
// sealed in this browser as it is typed, under a key that lies in the notebook and dies when the note is kept. So a killed
// tab loses nothing, and what is left here is noise.

import { Draft } from "../write/draft.js";

const SOON = 300;
const AGAIN = 3000;
const SHORT_PAUSE = 250;
const KEPT = "Kept on this device as you type, locked.";
const NOT_KEPT = "Not kept yet, because your notebook cannot be reached. Please leave this page open.";
const NO_ROOM = "This browser has no room to keep it as you type. Please leave this page open until you have kept it.";
const ELSEWHERE = "You are writing in another tab too, so this one is not kept as you type.";
const form = document.getElementById("jot");
const field = (name) => form.elements.namedItem(name);
// The note that is changed here; nothing for a new one.
const note = form?.dataset.note ?? "";
const NAME = note ? `jot-${note}` : "jot";

class Jot {
  constructor() {
    this.draft = new Draft(NAME);
    this.work = Promise.resolve();
    this.first = JSON.stringify(parts());
    form.addEventListener("input", () => this.#soon(SOON));
    form.addEventListener("submit", (event) => this.#submit(event));
    document.getElementById("jot-drop").addEventListener("click", () => this.#drop());
    addEventListener("beforeunload", (event) => this.unkept && event.preventDefault());
  }

  /** What was begun here earlier comes back. */
  async start() {
    const begun = this.draft.begun;
    if (!begun) return;
    const opened = await this.#patiently(begun.fingerprint);
    if (!opened) return this.draft.clear(); // it is among the notes, or was thrown away
    await this.#take(opened);
    const kept = await this.draft.read();
    if (kept) show(this.#isTouched() ? beside(kept, parts()) : kept);
    this.#keep();
  }

  #isTouched() {
    return JSON.stringify(parts()) !== this.first;
  }

  #soon(wait) {
    this.unkept = this.#isTouched();
    clearTimeout(this.soon);
    this.soon = setTimeout(() => this.#keep(), wait);
  }

  /** One after the other. What is typed meanwhile is kept the next time. */
  #keep() {
    this.work = this.work.then(() => this.#keepNow()).catch((error) => {
      say(error instanceof DOMException ? NO_ROOM : NOT_KEPT);
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.#keep(), AGAIN);
    });
    return this.work;
  }

  async #keepNow() {
    const now = parts();
    if (!this.draft.opened && !this.#isTouched()) return;
    if (!this.draft.opened) await this.#take(await opened());
    await this.draft.keep(now);
    if (JSON.stringify(now) === JSON.stringify(parts())) this.#isKept();
  }

  async #take(found) {
    await this.draft.take(found, { fingerprint: found.capture });
    if (field("draft")) field("draft").value = found.capture;
  }

  /** null when its key is gone. Meanwhile the box can be written in. */
  async #patiently(name) {
    while (true) {
      try {
        return await opened(name);
      } catch {
        say("What you had begun is kept here, locked. Your notebook cannot be reached just now.");
        await new Promise((resolve) => setTimeout(resolve, AGAIN));
      }
    }
  }

  /** Once what was typed last is kept here, it may be sent: should the answer be lost, it is here still. */
  async #submit(event) {
    if (this.sent) return;
    event.preventDefault();
    clearTimeout(this.soon);
    await Promise.race([this.#keep(), new Promise((resolve) => setTimeout(resolve, AGAIN))]);
    this.unkept = false;
    this.sent = true;
    setTimeout(() => form.requestSubmit(event.submitter)); // not while the browser is still at the first one
  }

  async #drop() {
    clearTimeout(this.soon);
    await this.work;
    if (this.draft.opened) await ask("/notes/draft/drop", { draft: this.draft.opened.capture }).catch(() => {});
    this.draft.clear();
    this.draft = new Draft(NAME);
    this.unkept = false;
    form.reset();
    if (field("draft")) field("draft").value = "";
    document.getElementById("jot-drop").hidden = true;
    say("It is gone.");
    field("text").focus();
  }

  #isKept() {
    this.unkept = false;
    document.getElementById("jot-drop").hidden = false;
    say(KEPT);
  }
}

function parts() {
  const ticked = Array.from(form.querySelectorAll("[name^=tag_]:checked"), (box) => box.value);
  return { text: field("text").value, tags: field("tags")?.value ?? "", ticked, plan: field("plan")?.checked ?? false };
}

/** A tag that has no box here (under Today there are none) stands among the new ones. */
function show({ text, tags, ticked, plan }) {
  field("text").value = text;
  if (field("plan")) field("plan").checked = plan;
  for (const box of form.querySelectorAll("[name^=tag_]")) box.checked = false;
  const without = ticked.filter((tag) => {
    const box = [...form.querySelectorAll("[name^=tag_]")].find((one) => one.value === tag);
    if (box) box.checked = true;
    return !box;
  });
  const others = [tags, ...without].filter((tag) => tag.trim()).join(", ");
  if (field("tags")) field("tags").value = others;
  else if (others) form.append(hidden("tags", others));
}

/** What was typed before the draft came back stays under it. */
function beside(kept, now) {
  if (!now.text.trim() || kept.text === now.text) return kept;
  return { ...kept, text: `${kept.text}\n\n${now.text}`, plan: kept.plan || now.plan };
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

/** The key of a draft: a new one, or that of `name`; null when that is gone. Throws when it cannot be asked. */
async function opened(name) {
  const answer = await ask("/notes/draft", name ? { draft: name } : { note });
  if (!answer.ok) throw new Error(String(answer.status));
  const found = await answer.json();
  return found.gone ? null : found;
}

function ask(where, body) {
  const headers = { "Content-Type": "application/json", "X-Afterword": "1" };
  return fetch(where, { method: "POST", headers, body: JSON.stringify(body), signal: AbortSignal.timeout(10000) });
}

function say(words) {
  const place = document.getElementById("jot-kept");
  if (place.textContent !== words) place.textContent = words;
}

/** One page at a time: two would keep over each other. A page that was just loaded anew waits for the one before. */
async function alone(then) {
  const hold = () => new Promise((resolve) => {
    navigator.locks.request(`afterword-write-${NAME}`, { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : null;
    });
  });
  for (let tries = 0; tries < 6; tries += 1) {
    if (await hold()) return then();
    await new Promise((resolve) => setTimeout(resolve, SHORT_PAUSE));
  }
  say(ELSEWHERE);
  return null;
}

if (form) alone(() => new Jot().start());
