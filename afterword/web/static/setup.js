// Takes the set-up token from the address (after the #, where no server and no log sees it), and shows a passphrase
// to whoever wants to see what they type.

const token = document.getElementById("token");
const take = () => {
  if (!token || location.hash.length < 2) return;
  token.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
};
take();
addEventListener("hashchange", take); // pasted into the same tab

for (const field of document.querySelectorAll("input[type=password]")) {
  const button = document.createElement("button");
  const name = document.createElement("span");
  button.type = "button";
  button.className = "plain show";
  name.className = "unseen";
  name.textContent = ` ${document.querySelector(`label[for=${field.id}]`).textContent}`;
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.replaceChildren(shown ? "Hide" : "Show", name);
  };
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
  field.after(button);
  show(false);
}
