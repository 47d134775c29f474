// What is compared by eye: the code to scan, and the four symbols with their words.

/** `picture`: an SVG with one path; `qr`: {size: modules with their border, path}. Dark on light in every scheme: cameras
 * expect that. */
export function drawCode(picture, { size, path }) {
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.querySelector("path").setAttribute("d", path);
}

export function drawSymbols(list, symbols) {
  list.replaceChildren(...symbols.map(([picture, word]) => {
    const [item, seen, said] = ["li", "span", "span"].map((name) => document.createElement(name));
    seen.textContent = picture;
    seen.className = "picture";
    seen.setAttribute("aria-hidden", "true");
    said.textContent = word;
    item.append(seen, said);
    return item;
  }));
}
