// Shows how far a recording is, once a second. Looking on does not keep the notebook unlocked. While a laptop records
// that was lent the right, this page can stop it even after the lock: it has the capture's token for that, and shows
// nothing private.

const find = (id) => document.getElementById(id);
const { session, state, capture, token } = find("progress").dataset;
const address = `/sessions/${session}`;
const OVER = ["asking", "provisional", "destroyed"];

let locked = false;

function ask(method, path, headers = {}) {
  return fetch(path, { method, headers: { "X-Afterword": "1", ...headers } }).catch(() => null);
}

function watch() {
  return ask("POST", `/captures/${capture}/watch`, { Authorization: `Capture ${token}` });
}

async function press(event) {
  event.preventDefault();
  const does = event.target.dataset.press;
  const answer = await ask("POST", `/captures/${capture}/${does}`, { Authorization: `Capture ${token}` });
  if (answer?.ok && does === "stop") event.target.remove();
  if (answer?.ok) return look();
  find("pressed").textContent = "That did not get through. Please press it again.";
}

async function look() {
  const answer = await (locked ? watch() : ask("GET", `${address}/progress`));
  if (answer?.status === 401 && token && !locked) {
    locked = true;
    return look();
  }
  if (answer?.status === 401) return location.replace("/unlock");
  if (answer?.status === 404) return location.replace("/today");
  if (answer?.ok) {
    const now = await answer.json();
    if (OVER.includes(now.state) || (now.state === "open") !== (state === "open")) return location.replace(address);
    show(now);
  }
  return setTimeout(look, document.hidden ? 5000 : 1000);
}

function show(now) {
  if (find("says").textContent !== now.says) find("says").textContent = now.says;
  if (locked) return;
  find("count").textContent = now.count;
  find("bar").hidden = now.total === 0;
  find("bar").max = now.total || 1;
  find("bar").value = now.done;
  Array.from(find("steps").children).forEach((step, index) => {
    step.className = index < now.step ? "done" : index === now.step ? "now" : "";
    if (index === now.step) step.setAttribute("aria-current", "step");
    else step.removeAttribute("aria-current");
  });
}

if (token) {
  document.documentElement.dataset.sending = "yes";
  for (const form of document.querySelectorAll("[data-press]")) form.addEventListener("submit", press);
}

setTimeout(look, 1000);
