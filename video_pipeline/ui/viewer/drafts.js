// What is being written and not saved yet.

/** What was written into the form of a line and not saved, kept over a reload. */
export class Drafts {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.storage = store.history.storage;
    this.key = `draft ${store.history.key}`;
  }

  /** @type {(line: Segment, text: string) => void} */
  keep({ start_s, text: was }, text) {
    this.storage?.setItem(this.key, JSON.stringify({ start_s, was, text }));
  }

  forget() {
    this.storage?.removeItem(this.key);
  }

  /**
   * The line that a draft is for.
   *
   * @param {Segment[]} lines
   */
  line(lines) {
    const draft = this.#stored();
    return draft ? lines.find((line) => line.start_s === draft.start_s && line.text === draft.was) : undefined;
  }

  /** @param {Segment} line */
  text(line) {
    const draft = this.#stored();
    return draft && draft.start_s === line.start_s && draft.was === line.text ? draft.text : line.text;
  }

  /** @returns {{ start_s: number, was: string, text: string } | null} */
  #stored() {
    try {
      return JSON.parse(this.storage?.getItem(this.key) ?? "null");
    } catch {
      return null;
    }
  }
}
