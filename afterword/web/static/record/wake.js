// Keeps the screen on, where the browser can. The lock goes away whenever the page is hidden, and is taken again.

import { within } from "./within.js";

export class Wake {
  constructor(changed) {
    this.changed = changed;
    this.wanted = false;
    this.lock = null;
    document.addEventListener("visibilitychange", () => document.hidden || this.#take());
  }

  static get isThere() {
    return "wakeLock" in navigator;
  }

  get isHeld() {
    return this.lock !== null && !this.lock.released;
  }

  async hold() {
    this.wanted = true;
    await this.#take();
  }

  letGo() {
    this.wanted = false;
    this.lock?.release().catch(() => {});
    this.lock = null;
  }

  async #take() {
    if (!this.wanted || !Wake.isThere || this.isHeld) return undefined;
    this.lock = await within(3000, navigator.wakeLock.request("screen")).catch(() => null);
    if (!this.wanted) return this.letGo();
    this.lock?.addEventListener("release", () => this.changed());
    return this.changed();
  }
}
