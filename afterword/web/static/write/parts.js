// The fields of a page to write on, and the text that is made of them, as afterword/written.py reads it.

import { joined, number } from "../seal.js";

const BLOCK = 4096;
const KINDS = { vtt: "vtt", srt: "srt" };
const AT_FIRST = 1;
const MOST = 40;
const find = (id) => document.getElementById(id);

/** What stands on the page. */
export function parts() {
  return { text: value("text"), keep: value("keep"), bring: value("bring"), steps: steps(), day: find("day").value };
}

/** Puts it back. */
export function show(kept) {
  for (const name of ["text", "keep", "bring"]) if (find(name)) find(name).value = kept[name] ?? "";
  find("day").value = kept.day;
  find("steps")?.replaceChildren();
  for (const step of kept.steps) fill(addStep(), step);
  atLeast(AT_FIRST);
}

/** Nothing was written, or only spaces. */
export function isEmpty({ text, keep, bring, steps: all }) {
  return ![text, keep, bring, ...all.map((step) => step.text)].some((words) => words.trim());
}

/** Bytes to be sealed; `chosen`: a file, which takes the place of the text. */
export async function written({ text, keep, bring, steps: all }, chosen) {
  const kind = KINDS[chosen?.name.split(".").pop().toLowerCase()] ?? (/^\s*WEBVTT\b/.test(text) ? "vtt" : "plain");
  const words = chosen ? await chosen.text() : text;
  const kept = all.filter((step) => step.text.trim());
  const body = new TextEncoder().encode(JSON.stringify({ v: 1, kind, text: words, steps: kept, keep, bring }));
  const length = body.length + 4;
  return joined(number(body.length), body, new Uint8Array(Math.ceil(length / BLOCK) * BLOCK - length));
}

/** Rows for steps, with a button for more. `changed` is called for a new one. */
export function wireSteps() {
  if (!find("steps")) return;
  atLeast(AT_FIRST);
  find("more").addEventListener("click", () => addStep().querySelector("[name=what]").focus());
}

function atLeast(count) {
  while (find("steps") && find("steps").children.length < count) addStep();
}

function addStep() {
  const row = find("step").content.firstElementChild.cloneNode(true);
  const place = find("steps").children.length + 1;
  for (const field of row.querySelectorAll("input, select")) {
    field.id = `${field.name}-${place}`;
    field.parentElement.querySelector("label").htmlFor = field.id;
  }
  find("steps").append(row);
  find("more").hidden = place >= MOST;
  return row;
}

function fill(row, { text, who, due }) {
  row.querySelector("[name=what]").value = text;
  row.querySelector("[name=whose]").value = who;
  row.querySelector("[name=due]").value = due;
}

function steps() {
  return Array.from(find("steps")?.children ?? [], (row) => ({
    text: row.querySelector("[name=what]").value,
    who: row.querySelector("[name=whose]").value,
    due: row.querySelector("[name=due]").value,
  }));
}

function value(id) {
  return find(id)?.value ?? "";
}
