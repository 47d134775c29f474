// Listens to both sides of a call: the microphone, and what is shared of the call. Where nothing can be shared, the
// loudspeakers reach the microphone, and that is all there is.

import { Listening } from "../record/listening.js";
import { Microphone } from "../record/microphone.js";
import { Call } from "./call.js";

export class Both extends Listening {
  call = null;
  heard = null; // of the call, until the next pause
  where = "";
  headphones = false;

  /** `where`: tab, screen, or empty for loudspeakers and the microphone alone. */
  choose(where, headphones) {
    if (where !== this.where) this.unshare();
    Object.assign(this, { where, headphones });
  }

  get wantsCall() {
    return this.where !== "";
  }

  get isShared() {
    return this.call?.isLive ?? false;
  }

  /** In a click. What was shared before is let go once there is something else. */
  async share() {
    const call = await Call.open(this.where);
    this.call?.close();
    this.call = call;
    call.onEnd(() => call === this.call && this.#gone());
    this.changed();
  }

  /** While it records: from here on the call is heard again; the microphone loses nothing. */
  async shareAgain() {
    await this.share();
    if (!this.microphone) return;
    const { source, give } = await this.#tapCall();
    if (this.microphone) this.worker.postMessage({ does: "share", source }, give);
  }

  /** The picker comes first: it needs a fresh click. Without one the microphone goes on alone, and the page says so. */
  async ask() {
    if (this.wantsCall && !this.isShared && (navigator.userActivation?.isActive ?? true)) await this.share();
    return this.microphoneAlone();
  }

  /** Loudspeakers would bring the therapist into the person's track a second time. */
  microphoneAlone() {
    return Microphone.open({ echo: this.wantsCall && !this.headphones });
  }

  async tap(microphone) {
    const heard = await microphone.tap();
    if (!this.isShared) return heard;
    const { source, give } = await this.#tapCall();
    return { ...heard, call: source, give: [...heard.give, ...give] };
  }

  sources() {
    const { heard } = this;
    this.heard = null;
    return [this.microphone, heard].filter(Boolean);
  }

  end() {
    super.end();
    this.unshare();
  }

  unshare() {
    this.call?.close();
    this.call = null;
  }

  #tapCall() {
    this.heard?.close();
    this.heard = this.call.source();
    return this.heard.tap();
  }

  /** The tab was closed, or somebody pressed "Stop sharing". */
  #gone() {
    this.call = null;
    if (this.microphone) this.worker.postMessage({ does: "share", source: null });
    this.changed();
  }
}
