// Before a recording: is the microphone heard at all?

const SILENCE = 0.0005; // under this, root mean square, there is a cable but no sound on it
const QUIET = 0.004;

/** {fits, says} of the loudest moment of the check, 0 to 1. */
export function judged(loudest) {
  if (loudest === 0) {
    return {
      fits: false,
      says: "The microphone gives no sound at all. Perhaps it is switched off or muted (a key, a slider on its cable, the settings of this device), or it is another microphone that listens. Put that right and check again.",
    };
  }
  if (loudest < SILENCE) {
    return { fits: false, says: "There is no voice in it. Speak while it checks; if you did, choose another microphone in the settings of this device or turn it up, and check again." };
  }
  if (loudest < QUIET) return { fits: true, says: "You are heard, but quietly. Put the device nearer to you both. You can check again or start." };
  return { fits: true, says: "You are heard well." };
}

/** For a bar: 0 to 1, so that speech fills about half of it. */
export function shown(level) {
  return level === 0 ? 0 : Math.max(0.02, Math.min(1, 1 + Math.log10(level) / 3.5));
}
