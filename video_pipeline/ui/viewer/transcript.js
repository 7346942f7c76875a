// What was said and heard, line by line: follows the video, click a word to seek, double-click a line to correct it.
//
// Two thousand rows stay fast: they lie in blocks, of which the browser lays out only those in sight (`content-visibility`), and a row
// gets an element per word only when it is spoken or touched. All text is in the page, so it can be searched, copied and read out.
import { messageOf, notify } from "../shared/dialogs.js";
import { icon, iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock, lastBefore } from "../shared/times.js";

const BLOCK_ROWS = 40; // more blocks cost time at every frame, larger ones cost more time when they are laid out
const REST_MS = 4000; // after a person has scrolled, the list does not follow for this long
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
 */

export class TranscriptPanel {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./player.js").Player} player
   * @param {ShadowRoot} root
   */
  constructor(store, player, root) {
    this.store = store;
    this.player = player;
    this.root = root;
    this.scrolled_ms = Number.NEGATIVE_INFINITY;
    /** @type {Row[]} */
    this.rows = [];
    /** @type {number[]} */
    this.starts = [];
    /** @type {Map<Element, Row>} */
    this.rowOf = new Map();
    /** @type {Row | null} */
    this.current = null;
    /** @type {HTMLElement | null} */
    this.word = null; // the one that is marked
    const find = translate("find");
    this.search = make("input", { type: "search", placeholder: find, "aria-label": find, oninput: () => this.#filter() });
    this.list = make("div", { class: "rows", role: "list", tabindex: "0", "aria-label": translate("transcript") });
    this.element = make("div", { class: "transcript" }, make("div", { class: "search" }, icon("search"), this.search), this.list);
    this.#listen();
    store.on("data", () => this.#fill());
    store.on("time", (time_s) => this.#follow(time_s));
  }

  #listen() {
    const { list } = this;
    for (const name of ["wheel", "touchmove", "keydown"]) {
      list.addEventListener(name, () => this.#noteScrolling(), { passive: true });
    }
    list.addEventListener("pointerover", (event) => this.#split(this.#rowAround(event.target)));
    list.addEventListener("click", (event) => this.#click(event));
    list.addEventListener("dblclick", (event) => this.#edit(this.#rowAround(event.target)));
    list.addEventListener("keydown", (event) => this.#key(event));
  }

  #noteScrolling() {
    this.scrolled_ms = performance.now();
  }

  /**
   * @param {EventTarget | null} target
   * @returns {Row | null}
   */
  #rowAround(target) {
    const element = target instanceof Element ? target.closest(".row") : null;
    return (element && this.rowOf.get(element)) ?? null;
  }

  #fill() {
    const { segments, events } = this.store.data;
    const top = this.list.scrollTop;
    const speech = segments.map((segment, number) => this.#speech(segment, number, segments[number - 1]));
    const sounds = events.map((event) => this.#sound(event));
    this.rows = [...speech, ...sounds].sort((a, b) => a.start_s - b.start_s);
    this.starts = this.rows.map((row) => row.start_s);
    this.rowOf = new Map(this.rows.map((row) => [row.element, row]));
    this.current = null;
    this.word = null;
    this.list.replaceChildren(...blocksOf(this.rows));
    if (!this.rows.length) this.list.append(make("p", { class: "empty" }, translate("nothingSaid")));
    this.list.scrollTop = top;
    this.#filter();
    this.#follow(this.store.time_s);
  }

  /**
   * @param {Segment} segment
   * @param {number} number
   * @param {Segment | undefined} before
   * @returns {Row}
   */
  #speech(segment, number, before) {
    const { felt, felt_p = 0, speaker, start_s, end_s } = segment;
    const colour = (felt && this.store.data.colours.felt?.[felt]) ?? "";
    const text = make("span", { class: "text", lang: segment.language }, segment.text);
    const edit = () => this.#edit(row);
    const element = make(
      "div",
      { class: felt ? "row said felt" : "row said", role: "listitem", style: { "--c": colour } },
      make("button", { type: "button", class: "stamp" }, clock(start_s)),
      make(
        "div",
        { class: "what" },
        speaker && speaker !== before?.speaker ? make("span", { class: "speaker" }, speaker) : null,
        felt ? make("span", { class: "tag", title: `${Math.round(felt_p * 100)} %` }, translate(felt)) : null,
        text,
      ),
      this.store.source.editable && iconButton("edit", translate("correct"), edit, { class: "icon-button small" }),
    );
    /** @type {Row} */
    const row = { element, text, start_s, end_s, number, words: [] };
    return row;
  }

  /**
   * @param {SoundEvent} event
   * @returns {Row}
   */
  #sound({ label, start_s, end_s }) {
    const text = make("div", { class: "what" }, make("i", {}), `${translate(label)} ${(end_s - start_s).toFixed(1)} s`);
    const element = make(
      "div",
      { class: "row heard", role: "listitem", style: { "--c": this.store.data.colours.sounds[label] ?? "" } },
      make("button", { type: "button", class: "stamp" }, clock(start_s)),
      text,
    );
    return { element, text, start_s, end_s, number: -1, words: [] };
  }

  /**
   * Gives each word an element, so that it can be clicked and marked.
   *
   * @param {Row | null} row
   */
  #split(row) {
    if (!row || row.number < 0 || row.words.length) return;
    const { words } = this.store.data.segments[row.number];
    row.words = words.map(([at_s, text]) => ({ at_s, span: make("span", { class: "word" }, text) }));
    if (row.words.length) row.text.replaceChildren(...row.words.map(({ span }) => span));
  }

  /** @param {number} time_s */
  #follow(time_s) {
    const row = this.#rowAt(time_s);
    if (row !== this.current) {
      this.current?.element.classList.remove("current");
      row?.element.classList.add("current");
      this.current = row;
      if (row) this.#show(row);
    }
    this.#split(row);
    const words = row?.words ?? [];
    const starts = words.map((word) => word.at_s);
    this.#mark(words[lastBefore(starts, time_s)]?.span ?? null);
  }

  /**
   * What is spoken, else what is heard; in a pause nothing.
   *
   * @param {number} time_s
   */
  #rowAt(time_s) {
    const last = lastBefore(this.starts, time_s);
    const near = this.rows.slice(Math.max(0, last - OVERLAPPING_ROWS), last + 1).filter((row) => time_s < row.end_s);
    return near.findLast((row) => row.number >= 0) ?? near.at(-1) ?? null;
  }

  /** @param {HTMLElement | null} word */
  #mark(word) {
    if (word === this.word) return;
    this.word?.classList.remove("now");
    word?.classList.add("now");
    this.word = word;
  }

  /** @param {Row} row */
  #show(row) {
    const busy = performance.now() - this.scrolled_ms < REST_MS || this.list.querySelector("textarea");
    if (busy) return;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const down = row.element.getBoundingClientRect().top - this.list.getBoundingClientRect().top;
    const top = this.list.scrollTop + down - this.list.clientHeight / 3;
    this.list.scrollTo({ top, behavior: still ? "auto" : "smooth" });
  }

  #filter() {
    const wanted = this.search.value.trim().toLowerCase();
    for (const { element } of this.rows) element.hidden = wanted !== "" && !element.textContent.toLowerCase().includes(wanted);
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const row = this.#rowAround(event.target);
    if (!row || (event.target instanceof Element && event.target.closest("textarea, .icon-button"))) return;
    const word = row.words.find(({ span }) => span === event.target);
    this.player.seek(word?.at_s ?? row.start_s);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const onStamp = event.target instanceof Element && event.target.matches(".said .stamp");
    if (!onStamp || event.key.toLowerCase() !== "e") return;
    event.preventDefault();
    event.stopPropagation();
    this.#edit(this.#rowAround(event.target));
  }

  /** @param {Row | null} row */
  #edit(row) {
    if (!row || row.number < 0 || !this.store.source.editable || row.element.querySelector("textarea")) return;
    const { text } = row;
    const before = this.store.data.segments[row.number].text;
    const field = make("textarea", { rows: "2", "aria-label": translate("correct"), lang: text.lang }, before);
    const close = () => field.replaceWith(text);
    const save = () => this.#save(row.number, field, before, close);
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") close();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      save();
    });
    field.addEventListener("blur", () => field.isConnected && save());
    text.replaceWith(field);
    field.style.height = `${field.scrollHeight + 2}px`;
    field.focus();
  }

  /**
   * @param {number} number
   * @param {HTMLTextAreaElement} field
   * @param {string} before
   * @param {() => void} close
   */
  async #save(number, field, before, close) {
    const text = field.value.trim();
    if (field.disabled) return;
    if (!text || text === before) {
      close();
      return;
    }
    field.disabled = true;
    try {
      this.store.setData(await this.store.editor.saveSegment(number, text));
      notify(this.root, translate("corrected"));
    } catch (error) {
      field.disabled = false;
      notify(this.root, messageOf(error), { failed: true });
    }
  }
}

/** @param {Row[]} rows */
function blocksOf(rows) {
  const count = Math.ceil(rows.length / BLOCK_ROWS);
  const elements = rows.map((row) => row.element);
  return Array.from({ length: count }, (_, k) =>
    make("div", { class: "block", role: "presentation" }, elements.slice(k * BLOCK_ROWS, (k + 1) * BLOCK_ROWS)),
  );
}
