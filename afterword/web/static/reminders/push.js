// Asks this browser to be woken, and tells the notebook where. Nothing is asked before the button is pressed.

const WORKERS = ["/static/reminders/wake.js", "/static/reminders/wake-notes.js"];
const policy = globalThis.trustedTypes?.createPolicy("afterword", {
  createScriptURL: (url) => {
    if (!WORKERS.includes(url)) throw new TypeError("another script");
    return url;
  },
});
const part = document.getElementById("push");
const on = document.getElementById("push-on");
const says = document.getElementById("push-says");

function key() {
  const text = part.dataset.key.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") {
    says.textContent = "This browser does not allow it. Nothing was changed.";
    return;
  }
  const url = WORKERS[Number(document.getElementById("push-neutral").checked)];
  const worker = await navigator.serviceWorker.register(policy ? policy.createScriptURL(url) : url);
  await active(worker);
  const wished = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key() });
  const answer = await fetch("/reminders/push", {
    method: "POST",
    headers: { "X-Afterword": "1", "Content-Type": "application/json" },
    body: JSON.stringify({ endpoint: wished.endpoint }),
  });
  if (!answer.ok) throw new Error("refused");
  location.replace("/reminders");
}

function active(worker) {
  const coming = worker.installing ?? worker.waiting;
  if (worker.active || !coming) return Promise.resolve();
  return new Promise((done) => coming.addEventListener("statechange", () => coming.state === "activated" && done()));
}

if ("serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis) {
  on.hidden = false;
  says.textContent = "";
  on.addEventListener("click", async () => {
    on.disabled = true;
    await turnOn().catch(() => (says.textContent = "It could not be turned on here. Nothing was changed."));
    on.disabled = false;
  });
}
