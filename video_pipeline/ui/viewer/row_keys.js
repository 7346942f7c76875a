// The list of lines by the keyboard: it is one stop of Tab, and the arrows go from line to line.
import { cutSelection } from "./selection.js";

const PAGE_ROWS = 10;
const WAYS = {
  ArrowUp: -1,
  ArrowDown: 1,
  PageUp: -PAGE_ROWS,
  PageDown: PAGE_ROWS,
  Home: Number.NEGATIVE_INFINITY,
  End: Number.POSITIVE_INFINITY,
};
const SAME_S = 0.005; // a time as it is written in a field

/** @typedef {import("./rows.js").Row} Row */

/**
 * Whether the key was for the list.
 *
 * @param {import("./transcript.js").TranscriptPanel} panel
 * @param {Row | null} row around the focus
 * @param {KeyboardEvent} event
 */
export function listKey(panel, row, event) {
  const { store, root, rows, current } = panel;
  const onStamp = event.target instanceof Element && event.target.matches(".stamp");
  if (!onStamp && event.target !== panel.list) return false;
  const way = WAYS[/** @type {keyof typeof WAYS} */ (event.key)];
  if (way) {
    const shown = rows.filter(({ element }) => !element.hidden);
    if (row) focusRow(rowFrom(shown, shown.indexOf(row), way));
    else focusRow(Number.isFinite(way) ? (current ?? shown[0]) : rowFrom(shown, 0, way));
    return true;
  }
  if (!row || row.number < 0 || !store.source.editable) return false;
  if (["Delete", "Backspace"].includes(event.key) && !store.range) {
    cutSelection(store, root, store.data.segments[row.number]);
  } else if (event.key.toLowerCase() === "e") panel.edit(row);
  else return false;
  return true;
}

/**
 * From the field to what was found.
 *
 * @param {import("./transcript.js").TranscriptPanel} panel
 * @param {KeyboardEvent} event
 */
export function searchKey({ rows }, event) {
  if (!["ArrowDown", "Enter"].includes(event.key) || event.isComposing) return;
  event.preventDefault();
  focusRow(rows.find(({ element }) => !element.hidden));
}

/** @type {(rows: Row[], from: number, by: number) => Row | undefined} */
export function rowFrom(rows, from, by) {
  return rows[Math.min(rows.length - 1, Math.max(0, from + by))];
}

/**
 * The line that begins at a time or after it, or one so many lines further; only of those that are shown.
 *
 * @param {Row[]} rows
 * @param {number} start_s
 * @param {number} by
 */
export function lineAt(rows, start_s, by) {
  const lines = rows.filter(({ element, number }) => number >= 0 && !element.hidden);
  const at = lines.findIndex((row) => row.start_s >= start_s - SAME_S);
  return rowFrom(lines, at < 0 ? lines.length - 1 : at, by);
}

/** @param {Row | undefined} row */
export function focusRow(row) {
  /** @type {HTMLElement | null | undefined} */ (row?.element.querySelector(".stamp"))?.focus();
}
