// Sends what is in the outbox, one request at a time, oldest first, for as long as it takes. What must be forgotten goes
// before everything else. Time is counted, not read from a clock: somebody may set that.

import { countsOf } from "./diary.js";

const STATUS_EVERY = 20000;
const PHONE_EVERY = 1000; // a handoff: whoever stops it on the phone is obeyed within two seconds
const REACH_EVERY = 1500; // so that a lost server is noticed before the next chunk
const [HANGS_AFTER, AWAY_AFTER] = [1500, 800];
const [SHORTEST, LONGEST] = [500, 30000];
const TRIES_OF_THE_END = 3;
const MODES = { recording: "recording", off: "off" };

export class Sender {
  /** `tell` is told {is: "forgotten"}, {is: "finished"} and {is: "over"}. `stop(ago)`: the phone said Stop and keep so many
   * ms ago; nothing is sent before it is done. */
  constructor({ diary, outbox, wire, tell, stop }) {
    Object.assign(this, { diary, outbox, wire, tell, stop });
    this.statusDue = 0;
    this.failingSince = 0;
    this.askedAt = 0;
    this.answeredAt = 0;
    this.full = false;
    this.unknown = false;
    this.ends = 0;
    this.missing = 0;
    this.stopped = false;
    this.obeyed = false;
    this.ended = false;
    this.run();
  }

  async run() {
    let pause = SHORTEST;
    while (!this.stopped) {
      const step = this.#next();
      const went = step ? await this.#try(step) : null;
      if (went) {
        this.failingSince = 0;
        pause = SHORTEST;
      } else if (!this.stopped) {
        const hurried = await this.#rest(step ? pause * (0.75 + Math.random() / 2) : this.#quiet(), !step);
        pause = hurried || !step ? SHORTEST : Math.min(pause * 2, LONGEST);
      }
    }
  }

  /** The server does not answer, or not in time. */
  get isCutOff() {
    const since = (at, ms) => at > 0 && performance.now() - at > ms;
    return since(this.failingSince, AWAY_AFTER) || since(this.askedAt, HANGS_AFTER);
  }

  /** Something new is there to be sent. */
  poke() {
    if (this.idle) this.wake?.(false);
  }

  /** The network is back: no more waiting. */
  hurry() {
    this.wake?.(true);
  }

  /** The state changed: the server is told soon. */
  say() {
    this.statusDue = 0;
    this.poke();
  }

  #next() {
    if (this.diary.state === "discarding") return () => this.#discard();
    const order = this.diary.orders.find((one) => !one.told);
    if (order) return () => this.#forget(order);
    if (performance.now() >= this.statusDue) return () => this.#status();
    return this.#ofSegments() ?? (this.#isDone() ? () => this.#finish() : this.#look());
  }

  async #try(step) {
    this.askedAt = performance.now();
    const went = await step().catch(() => this.#away());
    this.askedAt = 0;
    if (went) this.answeredAt = performance.now();
    return went;
  }

  /** While it records, is the server still there? */
  #look() {
    if (this.diary.state !== "recording" || performance.now() - this.answeredAt < REACH_EVERY) return null;
    return async () => {
      await this.wire.reach();
      return true;
    };
  }

  #quiet() {
    const due = this.diary.state === "recording" ? Math.min(this.statusDue, this.answeredAt + REACH_EVERY) : this.statusDue;
    return due - performance.now();
  }

  #ofSegments() {
    for (const segment of this.diary.segments) {
      const chunk = this.outbox.oldestOf(segment.name);
      if (chunk) return () => this.#put(chunk);
      if (!segment.closed) return null;
      if (!segment.told) return () => this.#close(segment);
    }
    return null;
  }

  #isDone() {
    return this.diary.state === "finishing" && this.diary.segments.every((segment) => segment.told);
  }

  async #put(chunk) {
    const read = await this.outbox.bytes(chunk).then((sealed) => ({ sealed }), () => null);
    if (!read) return false; // not just now
    const { sealed } = read;
    if (!sealed) {
      await this.outbox.remove(chunk);
      return true;
    }
    const { status, answer } = await this.wire.put(chunk, sealed);
    if (this.#isOver(status, answer)) return true;
    this.full = status === 507;
    if (status === 409 && answer.error === "conflict") {
      chunk.stuck = true;
      return true;
    }
    if (this.#isElsewhere(status, answer)) return this.#closeOthers();
    const same = ["segment", "track", "seq", "sha256"].every((key) => answer[key] === chunk[key]);
    if (status !== 200 || !same) return this.#failed();
    await this.outbox.remove(chunk);
    return true;
  }

  async #close(segment) {
    const { status, answer } = await this.wire.post(`segments/${segment.name}/close`, { chunks: countsOf(segment) });
    if (this.#isOver(status, answer)) return true;
    if (this.#isElsewhere(status, answer)) return this.#closeOthers();
    if (status !== 200) return this.#failed();
    segment.told = true;
    await this.#keep();
    return true;
  }

  /** The server counts back over its segments, so it must know how long the older ones are. */
  async #forget(order) {
    for (const segment of this.diary.segments) {
      if (segment.name === order.segment) break;
      if (!segment.told && !(await this.#close(segment))) return false;
      if (this.stopped) return true;
    }
    const { minutes, segment, chunks } = order;
    const { status, answer } = await this.wire.post("forget", { minutes, segment, chunks, order: order.order });
    if (this.#isOver(status, answer)) return true;
    if (this.#isElsewhere(status, answer)) return this.#closeOthers();
    if (status !== 200) return this.#failed();
    await this.outbox.removeAll(answer.forgotten);
    order.told = this.diary.segment(segment).told = true;
    await this.#keep();
    this.tell({ is: "forgotten", minutes, told: true });
    return true;
  }

  async #status() {
    const { status, answer } = await this.#report();
    if (this.#isOver(status, answer)) return true;
    if (status !== 200) return this.#failed();
    if (answer.stop && !this.obeyed) {
      await this.stop(answer.stop.ago);
      this.obeyed = true;
    }
    const listens = this.diary.handoff && this.diary.state !== "finishing";
    this.statusDue = performance.now() + (listens ? PHONE_EVERY : STATUS_EVERY);
    return true;
  }

  #report() {
    return this.wire.post("status", { state: MODES[this.diary.state] ?? "paused" });
  }

  /** Segments that the server has of this recording and that this device could not write down before it lost its diary. */
  async #closeOthers() {
    const { status, answer } = await this.#report();
    if (this.#isOver(status, answer)) return true;
    if (status !== 200) return this.#failed();
    for (const [name, chunks] of Object.entries(answer.safe)) {
      if (!this.diary.segment(name)) await this.wire.post(`segments/${name}/close`, { chunks });
    }
    return false;
  }

  #finish() {
    return this.ended ? this.#receipt() : this.#end();
  }

  async #end() {
    const segments = Object.fromEntries(this.diary.segments.map((one) => [one.name, countsOf(one)]));
    const gone = this.ends >= TRIES_OF_THE_END ? { gone: true } : {};
    const { status, answer } = await this.wire.post("end", { segments, ...gone });
    if (this.#isOver(status, answer)) return true;
    if (this.#isElsewhere(status, answer)) return this.#closeOthers();
    if (status === 409 && answer.missing) {
      this.missing = answer.missing.length; // this device does not have them: everything was sent
      this.ends += 1;
    }
    if (status !== 200) return this.#failed();
    if (!gone.gone) this.missing = 0;
    this.ended = true;
    return this.diary.handoff ? true : this.#finished();
  }

  /** A laptop that is not the person's own says that it is done only when the server has it in writing. */
  async #receipt() {
    const { status, answer } = await this.wire.post("receipt", {});
    if (this.#isOver(status, answer)) return true;
    if (status !== 200) return this.#failed();
    this.ended = answer.state !== "open"; // if it is, it is ended once more, a little later
    if (!this.ended) return false;
    if (answer.state !== "discarded") return this.#finished();
    await this.#stop({ is: "over", why: "discarded" });
    return true;
  }

  async #finished() {
    const missing = this.missing + this.outbox.chunks.size;
    await this.#stop({ is: "finished", session: this.diary.session, missing });
    return true;
  }

  /** Of a handoff only the phone may destroy what arrived: here all is gone already. */
  async #discard() {
    if (this.diary.handoff) return this.#stop({ is: "over", why: "discarded" }).then(() => true);
    const { status, answer } = await this.wire.post("discard", {});
    if (status !== 200 && !this.#isOver(status, answer)) return this.#failed();
    if (!this.stopped) await this.#stop({ is: "over", why: "discarded" });
    return true;
  }

  /** Nothing of it is wanted any more: it was discarded, or (410) it was ended. Another 404, and a proof that is refused
   * although its number is new, come from a computer that does not know this recording: that may change. */
  #isOver(status, answer) {
    const discarded = status === 404 && answer?.error === "discarded";
    this.unknown = (status === 404 && !discarded) || (status === 401 && answer?.error === "proof");
    if (!discarded && status !== 410) return false;
    const ended = answer?.error === "kept" ? "kept" : "ended";
    this.#stop({ is: "over", why: discarded ? "discarded" : ended, session: this.diary.session });
    return true;
  }

  #isElsewhere(status, answer) {
    return status === 409 && answer.error === "elsewhere";
  }

  async #stop(news) {
    this.stopped = true;
    this.diary.over = true;
    await this.outbox.close();
    this.tell(news);
  }

  async #keep() {
    await this.diary.save().catch(() => {
      this.outbox.failing = true;
    });
  }

  #away() {
    this.unknown = false;
    return this.#failed();
  }

  #failed() {
    this.failingSince ||= performance.now();
    return false;
  }

  async #rest(milliseconds, idle) {
    this.idle = idle;
    const hurried = await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), Math.max(0, milliseconds));
      this.wake = (value) => {
        clearTimeout(timer);
        resolve(value);
      };
    });
    this.wake = null;
    return hurried;
  }
}
