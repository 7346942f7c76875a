// The East Asian letters of a text, which a reader's machine may lack.
import { bytesOf } from "./bytes.js";

const FAMILY = "Letters"; // as the style sheets name it
/** Blocks of Unicode with letters and marks of East Asia. */
export const ASIAN = "U+2E80-9FFF, U+AC00-D7FF, U+F900-FAFF, U+FE30-FE4F, U+FF00-FFEF, U+20000-3FFFF";

/** @type {FontFace | null} */
let shown = null;

/**
 * In the place of those that were shown before.
 *
 * @param {string | undefined} font as a `data:` address; none if there are no such letters
 */
export function showLetters(font) {
  if (shown) document.fonts.delete(shown);
  shown = font ? new FontFace(FAMILY, bytesOf(font.slice(font.indexOf(",") + 1)), { unicodeRange: ASIAN }) : null;
  if (shown) document.fonts.add(shown);
}
