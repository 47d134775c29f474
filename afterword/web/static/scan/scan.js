// What the camera read stands behind the #, where no server and no log sees it. It goes into the form, or waits in this
// tab until the notebook is unlocked; and it leaves the address at once, so that no history keeps it.

const KEPT = "scanned";
const form = document.getElementById("scan");
const scanned = location.hash.slice(1) || sessionStorage.getItem(KEPT);
sessionStorage.removeItem(KEPT);

if (scanned) {
  history.replaceState(null, "", location.pathname);
  if (form) {
    document.getElementById("code").value = scanned;
    form.requestSubmit();
  } else {
    sessionStorage.setItem(KEPT, scanned);
  }
}
