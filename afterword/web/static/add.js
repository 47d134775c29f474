// Adds a recording: reads it slice by slice, seals each slice to the capture, sends only what is sealed.

import { bytesFromBase64url, bytesFromHex, chunkPlace, joined, recipient, sha256Hex } from "./seal.js";

const MIB = 1 << 20;
const LONGEST_PAUSE = 30000;
const find = (id) => document.getElementById(id);
const form = find("add");

/** Something the person should read. `field` is where they can do something about it. */
class Problem extends Error {
  constructor(says, field = null) {
    super(says);
    this.field = field;
  }
}

class Finished extends Error {}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  find("problem").hidden = true;
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
  const opened = await begin(file, await fingerprint(file));
  if (!opened.going_on) {
    busy();
    await send(file, opened).catch((error) => {
      if (!(error instanceof Finished)) throw error;
    });
  }
  removeEventListener("beforeunload", warn);
  location.assign(`/sessions/${opened.session}`);
}

function check(file) {
  if (!file || file.size === 0) throw new Problem("This file is empty. Please choose another.", "file");
  if (file.size > Number(form.dataset.most)) {
    throw new Problem("A recording can be 3 hours long at most. Please cut it into parts.", "file");
  }
  const wants = form.elements.voices.value === "both";
  if (wants && !(form.elements.agreed.checked && form.elements.agreed_on.value)) {
    throw new Problem("Your therapist's voice needs their yes first, and the day they gave it.", "agreed-on");
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

async function begin(file, print) {
  const both = form.elements.voices.value === "both";
  const wanted = {
    voices: form.elements.voices.value,
    agreed: both && form.elements.agreed.checked,
    agreed_on: both ? form.elements.agreed_on.value : null,
    day: form.elements.day.value,
    size: file.size,
    fingerprint: print,
  };
  const answer = await fetch("/captures", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Afterword": "1" },
    body: JSON.stringify(wanted),
  }).catch(() => {
    throw new Problem("Afterword cannot be reached just now. Nothing is lost; please try again in a moment.");
  });
  const found = await answer.json().catch(() => ({}));
  if (answer.status === 401) location.assign("/unlock");
  if (!answer.ok) throw new Problem(found.says ?? "That did not work. Nothing is lost; please try again.");
  return found;
}

async function send(file, opened) {
  const count = Math.ceil(file.size / opened.chunk_bytes);
  const here = new Set(opened.have);
  const seal = await recipient(bytesFromBase64url(opened.public_key));
  let missing = [...Array(count).keys()].filter((index) => !here.has(index));
  while (true) {
    for (const index of missing) {
      show(here.size, count);
      await sendOne(file, opened, seal, index);
      here.add(index);
    }
    show(count, count);
    missing = await finish(opened, count, file.size);
    if (missing.length === 0) return;
    missing.forEach((index) => here.delete(index));
  }
}

async function sendOne(file, opened, seal, index) {
  const from = index * opened.chunk_bytes;
  const plain = await bytes(file, from, from + opened.chunk_bytes);
  const sealed = await seal(plain, chunkPlace(bytesFromHex(opened.capture), index));
  plain.fill(0);
  const kept = await sha256Hex(sealed);
  await patiently(async () => {
    const answer = await toCapture(opened, "PUT", `chunks/${index}`, "application/octet-stream", sealed);
    if (answer.status === 409) return true; // another tab has put this part already
    return answer.ok && (await answer.json()).sha256 === kept;
  });
}

async function finish(opened, chunks, size) {
  return patiently(async () => {
    const answer = await toCapture(opened, "POST", "end", "application/json", JSON.stringify({ chunks, bytes: size }));
    return answer.ok || answer.status === 409 ? (await answer.json()).missing : null;
  });
}

async function toCapture(opened, method, path, kind, body) {
  const answer = await fetch(`/captures/${opened.capture}/${path}`, {
    method,
    headers: { "Content-Type": kind, Authorization: `Capture ${opened.token}` },
    body,
    credentials: "omit",
    redirect: "error",
  });
  if (answer.status === 410) throw new Finished();
  if (answer.status >= 400 && answer.status < 500 && ![408, 409, 429].includes(answer.status)) {
    const found = await answer.json().catch(() => ({}));
    throw new Problem(answer.status === 404 ? "This recording was discarded meanwhile." : (found.says ?? "That did not work."));
  }
  if (answer.status === 507) say((await answer.json()).says);
  return answer;
}

/** Tries for ever, with longer pauses: the network comes back, the disk gets room, the computer is started again. */
async function patiently(attempt) {
  for (let pause = 1000; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    try {
      const found = await attempt();
      if (found) {
        say("Please keep this page open until it is done.");
        return found;
      }
    } catch (error) {
      if (error instanceof Problem || error instanceof Finished) throw error;
      say("The connection is gone. Nothing is lost: it goes on by itself as soon as it is back.");
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
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
  find("instead").hidden = false;
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
  if (known && error.field) find(error.field).focus();
}
