// What this device can do, said before a recording begins.

import { find, write } from "./view.js";
import { within } from "./within.js";

const ROOM = 60_000_000; // three hours, and some
const LOW = 0.3;

export const isIos = /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
export const isAndroid = /Android/.test(navigator.userAgent);
export const isPhone = isIos || isAndroid || matchMedia("(pointer: coarse)").matches;

/** Why it cannot record at all; empty when it can. */
export function impossible() {
  if (!isSecureContext) return "A browser gives a page the microphone only over an encrypted connection (https), or on the computer that Afterword runs on.";
  const has = navigator.mediaDevices?.getUserMedia && globalThis.crypto?.subtle && navigator.storage?.getDirectory && navigator.locks;
  return has ? "" : "It lacks something that a safe recording needs. A newer browser, or a window that is not private, may have it.";
}

export async function tellFacts() {
  find("fact-ios").hidden = !isIos;
  find("fact-android").hidden = !(isAndroid || (isPhone && !isIos));
  find("fact-check").hidden = !isPhone;
  await Promise.all([storage(), battery()]);
}

/** `held`: true or false once it was tried, undefined before. */
export function tellScreen(held) {
  const can = held ?? "wakeLock" in navigator;
  const off = "This browser cannot keep the screen on. Please let it stay on in the settings of this device for the next hour.";
  fact("fact-screen", can ? "The screen stays on while it records." : off, !can);
}

async function storage() {
  const { quota = 0, usage = 0 } = await within(3000, navigator.storage.estimate()).catch(() => ({}));
  const room = quota - usage;
  const enough = "This device has room for the whole session, should the connection go away.";
  fact("fact-storage", room > ROOM ? enough : "This device is nearly full. Please make room before you begin.", room <= ROOM);
}

async function battery() {
  if (!navigator.getBattery) return;
  const found = await within(3000, navigator.getBattery()).catch(() => null);
  if (!found) return;
  const low = found.level < LOW && !found.charging;
  const level = `The battery is at ${Math.round(found.level * 100)} %${found.charging ? " and charging" : ""}.`;
  find("fact-battery").hidden = false;
  fact("fact-battery", low ? `${level} Please plug this device in.` : level, low);
}

function fact(id, words, warn) {
  write(id, words);
  find(id).classList.toggle("warn", warn);
}
