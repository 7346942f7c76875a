// The sound itself, where the timeline is zoomed in far enough that its shape tells where words begin and end.
import { debounce } from "../shared/debounce.js";

const LONGEST_S = 60; // shown at once; over more, the curve of loudness tells as much
const WAIT_MS = 120; // after the last zoom

/**
 * A stretch of sound.
 *
 * @typedef {object} Part
 * @property {number} start_s
 * @property {number} end_s
 * @property {Curve} curve the greatest amplitude of each step
 */

export class Waveform {
  /**
   * @param {import("./store.js").Store} store
   * @param {() => void} onLoaded
   */
  constructor(store, onLoaded) {
    this.store = store;
    this.onLoaded = onLoaded;
    /** @type {Part | null} */
    this.part = null;
    /** @type {Span} */
    this.wanted = { start_s: 0, end_s: 0 };
    this.load = debounce(() => this.#load(this.wanted), WAIT_MS);
  }

  /**
   * What is known of the sound in a stretch, null where it is too long; what is not known is asked for.
   *
   * @param {Span} shown
   */
  of(shown) {
    const { source, data } = this.store;
    const length_s = shown.end_s - shown.start_s;
    if (!source.editable || length_s > LONGEST_S) return null;
    const { part } = this;
    if (part && part.start_s <= shown.start_s && part.end_s >= Math.min(shown.end_s, data.duration_s) - 0.01) return part;
    const margin_s = length_s / 2;
    this.wanted = { start_s: Math.max(0, shown.start_s - margin_s), end_s: Math.min(data.duration_s, shown.end_s + margin_s) };
    this.load();
    return part && part.start_s < shown.end_s && part.end_s > shown.start_s ? part : null;
  }

  /** @param {Span} span */
  async #load(span) {
    try {
      this.part = await this.store.editor.waveform(span.start_s, span.end_s);
      this.onLoaded();
    } catch {
      // the curve of loudness stays
    }
  }
}
