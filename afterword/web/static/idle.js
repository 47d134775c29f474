// Locks a notebook that nobody is reading. The server enforces it; this only covers the page and leaves it in time.

const IDLE = Number(document.body.dataset.idleSeconds) * 1000;
const TELL_EVERY = Math.min(30000, IDLE / 6);
// The quieter settings: covered as soon as another tab is looked at, and what is left behind is an ordinary page.
const QUIET = document.body.dataset.quiet === "yes";
const COVER_WHEN_HIDDEN_FOR = 60000;
const root = document.documentElement;
let last = Date.now();
let told = Date.now();
let hiddenSince = 0;
let escape = 0;

function touched() {
  if (Date.now() - last > IDLE) return;
  last = Date.now();
  if (last - told < TELL_EVERY) return;
  told = last;
  fetch("/here", { method: "POST", headers: { "X-Afterword": "1" } })
    .then((answer) => answer.status === 401 && leave())
    .catch(() => {});
}

function leave() {
  if (root.dataset.sending) return; // locking never stops a recording, and its page shows nothing private
  root.dataset.covered = "yes";
  location.replace(QUIET ? "/calendar" : "/unlock");
}

function look() {
  if (root.dataset.sending) return;
  if (Date.now() - last > IDLE + 5000) leave();
  else if (hiddenSince && Date.now() - hiddenSince > COVER_WHEN_HIDDEN_FOR) root.dataset.covered = "yes";
}

for (const kind of ["pointerdown", "keydown", "scroll", "touchmove", "input"]) {
  addEventListener(kind, touched, { passive: true, capture: true });
}

document.addEventListener("visibilitychange", () => {
  look();
  hiddenSince = document.hidden ? Date.now() : 0;
  if (document.hidden && QUIET && !root.dataset.sending) root.dataset.covered = "yes";
  if (!document.hidden && Date.now() - last <= IDLE) delete root.dataset.covered;
});

// Escape twice: locked at once.
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  if (Date.now() - escape < 600) {
    if (!root.dataset.sending) root.dataset.covered = "yes";
    document.getElementById("lock").requestSubmit();
  }
  escape = Date.now();
});

setInterval(look, 1000);
