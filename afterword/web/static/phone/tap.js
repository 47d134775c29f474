// The microphone, as numbers: calls `hear` with {at, frames, squares, zeros} for each block of sound, and lets the
// sound itself go at once. On Chromium from the track itself; elsewhere in an AudioWorklet, never joined to a speaker.

export const WISH = { audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 } };

const PATIENCE = 5000;

// Returns {rate, stop}.
export async function tap(track, hear) {
  return window.MediaStreamTrackProcessor ? fromTrack(track, hear) : fromWorklet(track, hear);
}

async function fromTrack(track, hear) {
  const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 500 }).readable.getReader();
  const first = await Promise.race([reader.read(), nothing()]);
  if (first.done) throw new DOMException("", "NotReadableError");
  const rate = first.value.sampleRate;
  const offset = Date.now() - first.value.timestamp / 1000; // a block that was held up keeps its own time
  const take = (data) => {
    const block = { at: offset + data.timestamp / 1000, ...measure(samples(data)) };
    data.close();
    hear(block);
  };
  take(first.value);
  (async () => {
    for (let next = await reader.read(); !next.done; next = await reader.read()) take(next.value);
  })().catch(() => {});
  return { rate, stop: () => reader.cancel().catch(() => {}) };
}

// A microphone that another app holds may give nothing at all, for ever.
function nothing() {
  return new Promise((done) => setTimeout(done, PATIENCE, { done: true }));
}

function samples(data) {
  const made = new Float32Array(data.numberOfFrames);
  data.copyTo(made, { planeIndex: 0, format: "f32-planar" });
  return made;
}

// A single sample may be zero in any quiet room; a whole block is only where nothing listens.
function measure(block) {
  const squares = block.reduce((sum, sample) => sum + sample * sample, 0);
  return { frames: block.length, squares, zeros: squares === 0 ? block.length : 0 };
}

async function fromWorklet(track, hear) {
  const context = new AudioContext();
  await context.audioWorklet.addModule("/static/phone/hear.js");
  const node = new AudioWorkletNode(context, "hear", { numberOfOutputs: 0 });
  node.port.onmessage = ({ data }) => hear(data);
  context.createMediaStreamSource(new MediaStream([track])).connect(node);
  context.resume().catch(() => {}); // never waited for: Safari may not answer
  return { rate: context.sampleRate, stop: () => context.close() };
}
