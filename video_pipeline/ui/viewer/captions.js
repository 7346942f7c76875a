// Subtitles drawn over the video: the colour of how a line was spoken, the current word marked, labels, outline or box.
import { make } from "../shared/make.js";

const SIZE = 0.064; // height of a line, as a share of the picture's, where neither the style nor the server names one
const DENSE = { languages: ["zh", "yue", "ja", "ko"], em: 0.69 }; // of the height of a line; the letters of others: see player.css
const SHORTEST_WORD_S = 0.05;

export class Captions {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.element = make("div", { class: "captions", "aria-hidden": "true" });
    /** @type {Cue | null} */
    this.cue = null;
    /** @type {{ at_s: number, span: HTMLElement }[]} */
    this.words = [];
    for (const name of ["data", "lines", "look"]) store.on(name, () => this.#draw(store.cueAt(store.time_s), store.time_s));
    store.on("time", (time_s) => this.#show(time_s));
  }

  /** @param {number} time_s */
  #show(time_s) {
    const cue = this.store.cueAt(time_s);
    if (cue !== this.cue) this.#draw(cue, time_s);
    else if (cue) this.#follow(cue, time_s);
  }

  /**
   * @param {Cue | null} cue
   * @param {number} time_s
   */
  #draw(cue, time_s) {
    const { look } = this.store;
    this.cue = cue;
    this.words = [];
    this.element.replaceChildren();
    this.element.className = `captions ${look.backdrop} ${look.words}`;
    this.element.hidden = !look.shown;
    if (!cue) return;
    const { language, languages } = this.store.data;
    const shown = this.store.language || language; // of two at once, the upper one comes first
    const em = DENSE.languages.includes(shown.split("-")[0]) ? String(DENSE.em) : "";
    this.element.style.setProperty("--em", em);
    this.element.style.setProperty("--size", String(look.size || languages?.sizes[shown] || look.usual_size || SIZE));
    this.element.append(make("div", { class: "cue" }, this.#lines(cue)));
    this.#follow(cue, time_s);
  }

  /** @param {Cue} cue */
  #lines(cue) {
    const { felt, plain, sound, spoken } = this.store.data.colours;
    const own = felt && cue.felt ? felt[cue.felt] : undefined;
    const rows = cue.lines.length ? cue.lines : [[]];
    const lines = rows.map((words) =>
      make(
        "span",
        { class: "line" },
        words.map((word) => this.#word(word)),
      ),
    );
    if (cue.label && this.store.look.labels !== "none") {
      const color = cue.sound ? sound : (own ?? plain);
      lines[0].prepend(make("span", { class: "label", style: { color } }, `${cue.label} `));
    }
    for (const line of lines) {
      line.style.setProperty("--said", own ?? spoken);
      line.style.setProperty("--own", own ?? plain);
    }
    const { bottom_size, bottom_colour } = this.store.look;
    const lower = lines.slice(lines.length - (cue.lower ?? 0));
    for (const line of lower) line.style.setProperty("--own", String(bottom_colour));
    const smaller = { style: { "font-size": `${bottom_size}em` } };
    return lines.filter((line) => line.textContent).map((line) => make("div", lower.includes(line) ? smaller : {}, line));
  }

  /** @param {Word} word */
  #word([at_s, text]) {
    const span = make("span", { class: "word" }, text);
    this.words.push({ at_s, span });
    return span;
  }

  /**
   * Fills the words spoken so far, and the current one as far as its time has passed.
   *
   * @param {Cue} cue
   * @param {number} time_s
   */
  #follow(cue, time_s) {
    this.words.forEach(({ at_s, span }, number) => {
      const until_s = this.words[number + 1]?.at_s ?? cue.end_s;
      const share = Math.max(0, Math.min(1, (time_s - at_s) / Math.max(SHORTEST_WORD_S, until_s - at_s)));
      span.classList.toggle("now", share > 0 && share < 1);
      const filled = `${Math.round(share * 100)}%`;
      if (span.dataset.filled !== filled) {
        span.dataset.filled = filled;
        span.style.setProperty("--filled", filled);
      }
    });
  }
}
