// The page of a recording: looks what is on this device, records, sends, and says how it stands. What comes before a
// recording differs from page to page, and so do its last words: they stand in those that extend it.

import { Alarm } from "./alarm.js";
import { impossible, isPhone } from "./device.js";
import { Listening } from "./listening.js";
import { Questions } from "./questions.js";
import { find, live, sending, show, troubles, write } from "./view.js";
import { Wake } from "./wake.js";
import { hour, interrupted, isTooLate, old, rested, safe, TITLES, TROUBLES, why } from "./words.js";
import { startWorker } from "./worker.js";

const STUCK_AFTER = 3000;
const LONGEST = 3 * 3600 * 1000;
const SHORT_PAUSE = 250;
const PAGES = { session: "/record", recap: "/record/recap", closing: "/record/together", spoken: "/record/note", handoff: "/handoff" };
const DEAF = ["taken", "silent", "nothing", "stuck"];
const root = document.documentElement;

export class Page {
  constructor() {
    this.worker = startWorker();
    this.wake = new Wake(() => this.draw());
    this.listening = this.listens();
    this.alarm = new Alarm();
    this.form = find("record").dataset.form;
    this.questions = find("question") ? new Questions() : null;
    this.now = null;
    this.lastWord = performance.now();
    this.view = "looking";
    this.worker.onmessage = ({ data }) => this[`on${data.is}`](data);
    this.worker.onerror = () => {
      this.isBroken = true;
      this.draw();
    };
    this.#wire();
    this.worker.postMessage({ does: "look" });
  }

  // What those that extend it may say otherwise.

  listens() {
    return new Listening(this.worker, this.wake, () => this.draw());
  }

  /** Nothing is on this device: what comes before a recording, `this.before`, is shown. */
  prepare() {}

  /** {after: ms that may be recorded, says}. */
  get limit() {
    return { after: LONGEST, says: "Three hours were recorded, and a recording cannot be longer. Please stop it now." };
  }

  /** More that can be wrong: {code: whether it is}. */
  wrongs() {
    return {};
  }

  // What the worker says.

  onfound(found) {
    if (found.nothing) return this.prepare();
    this.busy();
    this.now = found;
    if (["finishing", "discarding"].includes(found.state)) return this.finishing();
    if (found.form && found.form !== this.form) return this.#toItsPage(found.form);
    this.view = "interrupted";
    const was = ["paused", "off"].includes(found.state) ? rested(found) : interrupted(found);
    show("interrupted", "Welcome back", TITLES.paused);
    write("interrupted-says", was);
    write("interrupted-old", old(found.last));
    find("interrupted-old").hidden = !old(found.last);
    find("go-on").hidden = isTooLate(found.last);
    return find("title").focus();
  }

  /** What was agreed to, and the questions, stand on the page where it was begun. */
  #toItsPage(form) {
    delete root.dataset.sending;
    this.form = form;
    location.replace(PAGES[form]);
  }

  onbegun() {}

  onrested() {
    this.listening.stop();
  }

  onnow(now) {
    this.lastWord = performance.now();
    if (now.state === undefined) return this.before?.hear(now);
    if (this.resting && now.state !== this.resting) return undefined; // said before the worker was told
    this.resting = null;
    this.now = now;
    if (now.nothing && this.view === "on") this.listening.look(true);
    this.draw();
    if (now.state === "recording" && now.made > this.limit.after) this.#tooLong();
    return undefined;
  }

  ongap({ from, to }) {
    write("news", `From ${hour(from)} to ${hour(to)} nothing was heard. It goes on now.`);
  }

  onforgotten({ minutes, told }) {
    write("news", `The last ${minutes} minutes are forgotten${told ? "." : " on this device, and on your computer as soon as it is reached."}`);
  }

  onbroken() {
    this.isBroken = true;
    if (this.view === "looking") write("looking-says", "What is kept on this device cannot be read just now. It stays here. Please load this page again in a moment.");
    this.draw();
  }

  /** What stands on the page, from what the worker said last. */
  draw() {
    const { now, view } = this;
    if (!now) return;
    if (view === "sending") {
      this.most = Math.max(this.most, now.parts);
      sending(now, this.most);
    } else if (view === "interrupted") write("interrupted-safe", safe(now));
    else if (view === "on") this.#drawLive(now);
  }

  #drawLive(now) {
    this.questions?.time(now.heard);
    const codes = this.#codes(now);
    const deaf = now.state === "recording" && DEAF.some((code) => codes.includes(code));
    live(now, deaf ? "deaf" : now.state === "recording" && now.starting ? "starting" : now.state);
    const fresh = troubles(codes, { ...now, refused: this.listening.refused });
    if (fresh.some((code) => TROUBLES[code].alarm)) this.alarm.ring();
  }

  #codes(now) {
    const open = now.state === "recording";
    const { listening } = this;
    const isThere = {
      stuck: this.isBroken || performance.now() - this.lastWord > STUCK_AFTER,
      taken: open && listening.isTaken,
      silent: open && now.silent && !listening.isTaken,
      nothing: open && now.nothing && !listening.isTaken,
      refused: now.state === "lost" && listening.refused !== "",
      lost: now.state === "lost" && listening.refused === "",
      storage: now.storage,
      unknown: now.unknown,
      full: now.full,
      conflict: now.conflict,
      offline: now.offline,
      hidden: open && isPhone && document.hidden,
      screen: open && isPhone && !document.hidden && !this.wake.isHeld,
      ...this.wrongs(now),
    };
    return Object.keys(isThere).filter((code) => isThere[code]);
  }

  /** The form of what comes before starts a recording, by a person's click in a page that is seen. */
  ready() {
    find("ready").addEventListener("submit", (event) => event.preventDefault());
    find("start").addEventListener("click", (event) => {
      event.preventDefault(); // a submit would count as trusted even when a script clicked
      if (event.isTrusted && !document.hidden) this.#start();
    });
    this.show("ready");
  }

  async #start() {
    const missing = this.before.missing();
    this.before.complain(missing ?? { says: "" });
    if (missing) return;
    find("start").disabled = true;
    if (find("alarm").checked) this.alarm.arm();
    try {
      await this.#begin();
    } catch (error) {
      if (error.status === 401) this.show("locked");
      else this.before.complain({ says: error instanceof DOMException ? why(error) : error.message, needsYes: error.status === 403 });
      find("start").disabled = false;
    }
  }

  /** The microphone is asked for first: without one nothing is begun anywhere. */
  async #begin() {
    const begin = async () => {
      const opened = await this.before.open();
      this.busy();
      this.worker.postMessage({ does: "begin", opened, form: this.form });
    };
    await this.listening.open(begin).catch((error) => {
      if (!root.dataset.sending) throw error;
      this.worker.postMessage({ does: "rest", state: "lost" });
    });
    this.#live();
  }

  async #goOn() {
    await this.listening.open().catch(() => {});
    if (this.view === "interrupted") this.#live();
  }

  #live() {
    this.view = "on";
    this.draw();
    find("title").focus();
  }

  busy() {
    root.dataset.sending = "yes";
  }

  show(view, headline) {
    this.view = view;
    show(view, headline);
    if (view === "done") find("lock-says").hidden = true; // it says that the recording goes on
  }

  finishing() {
    this.view = "sending";
    this.most = this.now?.parts ?? 0;
    this.draw();
    find("title").focus();
  }

  /** It is over. */
  done(says) {
    delete root.dataset.sending;
    this.show("done", "Finished");
    write("done-says", says);
  }

  #wire() {
    this.on("pause", () => this.#rest("paused"));
    this.on("off", () => this.#rest("off"));
    this.on("again", () => this.#again());
    this.on("go-on", () => this.#goOn());
    this.on("finish", () => this.#finish());
    this.on("stop", () => this.#ask("stop-sure"));
    this.on("stop-no", () => this.#unask("stop-sure", "stop"));
    this.on("stop-yes", () => this.#finish());
    this.on("forget-no", () => this.#unask("forget-sure", "title"));
    this.on("forget-yes", () => this.#forget());
    for (const button of document.querySelectorAll("[data-minutes]")) button.addEventListener("click", () => this.#askForget(button));
    for (const button of document.querySelectorAll("[data-discard]")) button.addEventListener("click", (event) => event.isTrusted && this.#discard());
    addEventListener("beforeunload", (event) => this.#wouldLose() && event.preventDefault());
    document.addEventListener("visibilitychange", () => this.#seen());
    addEventListener("online", () => this.worker.postMessage({ does: "hurry" }));
    document.getElementById("lock")?.addEventListener("submit", (event) => this.#lock(event));
    setInterval(() => this.draw(), 1000);
  }

  /** By a person's click alone. Not every page has every button. */
  on(id, act) {
    find(id)?.addEventListener("click", (event) => event.isTrusted && act());
  }

  #tooLong() {
    this.#rest("paused");
    write("news", this.limit.says);
  }

  #rest(state) {
    this.listening.rest(state);
    this.resting = state;
    this.now = { ...this.now, state };
    this.draw();
    write("news", "");
    find("again").focus();
  }

  async #again() {
    this.resting = null;
    if (this.now.state === "recording") this.listening.rest("lost");
    find("again").disabled = true;
    await this.listening.open().catch(() => {});
    find("again").disabled = false;
    write("news", this.listening.refused);
    find("title").focus();
  }

  #finish() {
    this.#unask("stop-sure");
    this.listening.end();
    this.worker.postMessage({ does: "finish" });
    this.finishing();
  }

  #discard() {
    this.listening.end();
    this.listening.stop();
    this.worker.postMessage({ does: "discard" });
    this.finishing();
  }

  #askForget(button) {
    this.minutes = Number(button.dataset.minutes);
    write("forget-title", `Forget the last ${this.minutes} minutes?`);
    this.#ask("forget-sure");
  }

  #forget() {
    this.#unask("forget-sure", "title");
    this.worker.postMessage({ does: "forget", minutes: this.minutes });
  }

  #ask(id) {
    for (const sure of ["stop-sure", "forget-sure"]) if (find(sure)) find(sure).hidden = true;
    find(id).hidden = false;
    find(id).focus();
  }

  #unask(id, focus) {
    find(id).hidden = true;
    if (focus) find(focus).focus();
  }

  #wouldLose() {
    return this.view === "sending" || (this.view === "on" && (this.now?.state === "recording" || this.now?.parts > 0));
  }

  #seen() {
    if (!document.hidden) {
      this.worker.postMessage({ does: "hurry" });
      this.listening.look();
    }
    this.draw();
  }

  /** Without leaving the page: a recording needs no unlocked notebook. */
  async #lock(event) {
    if (!root.dataset.sending) return;
    event.preventDefault();
    const request = { method: "POST", headers: { "X-Afterword": "1" }, redirect: "manual", signal: AbortSignal.timeout(15000) };
    const went = await fetch("/lock", request).then((answer) => answer.type === "opaqueredirect" || answer.status === 401, () => false);
    write("lock-says", went ? "Your notebook is locked. The recording goes on." : "It could not be locked, because the connection is away. Please try again.");
    find("lock-says").hidden = false;
    if (!went) return;
    find("ready")?.remove(); // whose yes it rests on stands there
    for (const inside of document.querySelectorAll(".top nav, .foot a[href='/lock']")) inside.hidden = true;
  }
}

/** `then`, where a recording is possible at all, in one page at a time. A page that was just loaded anew waits a moment for
 * the one before to go. */
export async function alone(then) {
  const reason = impossible();
  if (reason) {
    show("impossible");
    return write("impossible-why", reason);
  }
  const hold = (options) => new Promise((resolve) => {
    navigator.locks.request("afterword-capture", options, (lock) => {
      resolve(lock !== null);
      return lock ? new Promise(() => {}) : null;
    });
  });
  for (let tries = 0; tries < 6; tries += 1) {
    if (await hold({ ifAvailable: true })) return then();
    await new Promise((resolve) => setTimeout(resolve, SHORT_PAUSE));
  }
  show("elsewhere");
  await hold({});
  show("looking");
  return then();
}
