// The open microphone of a recording. When it is lost it is opened anew once by itself, then only by the person.

import { Microphone } from "./microphone.js";
import { why } from "./words.js";

const AGAIN_AFTER = 60000;
const BREATH = 300;
const LONGEST_REST = 2500;

export class Listening {
  /** `changed()` is called when something about the microphone is different. */
  constructor(worker, wake, changed) {
    Object.assign(this, { worker, wake, changed, microphone: null, refused: "", mended: -AGAIN_AFTER, busy: false, closed: 0, hushed: [] });
    navigator.mediaDevices.addEventListener("devicechange", () => this.look());
  }

  get isTaken() {
    return this.microphone?.isTaken ?? false;
  }

  /** Only from a click in a page that is seen. `first` is done once the browser gave the microphone. Throws what `why`
   * explains, and what `first` throws. */
  async open(first = async () => {}) {
    if (this.busy) return;
    this.busy = true;
    try {
      await this.#open(first);
      this.refused = "";
    } catch (error) {
      this.refused = error.says ?? why(error);
      throw error;
    } finally {
      this.busy = false;
      this.changed();
    }
  }

  /** The browser is asked. */
  ask() {
    return Microphone.open();
  }

  /** What the worker listens to from now on, and what is handed over to it: {source, opus, give}. */
  tap(microphone) {
    return microphone.tap();
  }

  /** All that the worker listens to. */
  sources() {
    return [this.microphone];
  }

  /** `state`: paused, off or lost. From here on there is only silence, before anything else happens. */
  rest(state) {
    this.#close();
    if (state !== "lost") this.wake.letGo();
    this.worker.postMessage({ does: "rest", state });
  }

  end() {
    this.#close();
    this.wake.letGo();
  }

  /** Has it gone? `nothing`: no block came for two seconds. */
  look(nothing = false) {
    if (!this.microphone || this.busy) return;
    this.microphone.stir();
    if (this.microphone.isOver || (nothing && !this.isTaken)) this.#lost();
    else this.worker.postMessage({ does: "mute", muted: this.isTaken });
    this.changed();
  }

  /** The person may have closed it while it was opening: then it closes again, and nothing of it is heard. */
  async #open(first) {
    const { closed } = this;
    const microphone = await this.ask();
    try {
      if (closed === this.closed) await first();
      const { give, ...heard } = closed === this.closed ? await this.tap(microphone) : {};
      if (closed !== this.closed) return microphone.close();
      this.microphone?.close();
      this.worker.postMessage({ does: "listen", ...heard }, give);
    } catch (error) {
      microphone.close();
      throw error;
    }
    this.microphone = microphone;
    microphone.onChange((from) => from === this.microphone && this.look());
    this.worker.postMessage({ does: "mute", muted: microphone.isTaken });
    return this.wake.hold();
  }

  /** The worker has all that came before: the indicator of the browser goes out. */
  stop() {
    for (const source of this.hushed.splice(0)) source.close();
  }

  /** A browser throws away what the worker did not take yet when a microphone is stopped. */
  #close() {
    this.closed += 1;
    if (!this.microphone) return;
    for (const source of this.sources()) {
      source.hush();
      this.hushed.push(source);
    }
    this.microphone = null;
    setTimeout(() => this.stop(), LONGEST_REST);
  }

  async #lost() {
    this.rest("lost");
    if (document.hidden || performance.now() - this.mended < AGAIN_AFTER) return;
    this.mended = performance.now();
    const { closed } = this;
    await new Promise((resolve) => setTimeout(resolve, BREATH));
    if (closed === this.closed) await this.open().catch(() => {});
  }
}
