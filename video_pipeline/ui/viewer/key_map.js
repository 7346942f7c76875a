// Which key does what: a person may choose others, which this browser remembers.

const STORED = "keys"; // in localStorage: the chosen keys by the usual ones
const NAMES = { " ": "Space", arrowleft: "←", arrowright: "→", arrowup: "↑", arrowdown: "↓", "-": "−", delete: "Del" };

export class KeyMap {
  /**
   * @param {Record<string, (event: KeyboardEvent) => unknown>} actions by the usual key, as in `KeyboardEvent.key`, lower case
   * @param {Pick<Storage, "getItem" | "setItem"> | null} storage null where the browser gives none
   */
  constructor(actions, storage) {
    this.actions = new Map(Object.entries(actions));
    this.storage = storage;
    /** @type {Record<string, string>} */
    this.chosen = this.#stored();
  }

  /**
   * The key in the place of a usual one.
   *
   * @param {string} usual
   */
  key(usual) {
    return this.chosen[usual] ?? usual;
  }

  /** @param {string} pressed */
  action(pressed) {
    const usual = this.#usual(pressed);
    return usual === undefined ? undefined : this.actions.get(usual);
  }

  /**
   * A key that has another meaning gives it the key that became free.
   *
   * @param {string} usual
   * @param {string} pressed
   */
  change(usual, pressed) {
    const other = this.#usual(pressed);
    this.chosen = { ...this.chosen, ...(other === undefined ? {} : { [other]: this.key(usual) }), [usual]: pressed };
    this.#store();
  }

  reset() {
    this.chosen = {};
    this.#store();
  }

  /** @param {string} pressed */
  #usual(pressed) {
    return [...this.actions.keys()].find((usual) => this.key(usual) === pressed);
  }

  #stored() {
    try {
      return JSON.parse(this.storage?.getItem(STORED) ?? "{}") ?? {};
    } catch {
      return {};
    }
  }

  #store() {
    try {
      this.storage?.setItem(STORED, JSON.stringify(this.chosen));
    } catch {
      // the storage is full: kept until the page is left
    }
  }
}

/**
 * A key as people write it.
 *
 * @param {string} key
 */
export function keyName(key) {
  return NAMES[/** @type {keyof typeof NAMES} */ (key)] ?? key[0].toUpperCase() + key.slice(1);
}

/** @returns {Storage | null} */
export function keyStorage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}
