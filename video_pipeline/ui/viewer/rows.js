// The rows of the transcript: what was said, and what was heard.
import { iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock, lastBefore } from "../shared/times.js";

const BLOCK_ROWS = 40; // more blocks cost time at every frame, larger ones cost more time when they are laid out
const OVERLAPPING_ROWS = 3; // a sound can start before a line and last longer

/**
 * A row of the list, in order of time.
 *
 * @typedef {object} Row
 * @property {HTMLElement} element
 * @property {HTMLElement} text
 * @property {number} start_s
 * @property {number} end_s
 * @property {number} number of the segment; -1 for a sound
 * @property {{ at_s: number, span: HTMLElement }[]} words empty until they are needed
 * @property {boolean} [struck] whether a part of it is cut out
 */

/**
 * @param {import("./store.js").Store} store
 * @param {Segment} segment
 * @param {Segment | undefined} before
 * @param {(row: Row) => void} onEdit
 * @returns {Row}
 */
export function speechRow(store, segment, before, onEdit) {
  const { felt, felt_p = 0, speaker, start_s, end_s } = segment;
  const colour = (felt && store.data.colours.felt?.[felt]) ?? "";
  const text = make("span", { class: "text", lang: segment.language }, segment.text);
  const edit = () => onEdit(row);
  const element = make(
    "div",
    { class: felt ? "row said felt" : "row said", role: "listitem", style: { "--c": colour } },
    make("button", { type: "button", class: "stamp", tabindex: "-1" }, clock(start_s)),
    make(
      "div",
      { class: "what" },
      speaker && speaker !== before?.speaker ? make("span", { class: "speaker" }, speaker) : null,
      felt ? make("span", { class: "tag", title: `${Math.round(felt_p * 100)} %` }, translate(felt)) : null,
      text,
    ),
    store.source.editable && iconButton("edit", translate("correct"), edit, { class: "icon-button small" }),
  );
  /** @type {Row} */
  const row = { element, text, start_s, end_s, number: 0, words: [] };
  return row;
}

/**
 * @param {import("./store.js").Store} store
 * @param {SoundEvent} event
 * @returns {Row}
 */
export function soundRow(store, { label, start_s, end_s }) {
  const text = make("div", { class: "what" }, make("i", {}), `${translate(label)} ${(end_s - start_s).toFixed(1)} s`);
  const element = make(
    "div",
    { class: "row heard", role: "listitem", style: { "--c": store.data.colours.sounds[label] ?? "" } },
    make("button", { type: "button", class: "stamp", tabindex: "-1" }, clock(start_s)),
    text,
  );
  return { element, text, start_s, end_s, number: -1, words: [] };
}

/**
 * The elements of rows by the blocks in which they lie.
 *
 * @param {Row[]} rows
 */
export function blocksOf(rows) {
  const count = Math.ceil(rows.length / BLOCK_ROWS);
  const elements = rows.map((row) => row.element);
  return Array.from({ length: count }, (_, k) => elements.slice(k * BLOCK_ROWS, (k + 1) * BLOCK_ROWS));
}

/**
 * What is spoken, else what is heard; in a pause nothing.
 *
 * @param {Row[]} rows
 * @param {number[]} starts
 * @param {number} time_s
 */
export function rowAt(rows, starts, time_s) {
  const last = lastBefore(starts, time_s);
  const near = rows.slice(Math.max(0, last - OVERLAPPING_ROWS), last + 1).filter((row) => time_s < row.end_s);
  return near.findLast((row) => row.number >= 0) ?? near.at(-1) ?? null;
}
