// Undo and redo of edits of lines: one list for each video and window, kept over a reload.

const MOST = 500;

/** An edit that was made: what stood there, and what stands there now. @typedef {{ was: Line[], lines: Line[] }} Step */

export class History {
  /**
   * @param {string} key of this video
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem"> | null} storage null where the browser gives none
   */
  constructor(key, storage) {
    this.key = `history ${key}`;
    this.storage = storage;
    /** @type {{ done: Step[][], undone: Step[][] }} */
    const { done, undone } = this.#stored();
    this.done = done;
    this.undone = undone;
  }

  /** @param {Step[]} steps made at once */
  add(steps) {
    this.done = [...this.done, steps].slice(-MOST);
    this.undone = [];
    this.#store();
  }

  /**
   * The edits that take the last ones back, or make them again; null where there are none.
   *
   * @param {"undo" | "redo"} way
   * @returns {LineEdit[] | null}
   */
  edits(way) {
    const steps = (way === "undo" ? this.done : this.undone).at(-1);
    if (!steps) return null;
    if (way === "redo") return steps.map(({ was, lines }) => ({ was: was.map(seen), lines }));
    return [...steps].reverse().map(({ was, lines }) => ({ was: lines.map(seen), lines: was }));
  }

  /**
   * What `edits` gave was made.
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
