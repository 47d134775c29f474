// Writes the ask anew as choices change; what was changed by hand stays. What a person answers to themselves is never
// sent for it, and nothing is kept here.

const find = (id) => document.getElementById(id);
const form = find("ask");
const text = find("text");
const made = find("made");
const OURS = ["reason", "own", "ask", "page", "use", "room", "to", "tone", "purpose"];
let asked = 0;

const byHand = () => text.value.trim() !== made.value.trim();

function choices() {
  const chosen = [...new FormData(form)].filter(([name]) => OURS.includes(name));
  return new URLSearchParams(chosen);
}

async function write(anew = false) {
  look();
  if (byHand() && !anew) return;
  const turn = ++asked;
  const answer = await fetch("/ask/text", { method: "POST", headers: { "X-Afterword": "1" }, body: choices() }).catch(() => null);
  if (turn !== asked) return; // a later choice was faster
  find("says").textContent = answer?.ok ? "" : "It could not be written just now. Your choices are still here: try again.";
  if (!answer?.ok || (byHand() && !anew)) return;
  made.value = text.value = (await answer.json()).text;
  look();
}

function look() {
  find("by-hand").hidden = !byHand();
  find("words").textContent = text.value.split(/\s+/).filter(Boolean).length;
  find("sheet").textContent = text.value;
  find("sheet").dataset.purpose = new FormData(form).get("purpose");
}

async function copy() {
  const done = await navigator.clipboard?.writeText(text.value).then(() => true, () => false);
  find("done").textContent = done ? "Copied." : "This browser does not let a page copy. The text is marked: copy it by hand.";
  if (!done) text.select();
}

for (const kind of ["change", "input"]) {
  find("choices").addEventListener(kind, () => write());
}
find("result").addEventListener("change", (event) => event.target !== text && write());
text.addEventListener("input", look);
form.addEventListener("submit", (event) => {
  if (event.submitter?.formAction.endsWith("/ask/keep")) return;
  event.preventDefault();
  const anew = event.submitter?.value === "anew";
  write(anew);
  if (anew) text.focus({ preventScroll: true });
});
find("copy").addEventListener("click", copy);
find("print").addEventListener("click", () => print());
addEventListener("beforeprint", look);

find("show").hidden = true;
find("copy").hidden = find("print").hidden = false;
look();
