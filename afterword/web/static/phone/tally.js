// What was heard, from the numbers of each block of sound: how many frames, how loud, how many exact zeros, and when.
// Knows no sound. Times are milliseconds since 1970, by the clock on the wall.

const MOST = 0.9; // of a stretch heard counts as "went on": starting and ending take a moment
const LEAST = 0.1;
const RELEASE = 1000; // a phone that was just locked or unlocked may take this long to say so

export function report(blocks, { rate, began, ended, away, asked }) {
  const lock = longest(away) ?? asked;
  const stretch = (from, to) => heard(blocks, rate, from, to);
  const parts = {
    before: stretch(began, lock[0]),
    during: stretch(lock[0], lock[1]),
    after: stretch(Math.min(lock[1] + RELEASE, ended), ended),
  };
  return { parts, seconds: seconds(blocks, began, ended), says: verdict(parts, longest(away) !== null) };
}

export function decibels(frames, squares) {
  return squares > 0 ? Math.round(10 * Math.log10(squares / frames)) : null;
}

function longest(spans) {
  return spans.reduce((most, span) => (!most || span[1] - span[0] > most[1] - most[0] ? span : most), null);
}

// `heard`: seconds with sound, `zeros`: seconds of exact silence, which is what a microphone gives that was taken
// away, `missing`: seconds for which nothing came at all.
function heard(blocks, rate, from, to) {
  const sum = { frames: 0, squares: 0, zeros: 0 };
  for (const block of blocks) if (block.at >= from && block.at < to) add(sum, block);
  const wall = Math.max(0, to - from) / 1000;
  return {
    wall,
    heard: (sum.frames - sum.zeros) / rate,
    zeros: sum.zeros / rate,
    missing: Math.max(0, wall - sum.frames / rate),
    level: decibels(sum.frames, sum.squares),
  };
}

function seconds(blocks, began, ended) {
  const made = Array.from({ length: Math.floor((ended - began) / 1000) }, () => ({ frames: 0, squares: 0, zeros: 0 }));
  for (const block of blocks) {
    const second = made[Math.floor((block.at - began) / 1000)];
    if (second) add(second, block);
  }
  return made;
}

function add(sum, block) {
  sum.frames += block.frames;
  sum.squares += block.squares;
  sum.zeros += block.zeros;
}

function verdict({ before, during, after }, locked) {
  const share = (part) => (part.wall > 0 ? part.heard / part.wall : 1);
  if (share(before) < 0.5) {
    return ["Nothing was heard, even with the screen on", "Look whether another app holds the microphone, or whether it is switched off for this browser."];
  }
  if (!locked) {
    return ["The phone was not locked, as far as this page can see", "It heard you with the screen on. To know about the lock, please start again and lock it when you are asked."];
  }
  const back = share(after) < 0.5 ? " It did not begin again by itself either: after a lock, look at the page." : "";
  if (share(during) >= MOST) {
    return ["This phone went on listening while it was locked", `Nobody promises that it always will: with the screen on you are on the safe side.${back}`];
  }
  const how = share(during) < LEAST ? "stopped listening" : "heard only a part";
  return [`This phone ${how} while it was locked`, `Keep the screen on while you record, and this page in front.${back}`];
}
