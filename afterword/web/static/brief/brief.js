// Prints the page; reads it aloud by a voice of this device, never by one elsewhere; loads it anew when it opens.

const LONGEST_WAIT = 2 ** 31 - 1;
const can = globalThis.speechSynthesis;

for (const section of document.querySelectorAll(".brief")) {
  const tools = section.querySelector(".tools");
  if (!tools) continue;
  tools.hidden = false;
  tools.querySelector("[data-print]").addEventListener("click", () => print());
  offerAloud(section, tools.querySelector("[data-aloud]"), tools.querySelector("[data-stop]"));
}

// What is read aloud by a voice that is not local goes to a company first.
function ownVoice() {
  const voices = can.getVoices().filter((voice) => voice.localService);
  return voices.find((voice) => voice.lang.startsWith("en")) ?? null;
}

function offerAloud(section, start, stop) {
  if (!can || !start) return;
  const look = () => (start.hidden = !ownVoice() || !stop.hidden);
  look();
  can.addEventListener?.("voiceschanged", look);
  start.addEventListener("click", () => read(section, start, stop));
  stop.addEventListener("click", () => {
    can.cancel();
    ended(start, stop);
    start.focus();
  });
}

function read(section, start, stop) {
  const voice = ownVoice();
  if (!voice) return;
  can.cancel();
  const parts = [...section.querySelectorAll("[data-say]")].map((part) => spoken(part.textContent, voice));
  parts.at(-1).addEventListener("end", () => ended(start, stop));
  parts.forEach((part) => can.speak(part));
  start.hidden = true;
  stop.hidden = false;
  stop.focus();
}

function spoken(text, voice) {
  const said = new SpeechSynthesisUtterance(text);
  said.voice = voice;
  said.lang = voice.lang;
  return said;
}

function ended(start, stop) {
  stop.hidden = true;
  start.hidden = false;
}

// Whoever leaves or covers the page wants silence.
addEventListener("pagehide", () => can?.cancel());
document.addEventListener("visibilitychange", () => document.hidden && can?.cancel());

const opens = Number(document.querySelector("[data-opens-in]")?.dataset.opensIn) * 1000;
if (opens > 0 && opens < LONGEST_WAIT) setTimeout(() => document.hidden || location.reload(), opens + 1000);
