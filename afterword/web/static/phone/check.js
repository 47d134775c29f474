// Listens for a minute and says whether this phone went on while it was locked. Keeps numbers, and those only until
// the page is left. Sends nothing.

import { decibels, report } from "./tally.js";
import { tap, WISH } from "./tap.js";

const find = (id) => document.getElementById(id);
const ASLEEP = 4000; // without a tick for so long, the page was asleep, whatever the browser says of it
const AFTERWARDS = 4000; // listen so long after the lock at least

const REFUSED = {
  NotAllowedError: "This browser may not use the microphone. Please allow it for this address, in the settings of the browser, and press Start again.",
  NotFoundError: "No microphone was found on this device.",
  NotReadableError: "Another app holds the microphone. Please close it, and press Start again.",
};

function say(id, text) {
  if (find(id).textContent !== text) find(id).textContent = text;
}

function stopWith(text) {
  say("problem", text);
  find("problem").hidden = false;
}

if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
  stopWith("This page did not come over https, and without it a browser lends no microphone. The page before this one says what to do.");
} else {
  find("start").disabled = false;
  find("start").addEventListener("click", () => start().catch((error) => {
    show("check");
    stopWith(REFUSED[error.name] ?? "The microphone could not be started. Please close other apps that use it, and press Start again.");
  }));
}

function show(section) {
  for (const id of ["check", "listening", "result"]) find(id).hidden = id !== section;
}

async function start() {
  find("problem").hidden = true;
  find("start").disabled = true;
  // Safari: the sound goes on in the background only with this, and it has to stand before the microphone is asked for.
  if (navigator.audioSession) navigator.audioSession.type = "play-and-record";
  try {
    const stream = await navigator.mediaDevices.getUserMedia(WISH);
    await listen(stream);
  } finally {
    find("start").disabled = false;
  }
}

async function listen(stream) {
  const [track] = stream.getAudioTracks();
  const kept = { blocks: [], away: [], events: [], lock: await holdScreen() };
  const plan = Object.fromEntries(Object.entries(find("check").dataset).map(([name, value]) => [name, Number(value) * 1000]));
  let tapped;
  try {
    tapped = await tap(track, (block) => kept.blocks.push(block));
  } catch (error) {
    track.stop();
    throw error;
  }
  const began = Date.now();
  for (const kind of ["mute", "unmute", "ended"]) {
    track.addEventListener(kind, () => kept.events.push([kind, Date.now() - began]));
  }
  show("listening");
  const seen = watchVisibility(kept);
  const done = (finished) => {
    clearInterval(timer);
    seen.stop();
    tapped.stop();
    track.stop();
    kept.lock.release();
    removeEventListener("pagehide", leave);
    return finished ? tell(kept, tapped.rate, began, plan) : show("check");
  };
  const leave = () => done(false);
  const timer = setInterval(() => {
    seen.tick();
    draw(kept.blocks, began, plan.listenSeconds);
    words(kept, tapped.rate, began, plan);
    const back = Math.max(0, ...kept.away.map(([, end]) => end));
    if (Date.now() - began >= plan.listenSeconds && Date.now() - back >= AFTERWARDS && !document.hidden) done(true);
  }, 250);
  find("stop").onclick = leave;
  addEventListener("pagehide", leave);
}

// The spans in which nobody could see the page, as the browser tells it, and those in which it slept.
function watchVisibility(kept) {
  let hidden = document.hidden ? Date.now() : 0;
  let last = Date.now();
  const change = () => {
    if (document.hidden) hidden = Date.now();
    else {
      if (hidden) kept.away.push([hidden, Date.now()]);
      hidden = 0;
      kept.lock.again();
    }
  };
  document.addEventListener("visibilitychange", change);
  return {
    tick() {
      if (Date.now() - last > ASLEEP) kept.away.push([last, Date.now()]);
      last = Date.now();
    },
    stop: () => document.removeEventListener("visibilitychange", change),
  };
}

// "given", "refused" or "missing". A phone drops the lock when it is locked; it is taken again afterwards.
async function holdScreen() {
  const held = { state: "missing", lock: null };
  const take = async () => {
    if (!navigator.wakeLock) return;
    try {
      held.lock = await navigator.wakeLock.request("screen");
      held.state = "given";
    } catch {
      held.state = held.lock ? held.state : "refused";
    }
  };
  await take();
  return {
    get state() {
      return held.state;
    },
    again: take,
    release: () => held.lock?.release().catch(() => {}),
  };
}

function words(kept, rate, began, plan) {
  const past = Date.now() - began;
  const frames = kept.blocks.reduce((sum, block) => sum + block.frames - block.zeros, 0);
  say("count", `${Math.round(frames / rate)} s heard of ${Math.round(past / 1000)} s`);
  if (kept.away.length > 0) say("says", "You are back. A few seconds more, please.");
  else if (past < plan.askSecond) say("says", "Listening. Please talk, or let a radio play.");
  else if (past < plan.askSecond + plan.lockSeconds) {
    if (!find("says").textContent.startsWith("Now")) navigator.vibrate?.(200);
    say("says", `Now lock your phone. Unlock it after about ${plan.lockSeconds / 1000} seconds, and come back here.`);
  } else say("says", "Unlocked again? A few seconds more, please.");
}

// One bar a second, from the quietest that matters (-70 dB) to the loudest.
function draw(blocks, began, length) {
  const canvas = find("levels");
  const pen = canvas.getContext("2d");
  const count = Math.ceil(length / 1000);
  const bars = Array.from({ length: count }, () => ({ frames: 0, squares: 0 }));
  for (const block of blocks) {
    const bar = bars[Math.floor((block.at - began) / 1000)];
    if (bar) [bar.frames, bar.squares] = [bar.frames + block.frames, bar.squares + block.squares];
  }
  pen.clearRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = getComputedStyle(canvas).color;
  bars.forEach(({ frames, squares }, second) => {
    const level = decibels(frames, squares);
    const height = level === null ? 0 : Math.max(2, Math.min(1, (level + 70) / 70) * canvas.height);
    pen.fillRect((second * canvas.width) / count, canvas.height - height, canvas.width / count - 2, height);
  });
}

async function tell(kept, rate, began, plan) {
  const asked = [began + plan.askSecond, began + plan.askSecond + plan.lockSeconds];
  const made = report(kept.blocks, { rate, began, ended: Date.now(), away: kept.away, asked });
  const [verdict, advice] = made.says;
  say("verdict", `${verdict}.`);
  say("advice", advice);
  const stretch = kept.away.length > 0 ? "While it was locked" : "When you were asked to lock it";
  find("facts").replaceChildren(
    fact("With the screen on, at first", part(made.parts.before)),
    fact(stretch, part(made.parts.during)),
    fact("Afterwards", part(made.parts.after)),
    fact("The microphone itself", happened(kept.events)),
    fact("Leaving the screen on", { given: "This phone does it.", refused: "This phone refused. Saving battery may be the cause; set its screen to go dark later.", missing: "This browser cannot. Set the screen of your phone to go dark later." }[kept.lock.state]),
    fact("Making sound small", (await hasEncoder()) ? "This browser can: about 10 MB an hour." : "This browser cannot: about 115 MB an hour are sent instead."),
    fact("Keeping sealed sound when the connection is gone", (await hasFiles()) ? "This browser can." : "This browser cannot. Private windows often cannot; use an ordinary one."),
    fact("Opened", matchMedia("(display-mode: standalone)").matches ? "From the home screen. For recording, open it in a browser tab instead." : "In a browser tab, as it should be for recording."),
  );
  find("seconds").replaceChildren(...made.seconds.map(row));
  show("result");
  find("verdict").focus();
}

function fact(name, words) {
  const [div, dt, dd] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
  dt.textContent = name;
  dd.textContent = words;
  div.append(dt, dd);
  return div;
}

function part({ wall, heard, zeros, missing, level }) {
  const said = [`${heard.toFixed(1)} of ${wall.toFixed(1)} s heard`];
  if (missing >= 0.5) said.push(`for ${missing.toFixed(1)} s nothing came`);
  if (zeros >= 0.5) said.push(`${zeros.toFixed(1)} s were exact silence, as from a microphone that was taken away`);
  if (level !== null) said.push(`loudness ${level} dB`);
  return `${said.join("; ")}.`;
}

function happened(events) {
  const names = { mute: "muted by the phone", unmute: "given back", ended: "taken away" };
  const said = events.map(([kind, at]) => `${names[kind]} after ${Math.round(at / 1000)} s`);
  return said.length > 0 ? `${said.join(", ")}.` : "The phone did not say that it took it away.";
}

function row({ frames, squares, zeros }, second) {
  const tr = document.createElement("tr");
  const level = decibels(frames, squares);
  for (const value of [second + 1, frames, level === null ? "none" : `${level} dB`, zeros]) {
    const td = document.createElement("td");
    td.textContent = value;
    tr.append(td);
  }
  return tr;
}

async function hasEncoder() {
  if (!window.AudioEncoder) return false;
  const wish = { codec: "opus", sampleRate: 48000, numberOfChannels: 1, bitrate: 24000 };
  return AudioEncoder.isConfigSupported(wish).then(({ supported }) => supported === true, () => false);
}

async function hasFiles() {
  if (!navigator.storage?.getDirectory) return false;
  return navigator.storage.getDirectory().then(() => true, () => false);
}
