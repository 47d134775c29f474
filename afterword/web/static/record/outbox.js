// Chunks that are sealed and that the server does not have yet: one file each. Holds ciphertext only.

import { joined, number, sha256Hex } from "../seal.js";
import { CALL, MIC, TRACKS } from "./tracks.js";
import { again } from "./within.js";

const SPILLS = { [MIC]: ["spill-0", "spill-1"], [CALL]: ["spill-call-0", "spill-call-1"] };
const [TRIES, PAUSE] = [3, 300];
const WHOLE = 5000;
const text = new TextEncoder();

export class Outbox {
  constructor(folder) {
    this.folder = folder;
    this.chunks = new Map(); // name -> {segment, track, seq, heard, sha256, since, ready, bytes: only while they have no file}
    this.generations = { [MIC]: 0, [CALL]: 0 }; // of spills
    this.failing = false;
  }

  /** What an earlier page left here. What cannot be read just now is kept under its name. */
  async find() {
    for (const name of (await this.folder.names()).filter((one) => one.startsWith("chunk-"))) {
      const about = await again(TRIES, PAUSE, () => this.#about(name)).catch(() => ({ ...placeOf(name), heard: WHOLE }));
      if (about) this.chunks.set(name, { ...about, ready: true, since: Date.now() });
      else await this.folder.remove(name);
    }
  }

  /** Durable, or, when this device has no room, in memory. `heard` in ms. It is not sent before it is made `ready`. */
  async put({ segment, track, seq, heard }, sealed) {
    if (this.over) return {};
    const about = { segment, track, seq, heard, sha256: await sha256Hex(sealed), since: Date.now() };
    const chunk = { ...about, ready: false, bytes: sealed };
    this.chunks.set(nameOf(about), chunk);
    await this.settle();
    return chunk;
  }

  /** Writes what has no file yet. */
  async settle() {
    for (const [name, chunk] of this.chunks) {
      if (!chunk.bytes) continue;
      this.failing = !(await this.#write(name, chunk, chunk.bytes));
      if (this.failing) {
        for (const one of this.chunks.values()) one.refused = Boolean(one.bytes);
        return;
      }
      delete chunk.bytes;
    }
  }

  /** The chunk that is not complete yet, for the case that the rest never comes. */
  async spill({ segment, track, seq, heard }, sealed) {
    if (this.over) return;
    this.generations[track] += 1;
    const generation = this.generations[track];
    const about = { segment, track, seq, heard, at: Date.now(), generation, sha256: await sha256Hex(sealed) };
    this.failing = !(await this.#write(SPILLS[track][generation % 2], about, sealed));
  }

  /** Of each track the newest first, whole ones only. */
  async spills() {
    const found = (await Promise.all(TRACKS.map((track) => this.#spillsOf(track)))).flat();
    return found.sort((one, other) => other.about.generation - one.about.generation);
  }

  async clearSpills() {
    for (const name of Object.values(SPILLS).flat()) {
      await this.folder.write(name, new Uint8Array(0)).catch(() => {});
      await this.folder.remove(name);
    }
  }

  /** The next one of a segment to send; null when all were acknowledged. */
  oldestOf(segment) {
    const waiting = [...this.chunks.values()].filter((chunk) => chunk.segment === segment && chunk.ready && !chunk.stuck);
    const place = (chunk) => chunk.seq * TRACKS.length + TRACKS.indexOf(chunk.track);
    return waiting.sort((one, other) => (one.misses ?? 0) - (other.misses ?? 0) || place(one) - place(other))[0] ?? null;
  }

  /** Null when it is not there or not whole. Throws when it cannot be read just now: then the others go first. */
  async bytes(chunk) {
    if (chunk.bytes) return chunk.bytes;
    try {
      const found = await opened(await this.folder.read(nameOf(chunk)));
      if (found) Object.assign(chunk, found.about);
      return found?.sealed ?? null;
    } catch (error) {
      chunk.misses = (chunk.misses ?? 0) + 1;
      throw error;
    }
  }

  async remove(chunk) {
    this.chunks.delete(nameOf(chunk));
    await this.folder.remove(nameOf(chunk));
  }

  /** `ranges`: [segment, track, first, past] each. */
  async removeAll(ranges) {
    for (const chunk of [...this.chunks.values()]) {
      const { segment, track, seq } = chunk;
      const isGone = ([name, of, first, past]) => name === segment && of === track && first <= seq && seq < past;
      if (ranges.some(isGone)) await this.remove(chunk);
    }
  }

  /** Milliseconds in chunks that `counts` takes; in all of them without it. What both tracks hold counts once. */
  heard(counts = () => true) {
    const times = new Map();
    for (const { segment, seq, heard } of [...this.chunks.values()].filter(counts)) {
      const time = `${segment}-${seq}`;
      times.set(time, Math.max(times.get(time) ?? 0, heard));
    }
    return [...times.values()].reduce((sum, heard) => sum + heard, 0);
  }

  /** Milliseconds that are in memory only, because this device did not take them. */
  get unkept() {
    return this.heard((chunk) => chunk.bytes && chunk.refused);
  }

  /** The chunk at this place that waits here; undefined when there is none. */
  at(place) {
    return this.chunks.get(nameOf(place));
  }

  /** The recording is over: nothing stays here, and nothing more is taken. */
  async close() {
    this.over = true;
    this.chunks.clear();
    await this.clearSpills();
    await this.folder.wipe();
  }

  async #spillsOf(track) {
    const read = SPILLS[track].map(async (name) => opened(await this.folder.read(name)));
    const found = (await Promise.all(read)).filter(Boolean);
    this.generations[track] = Math.max(0, ...found.map(({ about }) => about.generation));
    return found;
  }

  async #about(name) {
    return (await opened(await this.folder.read(name)))?.about ?? null;
  }

  async #write(name, about, sealed) {
    const { bytes, since, ready, stuck, misses, refused, ...kept } = about;
    const head = text.encode(JSON.stringify(kept));
    return this.folder.write(name, joined(number(head.length), head, sealed)).then(
      () => true,
      () => false,
    );
  }
}

function nameOf({ segment, track, seq }) {
  return `chunk-${segment}-${track}-${String(seq).padStart(6, "0")}`;
}

function placeOf(name) {
  const [, segment, track, seq] = name.split("-");
  return { segment, track, seq: Number(seq) };
}

/** A file of ours, or null when it was not written to its end. */
async function opened(bytes) {
  try {
    const length = new DataView(bytes.buffer).getUint32(0);
    const about = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
    const sealed = bytes.slice(4 + length);
    return (await sha256Hex(sealed)) === about.sha256 ? { about, sealed } : null;
  } catch {
    return null;
  }
}
