// Other languages, side by side with what is said: which one the player shows, each sentence to be edited or translated again.
import { messageOf, notify } from "../shared/dialogs.js";
import { iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { language as pageLanguage, translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";

const INSIDE_S = 0.01; // after the start of a sentence, so that its subtitle is shown
const BLOCK_ROWS = 40;
/** @type {Languages} */
const NONE = { sentences: [], texts: {}, faults: {}, cues: {}, sizes: {} };

/**
 * The name of a tag in the page's language; of two at once ("zh-en") both, the upper one first.
 * @param {string} tag
 * @param {readonly string[]} known tags of single languages
 * @param {string} shownIn
 */
export function nameOf(tag, known, shownIn) {
  const names = new Intl.DisplayNames([shownIn], { type: "language" });
  const name = (/** @type {string} */ one) => {
    try {
      return names.of(one) ?? one;
    } catch {
      return one; // no tag that the browser can read
    }
  };
  const parts = tag.split("-");
  const pairs = parts.slice(1).map((_, k) => [parts.slice(0, k + 1).join("-"), parts.slice(k + 1).join("-")]);
  const pair = known.includes(tag) ? undefined : pairs.find((two) => two.every((one) => known.includes(one)));
  return (pair ?? [tag]).map(name).join(" + ");
}

export class LanguagesPanel {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./player.js").Player} player
   * @param {ShadowRoot} root
   */
  constructor(store, player, root) {
    this.store = store;
    this.player = player;
    this.root = root;
    /** @type {HTMLSelectElement} */
    this.shown = make("select", { "aria-label": translate("shownLanguage") });
    this.shown.addEventListener("change", () => store.showLanguage(this.shown.value));
    this.rows = make("div", { class: "rows", role: "list", tabindex: "0", "aria-label": translate("languages") });
    const head = make("label", { class: "search" }, translate("shownLanguage"), this.shown);
    this.element = make("div", { class: "transcript languages" }, head, this.rows);
    store.on("data", () => this.#fill());
    store.on("language", () => this.#fill());
  }

  /** The language whose sentences are beside what is said: the one that is shown, else the first. */
  get tag() {
    const { texts } = this.#found;
    return texts[this.store.language] ? this.store.language : Object.keys(texts)[0];
  }

  get #found() {
    return this.store.data.languages ?? NONE;
  }

  #fill() {
    const { languages, language } = this.store.data;
    if (!languages) return;
    const known = [language, ...Object.keys(languages.texts)];
    const tags = ["", ...Object.keys(languages.cues)];
    const options = tags.map((tag) => {
      const name = nameOf(tag || language, known, pageLanguage());
      return make("option", { value: tag }, tag ? name : `${name} (${translate("spokenLanguage")})`);
    });
    this.shown.replaceChildren(...options);
    this.shown.value = this.store.language;
    const top = this.rows.scrollTop;
    const rows = languages.sentences.map((sentence, number) => this.#row(sentence, number));
    const blocks = Math.ceil(rows.length / BLOCK_ROWS);
    this.rows.replaceChildren(
      ...Array.from({ length: blocks }, (_, k) =>
        make("div", { class: "block", role: "presentation" }, rows.slice(k * BLOCK_ROWS, (k + 1) * BLOCK_ROWS)),
      ),
    );
    this.rows.scrollTop = top;
  }

  /**
   * @param {Span & { text: string }} sentence
   * @param {number} number
   */
  #row(sentence, number) {
    const { tag } = this;
    const { texts, faults } = this.#found;
    const fault = faults[tag]?.[number];
    const target = make("span", { class: "text", lang: tag, role: "textbox", "aria-label": tag }, texts[tag]?.[number] ?? "");
    const again = iconButton("redo", translate("translateAgain"), () => this.#change(number, { again: true }), {
      class: "icon-button small",
    });
    if (this.store.source.editable) {
      target.contentEditable = "plaintext-only";
      target.addEventListener("keydown", (event) => {
        event.stopPropagation(); // letters are no commands of the player here
        if (event.key !== "Enter") return;
        event.preventDefault();
        target.blur();
      });
      target.addEventListener("blur", () => this.#save(number, target));
    }
    return make(
      "div",
      { class: fault ? "row pair faulty" : "row pair", role: "listitem" },
      make(
        "button",
        { type: "button", class: "stamp", onclick: () => this.player.seek(sentence.start_s + INSIDE_S) },
        clock(sentence.start_s),
      ),
      make("div", { class: "what" }, make("span", { class: "dim" }, sentence.text)),
      make("div", { class: "what" }, target, fault ? make("div", { class: "dim" }, fault) : null),
      this.store.source.editable && again,
    );
  }

  /** @type {(number: number, target: HTMLElement) => void} */
  #save(number, target) {
    const text = target.textContent.trim();
    const before = this.store.data.languages?.texts[this.tag]?.[number];
    if (!text) target.textContent = before ?? "";
    else if (text !== before) this.#change(number, { text });
  }

  /**
   * @param {number} number
   * @param {{ text: string } | { again: true }} change
   */
  async #change(number, change) {
    try {
      await this.store.changeTranslation({ language: this.tag, number, ...change });
    } catch (error) {
      notify(this.root, messageOf(error), { failed: true });
    }
  }
}
