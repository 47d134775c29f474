// The worker that records: hears, cuts, seals, keeps, and lets the sender send. Plain sound exists here for the five
// seconds of a chunk, and leaves only sealed. Nothing here waits for the page.

import { bytesFromBase64url, recipient } from "../seal.js";
import { livePlace, plainChunk } from "./chunk.js";
import { Diary } from "./diary.js";
import { Ear } from "./ear.js";
import { Opus, opusSettings, Pcm } from "./encoders.js";
import { Folder } from "./folder.js";
import { reach } from "./forgetting.js";
import { Outbox } from "./outbox.js";
import { Segment, TRACK } from "./segment.js";
import { Sender } from "./sender.js";
import { tap } from "./tap.js";
import { Wire } from "./wire.js";
import { again, within } from "./within.js";

const TELL_EVERY = 200;
const LONGEST_ANSWER = 2000;
const [TRIES, PAUSE] = [8, 500];
const CHUNK_MS = 5000;
const CHUNKS_A_SEGMENT = 2000;
const FOLDER = "afterword-outbox";
const BREAKS = { recording: "not heard", lost: "not heard", paused: "paused", off: "off the record" };
const tell = (news) => postMessage(news);

class Recorder {
  constructor() {
    this.work = Promise.resolve(); // sealing and storing, one after the other
    this.ending = Promise.resolve(); // of the segment before
    this.opus = new Map();
    this.ear = null;
    this.segment = null;
    this.canOpus = true;
  }

  /** What is on this device? A recording that broke off goes on being sent, whatever the person decides. */
  async look() {
    this.folder = await Folder.open(FOLDER);
    const diary = await again(TRIES, PAUSE, () => this.#found());
    if (!diary) {
      await this.folder.wipe();
      return tell({ is: "found", nothing: true });
    }
    this.#send();
    return tell({ is: "found", state: diary.state, form: diary.form, session: diary.session, since: diary.started, ...this.#amounts() });
  }

  async #found() {
    const diary = await Diary.read(this.folder);
    if (diary) {
      await this.#take(diary);
      await this.#recover();
    }
    return diary;
  }

  async begin({ opened, form }) {
    await this.#take(Diary.begin(this.folder, opened, form));
    await this.#save();
    this.#send();
    tell({ is: "begun" });
  }

  /** `source`: {readable} or {port}. Without a recording it only says how loud it is. */
  async listen({ source, opus }) {
    this.#unplug();
    if (this.#isEnding) return tap(source, () => {}).stop();
    this.canOpus &&= opus;
    this.ear = new Ear();
    if (this.diary) {
      this.diary.state = "recording";
      this.sender.say();
    }
    this.plug = tap(source, (samples, rate, at) => this.#hear(samples, rate, at));
    return this.diary && this.#save();
  }

  /** The microphone is closed. `state`: paused, off, lost, finishing, or null after a check. */
  async rest({ state }) {
    this.resting = true; // its last chunk comes at once
    await this.plug?.rest();
    this.resting = false;
    this.#unplug();
    tell({ is: "rested" });
    this.ear = null;
    if (!this.diary || this.#isEnding) return;
    this.diary.next = BREAKS[state];
    this.diary.state = state;
    await this.#endSegment();
    await this.#save();
    this.sender.say();
  }

  /** The last minutes: out of the outbox now, out of the server as soon as it is reached. */
  async forget({ minutes }) {
    const { diary, outbox, segment: live } = this;
    const before = diary.segments.map((one) => one.name); // others may begin meanwhile
    if (live) diary.next = "forgotten";
    this.segment = null;
    live?.drop();
    await this.ending;
    await this.work;
    if (live) this.#closeDropped(live);
    const upTo = diary.segments.filter((one) => before.includes(one.name));
    const last = upTo.at(-1)?.name;
    if (!last) return tell({ is: "forgotten", minutes, told: true });
    const ranges = reach(upTo.map((one) => ({ name: one.name, made: one.heard.length })), minutes);
    const chunks = { [TRACK]: diary.segment(last).heard.length };
    diary.orders.push({ order: hex(16), minutes, segment: last, chunks, ranges, told: false });
    for (const [name, , first, past] of ranges) diary.segment(name).heard.fill(0, first, past);
    await this.#save();
    await outbox.clearSpills();
    await outbox.removeAll(ranges);
    tell({ is: "forgotten", minutes, told: false });
    this.sender.hurry();
    return this.sender.poke();
  }

  async finish() {
    await this.rest({ state: "finishing" });
  }

  /** What is on this device goes at once; the server is told as soon as it is reached. */
  async discard() {
    this.#unplug();
    this.ear = null;
    this.segment?.drop();
    this.segment = null;
    this.diary.state = "discarding";
    await this.work;
    await this.#save();
    await this.outbox.clearSpills();
    await this.outbox.removeAll(this.#everything());
    this.sender.hurry();
    this.sender.poke();
  }

  async mute({ muted }) {
    if (this.ear) this.ear.muted = muted;
  }

  async hurry() {
    this.sender?.hurry();
  }

  /** Several times a second: how it stands. */
  say() {
    const { ear, sender, diary } = this;
    const level = ear?.level() ?? 0;
    if (!sender || diary.over) return ear && tell({ is: "now", level, silent: ear.isSilent, nothing: ear.hearsNothing });
    return tell({
      is: "now",
      state: diary.state,
      level,
      silent: ear?.isSilent ?? false,
      nothing: ear?.hearsNothing ?? false,
      starting: ear?.last === 0,
      offline: !navigator.onLine || (sender.isCutOff && !sender.unknown),
      unknown: sender.unknown,
      full: sender.full,
      conflict: [...this.outbox.chunks.values()].some((chunk) => chunk.stuck),
      storage: this.outbox.failing || this.outbox.unkept > 0,
      ...this.#amounts(),
    });
  }

  async #take(diary) {
    this.diary = diary;
    this.outbox = new Outbox(this.folder);
    this.seal = await recipient(bytesFromBase64url(diary.publicKey));
  }

  #send() {
    const { diary, outbox } = this;
    this.sender = new Sender({ diary, outbox, wire: new Wire(diary), tell: (news) => this.#told(news) });
  }

  #told(news) {
    if (news.is !== "forgotten") {
      this.#unplug();
      this.ear = null;
      this.segment?.drop();
      this.segment = null;
    }
    tell(news);
  }

  /** After a crash: the spill is the last chunk of its segment, unless the whole chunk was made; then all are closed. */
  async #recover() {
    const { diary, outbox } = this;
    await outbox.find();
    await outbox.removeAll(diary.state === "discarding" ? this.#everything() : diary.orders.flatMap((one) => one.ranges));
    for (const chunk of outbox.chunks.values()) this.#count(chunk);
    for (const { about, sealed } of await outbox.spills()) {
      const segment = diary.segment(about.segment);
      const isNext = segment && !segment.closed && about.seq === segment.heard.length;
      if (!isNext || diary.isForgotten(about.segment, about.seq)) continue;
      (await outbox.put(about, sealed)).ready = true;
      segment.heard.push(about.heard);
      diary.last = Math.max(diary.last, about.at);
    }
    this.#closeAll();
    diary.next ||= BREAKS[diary.state];
    if (diary.state === "recording") diary.state = "lost";
    await this.#save();
    await outbox.clearSpills();
  }

  #everything() {
    return this.diary.segments.map((one) => [one.name, TRACK, 0, Infinity]);
  }

  #count(chunk) {
    const segment = this.diary.segment(chunk.segment);
    while (segment && segment.heard.length <= chunk.seq) segment.heard.push(chunk.heard);
  }

  #closeAll() {
    for (const segment of this.diary.segments) segment.closed = true;
    this.diary.segments = this.diary.segments.filter((one) => one.heard.length > 0);
  }

  #hear(samples, rate, at) {
    if (this.resting && samples.every((value) => value === 0)) return; // hushed: it came after the end
    const { counts, gap } = this.ear?.hear(samples, rate, at) ?? {};
    if (this.ear && this.diary?.state === "recording") {
      if (gap) this.#split(gap);
      if (!this.segment || this.segment.inputRate !== rate) this.#beginSegment(rate, samples.length);
      this.segment?.hear(samples, counts);
      if (this.segment?.seq >= CHUNKS_A_SEGMENT) this.#endSegment(); // the next block begins another, without a break
    }
    samples.fill(0);
  }

  #split(gap) {
    this.diary.next = "not heard";
    this.#endSegment();
    tell({ is: "gap", from: Date.now() - gap, to: Date.now() });
  }

  #beginSegment(rate, length) {
    if (this.segment) this.#split(0);
    const settings = this.canOpus ? this.opus.get(rate) : null;
    if (settings === undefined) return this.#askForOpus(rate);
    const about = { name: segmentName(), wall: Math.round(Date.now() - (length / rate) * 1000), after: this.diary.next };
    this.diary.next = "";
    this.diary.add(about);
    const record = this.diary.segment(about.name);
    this.segment = new Segment({
      ...about,
      inputRate: rate,
      encoder: (piece) => (settings ? new Opus(settings, piece, () => this.#encoderFailed()) : new Pcm(rate, piece)),
      chunk: (made) => this.#keep(record, made),
      spill: (made) => this.#spill(record, made),
    });
    return this.#soon(() => this.#save());
  }

  /** Answers in a few milliseconds; what is heard meanwhile is not yet the recording. */
  async #askForOpus(rate) {
    if (this.asking) return;
    this.asking = true;
    this.opus.set(rate, await within(LONGEST_ANSWER, opusSettings(rate)).catch(() => null));
    this.asking = false;
  }

  #encoderFailed() {
    this.canOpus = false;
    if (this.segment) this.#split(0);
  }

  #endSegment() {
    if (this.segment) this.ending = this.#end(this.segment);
    this.segment = null;
    return this.ending;
  }

  async #end(ended) {
    await this.#soon(() => ended.end()); // its last chunk waits to be sealed from here on
    await this.#soon(async () => {
      const record = this.diary.segment(ended.name);
      if (record && record.heard.length === 0) {
        this.diary.drop(ended.name);
        this.diary.next ||= ended.after;
      } else if (record) record.closed = true;
      await this.#save();
      this.sender.poke();
    });
  }

  #closeDropped(live) {
    const record = this.diary.segment(live.name);
    record.heard.push(0);
    record.closed = true;
  }

  /** Written down before it may be sent: else a crash in between would take the spill for a chunk that is missing. */
  #keep(record, made) {
    this.#soon(async () => {
      const sealed = await this.#sealed(record, made);
      if (this.diary.isForgotten(record.name, made.seq)) return;
      const about = { segment: record.name, track: TRACK, seq: made.seq, heard: made.heard };
      const chunk = await this.outbox.put(about, sealed);
      record.heard.push(made.heard);
      this.diary.last = Date.now();
      await this.#save();
      chunk.ready = true;
      this.sender.poke();
    });
  }

  /** Never two at once: when the device is slow, the next one is as good. */
  #spill(record, made) {
    if (this.spilling || this.resting) return made.sound.fill(0);
    this.spilling = true;
    return this.#soon(async () => {
      const sealed = await this.#sealed(record, made);
      const { seq, heard } = made;
      const isOld = record.heard.length > seq || record.closed || this.diary.isForgotten(record.name, seq);
      if (!isOld) await this.outbox.spill({ segment: record.name, track: TRACK, seq, heard }, sealed);
    }).finally(() => {
      this.spilling = false;
    });
  }

  async #sealed(record, { seq, head, sound }) {
    const plain = plainChunk(head, sound);
    sound.fill(0);
    const sealed = await this.seal(plain, livePlace(this.diary.capture, record.name, TRACK, seq));
    plain.fill(0);
    return sealed;
  }

  async #save() {
    await this.diary.save().catch(() => {
      this.outbox.failing = true;
    });
  }

  #amounts() {
    const [made, live] = [this.diary.heard, this.segment];
    const unfinished = live ? Math.max(0, live.heardMs - sumOf(this.diary.segment(live.name).heard)) : 0;
    const { chunks, unkept, failing } = this.outbox;
    // One that is just being written is still part of what is unfinished, and must not count twice.
    const waiting = this.outbox.heard((one) => one.seq < (this.diary.segment(one.segment)?.heard.length ?? Infinity));
    return {
      heard: made + unfinished,
      made: sumOf(this.diary.segments.map((one) => one.heard.length)) * CHUNK_MS + unfinished,
      waiting: waiting + unfinished,
      unkept: unkept + (failing ? unfinished : 0),
      safe: Math.max(0, made - waiting),
      parts: chunks.size,
      last: this.diary.last,
    };
  }

  #soon(job) {
    this.work = this.work.then(job).catch(() => {
      if (this.outbox) this.outbox.failing = true;
    });
    return this.work;
  }

  get #isEnding() {
    return Boolean(this.diary) && (this.diary.over || ["finishing", "discarding"].includes(this.diary.state));
  }

  #unplug() {
    this.plug?.stop();
    this.plug = null;
  }
}

function sumOf(values) {
  return values.reduce((sum, value) => sum + value, 0);
}

function hex(length) {
  return Array.from(crypto.getRandomValues(new Uint8Array(length)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** 8 hex digits with a letter among them: objects in JavaScript put names that look like numbers out of order. */
function segmentName() {
  const name = hex(4);
  return /[a-f]/.test(name) ? name : segmentName();
}

const recorder = new Recorder();
let turn = Promise.resolve();

// One after the other: a pause must not overtake the start before it.
onmessage = ({ data }) => {
  turn = turn.then(() => recorder[data.does](data)).catch(() => tell({ is: "broken" }));
};
addEventListener("online", () => recorder.hurry());
setInterval(() => recorder.say(), TELL_EVERY);
