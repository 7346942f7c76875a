// What was said and heard, line by line: follows the video, click a word to seek, double-click a line to correct it.
//
// Two thousand rows stay fast: they lie in blocks, of which the browser lays out only those in sight (`content-visibility`), and a row
// gets an element per word only when it is spoken or touched. All text is in the page, so it can be searched, copied and read out.
import { messageOf, notify, notifyFailure } from "../shared/dialogs.js";
import { icon, iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { RequestError } from "../shared/request.js";
import { translate, translateCount } from "../shared/texts.js";
import { lastBefore } from "../shared/times.js";
import { cutBar, cutFillers } from "./cut_bar.js";
import { Drafts } from "./drafts.js";
import { isSame } from "./history.js";
import { LineEditor } from "./line_editor.js";
import { countIn, replaceBar, replacements } from "./replace.js";
import { focusRow, lineAt, listKey, searchKey } from "./row_keys.js";
import { blocksOf, rowAt, soundRow, speechRow } from "./rows.js";
import { strike } from "./strike.js";
import { subtitleFile } from "./subtitle_file.js";
import { followSelection, selectedText } from "./text_selection.js";
import { undoButtons } from "./undo.js";

const REST_MS = 4000; // after a person has scrolled, the list does not follow for this long

/** @typedef {import("./rows.js").Row} Row */

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
    /** @type {Map<Segment | SoundEvent, Row>} */
    this.known = new Map(); // rows are made once for each line
    /** @type {LineEditor | null} */
    this.editor = null;
    /** @type {{ row: Row, line: Segment } | null} */
    this.edited = null; // where the form is
    this.drafts = new Drafts(store);
    this.replace = replaceBar(
      () => this.search.value,
      (to) => this.#replace(to),
    );
    const fillers = iconButton("filler", translate("cutFillers"), () => cutFillers(store, root));
    const { editable } = store.source;
    const tools = editable ? [this.replace.toggle, fillers, ...undoButtons(store, root), subtitleFile(store, root)] : [];
    const head = make("div", { class: "search" }, icon("search"), this.search, tools);
    this.element = make("div", { class: "transcript" }, head, this.replace.bar, editable && cutBar(store, root), this.list);
    this.#listen();
    store.on("data", () => this.#fill());
    store.on("lines", () => this.#fill());
    store.on("montage", () => this.#strike());
    addEventListener("beforeunload", (event) => this.editor?.changed && this.element.isConnected && event.preventDefault());
    store.on("time", (time_s) => this.#follow(time_s));
  }

  #listen() {
    const { list } = this;
    for (const name of ["wheel", "touchmove", "pointerdown", "keydown"]) {
      list.addEventListener(name, () => this.#noteScrolling(), { passive: true });
    }
    list.addEventListener("pointerover", (event) => this.#split(this.#rowAround(event.target)));
    list.addEventListener("click", (event) => this.#click(event));
    list.addEventListener("dblclick", (event) => this.edit(this.#rowAround(event.target)));
    list.addEventListener("keydown", (event) => this.#key(event));
    this.search.addEventListener("keydown", (event) => searchKey(this, event));
    if (this.store.source.editable) followSelection(this, this.root);
  }

  #strike() {
    strike(this.rows, this.store.data, (row) => this.#split(row));
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
    const focused = this.root.activeElement;
    const before = this.known;
    this.known = new Map();
    const speech = segments.map((segment, number) => this.#kept(before, segment, number));
    const sounds = events.map((event) => this.#keptSound(before, event));
    const lost = this.edited && !segments.includes(this.edited.line) ? [this.edited.row] : []; // its line is no more, what is typed is
    this.rows = [...speech, ...sounds, ...lost].sort((a, b) => a.start_s - b.start_s);
    this.starts = this.rows.map((row) => row.start_s);
    this.rowOf = new Map(this.rows.map((row) => [row.element, row]));
    this.current = null;
    this.word = null;
    this.#lay();
    this.list.scrollTop = top;
    if (focused instanceof HTMLElement && this.list.contains(focused)) focused.focus(); // it was taken out and put back
    this.#filter();
    this.#strike();
    this.#follow(this.store.time_s);
    const draft = this.drafts.line(segments);
    if (draft && !this.editor) this.edit(this.known.get(draft) ?? null);
  }

  /** Puts the rows into their blocks; what stands where it belongs is not touched, so that one changed line costs one block. */
  #lay() {
    const groups = blocksOf(this.rows);
    const blocks = [...this.list.querySelectorAll(":scope > .block")];
    const laid = groups.map((rows, number) => {
      const block = blocks[number] ?? make("div", { class: "block", role: "presentation" });
      const same = block.childElementCount === rows.length && rows.every((row, k) => block.children[k] === row);
      if (!same) block.replaceChildren(...rows);
      return block;
    });
    const rest = laid.length ? [] : [make("p", { class: "empty" }, translate("nothingSaid"))];
    if (laid.length !== this.list.childElementCount || !laid.length) this.list.replaceChildren(...laid, ...rest);
  }

  /** @type {(before: Map<Segment | SoundEvent, Row>, segment: Segment, number: number) => Row} */
  #kept(before, segment, number) {
    const previous = this.store.data.segments[number - 1];
    const own = this.edited && isSame(this.edited.line, segment) ? this.edited.row : before.get(segment);
    const row = own ?? speechRow(this.store, segment, previous, (row) => this.edit(row));
    if (row === this.edited?.row) this.edited.line = segment;
    row.number = number;
    this.known.set(segment, row);
    return row;
  }

  /** @type {(before: Map<Segment | SoundEvent, Row>, event: SoundEvent) => Row} */
  #keptSound(before, event) {
    const row = before.get(event) ?? soundRow(this.store, event);
    this.known.set(event, row);
    return row;
  }

  /** @param {string} to */
  #replace(to) {
    const edits = replacements(this.store.data.segments, this.search.value, to);
    if (!edits.length) return;
    notifyFailure(this.root, async () => {
      await this.store.edit(edits);
      notify(this.root, translateCount("replaced", edits.length));
    });
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
    const row = rowAt(this.rows, this.starts, time_s);
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
    this.replace.show(countIn(this.store.data.segments, this.search.value));
  }

  /** @param {MouseEvent} event */
  #click(event) {
    const row = this.#rowAround(event.target);
    if (!row || (event.target instanceof Element && event.target.closest(".line-editor, .icon-button"))) return;
    if (selectedText(this.root)) return; // it was drawn over the text, not clicked
    const word = row.words.find(({ span }) => span === event.target);
    this.player.seek(word?.at_s ?? row.start_s);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (!listKey(this, this.#rowAround(event.target), event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Row | null} row */
  edit(row) {
    if (!row || row.number < 0 || !this.store.source.editable || this.editor?.element.isConnected) return;
    const line = this.store.data.segments[row.number];
    const { text } = row;
    const editor = new LineEditor(this.store, line, this.drafts.text(line), {
      onDone: (start_s, by) => {
        const focused = editor.element.contains(this.root.activeElement);
        this.drafts.forget();
        editor.element.replaceWith(text);
        row.element.classList.remove("edited");
        this.editor = null;
        this.edited = null;
        if (this.known.get(line) !== row) this.#fill();
        if (focused) this.#goOn(start_s, by);
      },
      onChange: (edits) => this.#change(edits),
      onPlay: () => this.player.toggle(),
    });
    this.editor = editor;
    this.edited = { row, line };
    editor.text.addEventListener("input", () => this.drafts.keep(line, editor.text.value));
    text.replaceWith(editor.element);
    row.element.classList.add("edited");
    editor.open();
  }

  /** @type {(start_s: number, by: number) => void} */
  #goOn(start_s, by) {
    const next = lineAt(this.rows, start_s, by);
    if (by && next) {
      this.player.seek(next.start_s);
      this.edit(next);
    } else focusRow(next);
  }

  /**
   * Gives whether it was made. What somebody else wrote meanwhile is shown, and what was written here stays in the form.
   *
   * @param {LineEdit[]} edits
   */
  async #change(edits) {
    try {
      await this.store.edit(edits);
      return true;
    } catch (error) {
      if (error instanceof RequestError && error.status === 409 && error.answer.lines) this.#showTheirs(error.answer.lines);
      else notify(this.root, messageOf(error), { failed: true });
      return false;
    }
  }

  /** @param {Segment[]} lines what stands there now */
  #showTheirs(lines) {
    const text = lines.map((line) => line.text).join(" / ");
    notify(this.root, text ? translate("theirs", { text }) : translate("theirsRemoved"), { failed: true });
  }
}
