// Adds a recording: reads it slice by slice, seals each slice to the capture, sends only what is sealed.

import { joined, sha256Hex } from "./seal.js";
import { begin, Problem, send } from "./sending.js";

const MIB = 1 << 20;
const find = (id) => document.getElementById(id);
const form = find("add");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  find("problem").hidden = find("ways").hidden = true;
  find("send").disabled = true;
  try {
    await add(form.elements.file.files[0]);
  } catch (error) {
    quiet();
    complain(error);
    find("send").disabled = false;
  }
});

// Until here the button was off: a form sent without this script would put the name of the file into an address.
find("send").disabled = false;

async function add(file) {
  check(file);
  const opened = await begin(wanted(file, await fingerprint(file)));
  if (!opened.going_on) {
    busy();
    await send(opened, file.size, (from, to) => bytes(file, from, to), { show, say });
  }
  removeEventListener("beforeunload", warn);
  location.assign(`/sessions/${opened.session}`);
}

function check(file) {
  if (!file || file.size === 0) throw new Problem("This file is empty. Please choose another.", "file");
  if (file.size > Number(form.dataset.most)) {
    throw new Problem("A recording can be 3 hours long at most. Please cut it into parts.", "file");
  }
}

/** The same for the same file, so that it can go on where it stopped. Nobody can read the file from it. */
async function fingerprint(file) {
  const about = new TextEncoder().encode(JSON.stringify([file.name, file.size, file.lastModified]));
  const first = await bytes(file, 0, MIB);
  const last = await bytes(file, Math.max(0, file.size - MIB), file.size);
  return sha256Hex(joined(about, first, last));
}

async function bytes(file, from, to) {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch {
    throw new Problem("The file cannot be read any more. Please choose it again; it goes on where it stopped.", "file");
  }
}

function wanted(file, print) {
  const voices = form.querySelector("[name=voices]:checked");
  return {
    form: form.dataset.form,
    voices: voices.value,
    therapist: voices.dataset.therapist ?? null,
    day: form.elements.day.value,
    size: file.size,
    fingerprint: print,
  };
}

function busy() {
  document.documentElement.dataset.sending = "yes";
  addEventListener("beforeunload", warn);
  form.hidden = true;
  find("instead").hidden = true;
  find("sending").hidden = false;
  find("sending-title").focus();
}

function quiet() {
  delete document.documentElement.dataset.sending;
  removeEventListener("beforeunload", warn);
  form.hidden = false;
  find("instead").hidden = form.dataset.form === "recap";
  find("sending").hidden = true;
}

function warn(event) {
  event.preventDefault();
}

function show(done, count) {
  find("bar").max = count;
  find("bar").value = done;
  find("count").textContent = `${done} of ${count} parts`;
}

function say(words) {
  if (find("says").textContent !== words) find("says").textContent = words;
}

function complain(error) {
  const known = error instanceof Problem;
  find("problem").textContent = known ? error.message : "That did not work. Nothing is lost; please try again.";
  find("problem").hidden = false;
  find("ways").hidden = !error.needsYes;
  if (known && error.field) find(error.field).focus();
}
