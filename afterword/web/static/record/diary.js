// What this device knows of the one recording it makes: ids, a token that can only write, counts. Never a sound, never a
// word. Kept in two files in turn, so that a crash while one is written leaves the other.

const text = new TextEncoder();
const NAMES = ["diary-0", "diary-1"];

export class Diary {
  /** The one that is on this device, or null. */
  static async read(folder) {
    const found = (await Promise.all(NAMES.map((name) => folder.read(name)))).map(parsed).filter(Boolean);
    const newest = found.sort((one, other) => other.revision - one.revision)[0];
    return newest ? new Diary(folder, newest) : null;
  }

  /** `opened`: what POST /captures answered. `form`: session, recap, closing or spoken, on which it depends how long it may be. */
  static begin(folder, { capture, session, token, public_key: publicKey }, form) {
    const kept = { v: 1, revision: 0, form, capture, session, token, publicKey, started: Date.now() };
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

  /** `heard`: for each chunk that was made, the milliseconds heard in it. */
  add({ name, wall, after }) {
    this.segments.push({ name, wall, after, heard: [], closed: false, told: false });
  }

  drop(name) {
    this.segments = this.segments.filter((one) => one.name !== name);
  }

  get heard() {
    return this.segments.reduce((sum, one) => sum + one.heard.reduce((all, ms) => all + ms, 0), 0);
  }

  isForgotten(segment, seq) {
    return this.orders.some((order) => order.ranges.some(([name, , from, past]) => name === segment && from <= seq && seq < past));
  }
}

function parsed(bytes) {
  try {
    const found = JSON.parse(new TextDecoder().decode(bytes));
    return found.v === 1 ? found : null;
  } catch {
    return null;
  }
}
