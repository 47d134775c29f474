// Blocks of mono samples from a source that the page handed over: a stream of its frames, or a port from the worklet.

import { within } from "./within.js";

const LONGEST_REST = 2000;
const STILL_AFTER = 100;
const WAITED = 4; // ms for one block: so all that came before was taken

/** `hear(samples, rate, at)`: `at` in ms of the source's own clock. `over()`: the source ended by itself, which a port
 * cannot tell. Returns {stop, rest}: `rest` first takes what came before the microphone was hushed and still waits because
 * this worker was held up. */
export function tap({ readable, port }, hear, over = () => {}) {
  return readable ? ofStream(readable, hear, over) : ofPort(port, hear);
}

function ofStream(readable, hear, over) {
  const reader = readable.getReader();
  let [stopped, since, taken] = [false, Infinity, () => {}];
  const run = async () => {
    while (!stopped) {
      const asked = performance.now();
      const { done, value } = await reader.read();
      if (asked > since && performance.now() - asked > WAITED) taken();
      if (done) return;
      if (!stopped) hear(mono(value), value.sampleRate, value.timestamp / 1000);
      value.close();
    }
  };
  const done = run().catch(() => {}); // the track was stopped; that no blocks come from a microphone is noticed elsewhere
  done.then(() => stopped || over());
  const stop = () => {
    stopped = true;
    reader.cancel().catch(() => {});
  };
  const rest = () => {
    since = performance.now();
    const all = new Promise((resolve) => {
      taken = resolve;
    });
    return within(LONGEST_REST, Promise.race([all, done])).catch(() => {}).then(stop);
  };
  return { stop, rest };
}

function ofPort(port, hear) {
  let came = 0;
  port.onmessage = ({ data }) => {
    came += 1;
    hear(data.samples, data.rate, (data.frame / data.rate) * 1000);
  };
  const stop = () => port.close();
  const rest = async () => {
    for (let [before, until] = [-1, performance.now() + LONGEST_REST]; came !== before && performance.now() < until; ) {
      before = came;
      await new Promise((resolve) => setTimeout(resolve, STILL_AFTER));
    }
    stop();
  };
  return { stop, rest };
}

/** A browser may give two channels whatever was asked for. */
function mono(frames) {
  const mixed = new Float32Array(frames.numberOfFrames);
  const plane = new Float32Array(frames.numberOfFrames);
  for (let channel = 0; channel < frames.numberOfChannels; channel += 1) {
    frames.copyTo(plane, { planeIndex: channel, format: "f32-planar" });
    for (let i = 0; i < mixed.length; i += 1) mixed[i] += plane[i] / frames.numberOfChannels;
  }
  plane.fill(0);
  return mixed;
}
