// Records a session on the device of its owner.

import { Before } from "./before.js";
import { alone, Page } from "./page.js";
import { find } from "./view.js";

const READ_IT = 2500;
const LAST_MINUTES = 4 * 60 * 1000;

class Recording extends Page {
  prepare() {
    if (find("record").dataset.unlocked !== "yes") return this.show("locked");
    this.before = new Before(this.worker, this.wake);
    return this.ready();
  }

  get limit() {
    if (this.form !== "closing") return super.limit;
    return { after: LAST_MINUTES, says: "You agreed to the last two minutes, and it has been four. It is paused; please stop it now." };
  }

  onfinished({ session, missing }) {
    const lost = `${missing} ${missing === 1 ? "part" : "parts"} never arrived. Your notes are made from the rest.`;
    this.#ends(`${missing ? lost : "Everything is here."} Nothing is kept on this device.`, `/sessions/${session}`, !missing);
  }

  onover({ why: reason, session }) {
    this.listening.end();
    this.listening.stop();
    if (reason === "discarded") return this.#ends("It is discarded. Nothing of it is kept, here or on your computer.", "/today", false);
    if (reason === "kept") return this.#ends("Its notes were made already, so they are kept. You can delete them in your notebook.", `/sessions/${session}`, false);
    return this.#ends("This recording was finished already. Nothing of it is kept on this device.", `/sessions/${session}`, false);
  }

  #ends(says, where, byItself) {
    this.done(says);
    find("done-link").href = where;
    if (byItself) setTimeout(() => location.assign(where), READ_IT);
    else find("done-link").focus();
  }
}

alone(() => new Recording());
