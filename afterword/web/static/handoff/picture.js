// What is compared by eye: the code to scan, and the four symbols with their words.

const SVG = "http://www.w3.org/2000/svg";

/** `qr`: {size: modules with their border, path}. Dark on light in every scheme: cameras expect that. */
export function drawCode(box, { size, path }) {
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${size} ${size}`);
  picture.setAttribute("aria-hidden", "true");
  const dots = document.createElementNS(SVG, "path");
  dots.setAttribute("d", path);
  picture.append(dots);
  box.replaceChildren(picture);
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
