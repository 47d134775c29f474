// Which chunks hold the last minutes. The server counts in the same way.

import { MIC } from "./tracks.js";

const CHUNKS_A_MINUTE = 12;

/** `segments`: oldest first, each with the number of chunks it made of this track. The last chunk of a segment may be
 * short, so it counts for nothing: rather too much than too little. Returns [name, track, first, past] for each. */
export function reach(segments, minutes, track = MIC) {
  const ranges = [];
  let left = minutes * CHUNKS_A_MINUTE;
  for (const { name, made } of [...segments].reverse()) {
    if (left <= 0) break;
    if (made === 0) continue;
    const first = Math.max(0, made - 1 - left);
    ranges.push([name, track, first, made]);
    left -= made - 1 - first;
  }
  return ranges;
}
