// Highlights as cards: a picture, the score with its reasons, play, in and out points, the choice for export.
import { notifyFailure } from "../shared/dialogs.js";
import { checkboxField } from "../shared/fields.js";
import { icon, iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { waterfall } from "./waterfall.js";

const NUDGE_S = 0.5;

export class Cards {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./player.js").Player} player
   * @param {ShadowRoot} root
   */
  constructor(store, player, root) {
    this.store = store;
    this.player = player;
    this.root = root;
    this.element = make("div", { class: "cards", role: "list" });
    /** @type {{ card: HTMLElement, stamps: Record<Edge, HTMLElement>, length: HTMLElement }[]} */
    this.parts = []; // of each card, what changes while an edge is dragged
    for (const name of ["data", "clips"]) store.on(name, () => this.#fill());
    store.on("select", () => this.#refresh());
  }

  /** @param {number} number */
  play(number) {
    const clip = this.store.data.clips[number];
    if (!clip) return;
    this.store.select(number);
    this.player.playSpan(clip);
  }

  /**
   * Called when a dragged edge is released, or a key sets one.
   *
   * @param {Edge} edge
   */
  saveEdge(edge) {
    return notifyFailure(this.root, () => this.store.saveEdge(this.store.selected, edge));
  }

  #fill() {
    const { clips, explanation } = this.store.data;
    this.parts = [];
    if (clips.length) {
      this.element.replaceChildren(...clips.map((clip, number) => this.#card(clip, number)));
      this.#refresh();
      return;
    }
    const why = explanation || translate("noClips");
    this.element.replaceChildren(make("p", { class: "empty" }, why.charAt(0).toUpperCase() + why.slice(1)));
  }

  /**
   * @param {Clip} clip
   * @param {number} number
   */
  #card(clip, number) {
    const length = make("span", { class: "length" });
    const start = this.#stamp(() => clip.start_s);
    const end = this.#stamp(() => clip.end_s);
    const score = clip.reasons.length ? String(Math.round(clip.score)) : "–"; // a clip made by hand has no reasons
    const card = make(
      "div",
      { class: "card", role: "listitem", onclick: () => this.store.selected !== number && this.store.select(number) },
      make(
        "div",
        { class: "card-inner" },
        this.#picture(clip, number, length),
        make(
          "div",
          { class: "card-body" },
          make(
            "div",
            { class: "card-head" },
            this.#title(clip, number),
            make("div", { class: "score", title: translate("score") }, score),
          ),
          make("p", { class: "why" }, clip.why),
          make("div", { class: "points" }, this.#point(number, "start", start), this.#point(number, "end", end)),
          this.store.source.editable && this.#choices(number),
        ),
        waterfall(clip),
      ),
    );
    this.parts[number] = { card, stamps: { start, end }, length };
    return card;
  }

  /**
   * A double-click or the pencil makes a field of it.
   *
   * @param {Clip} clip
   * @param {number} number
   */
  #title(clip, number) {
    const heading = make("h3", {}, clip.title || translate("newClip"));
    if (!this.store.source.editable) return heading;
    const edit = () => {
      const field = make("input", { type: "text", class: "title-field", "aria-label": translate("clipTitle"), maxlength: "200" });
      field.value = clip.title;
      const close = () => field.replaceWith(heading);
      field.addEventListener("keydown", (event) => {
        event.stopPropagation();
        if (event.isComposing) return;
        if (event.key === "Enter") field.blur();
        if (event.key === "Escape") close();
      });
      field.addEventListener("blur", () => {
        const title = field.value.trim();
        close();
        if (title !== clip.title) notifyFailure(this.root, () => this.store.nameClip(number, title));
      });
      heading.replaceWith(field);
      field.focus();
      field.select();
    };
    heading.append(iconButton("edit", translate("clipTitle"), edit, { class: "icon-button small" }));
    heading.addEventListener("dblclick", edit);
    return heading;
  }

  /**
   * @param {Clip} clip
   * @param {number} number
   * @param {HTMLElement} length
   */
  #picture(clip, number, length) {
    const address = this.store.source.poster(clip);
    return make(
      "button",
      { type: "button", class: "poster", onclick: () => this.play(number) },
      make("span", { class: "unseen" }, `${translate("playClip")}: ${clip.title} `),
      address ? make("img", { src: address, alt: "", loading: "lazy" }) : null,
      make("span", { class: "rank" }, `#${number + 1}`),
      make("span", { class: "disc" }, icon("play")),
      length,
    );
  }

  /** @param {() => number} time_s where a click goes */
  #stamp(time_s) {
    return make("button", { type: "button", class: "stamp", onclick: () => this.player.seek(time_s()) });
  }

  /**
   * @param {number} number
   * @param {Edge} edge
   * @param {HTMLElement} stamp
   */
  #point(number, edge, stamp) {
    const name = translate(edge === "start" ? "in" : "out");
    /** @type {(icon: string, sign: string, by_s: number) => HTMLElement} */
    const nudge = (icon, sign, by_s) =>
      iconButton(icon, `${name} ${sign}${NUDGE_S} s`, () => this.#nudge(number, edge, by_s), { class: "icon-button small" });
    const { editable } = this.store.source;
    return make(
      "span",
      { class: "point" },
      make("span", { class: "point-name" }, name),
      editable && nudge("less", "−", -NUDGE_S),
      stamp,
      editable && nudge("more", "+", NUDGE_S),
    );
  }

  /**
   * @param {number} number
   * @param {Edge} edge
   * @param {number} by_s
   */
  #nudge(number, edge, by_s) {
    const clip = this.store.data.clips[number];
    this.store.select(number);
    this.store.moveEdge(number, edge, (edge === "start" ? clip.start_s : clip.end_s) + by_s);
    this.saveEdge(edge);
  }

  /** @param {number} number */
  #choices(number) {
    const { chosen } = this.store;
    const choose = checkboxField(translate("choose"), chosen.has(number), (on) => {
      if (on) chosen.add(number);
      else chosen.delete(number);
    });
    const remove = iconButton("close", translate("removeClip"), (event) => {
      event.stopPropagation(); // a removed card must not be selected by the same click
      notifyFailure(this.root, () => this.store.removeClip(number));
    });
    return make("div", { class: "choices" }, choose, make("span", { class: "space" }), remove);
  }

  /** Shows which card is selected, and the times of all. */
  #refresh() {
    this.parts.forEach(({ card, stamps, length }, number) => {
      const clip = this.store.data.clips[number];
      const selected = number === this.store.selected;
      card.classList.toggle("selected", selected);
      card.setAttribute("aria-current", String(selected));
      stamps.start.textContent = clock(clip.start_s);
      stamps.end.textContent = clock(clip.end_s);
      length.textContent = clock(clip.end_s - clip.start_s);
    });
  }
}
