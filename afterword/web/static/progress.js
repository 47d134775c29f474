// Shows how far a recording is, once a second. Looking on does not keep the notebook unlocked.

const find = (id) => document.getElementById(id);
const { session, state } = find("progress").dataset;
const address = `/sessions/${session}`;
const OVER = ["asking", "provisional", "destroyed"];

async function look() {
  const answer = await fetch(`${address}/progress`, { headers: { "X-Afterword": "1" } }).catch(() => null);
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

setTimeout(look, 1000);
