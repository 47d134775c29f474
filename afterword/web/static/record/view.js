// The one page of a recording: which part of it is shown, and what stands in it.

import { AWAY, GONE, HEADLINES, isTooLate, left, NOT_KNOWN, safe, clock, TITLES, TROUBLES, UNDER } from "./words.js";
import { shown } from "./level.js";

export const find = (id) => document.getElementById(id);

// With the quieter settings the tab keeps its plain name.
const plain = document.body.dataset.quiet ? document.title : "";

/** One part of the page; the others are hidden. */
export function show(name, headline = find("record").dataset.title, title = "Afterword") {
  for (const part of document.querySelectorAll("[data-view]")) part.hidden = part.dataset.view !== name;
  write("title", headline);
  const named = plain || title;
  if (document.title !== named) document.title = named;
}

/** Only what changed is written: a screen reader speaks what is written. */
export function write(id, words) {
  if (find(id).textContent !== words) find(id).textContent = words;
}

export function bar(id, level) {
  find(id).style.transform = `scaleX(${shown(level).toFixed(3)})`;
}

/** How a recording stands. `mode`: its state, or deaf. */
export function live(now, mode) {
  show("on", HEADLINES[mode], TITLES[mode]);
  find("listening").dataset.mode = mode;
  write("heard", clock(now.heard));
  write("under", UNDER[mode]);
  write("safe", safe(now));
  bar("level", mode === "recording" ? now.level : 0);
  if (find("call-level")) bar("call-level", now.state === "recording" ? (now.callLevel ?? 0) : 0);
  const open = now.state === "recording";
  for (const id of ["pause", "off"]) find(id).hidden = !open;
  find("again").hidden = mode === "recording" || (!open && isTooLate(now.last));
  write("again", now.state === "lost" ? "Go on listening" : open ? "Start the microphone anew" : "Go on recording");
}

/** Each trouble is one sentence. Returns those that were not there before. */
export function troubles(codes, now) {
  const box = find("troubles");
  const before = new Map(Array.from(box.children, (line) => [line.dataset.code, line]));
  for (const [code, line] of before) if (!codes.includes(code)) line.remove();
  for (const code of codes) {
    const line = before.get(code) ?? box.appendChild(newLine(code));
    const words = TROUBLES[code].says(now);
    if (line.textContent !== words) line.textContent = words;
  }
  return codes.filter((code) => !before.has(code));
}

export function sending(now, most) {
  const gone = now.state === "discarding";
  show("sending", gone ? "Discarding" : "Finishing", TITLES.sending);
  find("sending-title").hidden = find("sent").hidden = gone;
  write("left", gone ? GONE : left(now.parts));
  find("sent").max = Math.max(most, 1);
  find("sent").value = most - now.parts;
  write("sending-trouble", delay(now, gone));
}

function delay(now, gone) {
  if (now.offline) return AWAY[gone ? "discarding" : "finishing"];
  if (now.unknown) return gone ? NOT_KNOWN : TROUBLES.unknown.says(now);
  return now.full ? TROUBLES.full.says(now) : "";
}

function newLine(code) {
  const line = document.createElement("p");
  line.className = "error";
  line.dataset.code = code;
  return line;
}
