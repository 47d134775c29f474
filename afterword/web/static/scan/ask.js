// Whose voice is on it, where the consent record speaks of several: a radio button carries one value, and this is two.

const therapist = document.getElementById("therapist");

function tell() {
  const whose = document.querySelector("[name=voices]:checked")?.dataset.therapist;
  therapist.disabled = whose === undefined;
  therapist.value = whose ?? "";
}

document.getElementById("approve").addEventListener("change", tell);
document.getElementById("approve").addEventListener("submit", tell);
tell();
