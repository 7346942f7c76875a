// The form in the place of a line: its words, times, language, how it sounded and speaker; split, join, add, remove.
import { iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { parseTime, preciseClock } from "../shared/times.js";
import { judged, showVerdict } from "./line_rules.js";

const FELT = "felt"; // named by the data alone: where that is switched off, the page says nothing of them
const ADDED_S = 2; // length of a line that is added where there is room
const NUDGE_S = 0.1; // of a time, by the keys up and down; with Shift ten times as much

/**
 * @typedef {object} LineCalls
 * @property {(start_s: number, by: number) => void} onDone with the line's start and how many lines further to go on; 0 to stop here
 * @property {(edits: LineEdit[]) => Promise<boolean>} onChange gives whether it was made
 * @property {() => void} onPlay
 */

export class LineEditor {
  /**
   * @param {import("./store.js").Store} store
   * @param {Segment} line
   * @param {string} draft what was written here before the page was left, or the line's own text
   * @param {LineCalls} calls
   */
  constructor(store, line, draft, { onDone, onChange, onPlay }) {
    this.store = store;
    this.line = line;
    this.onDone = onDone;
    this.onChange = onChange;
    this.onPlay = onPlay;
    this.text = make("textarea", { rows: "2", "aria-label": translate("correct"), lang: line.language });
    this.text.value = draft;
    this.start = timeField(translate("lineStart"), line.start_s);
    this.end = timeField(translate("lineEnd"), line.end_s);
    this.language = choice(translate("language"), this.#languages(), line.language);
    this.felt = store.data.colours.felt ? choice(translate(FELT), this.#feelings(), line.felt ?? "") : null;
    this.speaker = make("input", { type: "text", "aria-label": translate("speaker"), placeholder: translate("speaker") });
    this.speaker.value = line.speaker ?? "";
    this.verdict = make("div", { class: "verdict", role: "status" });
    this.element = make("div", { class: "line-editor" }, this.text, this.verdict, this.#facts(), ...this.#buttons());
    for (const name of ["input", "change"]) this.element.addEventListener(name, () => this.#judge());
    this.#judge();
    this.element.addEventListener("keydown", (event) => this.#key(event));
  }

  /** Whether something was changed that is not saved. */
  get changed() {
    return JSON.stringify(this.#value()) !== JSON.stringify(this.#before());
  }

  open() {
    this.text.style.height = `${this.text.scrollHeight + 2}px`;
    this.text.focus();
  }

  #judge() {
    showVerdict(this.verdict, judged(this.#value(), this.line, this.store.data));
  }

  /** @param {number} [by] lines further, where the work goes on */
  async save(by = 0) {
    if (this.changed) await this.#make([this.#value()], [this.line], by);
    else this.#done(by);
  }

  #done(by = 0) {
    this.onDone(parseTime(this.start.value, this.line.start_s), by);
  }

  #languages() {
    const known = this.store.editor.options.languages ?? ["en", "zh", "yue", "ja", "ko"];
    return [...new Set([...known.filter((name) => name !== "auto"), this.line.language])].map(named);
  }

  #feelings() {
    return [
      /** @type {[string, string]} */ (["", translate("none")]),
      ...Object.keys(this.store.data.colours.felt ?? {}).map(named),
    ];
  }

  #facts() {
    return make(
      "div",
      { class: "line-facts" },
      this.start,
      make("span", { class: "dim" }, "–"),
      this.end,
      this.felt,
      this.language,
      this.speaker,
    );
  }

  #buttons() {
    /** @type {(name: string, action: () => unknown) => HTMLElement} */
    const small = (name, action) => make("button", { type: "button", class: "button small", onclick: action }, translate(name));
    const ends = make(
      "div",
      { class: "line-buttons" },
      make("button", { type: "button", class: "button small strong", onclick: () => this.save() }, translate("save")),
      small("cancel", () => this.#done()),
      make("span", { class: "space" }),
      iconButton("remove", translate("removeLine"), () => this.#make([])),
    );
    const changes = make(
      "div",
      { class: "line-buttons even" },
      small("splitLine", () => this.#split()),
      this.store.lineAfter(this.line) && small("joinLine", () => this.#join()),
      small("addLine", () => this.#add()),
    );
    return [changes, ends];
  }

  /** @returns {Line} */
  #before() {
    const { start_s, end_s, text, language, felt, speaker } = this.line;
    return { start_s, end_s, text, language, ...(this.felt ? { felt: felt ?? null } : {}), speaker: speaker ?? null };
  }

  /** @returns {Line} */
  #value() {
    return {
      start_s: parseTime(this.start.value, this.line.start_s),
      end_s: parseTime(this.end.value, this.line.end_s),
      text: this.text.value.trim(),
      language: this.language.value,
      ...(this.felt ? { felt: this.felt.value || null } : {}),
      speaker: this.speaker.value.trim() || null,
    };
  }

  /** At the cursor; the words keep their times. */
  #split() {
    const at = this.text.selectionStart;
    const value = this.#value();
    const [first, second] = [this.text.value.slice(0, at).trim(), this.text.value.slice(at).trim()];
    if (!first || !second) {
      this.text.focus();
      return;
    }
    const at_s = splitTime(this.line, first.length / (first.length + second.length));
    this.#make([
      { ...value, end_s: at_s, text: first },
      { ...value, start_s: at_s, text: second },
    ]);
  }

  #join() {
    const after = this.store.lineAfter(this.line);
    if (!after) return;
    const value = this.#value();
    const space = ["zh", "ja", "yue"].includes(value.language ?? "") ? "" : " ";
    this.#make(
      [{ ...value, end_s: Math.max(value.end_s, after.end_s), text: `${value.text}${space}${after.text}` }],
      [this.line, after],
    );
  }

  #add() {
    const next_s = this.store.lineAfter(this.line)?.start_s ?? this.store.data.duration_s;
    const start_s = this.line.end_s;
    const end_s = Math.min(start_s + ADDED_S, Math.max(next_s, start_s + 0.3));
    this.#make([this.#value(), { start_s, end_s, text: translate("newLine"), language: this.line.language }]);
  }

  /**
   * @param {Line[]} lines
   * @param {Line[]} was
   */
  async #make(lines, was = [this.line], by = 0) {
    const made = await this.onChange([{ was, lines }]);
    if (made) this.#done(by);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    event.stopPropagation();
    const action = event.isComposing ? undefined : this.#action(event);
    if (!action) return;
    event.preventDefault();
    action();
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {(() => unknown) | undefined}
   */
  #action({ code, key, altKey, ctrlKey, metaKey, shiftKey, target }) {
    if (altKey) {
      // by the place of the key, since on some keyboards other letters are written with Alt
      return {
        ArrowUp: () => this.save(-1),
        ArrowDown: () => this.save(1),
        KeyI: () => this.#setTime(this.start, this.store.time_s),
        KeyO: () => this.#setTime(this.end, this.store.time_s),
        KeyJ: () => this.#join(),
        KeyP: this.onPlay,
      }[code];
    }
    if (key === "Escape") return () => this.#done();
    const field = [this.start, this.end].find((one) => one === target);
    const nudge_s = { ArrowUp: NUDGE_S, ArrowDown: -NUDGE_S }[key];
    if (field && nudge_s) return () => this.#setTime(field, parseTime(field.value, 0) + nudge_s * (shiftKey ? 10 : 1));
    if (key !== "Enter") return undefined;
    if (ctrlKey || metaKey) return () => this.#split();
    const typing = target === this.text || (target instanceof HTMLInputElement && target.type === "text");
    return typing && !shiftKey ? () => this.save() : undefined;
  }

  /** @type {(field: HTMLInputElement, time_s: number) => void} */
  #setTime(field, time_s) {
    field.value = preciseClock(Math.max(0, time_s));
    this.#judge();
  }
}

/**
 * Where the words that make up this share of the text end.
 *
 * @param {Segment} line
 * @param {number} share
 */
export function splitTime({ start_s, end_s, words, text }, share) {
  let letters = 0;
  for (const [at_s, word] of words) {
    if (letters >= share * text.length - 1 && at_s > start_s) return at_s;
    letters += word.length;
  }
  return start_s + (end_s - start_s) * share;
}

/** @type {(label: string, time_s: number) => HTMLInputElement} */
function timeField(label, time_s) {
  const field = make("input", { type: "text", class: "time-field", "aria-label": label, title: label, inputmode: "decimal" });
  field.value = preciseClock(time_s);
  return field;
}

/** @type {(label: string, choices: [string, string][], selected: string) => HTMLSelectElement} */
function choice(label, choices, selected) {
  const options = choices.map(([value, text]) => make("option", { value, selected: value === selected }, text));
  return make("select", { "aria-label": label, title: label }, options);
}

/** @type {(name: string) => [string, string]} */
function named(name) {
  return [name, translate(name)];
}
