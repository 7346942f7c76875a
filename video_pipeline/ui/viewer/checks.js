// What the check of the subtitles found; a click seeks to the cue.
import { make } from "../shared/make.js";
import { short } from "../shared/numbers.js";
import { translate, translateCount } from "../shared/texts.js";
import { clock } from "../shared/times.js";

const INSIDE_S = 0.01; // after the start of a cue, so that it is shown

export class Checks {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./player.js").Player} player
   */
  constructor(store, player) {
    this.store = store;
    this.player = player;
    this.element = make("div", { class: "checks" });
    store.on("data", () => this.#fill());
    store.on("panel", (name) => name === "checks" && store.refresh());
  }

  #fill() {
    const { findings, cues } = this.store.data;
    if (!findings.length) {
      this.element.replaceChildren(make("p", { class: "empty" }, translateCount("allWell", cues.length)));
      return;
    }
    const ordered = [...findings].sort((a, b) => Number(b.hard) - Number(a.hard) || a.cue - b.cue);
    const rows = ordered.map((finding) => this.#row(finding, cues[finding.cue - 1]));
    this.element.replaceChildren(make("div", { class: "rows", role: "list" }, rows));
  }

  /**
   * @param {Finding} finding
   * @param {Cue | undefined} cue
   */
  #row(finding, cue) {
    const kind = finding.hard ? "hard" : "soft";
    const lines = cue ? cue.lines.map((words) => words.map(([, word]) => word).join("")) : [];
    return make(
      "div",
      { class: "row finding", role: "listitem", onclick: () => cue && this.player.seek(cue.start_s + INSIDE_S) },
      make("button", { type: "button", class: "stamp" }, cue ? clock(cue.start_s) : `#${finding.cue}`),
      make(
        "div",
        { class: "what" },
        make("span", { class: `tag ${kind}` }, translate(kind)),
        make("b", {}, translate(finding.rule)),
        ` ${short(finding.value)} `,
        make("span", { class: "dim" }, `(${translate("limit")} ${short(finding.limit)})`),
        make("div", { class: "dim clipped" }, (lines.join(" ") || cue?.label || "").trim()),
      ),
    );
  }
}
