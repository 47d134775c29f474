// WAV: 16 kHz, mono, 16 bit, as one complete file.

const RATE = 16000;

/** `parts`: Int16Arrays, one after the other. */
export function wav(parts, samples) {
  const bytes = new Uint8Array(44 + samples * 2);
  const view = new DataView(bytes.buffer);
  const word = (at, letters) => bytes.set(new TextEncoder().encode(letters), at);
  word(0, "RIFF");
  view.setUint32(4, 36 + samples * 2, true);
  word(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  word(36, "data");
  view.setUint32(40, samples * 2, true);
  write(view, parts, samples);
  return bytes;
}

function write(view, parts, samples) {
  let done = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length && done < samples; i += 1, done += 1) view.setInt16(44 + done * 2, part[i], true);
  }
}
