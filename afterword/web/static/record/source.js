// One source of sound that the browser gave to this page, from there to the worker. The page itself never hears it.

import { opusSettings } from "./encoders.js";
import { within } from "./within.js";

const LONGEST_START = 5000;
const RATE = 48000;
const BLOCKS_KEPT = 3000; // 30 s, for when a slow disk holds the worker up

export class Source {
  /** `stream`: a MediaStream with one track of sound. */
  constructor(stream) {
    this.stream = stream;
    [this.track] = stream.getAudioTracks();
  }

  /** By a call, say. It comes back by itself; an "interrupted" context must not be resumed before that. */
  get isTaken() {
    return this.track.muted || this.context?.state === "interrupted";
  }

  get isOver() {
    return this.track.readyState === "ended";
  }

  /** {source, opus, give}: what the worker is told, and what is handed over to it. */
  async tap() {
    const opus = (await within(LONGEST_START, opusSettings(RATE)).catch(() => null)) !== null;
    if (globalThis.MediaStreamTrackProcessor) {
      const { readable } = new MediaStreamTrackProcessor({ track: this.track, maxBufferSize: BLOCKS_KEPT });
      return { source: { readable }, opus, give: [readable] };
    }
    const port = await this.#worklet();
    return { source: { port }, opus, give: [port] };
  }

  /** Wakes a context that the browser put to sleep. */
  stir() {
    if (this.context?.state === "suspended" && !document.hidden) within(LONGEST_START, this.context.resume()).catch(() => {});
  }

  onChange(changed) {
    for (const kind of ["mute", "unmute", "ended"]) this.track.addEventListener(kind, () => changed(this));
    if (this.context) this.context.onstatechange = () => changed(this);
  }

  /** Not a sound from here on; what it heard before can still be taken. */
  hush() {
    this.track.enabled = false;
  }

  close() {
    this.stream.getTracks().forEach((track) => track.stop());
    this.context?.close().catch(() => {});
  }

  // Never connected to the destination: on an iPhone that would let the system silence it in the background.
  async #worklet() {
    this.context = new AudioContext({ sampleRate: RATE });
    await within(LONGEST_START, this.context.audioWorklet.addModule("/static/record/worklet.js"));
    const node = new AudioWorkletNode(this.context, "tap", { numberOfInputs: 1, numberOfOutputs: 0 });
    const { port1, port2 } = new MessageChannel();
    node.port.postMessage({ out: port1 }, [port1]);
    this.context.createMediaStreamSource(this.stream).connect(node);
    this.node = node;
    this.stir();
    return port2;
  }
}
