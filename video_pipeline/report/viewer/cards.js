// Highlights as cards: a picture, the score as a sum of its reasons, play, in- and out-points, chosen for export.
import { icon, iconButton, make, tell } from "./dom.js";
import { say } from "./texts.js";
import { clock } from "./times.js";

const NUDGE_S = 0.5;

export class Cards {
  constructor(store, player, root) {
    this.store = store;
    this.player = player;
    this.root = root;
    this.element = make("div", { class: "cards", role: "list" });
    for (const name of ["data", "clips"]) store.on(name, () => this.#fill());
    store.on("select", () => this.#mark());
  }

  play(number) {
    const clip = this.store.data.clips[number];
    if (!clip) return;
    this.store.select(number);
    this.player.playSpan(clip);
  }

  // Called when a dragged edge is let go, or a key sets one.
  async keep(edge) {
    try {
      await this.store.keepEdge(this.store.selected, edge);
    } catch (error) {
      tell(this.root, error.message, { failed: true });
    }
  }

  async #remove(number) {
    try {
      await this.store.removeClip(number);
    } catch (error) {
      tell(this.root, error.message, { failed: true });
    }
  }

  #fill() {
    const { data } = this.store;
    if (!data.clips.length) {
      const why = data.explanation || say("noClips");
      this.element.replaceChildren(make("p", { class: "empty" }, why.charAt(0).toUpperCase() + why.slice(1)));
      return;
    }
    this.element.replaceChildren(...data.clips.map((clip, number) => this.#card(clip, number)));
    this.#mark();
  }

  #card(clip, number) {
    const { works } = this.store.source;
    return make(
      "article",
      { class: "card", role: "listitem", onclick: () => this.store.selected !== number && this.store.select(number) },
      make(
        "div",
        { class: "card-inner" },
        this.#picture(clip, number),
        make(
          "div",
          { class: "card-body" },
          make("div", { class: "card-head" }, make("h3", {}, clip.title || say("newClip")), this.#score(clip)),
          make("p", { class: "why" }, clip.why),
          this.#points(clip, number, works),
          works ? this.#choices(number) : null,
        ),
        waterfall(clip),
      ),
    );
  }

  #picture(clip, number) {
    const address = this.store.source.poster(clip);
    return make(
      "button",
      { type: "button", class: "poster", "aria-label": `${say("playClip")} ${number + 1}: ${clip.title}`, onclick: () => this.play(number) },
      address ? make("img", { src: address, alt: "", loading: "lazy" }) : null,
      make("span", { class: "rank" }, `#${number + 1}`),
      make("span", { class: "disc" }, icon("play")),
      make("span", { class: "length" }, clock(clip.end_s - clip.start_s)),
    );
  }

  #score(clip) {
    return make("div", { class: "score", title: say("score") }, clip.reasons.length ? String(Math.round(clip.score)) : "–");
  }

  #points(clip, number, works) {
    const point = (edge, time_s) => {
      const nudge = (by_s) => {
        this.store.select(number);
        this.store.moveEdge(number, edge, time_s + by_s);
        this.keep(edge);
      };
      const name = say(edge === "start" ? "in" : "out");
      return make(
        "span",
        { class: "point" },
        make("span", { class: "point-name" }, name),
        works ? iconButton("less", `${name} −${NUDGE_S} s`, () => nudge(-NUDGE_S), { class: "icon-button small" }) : null,
        make("button", { type: "button", class: "stamp", onclick: () => this.player.seek(time_s) }, clock(time_s)),
        works ? iconButton("more", `${name} +${NUDGE_S} s`, () => nudge(NUDGE_S), { class: "icon-button small" }) : null,
      );
    };
    return make("div", { class: "points" }, point("start", clip.start_s), point("end", clip.end_s));
  }

  #choices(number) {
    const { chosen } = this.store;
    const box = make("input", {
      type: "checkbox",
      checked: chosen.has(number),
      onchange: (event) => {
        if (event.target.checked) chosen.add(number);
        else chosen.delete(number);
        this.store.tell("chosen");
      },
    });
    const tick = make("label", { class: "toggle" }, box, make("span", {}, say("choose")));
    const remove = iconButton("close", say("removeClip"), (event) => {
      event.stopPropagation(); // the card is not to be selected any more
      this.#remove(number);
    });
    return make("div", { class: "choices" }, tick, make("span", { class: "space" }), remove);
  }

  #mark() {
    [...this.element.querySelectorAll(".card")].forEach((card, number) => {
      const clip = this.store.data.clips[number];
      card.classList.toggle("selected", number === this.store.selected);
      card.setAttribute("aria-current", String(number === this.store.selected));
      const [from, to] = card.querySelectorAll(".points .stamp");
      from.textContent = clock(clip.start_s);
      to.textContent = clock(clip.end_s);
      card.querySelector(".length").textContent = clock(clip.end_s - clip.start_s);
    });
  }
}

// Each reason begins where the one before ended, so the last ends at the score.
function waterfall({ reasons, score }) {
  let at = 0;
  const steps = reasons.map((reason) => {
    const from = at;
    at += reason.contribution;
    return { ...reason, low: Math.min(from, at), high: Math.max(from, at) };
  });
  const most = Math.max(score, 1, ...steps.map((step) => step.high));
  const least = Math.min(0, ...steps.map((step) => step.low));
  const percent = (points) => `${((points / (most - least)) * 100).toFixed(2)}%`;
  const bar = (low, high, kind) =>
    make("span", { class: "track" }, make("i", { class: kind, style: { left: percent(low - least), width: percent(high - low) } }));
  const row = (name, kind, low, high, points) =>
    make("li", { class: kind === "sum" ? "reason sum" : "reason" }, make("span", {}, name), bar(low, high, kind), make("b", {}, points));
  const rows = steps.map((step) =>
    row(say(step.signal), step.contribution < 0 ? "against" : "for", step.low, step.high, signed(step.contribution)),
  );
  if (rows.length) rows.push(row(say("score"), "sum", 0, score, score.toFixed(1)));
  return make("ul", { class: "reasons", "aria-label": say("reasons") }, rows);
}

export function signed(points) {
  return `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;
}
