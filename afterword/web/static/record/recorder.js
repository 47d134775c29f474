// The worker that records: hears, cuts, and lets what it made be sealed, kept and sent. Plain sound exists here for the
// five seconds of a chunk, and leaves only sealed. Nothing here waits for the page.

import { Diary, countsOf } from "./diary.js";
import { Opus, opusSettings, Pcm } from "./encoders.js";
import { Folder } from "./folder.js";
import { reach } from "./forgetting.js";
import { BREAKS, Keeper } from "./keeper.js";
import { Segment } from "./segment.js";
import { Sender } from "./sender.js";
import { Side } from "./side.js";
import { Take } from "./take.js";
import { tap } from "./tap.js";
import { MIC, TRACKS } from "./tracks.js";
import { Wire } from "./wire.js";
import { again, within } from "./within.js";

const TELL_EVERY = 200;
const LONGEST_ANSWER = 2000;
const [TRIES, PAUSE] = [8, 500];
const CHUNKS_A_SEGMENT = 2000;
const FOLDER = "afterword-outbox";
const tell = (news) => postMessage(news);

class Recorder {
  constructor() {
    this.ending = Promise.resolve(); // of the take before
    this.opus = new Map();
    this.mic = null;
    this.call = null;
    this.take = null;
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
    const { state, form, session, started: since } = diary;
    return tell({ is: "found", state, form, session, since, ...this.keeper.amounts(null) });
  }

  async #found() {
    const diary = await Diary.read(this.folder);
    if (diary) {
      await this.#keepIn(diary);
      await this.keeper.recover();
    }
    return diary;
  }

  async begin({ opened, form }) {
    await this.#keepIn(Diary.begin(this.folder, opened, form));
    await this.keeper.save();
    this.#send();
    tell({ is: "begun" });
  }

  /** `source`: {readable} or {port}, and so may be `call`. Without a recording it only says how loud they are. */
  async listen({ source, call, opus }) {
    this.#unplug();
    if (this.#isEnding) return [source, call].forEach(closed);
    this.canOpus &&= opus;
    if (call || this.take?.hasCall) this.#cut();
    if (this.diary) {
      this.diary.state = "recording";
      this.sender.say();
    }
    this.mic = new Side(source, (...block) => this.#hearMic(...block));
    if (call) this.#plugCall(call);
    return this.diary && this.keeper.save();
  }

  /** The sound of the call comes from elsewhere now; null: from nowhere. The microphone goes on. */
  async share({ source }) {
    if (!this.mic) return closed(source);
    if (!source && !this.call) return; // it ended by itself, and was noticed
    this.#unplugCall();
    if (source) this.#plugCall(source);
    return this.#cut();
  }

  /** The microphone is closed. `state`: paused, off, lost, finishing, or null after a check. */
  async rest({ state }) {
    this.resting = true; // its last chunk comes at once
    await Promise.all([this.mic?.rest(), this.call?.rest()]);
    this.resting = false;
    this.#unplug();
    tell({ is: "rested" });
    if (!this.diary || this.#isEnding) return;
    this.diary.next = BREAKS[state] ?? "";
    this.diary.state = state;
    await this.#cut();
    await this.keeper.save();
    this.sender.say();
  }

  /** The last minutes: out of the outbox now, out of the server as soon as it is reached. Not from a laptop that records
   * for a phone. */
  async forget({ minutes }) {
    const { diary, keeper, take } = this;
    if (diary.handoff) return;
    const before = diary.segments.map((one) => one.name); // others may begin meanwhile
    if (take) diary.next = "forgotten";
    this.#drop();
    await this.ending;
    await keeper.work;
    if (take) this.#closeDropped(take);
    const upTo = diary.segments.filter((one) => before.includes(one.name));
    const last = upTo.at(-1);
    if (!last) return tell({ is: "forgotten", minutes, told: true });
    const made = (track) => upTo.map(({ name, heard }) => ({ name, made: heard[track]?.length ?? 0 }));
    const ranges = TRACKS.flatMap((track) => reach(made(track), minutes, track));
    diary.orders.push({ order: hex(16), minutes, segment: last.name, chunks: countsOf(last), ranges, told: false });
    for (const [name, track, first, past] of ranges) diary.segment(name).heard[track].fill(0, first, past);
    await keeper.save();
    await keeper.outbox.clearSpills();
    await keeper.outbox.removeAll(ranges);
    tell({ is: "forgotten", minutes, told: false });
    this.sender.hurry();
    return this.sender.poke();
  }

  async finish() {
    await this.rest({ state: "finishing" });
  }

  /** The phone pressed Stop and keep at this time (ms since 1970). */
  async stop({ pressed }) {
    await this.#cut();
    await this.keeper.work;
    await this.keeper.onlyUpTo(pressed);
  }

  /** What is on this device goes at once; the server is told as soon as it is reached. */
  async discard() {
    this.#unplug();
    this.#drop();
    this.diary.state = "discarding";
    await this.keeper.work;
    await this.keeper.save();
    await this.keeper.removeEverything();
    this.sender.hurry();
    this.sender.poke();
  }

  async mute({ muted }) {
    if (this.mic) this.mic.ear.muted = muted;
  }

  async hurry() {
    this.sender?.hurry();
  }

  /** Several times a second: how it stands. */
  say() {
    const { sender, diary, keeper } = this;
    this.#missCall();
    const heard = this.#heard();
    if (!sender || diary.over) return this.mic && tell({ is: "now", ...heard });
    return tell({
      is: "now",
      state: diary.state,
      ...heard,
      starting: this.mic?.ear.last === 0,
      offline: !navigator.onLine || (sender.isCutOff && !sender.unknown),
      unknown: sender.unknown,
      full: sender.full,
      conflict: [...keeper.outbox.chunks.values()].some((chunk) => chunk.stuck),
      storage: keeper.outbox.failing || keeper.outbox.unkept > 0,
      ...keeper.amounts(this.take),
    });
  }

  /** `level`, `callLevel`: 0 to 1. `sides`: ms since a voice was heard there; null where nothing listens. */
  #heard() {
    const ear = this.mic?.ear;
    return {
      level: ear?.level() ?? 0,
      silent: ear?.isSilent ?? false,
      nothing: ear?.hearsNothing ?? false,
      callLevel: this.call?.ear.level() ?? 0,
      hasCall: this.#hasCall,
      sides: { mic: this.mic?.voice.ago ?? null, call: this.call?.voice.ago ?? null },
    };
  }

  async #keepIn(diary) {
    this.diary = diary;
    this.keeper = new Keeper(this.folder, diary);
    await this.keeper.ready();
  }

  #send() {
    const { diary, keeper } = this;
    const about = { diary, outbox: keeper.outbox, wire: new Wire(diary) };
    this.sender = new Sender({ ...about, tell: (news) => this.#told(news), stop: (ago) => this.#stopped(ago) });
    keeper.stored = () => this.sender.poke();
  }

  #told(news) {
    if (news.is !== "forgotten") {
      this.#unplug();
      this.#drop();
    }
    tell(news);
  }

  /** No more sound from here on; what there is goes the way of a recording that is finished. */
  #stopped(ago) {
    this.#unplug();
    this.diary.state = "finishing";
    tell({ is: "stopped" });
    return inTurn({ does: "stop", pressed: Date.now() - ago });
  }

  #plugCall(source) {
    this.call = new Side(source, (...block) => this.#hearCall(...block), (side) => this.#callIsOver(side));
  }

  #unplugCall() {
    this.call?.stop();
    this.call = null;
  }

  #callIsOver(side) {
    if (side !== this.call) return;
    this.call = null;
    if (this.take?.hasCall) this.#cut();
  }

  /** It gives nothing, but did not end either: the microphone goes on alone until it is back. */
  #missCall() {
    if (!this.call || this.call.isAway || !this.call.ear.hearsNothing) return;
    this.call.isAway = true;
    if (this.take?.hasCall) this.#cut();
  }

  get #hasCall() {
    return this.call !== null && !this.call.isAway;
  }

  #hearMic(side, samples, rate, at) {
    if (side !== this.mic || this.#isHushed(samples)) return;
    const { counts, gap } = side.hear(samples, rate, at);
    if (this.diary?.state !== "recording") return;
    if (gap) this.#split(gap);
    if (this.take?.rate !== rate) this.#beginTake(rate, samples.length);
    this.take?.hearMic(samples, counts);
    if (this.take?.seq >= CHUNKS_A_SEGMENT) this.#cut(); // the next block begins another, without a break
  }

  #hearCall(side, samples, rate, at) {
    if (side !== this.call || this.#isHushed(samples)) return;
    const { gap } = side.hear(samples, rate, at);
    const isBack = side.isAway;
    side.isAway = false;
    if (!this.take || this.diary.state !== "recording") return;
    const after = side.clock.time(this.mic.clock) - this.mic.clock.time(side.clock);
    if (isBack || gap || !this.take.hearCall(samples, rate, after)) this.#cut();
  }

  /** It came after the end. */
  #isHushed(samples) {
    return this.resting && samples.every((value) => value === 0);
  }

  #split(gap) {
    this.diary.next = "not heard";
    this.#cut();
    this.call?.clock.reset();
    tell({ is: "gap", from: Date.now() - gap, to: Date.now() });
  }

  #beginTake(rate, length) {
    if (this.take) this.#split(0);
    if (this.#settings(rate) === undefined) return;
    const about = { name: segmentName(), wall: Math.round(Date.now() - (length / rate) * 1000), after: this.diary.next };
    const tracks = this.#hasCall ? TRACKS : [MIC];
    this.diary.next = "";
    this.diary.add(about, tracks);
    const record = this.diary.segment(about.name);
    const two = tracks.length > 1 ? { ...about, tracks } : about;
    this.take = new Take({ about: two, rate, track: (track, inputRate) => this.#track(record, two, track, inputRate) });
    this.keeper.soon(() => this.keeper.save());
  }

  #track(record, about, track, inputRate) {
    const settings = this.#settings(inputRate);
    if (settings === undefined) return null;
    const { keeper } = this;
    return new Segment({
      about,
      inputRate,
      encoder: (piece) => (settings ? new Opus(settings, piece, () => this.#encoderFailed()) : new Pcm(inputRate, piece)),
      chunk: (made) => keeper.keep(record, track, made),
      spill: (made) => (this.resting ? made.sound.fill(0) : keeper.spill(record, track, made)),
    });
  }

  /** Of the encoder; null where there is none for this rate, and undefined before that is known. */
  #settings(rate) {
    const settings = this.canOpus ? this.opus.get(rate) : null;
    if (settings === undefined) this.#askForOpus(rate);
    return settings;
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
    if (this.take) this.#split(0);
  }

  /** What comes next is another segment. */
  #cut() {
    if (this.take) this.ending = this.keeper.end(this.take);
    this.take = null;
    return this.ending;
  }

  #drop() {
    this.take?.drop();
    this.take = null;
  }

  #closeDropped(take) {
    const record = this.diary.segment(take.name);
    for (const heard of Object.values(record.heard)) heard.push(0);
    record.closed = true;
  }

  get #isEnding() {
    return Boolean(this.diary) && (this.diary.over || ["finishing", "discarding"].includes(this.diary.state));
  }

  #unplug() {
    this.mic?.stop();
    this.mic = null;
    this.#unplugCall();
  }
}

/** A source that is not wanted any more. */
function closed(source) {
  if (source) tap(source, () => {}).stop();
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

/** One after the other: a pause must not overtake the start before it. */
function inTurn(data) {
  turn = turn.then(() => recorder[data.does](data)).catch(() => tell({ is: "broken" }));
  return turn;
}

onmessage = ({ data }) => inTurn(data);
addEventListener("online", () => recorder.hurry());
setInterval(() => recorder.say(), TELL_EVERY);
