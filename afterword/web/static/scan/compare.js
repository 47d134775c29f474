// Waits for the laptop's half, and then for somebody to press there. The server draws the page; this only asks when.

const { id, ready } = document.getElementById("compare").dataset;

async function look() {
  const answer = await fetch(`/scan/${id}/state`, { headers: { "X-Afterword": "1" } }).catch(() => null);
  if (answer?.status === 401) return location.replace("/unlock");
  if (answer?.ok) {
    const now = await answer.json();
    if (now.state !== "approved" || now.ready !== (ready === "yes")) return location.replace(`/scan/${id}`);
  }
  return setTimeout(look, 1000);
}

setTimeout(look, 1000);
