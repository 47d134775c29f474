// Ogg Opus (RFC 7845): packets of 20 ms, mono, as one complete file.

const PACKETS_A_PAGE = 50;
const PACKET = 960;
const SERIAL = 1;
const [BEGIN, END] = [0x02, 0x04];
const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 24;
  for (let bit = 0; bit < 8; bit += 1) value = value & 0x80000000 ? (value << 1) ^ 0x04c11db7 : value << 1;
  return value;
});

/** `packets`: Uint8Arrays. `preSkip`: samples at 48 kHz not to be heard; `samples`: how many follow. */
export function oggOpus(packets, preSkip, samples) {
  const pages = [page([head(preSkip)], 0, 0, BEGIN), page([tags()], 0, 1, 0)];
  for (let from = 0; from < packets.length; from += PACKETS_A_PAGE) {
    const upTo = Math.min(from + PACKETS_A_PAGE, packets.length);
    const isLast = upTo === packets.length;
    const position = isLast ? preSkip + samples : upTo * PACKET;
    pages.push(page(packets.slice(from, upTo), position, pages.length, isLast ? END : 0));
  }
  return together(pages);
}

function head(preSkip) {
  const bytes = new Uint8Array(19);
  const view = new DataView(bytes.buffer);
  bytes.set(letters("OpusHead"));
  bytes[8] = 1;
  bytes[9] = 1;
  view.setUint16(10, preSkip, true);
  view.setUint32(12, 48000, true);
  return bytes;
}

function tags() {
  const bytes = new Uint8Array(25);
  bytes.set(letters("OpusTags"));
  bytes[8] = 9;
  bytes.set(letters("afterword"), 12);
  return bytes;
}

function page(packets, position, number, kind) {
  const lacing = packets.flatMap((packet) => [...Array(Math.floor(packet.length / 255)).fill(255), packet.length % 255]);
  const start = 27 + lacing.length;
  const bytes = new Uint8Array(start + packets.reduce((sum, packet) => sum + packet.length, 0));
  const view = new DataView(bytes.buffer);
  bytes.set(letters("OggS"));
  bytes[5] = kind;
  view.setBigUint64(6, BigInt(position), true);
  view.setUint32(14, SERIAL, true);
  view.setUint32(18, number, true);
  bytes[26] = lacing.length;
  bytes.set(lacing, 27);
  packets.reduce((at, packet) => (bytes.set(packet, at), at + packet.length), start);
  view.setUint32(22, checksum(bytes), true);
  return bytes;
}

function checksum(bytes) {
  let value = 0;
  for (const byte of bytes) value = (value << 8) ^ CRC[((value >>> 24) ^ byte) & 255];
  return value >>> 0;
}

function together(pages) {
  const whole = new Uint8Array(pages.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of pages) {
    whole.set(one, at);
    one.fill(0);
    at += one.length;
  }
  return whole;
}

function letters(word) {
  return new TextEncoder().encode(word);
}
