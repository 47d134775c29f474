// Ten seconds of the person's own voice: recorded here, sealed here, sent sealed. Nothing is kept in this browser.

import { judged } from "./record/level.js";
import { Microphone } from "./record/microphone.js";
import { tap } from "./record/tap.js";
import { Resampler } from "./record/resampler.js";
import { wav } from "./record/wav.js";
import { why } from "./record/words.js";
import { bytesFromBase64url, bytesFromHex, chunkPlace, recipient } from "./seal.js";

const SECONDS = 10;
const RATE = 16000;
const LOOK = 1000;
const TRIES = 4;
const BY_ONE = { voices: "mine", sample: true };
const CONNECTION = "Afterword cannot be reached just now. Your ten seconds are forgotten; please try again in a moment.";
const find = (id) => document.getElementById(id);

class Problem extends Error {}

if (find("voice").dataset.shown === "waiting") setTimeout(look, LOOK);
else if (window.isSecureContext && navigator.mediaDevices?.getUserMedia) ready();
else complain("This page did not come over https, and without it a browser lends no microphone.");

function ready() {
  find("start").disabled = false;
  find("start").addEventListener("click", () => take().catch((error) => complain(error instanceof Problem ? error.message : why(error))));
}

async function take() {
  find("problem").hidden = true;
  find("start").disabled = true;
  const microphone = await Microphone.open();
  let heard = null;
  try {
    heard = await listen(microphone);
  } finally {
    microphone.close();
  }
  if (!heard) return quiet();
  const sound = wav(heard.parts, heard.samples);
  heard.parts.forEach((part) => part.fill(0));
  try {
    await send(sound);
  } finally {
    sound.fill(0);
  }
  return location.replace("/voice");
}

/** {parts, samples} of 16-bit samples at 16 kHz; null when the person stopped it. Throws Problem when nobody is heard. */
async function listen(microphone) {
  const { source } = await microphone.tap();
  const parts = [];
  const state = { samples: 0, loudest: 0, stopped: false };
  show("Speak now.");
  const done = new Promise((resolve) => {
    const framed = frames((frame, rate) => {
      state.loudest = Math.max(state.loudest, loudness(frame));
      state.resampler ??= new Resampler(rate, RATE);
      const lower = state.resampler.next(frame);
      parts.push(Int16Array.from(lower, (value) => Math.max(-32768, Math.min(32767, Math.round(value * 32768)))));
      lower.fill(0);
      state.samples += lower.length;
      find("bar").value = state.samples / RATE;
      if (state.samples >= SECONDS * RATE) resolve();
    });
    state.tapped = tap(source, framed);
    microphone.onChange(() => microphone.isOver && resolve());
    find("stop").onclick = () => {
      state.stopped = true;
      resolve();
    };
    addEventListener("pagehide", resolve, { once: true });
    setTimeout(resolve, (SECONDS + 5) * 1000); // a microphone that gives nothing
  });
  await done;
  state.tapped.stop();
  const { fits, says } = judged(state.loudest);
  if (state.stopped || !fits || state.samples < SECONDS * RATE) parts.forEach((part) => part.fill(0));
  if (state.stopped) return null;
  if (!fits || state.samples < SECONDS * RATE) throw new Problem(fits ? "The microphone stopped too early. Please try again." : says);
  return { parts, samples: state.samples };
}

/** Blocks of any length in, 20 ms at a time out. */
function frames(hear) {
  let frame = null;
  let filled = 0;
  return (block, rate) => {
    frame ??= new Float32Array(rate / 50);
    for (let from = 0; from < block.length; ) {
      const room = Math.min(frame.length - filled, block.length - from);
      frame.set(block.subarray(from, from + room), filled);
      [filled, from] = [filled + room, from + room];
      if (filled < frame.length) continue;
      hear(frame, rate);
      frame.fill(0);
      filled = 0;
    }
    block.fill(0);
  };
}

function loudness(frame) {
  return Math.sqrt(frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length);
}

async function send(sound) {
  show("Locking it, and handing it over.");
  const opened = await begun(sound.length);
  const seal = await recipient(bytesFromBase64url(opened.public_key));
  const sealed = await seal(sound, chunkPlace(bytesFromHex(opened.capture), 0));
  await toCapture(opened, "PUT", "chunks/0", "application/octet-stream", sealed);
  await toCapture(opened, "POST", "end", "application/json", JSON.stringify({ chunks: 1, bytes: sound.length }));
}

async function begun(size) {
  const fingerprint = Array.from(crypto.getRandomValues(new Uint8Array(32)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const answer = await asked("/captures", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Afterword": "1" },
    body: JSON.stringify({ ...BY_ONE, day, size, fingerprint }),
  });
  if (answer.status === 401) location.assign("/unlock");
  return answer.json();
}

function toCapture(opened, method, path, kind, body) {
  return asked(`/captures/${opened.capture}/${path}`, {
    method,
    headers: { "Content-Type": kind, Authorization: `Capture ${opened.token}` },
    body,
    credentials: "omit",
    redirect: "error",
  });
}

/** A few tries, then the person is told. Every request here may be repeated. */
async function asked(where, how) {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(where, how).catch(() => null);
    if (answer?.ok || answer?.status === 401) return answer;
    if (answer && answer.status < 500) throw new Problem((await answer.json().catch(() => ({}))).says ?? CONNECTION);
    if (tries === TRIES) throw new Problem((await answer?.json().catch(() => ({})))?.says ?? CONNECTION);
    await new Promise((resolve) => setTimeout(resolve, tries * LOOK));
  }
}

async function look() {
  const answer = await fetch("/voice/progress", { headers: { "X-Afterword": "1" } }).catch(() => null);
  if (answer?.status === 401) return location.replace("/unlock");
  if (answer?.ok && (await answer.json()).shown !== "waiting") return location.replace("/voice");
  return setTimeout(look, LOOK);
}

function show(words) {
  find("start").hidden = true;
  find("taking").hidden = false;
  find("says").textContent = words;
}

function quiet() {
  find("taking").hidden = true;
  find("start").hidden = false;
  find("start").disabled = false;
}

function complain(words) {
  quiet();
  find("problem").textContent = words;
  find("problem").hidden = false;
}
