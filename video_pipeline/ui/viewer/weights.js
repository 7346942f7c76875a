// The scoring weights of the highlights as sliders: the clips are ranked again while one moves.

import { debounce } from "../shared/debounce.js";
import { notify, notifyFailure } from "../shared/dialogs.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";

const WAIT_MS = 40;

export class Weights {
  /**
   * @param {import("./store.js").Store} store
   * @param {ShadowRoot} root
   */
  constructor(store, root) {
    this.store = store;
    this.root = root;
    /** @type {Record<string, number> | undefined} */
    this.initial = undefined;
    /** @type {AbortController | undefined} */
    this.pending = undefined;
    this.rows = make("div", { class: "sliders" });
    const save = make(
      "button",
      { type: "button", class: "button strong", onclick: () => this.#save() },
      translate("keepRanking"),
    );
    const reset = make("button", { type: "button", class: "button", onclick: () => this.#reset() }, translate("reset"));
    this.element = make(
      "details",
      { class: "weights panel" },
      make("summary", {}, make("b", {}, translate("scoringWeights")), make("span", { class: "dim" }, translate("weightsHint"))),
      this.rows,
      make("div", { class: "buttons" }, save, reset),
    );
    this.rank = debounce(() => this.#rank(), WAIT_MS);
    store.on("data", () => this.#fill());
  }

  #fill() {
    const initial = this.initial ?? this.store.editor.options.weights ?? { ...this.store.data.weights };
    this.initial = initial;
    const sliders = Object.entries(this.store.weights).map(([name, weight]) =>
      this.#slider(name, weight, initial[name] ?? weight),
    );
    this.rows.replaceChildren(...sliders);
  }

  /**
   * @param {string} name
   * @param {number} weight
   * @param {number} initial decides the range: signals that count against a clip have weights below 0
   */
  #slider(name, weight, initial) {
    const shown = make("output", {}, weight.toFixed(2));
    const input = make("input", {
      type: "range",
      min: String(initial > 0 ? 0 : Math.min(-1, 2 * initial)),
      max: String(initial > 0 ? Math.max(1, 2 * initial) : 1),
      step: "0.01",
      value: String(weight),
      oninput: () => {
        this.store.weights[name] = Number(input.value);
        shown.textContent = Number(input.value).toFixed(2);
        this.rank();
      },
    });
    return make("label", { class: "slider" }, make("span", {}, translate(name)), input, shown);
  }

  #rank() {
    this.pending?.abort(); // only the newest answer counts
    const pending = new AbortController();
    this.pending = pending;
    return notifyFailure(this.root, async () => {
      const { clips, explanation } = await this.store.editor.rank(this.store.weights, pending.signal);
      this.store.setClips(clips, explanation);
    });
  }

  #reset() {
    this.store.weights = { ...this.initial };
    this.#fill();
    this.#rank();
  }

  #save() {
    return notifyFailure(this.root, async () => {
      await this.store.saveClips();
      notify(this.root, translate("kept"));
    });
  }
}
