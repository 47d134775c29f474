// Seals what was made of the sound and keeps it: the diary and the outbox, written in one order. Plain chunks come in here
// and are wiped.

import { bytesFromBase64url, recipient } from "../seal.js";
import { livePlace, plainChunk } from "./chunk.js";
import { isEmpty } from "./diary.js";
import { Outbox } from "./outbox.js";
import { MIC } from "./tracks.js";

const CHUNK_MS = 5000;
const MOST_AFTER_A_STOP = 2000;
export const BREAKS = { recording: "not heard", lost: "not heard", paused: "paused", off: "off the record" };

export class Keeper {
  constructor(folder, diary) {
    Object.assign(this, { diary, outbox: new Outbox(folder), work: Promise.resolve(), spilling: new Set() });
    this.stored = () => {}; // called whenever there is something new to be sent
  }

  async ready() {
    this.seal = await recipient(bytesFromBase64url(this.diary.publicKey));
  }

  /** After a crash: the spill is the last chunk of its track, unless the whole chunk was made; then all are closed. */
  async recover() {
    const { diary, outbox } = this;
    await outbox.find();
    await outbox.removeAll(diary.state === "discarding" ? this.#everything() : diary.orders.flatMap((one) => one.ranges));
    for (const chunk of outbox.chunks.values()) this.#count(chunk);
    for (const { about, sealed } of await outbox.spills()) {
      const segment = diary.segment(about.segment);
      const isNext = segment && !segment.closed && about.seq === segment.heard[about.track]?.length;
      if (!isNext || diary.isForgotten(about)) continue;
      (await outbox.put(about, sealed)).ready = true;
      segment.heard[about.track].push(about.heard);
      diary.last = Math.max(diary.last, about.at);
    }
    for (const segment of diary.segments) segment.closed = true;
    diary.segments = diary.segments.filter((one) => !isEmpty(one));
    diary.next ||= BREAKS[diary.state] ?? "";
    if (diary.state === "recording") diary.state = "lost";
    await this.save();
    await outbox.clearSpills();
  }

  /** Written down before it may be sent: else a crash in between would take the spill for a chunk that is missing. */
  keep(record, track, made) {
    this.soon(async () => {
      const place = { segment: record.name, track, seq: made.seq };
      const sealed = await this.#sealed(place, made);
      if (this.diary.isForgotten(place)) return;
      const chunk = await this.outbox.put({ ...place, heard: made.heard }, sealed);
      record.heard[track].push(made.heard);
      this.diary.last = Date.now();
      await this.save();
      chunk.ready = true;
      this.stored();
    });
  }

  /** Never two of a track at once: when the device is slow, the next one is as good. */
  spill(record, track, made) {
    if (this.spilling.has(track)) return made.sound.fill(0);
    this.spilling.add(track);
    return this.soon(async () => {
      const place = { segment: record.name, track, seq: made.seq };
      const sealed = await this.#sealed(place, made);
      const isOld = record.heard[track].length > made.seq || record.closed || this.diary.isForgotten(place);
      if (!isOld) await this.outbox.spill({ ...place, heard: made.heard }, sealed);
    }).finally(() => this.spilling.delete(track));
  }

  /** The last chunks of a take come out, and its segment is closed. */
  async end(take) {
    await this.soon(() => take.end()); // its last chunks wait to be sealed from here on
    await this.soon(async () => {
      const record = this.diary.segment(take.name);
      if (record && isEmpty(record)) {
        this.diary.drop(take.name);
        this.diary.next ||= take.about.after;
      } else if (record) record.closed = true;
      await this.save();
      this.stored();
    });
  }

  /** The phone stopped it at this time (ms since 1970), perhaps while there was no connection: chunks that began later go.
   * The diary first: what a crash then leaves of them is found again, and so is the stop. */
  async onlyUpTo(pressed) {
    const { diary, outbox } = this;
    const last = pressed + this.#setBack() + MOST_AFTER_A_STOP;
    const late = diary.segments.flatMap((segment) => this.#cut(segment, last));
    diary.segments = diary.segments.filter((one) => !isEmpty(one));
    await this.save();
    await outbox.clearSpills();
    for (const chunk of late) await outbox.remove(chunk);
  }

  async removeEverything() {
    await this.outbox.clearSpills();
    await this.outbox.removeAll(this.#everything());
  }

  async save() {
    await this.diary.save().catch(() => {
      this.outbox.failing = true;
    });
  }

  soon(job) {
    this.work = this.work.then(job).catch(() => {
      this.outbox.failing = true;
    });
    return this.work;
  }

  /** How much there is, in ms of the microphone; `take`: the one that is being recorded, or null. */
  amounts(take) {
    const { diary, outbox } = this;
    const made = diary.heard;
    const known = take ? sumOf(diary.segment(take.name)?.heard[MIC] ?? []) : 0;
    const unfinished = take ? Math.max(0, take.mic.heardMs - known) : 0;
    // One that is just being written is still part of what is unfinished, and must not count twice.
    const count = ({ segment, track }) => diary.segment(segment)?.heard[track]?.length ?? Infinity;
    const waiting = outbox.heard((one) => one.seq < count(one));
    return {
      heard: made + unfinished,
      made: sumOf(diary.segments.map((one) => one.heard[MIC].length)) * CHUNK_MS + unfinished,
      waiting: waiting + unfinished,
      unkept: outbox.unkept + (outbox.failing ? unfinished : 0),
      safe: Math.max(0, made - waiting),
      parts: outbox.chunks.size,
      last: diary.last,
    };
  }

  async #sealed({ segment, track, seq }, { head, sound }) {
    const plain = plainChunk(head, sound);
    sound.fill(0);
    const sealed = await this.seal(plain, livePlace(this.diary.capture, segment, track, seq));
    plain.fill(0);
    return sealed;
  }

  #everything() {
    return this.diary.segments.flatMap((one) => Object.keys(one.heard).map((track) => [one.name, track, 0, Infinity]));
  }

  #count(chunk) {
    const heard = this.diary.segment(chunk.segment)?.heard[chunk.track];
    while (heard && heard.length <= chunk.seq) heard.push(chunk.heard);
  }

  /** By how much the clock of this device was set back while it recorded: then its last chunk begins in the future. Up to
   * a chunk too much, because what came before the press must not be lost. */
  #setBack() {
    const { wall, heard } = this.diary.segments.at(-1) ?? { wall: 0, heard: {} };
    const begun = wall + ((heard[MIC]?.length ?? 0) - 1) * CHUNK_MS;
    return begun > Date.now() ? begun - Date.now() + CHUNK_MS : 0;
  }

  /** Takes away from the end of each track what began after `last`, and returns it. What the server has already is not
   * taken back from here. */
  #cut({ name, wall, heard }, last) {
    const first = Math.max(0, Math.floor((last - wall) / CHUNK_MS) + 1);
    const late = [];
    for (const track of Object.keys(heard)) {
      while (heard[track].length > first) {
        const chunk = this.outbox.at({ segment: name, track, seq: heard[track].length - 1 });
        if (!chunk) break;
        late.push(chunk);
        heard[track].pop();
      }
    }
    return late;
  }
}

function sumOf(values) {
  return values.reduce((sum, value) => sum + value, 0);
}
