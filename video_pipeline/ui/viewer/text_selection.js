// Text that is drawn over with the mouse or a finger is a stretch of time.

/** @typedef {import("./rows.js").Row} Row */
/** @typedef {{ startContainer: Node, startOffset: number, endContainer: Node, endOffset: number }} TextRange */

/**
 * What is selected in the text is selected in time, from now on.
 *
 * @param {{ store: import("./store.js").Store, rows: Row[], list: HTMLElement }} transcript
 * @param {ShadowRoot} root
 */
export function followSelection(transcript, root) {
  const { store } = transcript;
  /** @type {Span | null} */
  let own = null;
  document.addEventListener("selectionchange", () => {
    const text = transcript.list.isConnected ? selectedText(root) : null;
    const rows = text ? rowsOf(transcript, text) : null;
    if (text && rows) {
      const [first, last] = rows.map((row) => store.data.segments[row.number]);
      own = spanOfText(text, rows[0], first, rows[1], last);
      store.selectRange(own);
    } else if (own && store.range === own) store.selectRange(null);
  });
}

/**
 * The first and the last line of which text is selected; null where none is.
 *
 * @param {{ rows: Row[], list: HTMLElement }} transcript
 * @param {TextRange} text
 * @returns {[Row, Row] | null}
 */
function rowsOf({ rows, list }, text) {
  if (!list.contains(text.startContainer) || !list.contains(text.endContainer)) return null;
  const range = document.createRange();
  range.setStart(text.startContainer, text.startOffset);
  range.setEnd(text.endContainer, text.endOffset);
  const inside = rows.filter((row) => row.number >= 0 && row.text.isConnected && range.intersectsNode(row.text));
  const [first, last] = [inside[0], inside.at(-1)];
  return first && last && range.toString().trim() ? [first, last] : null;
}

/**
 * The ends of the text that is selected inside a viewer, or null where none is.
 *
 * @param {ShadowRoot} root
 * @returns {TextRange | null}
 */
export function selectedText(root) {
  const own = /** @type {{ getSelection?: () => Selection | null }} */ (root).getSelection?.() ?? document.getSelection();
  if (!own?.rangeCount) return null;
  const ranges = /** @type {any} */ (own).getComposedRanges?.({ shadowRoots: [root] }) ?? [];
  const found = ranges[0] ?? own.getRangeAt(0);
  const empty = found.startContainer === found.endContainer && found.startOffset === found.endOffset;
  return empty || !root.contains(found.startContainer) ? null : found;
}

/**
 * The stretch from the first to the last word of a selection of text.
 *
 * @param {TextRange} text
 * @param {Row} first
 * @param {Segment} from
 * @param {Row} last
 * @param {Segment} to
 * @returns {Span}
 */
function spanOfText(text, first, from, last, to) {
  const start = letters(first.text, text.startContainer, text.startOffset);
  const end = letters(last.text, text.endContainer, text.endOffset);
  return { start_s: wordAt(from, start)[0], end_s: wordAt(to, end, true)[1] };
}

/**
 * How many characters of a text stand before a place in it; 0 before it, all of them behind it.
 *
 * @type {(text: HTMLElement, node: Node, offset: number) => number}
 */
function letters(text, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(text);
  const place = range.comparePoint(node, offset);
  if (place < 0) return 0;
  if (place === 0) range.setEnd(node, offset);
  return range.toString().length;
}

/**
 * When the word is spoken that stands at a place; `isEnd`: the one before the place. White space belongs to the next word.
 *
 * @param {Segment} line
 * @param {number} place in characters
 * @param {boolean} [isEnd]
 * @returns {[from_s: number, to_s: number]}
 */
export function wordAt(line, place, isEnd = false) {
  const { words, start_s, end_s } = line;
  if (!words.length) return [start_s, end_s];
  let letters = 0;
  let found = 0;
  for (const [k, [, word]] of words.entries()) {
    const begins = letters + word.length - word.trimStart().length;
    letters += word.length;
    if (isEnd ? begins < place : letters <= place) found = isEnd ? k : Math.min(k + 1, words.length - 1);
  }
  return [words[found][0], words[found + 1]?.[0] ?? end_s];
}
