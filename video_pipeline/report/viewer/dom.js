// Small pieces of a page: elements, icons, messages.

// make("button", {class: "x", onclick: f, "aria-label": "y"}, "text", child): an element. False, null and undefined are left out.
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

// Drawn on a grid of 24.
const ICONS = {
  play: "M7 4.5v15l13-7.5z",
  pause: "M6 4.5h4v15H6zM14 4.5h4v15h-4z",
  back: "M12 5V1L6 6l6 5V7a5.5 5.5 0 1 1-5.5 5.5h-2A7.5 7.5 0 1 0 12 5z",
  ahead: "M12 5V1l6 5-6 5V7a5.5 5.5 0 1 0 5.5 5.5h2A7.5 7.5 0 1 1 12 5z",
  loud: "M3 9v6h4l6 5V4L7 9zM16 8.5a5 5 0 0 1 0 7M18.5 6a8.5 8.5 0 0 1 0 12",
  mute: "M3 9v6h4l6 5V4L7 9zM16 9l6 6M22 9l-6 6",
  captions: "M3 5h18v14H3zM10 10.5a2.2 2.2 0 1 0 0 3M17 10.5a2.2 2.2 0 1 0 0 3",
  full: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  more: "M11 5h2v6h6v2h-6v6h-2v-6H5v-2h6z",
  less: "M5 11h14v2H5z",
  fit: "M3 12h18M7 8l-4 4 4 4M17 8l4 4-4 4",
  keys: "M3 6h18v12H3zM7 10h.01M11 10h.01M15 10h.01M7 14h10",
  close: "M6 6l12 12M18 6L6 18",
  save: "M12 3v12M7 10l5 5 5-5M4 20h16",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
  check: "M4 12.5l5 5L20 6.5",
  left: "M15 5l-7 7 7 7",
};
const FILLED = new Set(["play", "pause", "back", "ahead", "more", "less"]);

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", FILLED.has(name) ? "icon filled" : "icon");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

export function iconButton(name, label, onclick, more = {}) {
  return make("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...more }, icon(name));
}

// A field with its label: a select of `choices` (texts, or pairs of value and text).
export function choice(label, choices, value, onchange) {
  const options = choices.map((one) => {
    const [key, text] = Array.isArray(one) ? one : [one, one];
    return make("option", { value: String(key), selected: String(key) === String(value) }, text);
  });
  return make("label", { class: "field" }, make("span", {}, label), make("select", { onchange: (e) => onchange(e.target.value) }, options));
}

export function toggle(label, checked, onchange) {
  const box = make("input", { type: "checkbox", checked, onchange: (e) => onchange(e.target.checked) });
  return make("label", { class: "toggle" }, box, make("span", {}, label));
}

// Calls `work` once, `wait_ms` after the last of many calls.
export function settled(work, wait_ms) {
  let timer = 0;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...args), wait_ms);
  };
}

// One line at the lower edge that goes away by itself; screen readers hear it.
export function tell(root, text, { failed = false } = {}) {
  const place = root.querySelector(".notices");
  const line = make("div", { class: failed ? "notice failed" : "notice", role: failed ? "alert" : "status" }, text);
  place.append(line);
  setTimeout(() => line.remove(), failed ? 9000 : 3500);
}

export function openDialog(root, title, ...content) {
  const dialog = make("dialog", { "aria-label": title });
  const close = iconButton("close", "Esc", () => dialog.close());
  dialog.append(make("header", {}, make("h2", {}, title), close), ...content);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  root.append(dialog);
  dialog.showModal();
  return dialog;
}
