// What a highlight is worth, as sliders: the clips are ranked anew while one moves.
import { make, settled, tell } from "./dom.js";
import { say } from "./texts.js";

const WAIT_MS = 40;

export class Weights {
  constructor(store, root) {
    this.store = store;
    this.root = root;
    this.rows = make("div", { class: "sliders" });
    this.keep = make("button", { type: "button", class: "button strong", onclick: () => this.#keep() }, say("keepRanking"));
    this.reset = make("button", { type: "button", class: "button", onclick: () => this.#reset() }, say("reset"));
    this.element = make(
      "details",
      { class: "weights panel" },
      make("summary", {}, make("b", {}, say("weights")), make("span", { class: "dim" }, say("weightsHint"))),
      this.rows,
      make("div", { class: "buttons" }, this.keep, this.reset),
    );
    this.rank = settled(() => this.#rank(), WAIT_MS);
    store.on("data", () => this.#fill());
  }

  #fill() {
    this.first ??= this.store.source.options.weights ?? { ...this.store.data.weights };
    this.rows.replaceChildren(...Object.entries(this.store.weights).map(([name, weight]) => this.#slider(name, weight)));
  }

  #slider(name, weight) {
    const first = this.first[name] ?? weight;
    const shown = make("output", {}, weight.toFixed(2));
    const input = make("input", {
      type: "range",
      min: String(first > 0 ? 0 : Math.min(-1, 2 * first)),
      max: String(first > 0 ? Math.max(1, 2 * first) : 1),
      step: "0.01",
      value: String(weight),
      oninput: () => {
        this.store.weights[name] = Number(input.value);
        shown.textContent = Number(input.value).toFixed(2);
        this.rank();
      },
    });
    return make("label", { class: "slider" }, make("span", {}, say(name)), input, shown);
  }

  async #rank() {
    this.asked?.abort(); // only the newest answer counts
    this.asked = new AbortController();
    try {
      const { clips, explanation } = await this.store.source.rank(this.store.weights, this.asked.signal);
      this.store.setClips(clips, explanation);
    } catch (error) {
      if (error.name !== "AbortError") tell(this.root, error.message, { failed: true });
    }
  }

  #reset() {
    this.store.weights = { ...this.first };
    this.#fill();
    this.#rank();
  }

  async #keep() {
    try {
      await this.store.keepClips();
      tell(this.root, say("kept"));
    } catch (error) {
      tell(this.root, error.message, { failed: true });
    }
  }
}
