// Icons, drawn on a grid of 24 by 24, and buttons that show one.
import { make } from "./make.js";

/** @type {Record<string, string>} */
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
  open: "M12 16V4M7 9l5-5 5 5M4 20h16",
  edit: "M4 20h4L19 9l-4-4L4 16z",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
  check: "M4 12.5l5 5L20 6.5",
  right: "M9 5l7 7-7 7",
  left: "M15 5l-7 7 7 7",
  undo: "M9 14L4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "M15 14l5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  replace: "M4 7h11M12 4l3 3-3 3M20 17H9M12 14l-3 3 3 3",
  cut: "M8.5 8.5L20 18M8.5 15.5L20 6M6 4.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6 14.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  clip: "M4 5h16v14H4zM9 5v14M15 5v14M4 10h5M15 10h5M4 14.5h5M15 14.5h5",
  filler: "M4 6h16M4 12h5M15 12h5M4 18h10M10.5 10.5l3 3M13.5 10.5l-3 3",
  skip: "M4 12h4M16 12h4M8 7v10M16 7v10M10.5 12h.01M13.5 12h.01",
  crop: "M7 2v15h15M2 7h15v15",
  key: "M12 5l7 7-7 7-7-7z",
  remove: "M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13M10 11v5M14 11v5",
};
const FILLED = new Set(["play", "pause", "back", "ahead", "more", "less"]);
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", FILLED.has(name) ? "icon filled" : "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? "");
  svg.append(path);
  return svg;
}

/**
 * @param {string} name of the icon
 * @param {string} label for the tooltip and for screen readers
 * @param {(event: MouseEvent) => unknown} onclick
 * @param {Properties} [properties] that differ from the usual ones
 */
export function iconButton(name, label, onclick, properties = {}) {
  return make(
    "button",
    { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...properties },
    icon(name),
  );
}
