// The page of the computer that a call is on: finds the phone, asks what the call is in, checks both sides, records. It has
// no account, can read nothing, and keeps nothing once everything has arrived.

import { alone, Page } from "../record/page.js";
import { find, write } from "../record/view.js";
import { clock } from "../record/words.js";
import { Both } from "./both.js";
import { Check } from "./check.js";
import { Pairing } from "./pairing.js";
import { drawCode, drawSymbols } from "./picture.js";
import { canShare, system } from "./system.js";

const FLAT_AFTER = 30000;
const OVER = {
  expired: "That took too long, so it is over. A new code takes a second.",
  denied: "It was refused, here or on the phone. Nothing was recorded.",
  revoked: "It was stopped on the phone. Nothing was recorded.",
};
const KEPT = "Nothing is kept on this computer.";

class Handoff extends Page {
  listens() {
    return new Both(this.worker, this.wake, () => this.draw());
  }

  /** The phone first. Until both have compared the symbols, nothing here asks for a microphone. */
  prepare() {
    this.pairing = new Pairing(this.#shown());
    this.on("new-code", () => this.#newCode());
    this.on("same", () => this.#same());
    this.on("differ", () => this.pairing.deny("The symbols were not the same, so nothing was recorded. Please begin again with a new code."));
    this.on("chosen", () => this.#chosen());
    this.on("choose-again", () => this.#choose());
    setInterval(() => this.#tick(), 1000);
    this.#newCode();
  }

  onfound(found) {
    this.can = canShare(JSON.parse(find("record").dataset.sound || "null"));
    this.#wireChoice();
    super.onfound(found);
    if (this.view === "interrupted") this.#chooseAgain();
  }

  /** The key is the worker's alone now. */
  onbegun() {
    this.pairing = null;
  }

  /** The phone pressed "Stop and keep". */
  onstopped() {
    this.byPhone = true;
    this.listening.end();
    this.listening.stop();
    this.finishing();
  }

  onfinished({ missing }) {
    const lost = `${missing} ${missing === 1 ? "part" : "parts"} never arrived. The notes are made from the rest.`;
    const first = this.byPhone ? "It was stopped on the phone. " : "";
    this.#ends(`${first}${missing ? lost : "Everything is in the notebook."} ${KEPT}`);
  }

  onover({ why: reason }) {
    const says = reason === "discarded" ? "It was discarded. Nothing of it is kept, in the notebook or anywhere." : "This recording is over.";
    this.#ends(`${says} ${KEPT}`);
  }

  wrongs(now) {
    const { listening } = this;
    const open = now.state === "recording" && !now.starting;
    const flat = (side) => (now.sides?.[side] ?? 0) > FLAT_AFTER;
    const unshared = open && listening.wantsCall && !listening.isShared;
    find("unshared").hidden = !unshared;
    find("still-shared").hidden = !(["paused", "off"].includes(now.state) && listening.isShared);
    return {
      unshared,
      callFlat: open && listening.isShared && flat("call"),
      youFlat: open && listening.wantsCall && flat("mic"),
      flat: open && !listening.wantsCall && flat("mic"),
    };
  }

  #ends(says) {
    this.listening.end();
    this.listening.stop();
    this.done(says);
    find("title").focus();
  }

  #shown() {
    return {
      code: (made) => {
        drawCode(find("qr-picture"), made.qr);
        write("address", made.address);
        write("code", made.code);
        for (const id of ["number", "number-again"]) write(id, made.number);
        find("unreachable").hidden = made.reachable !== false;
        this.#step("waiting");
      },
      scanned: () => this.#step("scanned"),
      symbols: (four) => {
        drawSymbols(find("symbols"), four);
        this.show("symbols", "Compare with your phone");
        find("title").focus();
      },
      confirmed: () => this.#choose(),
      over: (state, says) => this.#over(says ?? OVER[state] ?? OVER.denied),
      left: (seconds) => {
        this.until = performance.now() + seconds * 1000;
      },
      away: (isAway) => {
        for (const line of document.querySelectorAll("[data-away]")) line.hidden = !isAway;
      },
    };
  }

  #newCode() {
    this.#step("making");
    this.show("pairing");
    this.pairing.begin();
  }

  #step(step) {
    for (const part of document.querySelectorAll("[data-step]")) part.hidden = !part.dataset.step.split(" ").includes(step);
  }

  #over(says) {
    this.listening.unshare();
    this.until = null;
    write("pairing-over", says);
    this.#step(this.isForPhone ? "table" : "over");
    this.show("pairing");
    find(this.isForPhone ? "title" : "new-code").focus();
  }

  async #same() {
    find("same").disabled = true;
    await this.pairing.confirm();
    find("same").disabled = false;
  }

  #tick() {
    if (this.until === null || this.until === undefined) return;
    write("pairing-left", clock(Math.max(0, this.until - performance.now())));
  }

  #choose() {
    this.show("choice", "Now the call");
    find("title").focus();
  }

  #chosen() {
    const where = this.#where();
    if (where === "table") return this.#leaveToThePhone();
    this.check ??= new Check(this.worker, this.wake, this.listening, () => this.#opened());
    if (!this.before) {
      this.before = this.check;
      this.ready();
    } else this.show("ready");
    this.#listenTo(where);
    this.check.anew();
    return find("title").focus();
  }

  /** From here on the worker asks the server how it stands. */
  async #opened() {
    const opened = await this.pairing.start();
    this.pairing.leave();
    return opened;
  }

  #leaveToThePhone() {
    this.isForPhone = true;
    this.pairing.deny();
  }

  #listenTo(where) {
    this.listening.choose(where, document.querySelector("[name=headphones]:checked")?.value === "yes");
  }

  /** tab, screen, empty for the microphone alone, or table. */
  #where() {
    const chosen = document.querySelector("[name=where]:checked").value;
    return chosen === "app" ? (this.can.screen ? "screen" : "") : chosen;
  }

  #wireChoice() {
    const { tab, screen } = this.can;
    find("where-tab").disabled = !tab;
    find(tab ? "where-tab" : "where-app").checked = true;
    find("no-tab").hidden = tab;
    find("app-screen").hidden = !screen;
    find("app-speakers").hidden = screen;
    for (const one of document.querySelectorAll("[data-system]")) one.hidden = !one.dataset.system.split(" ").includes(system);
    for (const radio of document.querySelectorAll("[name=headphones]")) {
      radio.addEventListener("change", () => this.#listenTo(this.listening.where));
    }
    this.on("share-again", () => this.#shareAgain());
  }

  /** After a reload the page knows nothing of the call: it asks again, beside "Go on recording". */
  #chooseAgain() {
    find("choice-again").append(find("choice-fields"), find("ear-choice"));
    find("table-choice").hidden = true;
    const apply = () => {
      this.#listenTo(this.#where());
      for (const part of document.querySelectorAll("[data-call]")) part.hidden = !this.listening.wantsCall;
    };
    find("choice-again").addEventListener("change", apply);
    apply();
  }

  async #shareAgain() {
    find("share-again").disabled = true;
    const says = await this.listening.shareAgain().then(() => "The call is shared again.", (error) => error.says ?? "It could not be shared. Please try again.");
    find("share-again").disabled = false;
    write("news", says);
    this.draw();
  }
}

alone(() => new Handoff());
