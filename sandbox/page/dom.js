// Building the page's nodes. Data reach the page as text nodes and properties
// only: there is no innerHTML anywhere, so a message can never become markup.

const SVG = "http://www.w3.org/2000/svg";

/** el("button", { class: "x", data: { role: "send" }, on: { click } }, "text", node, …) */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "data") Object.assign(node.dataset, value);
    else if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** One of the drawings in index.html. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, act, props = {}) {
  return el(
    "button",
    { ...props, type: "button", class: `icon-button ${props.class ?? ""}`, "aria-label": label, title: label, on: { click: act } },
    icon(name),
  );
}

/** Only the web is worth a link; javascript: and its friends stay text. */
export function safeUrl(text) {
  try {
    const url = new URL(text);
    return ["http:", "https:"].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

export function link(href, ...children) {
  const url = safeUrl(href);
  return url ? el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...children) : el("span", {}, ...children);
}

/** A round badge with a name's first letters. */
export function avatar(name) {
  const letters = name.trim().split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("");
  const tone = [...name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) % 5;
  return el("span", { class: `avatar tone-${tone}`, "aria-hidden": "true" }, letters.toUpperCase());
}

let toastTimer;
/** A sentence that goes away by itself. */
export function toast(text, forMs = 5000) {
  const place = document.getElementById("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => { place.hidden = true; }, forMs);
}
