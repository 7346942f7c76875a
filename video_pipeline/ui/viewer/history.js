// Undo and redo of all that is edited: one list for each video and window, kept over a reload.

const MOST = 500;

/** An edit of lines that was made: what stood there, and what stands there now. @typedef {{ was: Line[], lines: Line[] }} Step */
/** Edits of lines that were made at once, or another change of the video. @typedef {Step[] | MontageStep} Entry */

export class History {
  /**
   * @param {string} key of this video
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem"> | null} storage null where the browser gives none
   */
  constructor(key, storage) {
    this.key = `history ${key}`;
    this.storage = storage;
    /** @type {{ done: Entry[], undone: Entry[] }} */
    const { done, undone } = this.#stored();
    this.done = done;
    this.undone = undone;
  }

  /** @param {Entry} entry what was made at once */
  add(entry) {
    this.done = [...this.done, entry].slice(-MOST);
    this.undone = [];
    this.#store();
  }

  /**
   * What is taken back next, or made again next.
   *
   * @param {"undo" | "redo"} way
   */
  entry(way) {
    return (way === "undo" ? this.done : this.undone).at(-1) ?? null;
  }

  /**
   * The edits of lines that take the last ones back, or make them again; null where the last change was another.
   *
   * @param {"undo" | "redo"} way
   * @returns {LineEdit[] | null}
   */
  edits(way) {
    const steps = this.entry(way);
    if (!Array.isArray(steps)) return null;
    if (way === "redo") return steps.map(({ was, lines }) => ({ was: was.map(seen), lines }));
    return [...steps].reverse().map(({ was, lines }) => ({ was: lines.map(seen), lines: was }));
  }

  /**
   * What `entry` gave was made.
   *
   * @param {"undo" | "redo"} way
   */
  moved(way) {
    const [from, to] = way === "undo" ? [this.done, this.undone] : [this.undone, this.done];
    const steps = from.pop();
    if (steps) to.push(steps);
    this.#store();
  }

  #stored() {
    try {
      return { done: [], undone: [], ...JSON.parse(this.storage?.getItem(this.key) ?? "{}") };
    } catch {
      return { done: [], undone: [] };
    }
  }

  #store() {
    try {
      this.storage?.setItem(this.key, JSON.stringify({ done: this.done, undone: this.undone }));
    } catch {
      // the storage is full: undo works on until the page is left
    }
  }
}

/**
 * A line as the server finds it again.
 *
 * @param {Line} line
 * @returns {Line}
 */
export function seen({ start_s, end_s, text }) {
  return { start_s, end_s, text };
}

/** @type {(a: Line, b: Line) => boolean} */
export function isSame(a, b) {
  return JSON.stringify(seen(a)) === JSON.stringify(seen(b));
}

/** @returns {Storage | null} of this window alone; a page opened from the disk may have none */
export function storage() {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}
