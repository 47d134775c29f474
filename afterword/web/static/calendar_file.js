// Puts a calendar file into the field that it could be pasted into. It goes nowhere before the button is pressed.

const MOST = 40000;
const find = (id) => document.getElementById(id);
const file = find("file");

if (file) {
  find("choose").hidden = false;
  file.addEventListener("change", read);
}

async function read() {
  const chosen = file.files[0];
  complain(chosen && chosen.size > MOST ? "This file is too large. Please export the appointment alone." : "");
  if (!chosen || chosen.size > MOST) return;
  try {
    find("text").value = await chosen.text();
  } catch {
    complain("This file cannot be read. Please choose it again, or paste what stands in it.");
  }
}

function complain(says) {
  find("problem").textContent = says;
  find("problem").hidden = !says;
}
