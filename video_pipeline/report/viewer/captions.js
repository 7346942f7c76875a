// Our subtitles on the picture: the colour of how it was said, the spoken word followed, labels, outline or box.
import { make } from "./dom.js";

export class Captions {
  constructor(store) {
    this.store = store;
    this.element = make("div", { class: "captions", "aria-hidden": "true" });
    this.cue = undefined;
    for (const name of ["data", "look"]) store.on(name, () => this.#draw(undefined, store.time_s));
    store.on("time", (time_s) => this.#show(time_s));
  }

  #show(time_s) {
    const cue = this.store.cueAt(time_s);
    if (cue !== this.cue) this.#draw(cue, time_s);
    else if (cue) this.#follow(time_s);
  }

  #draw(cue, time_s) {
    const { look } = this.store;
    this.cue = cue === undefined ? this.store.cueAt(time_s) : cue;
    this.words = [];
    this.element.replaceChildren();
    this.element.className = `captions ${look.backdrop} ${look.words}`;
    this.element.hidden = !look.shown;
    if (!this.cue) return;
    this.element.style.setProperty("--size", look.size || 0.058);
    this.element.append(make("div", { class: "cue" }, ...this.#lines(this.cue)));
    this.#follow(time_s);
  }

  #lines(cue) {
    const { felt, plain, sound, spoken } = this.store.data.colours;
    const own = (felt ?? {})[cue.felt];
    const lines = (cue.lines.length ? cue.lines : [[]]).map((line) =>
      make("span", { class: "line" }, ...line.map((word) => this.#word(word))),
    );
    if (cue.label && this.store.look.labels !== "none") {
      lines[0].prepend(make("span", { class: "label", style: { color: cue.sound ? sound : (own ?? plain) } }, cue.label + " "));
    }
    for (const line of lines) {
      line.style.setProperty("--said", own ?? spoken);
      line.style.setProperty("--own", own ?? plain);
    }
    return lines.filter((line) => line.textContent).map((line) => make("div", {}, line));
  }

  #word([at_s, text]) {
    const span = make("span", { class: "word" }, text);
    this.words.push({ at_s, span });
    return span;
  }

  // Words said are filled; the one being said is filled as far as its time has run.
  #follow(time_s) {
    this.words.forEach(({ at_s, span }, k) => {
      const until_s = this.words[k + 1]?.at_s ?? this.cue.end_s;
      const share = Math.max(0, Math.min(1, (time_s - at_s) / Math.max(0.05, until_s - at_s)));
      const now = share > 0 && share < 1;
      if (span.classList.contains("now") !== now) span.classList.toggle("now", now);
      const filled = `${Math.round(share * 100)}%`;
      if (span.dataset.filled !== filled) {
        span.dataset.filled = filled;
        span.style.setProperty("--filled", filled);
      }
    });
  }
}
