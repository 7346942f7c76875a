// What the check of the subtitles found; a click goes to the cue.
import { make } from "./dom.js";
import { say } from "./texts.js";
import { clock } from "./times.js";

export class Checks {
  constructor(store, player) {
    this.store = store;
    this.player = player;
    this.element = make("div", { class: "checks" });
    store.on("data", () => this.#fill());
  }

  #fill() {
    const { findings, cues } = this.store.data;
    if (!findings.length) {
      this.element.replaceChildren(make("p", { class: "empty" }, say("allWell", { count: cues.length })));
      return;
    }
    const ordered = [...findings].sort((a, b) => Number(b.hard) - Number(a.hard) || a.cue - b.cue);
    this.element.replaceChildren(make("div", { class: "rows", role: "list" }, ordered.map((finding) => this.#row(finding, cues[finding.cue - 1]))));
  }

  #row(finding, cue) {
    const text = cue ? (cue.lines.flat().map(([, word]) => word).join("") || cue.label).trim() : "";
    return make(
      "div",
      { class: "row finding", role: "listitem", onclick: () => cue && this.player.seek(cue.start_s + 0.01) },
      make("button", { type: "button", class: "stamp" }, cue ? clock(cue.start_s) : `#${finding.cue}`),
      make(
        "div",
        { class: "what" },
        make("span", { class: finding.hard ? "tag hard" : "tag soft" }, say(finding.hard ? "hard" : "soft")),
        make("b", {}, say(finding.rule)),
        ` ${number(finding.value)} `,
        make("span", { class: "dim" }, `(${say("limit")} ${number(finding.limit)})`),
        make("div", { class: "dim clipped" }, text),
      ),
    );
  }
}

function number(value) {
  return String(Math.round(value * 10) / 10);
}
