// Records a session: puts the page, the microphone and the worker together. The worker does all that matters.

import { Alarm } from "./alarm.js";
import { Before } from "./before.js";
import { impossible, isPhone } from "./device.js";
import { Listening } from "./listening.js";
import { Questions } from "./questions.js";
import { find, live, sending, show, troubles, write } from "./view.js";
import { Wake } from "./wake.js";
import { hour, interrupted, isTooLate, old, rested, safe, TITLES, TROUBLES, why } from "./words.js";
import { startWorker } from "./worker.js";

const STUCK_AFTER = 3000;
const READ_IT = 2500;
const LONGEST = 3 * 3600 * 1000;
const LAST_MINUTES = 4 * 60 * 1000;
const SHORT_PAUSE = 250;
const PAGES = { session: "/record", recap: "/record/recap", closing: "/record/together", spoken: "/record/note" };
const root = document.documentElement;

class Page {
  constructor() {
    this.worker = startWorker();
    this.wake = new Wake(() => this.draw());
    this.listening = new Listening(this.worker, this.wake, () => this.draw());
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

  onfound(found) {
    if (found.nothing) return this.#prepare();
    this.#busy();
    this.now = found;
    if (["finishing", "discarding"].includes(found.state)) return this.#finishing();
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
    if (now.state === "recording" && now.made > (this.form === "closing" ? LAST_MINUTES : LONGEST)) this.#tooLong();
    return undefined;
  }

  ongap({ from, to }) {
    write("news", `From ${hour(from)} to ${hour(to)} nothing was heard. It goes on now.`);
  }

  onforgotten({ minutes, told }) {
    write("news", `The last ${minutes} minutes are forgotten${told ? "." : " on this device, and on your computer as soon as it is reached."}`);
  }

  onfinished({ session, missing }) {
    const lost = `${missing} ${missing === 1 ? "part" : "parts"} never arrived. Your notes are made from the rest.`;
    this.#done(`${missing ? lost : "Everything is here."} Nothing is kept on this device.`, `/sessions/${session}`, !missing);
  }

  onover({ why: reason, session }) {
    this.listening.end();
    this.listening.stop();
    if (reason === "discarded") return this.#done("It is discarded. Nothing of it is kept, here or on your computer.", "/today", false);
    if (reason === "kept") return this.#done("Its notes were made already, so they are kept. You can delete them in your notebook.", `/sessions/${session}`, false);
    return this.#done("This recording was finished already. Nothing of it is kept on this device.", `/sessions/${session}`, false);
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
    const deaf = now.state === "recording" && ["taken", "silent", "nothing", "stuck"].some((code) => codes.includes(code));
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
    };
    return Object.keys(isThere).filter((code) => isThere[code]);
  }

  #prepare() {
    if (find("record").dataset.unlocked !== "yes") return this.#show("locked");
    this.before = new Before(this.worker, this.wake);
    find("ready").addEventListener("submit", (event) => event.preventDefault());
    find("start").addEventListener("click", (event) => {
      event.preventDefault(); // a submit would count as trusted even when a script clicked
      if (event.isTrusted && !document.hidden) this.#start();
    });
    return this.#show("ready");
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
      if (error.status === 401) this.#show("locked");
      else this.before.complain({ says: error instanceof DOMException ? why(error) : error.message, needsYes: error.status === 403 });
      find("start").disabled = false;
    }
  }

  /** The microphone is asked for first: without one nothing is begun anywhere. */
  async #begin() {
    const begin = async () => {
      const opened = await this.before.open();
      this.#busy();
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

  #busy() {
    root.dataset.sending = "yes";
  }

  #show(view, headline) {
    this.view = view;
    show(view, headline);
    if (view === "done") find("lock-says").hidden = true; // it says that the recording goes on
  }

  #finishing() {
    this.view = "sending";
    this.most = this.now?.parts ?? 0;
    this.draw();
    find("title").focus();
  }

  #done(says, where, byItself) {
    delete root.dataset.sending;
    this.#show("done", "Finished");
    find("done-link").href = where;
    write("done-says", says);
    if (byItself) setTimeout(() => location.assign(where), READ_IT);
    else find("done-link").focus();
  }

  #wire() {
    const on = (id, act) => find(id).addEventListener("click", (event) => event.isTrusted && act());
    on("pause", () => this.#rest("paused"));
    on("off", () => this.#rest("off"));
    on("again", () => this.#again());
    on("go-on", () => this.#goOn());
    on("finish", () => this.#finish());
    on("stop", () => this.#ask("stop-sure"));
    on("stop-no", () => this.#unask("stop-sure", "stop"));
    on("stop-yes", () => this.#finish());
    on("forget-no", () => this.#unask("forget-sure", "title"));
    on("forget-yes", () => this.#forget());
    for (const button of document.querySelectorAll("[data-minutes]")) button.addEventListener("click", () => this.#askForget(button));
    for (const button of document.querySelectorAll("[data-discard]")) button.addEventListener("click", (event) => event.isTrusted && this.#discard());
    addEventListener("beforeunload", (event) => this.#wouldLose() && event.preventDefault());
    document.addEventListener("visibilitychange", () => this.#seen());
    addEventListener("online", () => this.worker.postMessage({ does: "hurry" }));
    document.getElementById("lock")?.addEventListener("submit", (event) => this.#lock(event));
    setInterval(() => this.draw(), 1000);
  }

  #tooLong() {
    this.#rest("paused");
    const closing = "You agreed to the last two minutes, and it has been four. It is paused; please stop it now.";
    write("news", this.form === "closing" ? closing : "Three hours were recorded, and a recording cannot be longer. Please stop it now.");
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
    this.#finishing();
  }

  #discard() {
    this.listening.end();
    this.listening.stop();
    this.worker.postMessage({ does: "discard" });
    this.#finishing();
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
    find("stop-sure").hidden = find("forget-sure").hidden = true;
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

/** One page at a time. A page that was just loaded anew waits a moment for the one before to go. */
async function alone(then) {
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

const reason = impossible();
if (reason) {
  show("impossible");
  write("impossible-why", reason);
} else alone(() => new Page());
