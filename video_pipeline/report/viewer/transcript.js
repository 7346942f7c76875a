// What was said and heard, line by line: follows the speech, click a word to go there, double-click a line to correct it.
//
// Two thousand rows stay smooth since they stand in blocks of which the browser lays out only those in sight (`content-visibility`),
// and a row gets an element for every word only when it is spoken or touched. So all text is there to be searched, copied, read aloud.
import { icon, iconButton, make, tell } from "./dom.js";
import { say } from "./texts.js";
import { clock, lastBefore } from "./times.js";

const BLOCK = 40; // rows: fewer make more to look after at every frame, more make more to lay out at once
const REST_MS = 4000; // after a person scrolled, the list does not jump back for so long

export class TranscriptPanel {
  constructor(store, player, root) {
    this.store = store;
    this.player = player;
    this.root = root;
    this.scrolled = -Infinity;
    this.search = make("input", { type: "search", placeholder: say("find"), "aria-label": say("find"), oninput: () => this.#filter() });
    this.list = make("div", { class: "rows", role: "list", tabindex: "0", "aria-label": say("transcript") });
    this.element = make("div", { class: "transcript" }, make("div", { class: "search" }, icon("search"), this.search), this.list);
    this.#listen();
    store.on("data", () => this.#fill());
    store.on("time", (time_s) => this.#follow(time_s));
  }

  #listen() {
    for (const name of ["wheel", "touchmove", "keydown"]) {
      this.list.addEventListener(name, () => (this.scrolled = performance.now()), { passive: true });
    }
    this.list.addEventListener("pointerover", (event) => this.#split(event.target.closest(".said")));
    this.list.addEventListener("click", (event) => this.#click(event));
    this.list.addEventListener("dblclick", (event) => this.#edit(event.target.closest(".said")));
    this.list.addEventListener("keydown", (event) => this.#key(event));
  }

  #fill() {
    const { data } = this.store;
    this.data = data;
    const top = this.list.scrollTop;
    const said = data.segments.map((segment, number) => this.#said(segment, number, data.segments[number - 1]));
    const heard = data.events.map((event) => this.#heard(event));
    const rows = [...said, ...heard].sort((a, b) => a.start_s - b.start_s);
    this.rows = rows;
    this.starts = rows.map((row) => row.start_s);
    this.current = null;
    this.word = null;
    this.list.replaceChildren(...blocksOf(rows));
    if (!rows.length) this.list.append(make("p", { class: "empty" }, say("nothingSaid")));
    this.list.scrollTop = top;
    this.#filter();
    this.#follow(this.store.time_s);
  }

  #said(segment, number, before) {
    const { felt, speaker } = segment;
    const marks = [
      speaker && speaker !== before?.speaker ? make("span", { class: "speaker" }, speaker) : null,
      felt ? make("span", { class: "tag", title: `${Math.round(segment.felt_p * 100)} %` }, say(felt)) : null,
    ];
    const edit = this.store.source.works
      ? iconButton("edit", say("correct"), () => this.#edit(row), { class: "icon-button small" })
      : null;
    const row = make(
      "div",
      { class: felt ? "row said felt" : "row said", role: "listitem", style: { "--c": this.data.colours.felt?.[felt] ?? "" } },
      make("button", { type: "button", class: "stamp" }, clock(segment.start_s)),
      make("div", { class: "what" }, ...marks, make("span", { class: "text", lang: segment.language }, segment.text)),
      edit,
    );
    return Object.assign(row, { start_s: segment.start_s, end_s: segment.end_s, number });
  }

  #heard(event) {
    const row = make(
      "div",
      { class: "row heard", role: "listitem", style: { "--c": this.data.colours.sounds[event.label] } },
      make("button", { type: "button", class: "stamp" }, clock(event.start_s)),
      make("div", { class: "what" }, make("i", {}), `${say(event.label)} ${(event.end_s - event.start_s).toFixed(1)} s`),
    );
    return Object.assign(row, { start_s: event.start_s, end_s: event.end_s });
  }

  // A span for each word, so that one can be clicked and one can be marked.
  #split(row) {
    if (!row || row.words) return;
    const segment = this.data.segments[row.number];
    row.words = segment.words.map(([at_s, text]) => Object.assign(make("span", { class: "word" }, text), { at_s }));
    if (row.words.length) row.querySelector(".text").replaceChildren(...row.words);
  }

  #follow(time_s) {
    if (!this.rows) return;
    const row = this.#rowAt(time_s);
    if (row !== this.current) {
      this.current?.classList.remove("current");
      row?.classList.add("current");
      this.current = row;
      if (row) this.#show(row);
    }
    if (row?.number !== undefined) this.#split(row);
    const words = row?.words ?? [];
    this.#mark(words[lastBefore(words.map((word) => word.at_s), time_s)]);
  }

  // What is said, else what is heard; in a pause nothing.
  #rowAt(time_s) {
    const last = lastBefore(this.starts, time_s);
    const near = this.rows.slice(Math.max(0, last - 3), last + 1).filter((row) => time_s < row.end_s);
    return near.findLast((row) => row.number !== undefined) ?? near.at(-1) ?? null;
  }

  #mark(word) {
    if (word === this.word) return;
    this.word?.classList.remove("now");
    word?.classList.add("now");
    this.word = word;
  }

  #show(row) {
    const resting = performance.now() - this.scrolled < REST_MS || this.list.querySelector("textarea");
    if (resting) return;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const down = row.getBoundingClientRect().top - this.list.getBoundingClientRect().top;
    const top = this.list.scrollTop + down - this.list.clientHeight / 3;
    this.list.scrollTo({ top, behavior: calm ? "auto" : "smooth" });
  }

  #filter() {
    const wanted = this.search.value.trim().toLowerCase();
    for (const row of this.list.querySelectorAll(".row")) row.hidden = wanted !== "" && !row.textContent.toLowerCase().includes(wanted);
  }

  #click(event) {
    const row = event.target.closest(".row");
    if (!row || event.target.closest("textarea, .icon-button")) return;
    this.player.seek(event.target.at_s ?? row.start_s);
  }

  #key(event) {
    const row = event.target.closest?.(".said");
    if (event.target.matches(".stamp") && event.key.toLowerCase() === "e" && row) {
      event.preventDefault();
      event.stopPropagation();
      this.#edit(row);
    }
  }

  #edit(row) {
    if (!row || !this.store.source.works || row.querySelector("textarea")) return;
    const text = row.querySelector(".text");
    const before = this.data.segments[row.number].text;
    const field = make("textarea", { rows: "2", "aria-label": say("correct"), lang: text.lang }, before);
    const over = () => field.replaceWith(text);
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") over();
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#save(row.number, field, over, before);
    });
    field.addEventListener("blur", () => field.isConnected && this.#save(row.number, field, over, before));
    text.replaceWith(field);
    field.style.height = `${field.scrollHeight + 2}px`;
    field.focus();
  }

  async #save(number, field, over, before) {
    const text = field.value.trim();
    if (field.disabled) return;
    if (!text || text === before) {
      over();
      return;
    }
    field.disabled = true;
    try {
      this.store.setData(await this.store.source.saveSegment(number, text));
      tell(this.root, say("corrected"));
    } catch (error) {
      field.disabled = false;
      tell(this.root, error.message, { failed: true });
    }
  }
}

function blocksOf(rows) {
  const count = Math.ceil(rows.length / BLOCK);
  return Array.from({ length: count }, (_, k) => make("div", { class: "block", role: "presentation" }, rows.slice(k * BLOCK, (k + 1) * BLOCK)));
}
