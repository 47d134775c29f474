// What this device knows of the one recording it makes: ids, a token or a key that can only write, counts. Never a sound,
// never a word. Kept in two files in turn, so that a crash while one is written leaves the other.

import { MIC } from "./tracks.js";

const text = new TextEncoder();
const NAMES = ["diary-0", "diary-1"];

export class Diary {
  /** The one that is on this device, or null. */
  static async read(folder) {
    const found = (await Promise.all(NAMES.map((name) => folder.read(name)))).map(parsed).filter(Boolean);
    const newest = found.sort((one, other) => other.revision - one.revision)[0];
    return newest ? new Diary(folder, newest) : null;
  }

  /** `opened`: what POST /captures answered; or, on a laptop that records for a phone, with `handoff`: {id, key} instead of
   * a token. `form`: session, recap, closing, spoken or handoff, on which it depends how long it may be. */
  static begin(folder, { capture, session, token, handoff, public_key: publicKey }, form) {
    const kept = { v: 2, revision: 0, form, capture, session, token, handoff, publicKey, started: Date.now() };
    return new Diary(folder, { ...kept, state: "recording", next: "", last: Date.now(), segments: [], orders: [] });
  }

  constructor(folder, kept) {
    this.folder = folder;
    Object.assign(this, kept);
  }

  async save() {
    const { folder, over, ...kept } = this;
    if (over) return;
    this.revision += 1;
    const bytes = text.encode(JSON.stringify({ ...kept, revision: this.revision }));
    await folder.write(NAMES[this.revision % 2], bytes);
  }

  segment(name) {
    return this.segments.find((one) => one.name === name);
  }

  /** `heard`: of each track, for each chunk that was made, the milliseconds heard in it. */
  add({ name, wall, after }, tracks) {
    const heard = Object.fromEntries(tracks.map((track) => [track, []]));
    this.segments.push({ name, wall, after, heard, closed: false, told: false });
  }

  drop(name) {
    this.segments = this.segments.filter((one) => one.name !== name);
  }

  /** Milliseconds that the microphone heard. */
  get heard() {
    return this.segments.flatMap((one) => one.heard[MIC]).reduce((sum, ms) => sum + ms, 0);
  }

  isForgotten({ segment, track, seq }) {
    const holds = ([name, of, from, past]) => name === segment && of === track && from <= seq && seq < past;
    return this.orders.some((order) => order.ranges.some(holds));
  }
}

/** How many chunks each track of a segment has. */
export function countsOf(segment) {
  return Object.fromEntries(Object.entries(segment.heard).map(([track, heard]) => [track, heard.length]));
}

/** Was nothing of it kept? */
export function isEmpty(segment) {
  return Object.values(segment.heard).every((heard) => heard.length === 0);
}

function parsed(bytes) {
  try {
    const found = JSON.parse(new TextDecoder().decode(bytes));
    return found.v === 1 ? ofTracks(found) : found.v === 2 ? found : null;
  } catch {
    return null;
  }
}

/** A recording that an earlier Afterword began: it knew the microphone alone. */
function ofTracks(found) {
  return { ...found, v: 2, segments: found.segments.map((one) => ({ ...one, heard: { [MIC]: one.heard } })) };
}
