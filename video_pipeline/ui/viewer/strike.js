// What is cut out is struck through in the text.

/** @typedef {import("./rows.js").Row} Row */

const ONSET_S = 0.06; // a word is cut out where its beginning is; the server counts as much

/**
 * Strikes through what is cut out, and what was put back no longer.
 *
 * @param {Row[]} rows
 * @param {ViewData} data
 * @param {(row: Row) => void} split gives each word of a row an element
 */
export function strike(rows, { segments, removed = [] }, split) {
  for (const row of rows) {
    if (row.number < 0) continue;
    const segment = segments[row.number];
    const gaps = removed.filter((gap) => gap.start_s < segment.end_s && gap.end_s > segment.start_s);
    if (gaps.length) split(row);
    if (gaps.length || row.struck) strikeRow(row, segment, gaps);
    row.struck = gaps.length > 0;
  }
}

/**
 * @param {Row} row of speech, with an element for each word where only a part of it is cut out
 * @param {Segment} segment
 * @param {readonly Span[]} gaps that touch it
 */
function strikeRow(row, segment, gaps) {
  /** @type {(from_s: number, to_s: number) => boolean} */
  const isOut = (from_s, to_s) => {
    const onset_s = from_s + Math.min(ONSET_S, (to_s - from_s) / 2);
    return gaps.some((gap) => gap.start_s <= onset_s && onset_s < gap.end_s);
  };
  const out = row.words.map(({ at_s }, k) => isOut(at_s, row.words[k + 1]?.at_s ?? segment.end_s));
  row.words.forEach(({ span }, k) => {
    span.classList.toggle("out", out[k]);
  });
  const all = row.words.length ? out.every(Boolean) : isOut(segment.start_s, segment.end_s);
  row.element.classList.toggle("gone", gaps.length > 0 && all);
}
