// Before a call is recorded: ten seconds in which both sides must be heard, each where it belongs. Nothing of it is kept.
// What was shared for it stays shared until the recording begins, so that nobody has to pick twice.

import { tellFacts, tellScreen } from "../record/device.js";
import { judged } from "../record/level.js";
import { bar, find, write } from "../record/view.js";
import { why } from "../record/words.js";

const MOMENT = 250; // ms: so much later than the beginning something like a voice was heard
const NO_CALL = {
  tab: "Your therapist was not heard. Is the call muted in its tab, or was another tab shared? Check again and choose the tab of the call.",
  screen: "Your therapist was not heard. Is the call muted, or does it sound through another device? Check again and share the entire screen with its sound.",
};
const NOT_YET = "Both of you have to be heard first.";

export class Check {
  /** `opened()`: what a recording is begun with. */
  constructor(worker, wake, listening, opened) {
    Object.assign(this, { worker, wake, listening, opened, checking: false, isHeard: false });
    tellScreen();
    tellFacts();
    find("check").addEventListener("click", (event) => event.isTrusted && this.check());
    for (const answer of document.querySelectorAll("[name=both-spoke]")) answer.addEventListener("change", () => this.#judgeTogether());
    find("ear-choice").addEventListener("change", () => this.anew());
  }

  /** Another choice was made: what was heard before counts no more. */
  anew() {
    const { wantsCall } = this.listening;
    for (const part of document.querySelectorAll("[data-call]")) part.hidden = !wantsCall;
    for (const part of document.querySelectorAll("[data-alone]")) part.hidden = wantsCall;
    find("both-spoke").hidden = true;
    write("check-says", "");
    write("check", "Check both sides");
    this.#mayStart(false, NOT_YET);
  }

  /** In a click, for the picker of the browser comes first. */
  async check() {
    if (this.checking) return;
    if (this.#missesEars()) return;
    this.checking = true;
    find("check").disabled = true;
    this.#mayStart(false, "Checking…");
    try {
      await this.#listen();
      this.#judge();
    } catch (error) {
      write("check-says", error.says ?? why(error));
      this.#mayStart(false, NOT_YET);
    }
    for (const id of ["check-level", "check-call-level"]) bar(id, 0);
    this.checking = false;
    find("check").disabled = false;
    write("check", "Check again");
  }

  hear({ level, callLevel, sides }) {
    if (!this.checking) return;
    this.loudest = Math.max(this.loudest, level);
    for (const side of ["mic", "call"]) this.#spoke(side, sides?.[side]);
    bar("check-level", level);
    bar("check-call-level", callLevel ?? 0);
  }

  /** `ago`: ms since the worker heard a voice there or, without one, since it began to listen. */
  #spoke(side, ago) {
    if (ago === undefined || ago === null) return;
    const at = performance.now() - ago;
    this.began[side] ??= at;
    if (at - this.began[side] > MOMENT) this.spoken[side] = true;
  }

  /** The first thing that is missing, said and shown; null when nothing is. */
  missing() {
    if (!this.isHeard) return { says: NOT_YET, field: find("check") };
    if (!this.listening.wantsCall || this.listening.isShared) return null;
    this.anew();
    return { says: "The call is not shared any more. Please check again.", field: find("check") };
  }

  async open() {
    return this.opened();
  }

  complain({ says, field }) {
    write("problem", says);
    find("problem").hidden = !says;
    field?.focus();
  }

  /** One silent side, and the share is opened anew by the next check: perhaps it was another tab. */
  #judge() {
    const { wantsCall, where } = this.listening;
    const { mic: near, call } = this.spoken;
    const far = call || !wantsCall;
    if (!far) this.listening.unshare();
    if (far && near) return wantsCall ? this.#heard("Both of you are heard.") : this.#askWhether();
    write("check-says", [far ? "" : NO_CALL[where], near ? "" : this.#unheard(wantsCall)].filter(Boolean).join(" "));
    return this.#mayStart(false, NOT_YET);
  }

  #unheard(wantsCall) {
    const { fits, says } = judged(this.loudest);
    const how = fits ? "Both of you say a few words while it checks, and check again." : says;
    return `${wantsCall ? "You were" : "Nobody was"} not heard. ${how}`;
  }

  /** One microphone cannot tell two people apart. */
  #askWhether() {
    write("check-says", "Something was heard. One microphone cannot tell who it was.");
    for (const answer of document.querySelectorAll("[name=both-spoke]")) answer.checked = false;
    find("both-spoke").hidden = false;
    this.#mayStart(false, "Please say whether both of you spoke.");
  }

  #judgeTogether() {
    if (document.querySelector("[name=both-spoke]:checked").value === "yes") return this.#heard("Both of you are heard.");
    write("check-says", "Turn the loudspeakers up, or put the microphone nearer to them. Then check again, and both of you say a few words.");
    return this.#mayStart(false, NOT_YET);
  }

  #heard(says) {
    write("check-says", says);
    this.#mayStart(true, "");
  }

  async #listen() {
    const { listening } = this;
    this.loudest = 0;
    [this.began, this.spoken] = [{}, {}];
    find("both-spoke").hidden = true;
    write("check-says", "Please answer the browser's questions.");
    const microphone = await listening.ask();
    try {
      await this.wake.hold();
      tellScreen(this.wake.isHeld);
      const { give, ...heard } = await listening.tap(microphone);
      this.worker.postMessage({ does: "listen", ...heard }, give);
      for (let left = Number(find("record").dataset.check); left > 0; left -= 1) {
        write("check-says", "Listening. Both of you say a few words.");
        write("start-hint", `${left} seconds`);
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
    } finally {
      this.worker.postMessage({ does: "rest", state: null });
      microphone.close();
      listening.heard?.close();
      this.wake.letGo();
    }
  }

  #missesEars() {
    if (!this.listening.wantsCall) return false;
    const answer = document.querySelector("[name=headphones]:checked");
    this.complain({ says: answer ? "" : "Please say whether you wear headphones.", field: answer ? null : document.querySelector("[name=headphones]") });
    return !answer;
  }

  #mayStart(may, hint) {
    this.isHeard = may;
    find("start").disabled = !may;
    write("start-hint", hint);
  }
}
