// How subtitles look: a profile, labels, the spoken word, the backdrop; shown at once on the player and, as files will have it, on a frame.
import { choice, make, settled, tell, toggle } from "./dom.js";
import { say } from "./texts.js";

const CHOICES = {
  words: ["plain", "karaoke", "highlight"],
  backdrop: ["outline", "box"],
};
const SIZES = [0, 0.04, 0.05, 0.06, 0.075, 0.09];
const LABELS = ["text", "emoji", "none"];

export class StylePanel {
  constructor(store, root) {
    this.store = store;
    this.root = root;
    this.fields = make("div", { class: "form" });
    this.picture = make("img", { class: "preview", alt: "" });
    this.swatches = make("div", { class: "legend" });
    this.apply = make("button", { type: "button", class: "button strong", onclick: () => this.#apply() }, say("applyStyle"));
    this.element = make("div", { class: "style" }, this.picture, this.swatches, this.fields, make("div", { class: "buttons" }, this.apply));
    this.preview = settled(() => this.#preview(), 150);
    store.on("data", () => this.#fill());
    store.on("panel", (name) => name === "style" && this.#preview());
  }

  #fill() {
    const { style, colours, video } = this.store.data;
    this.wanted = { preset: "", labels: style.labels, style: { words: style.words, backdrop: style.backdrop, size: style.size, speakers: style.speakers, colours: { ...style.felt } } };
    const { options } = this.store.source;
    const look = (key, value) => {
      this.wanted.style[key] = value;
      this.#changed(key, value);
    };
    const named = (values) => values.map((value) => [value, say(value)]);
    this.fields.replaceChildren(
      choice(say("profile"), [["", say("asIs")], ...(options.presets ?? [])], "", (value) => {
        this.wanted.preset = value;
        this.preview();
      }),
      choice(say("labels"), named(options.labels ?? LABELS), style.labels, (value) => {
        this.wanted.labels = value;
        this.#changed("labels", value);
      }),
      choice(say("words"), named(options.words ?? CHOICES.words), style.words, (value) => look("words", value)),
      choice(say("backdrop"), named(options.backdrops ?? CHOICES.backdrop), style.backdrop, (value) => look("backdrop", value)),
      choice(say("size"), SIZES.map((size) => [size, size ? `${(size * 100).toFixed(1)} %` : say("usual")]), style.size, (value) => look("size", Number(value))),
      toggle(say("speakers"), Boolean(style.speakers), (on) => look("speakers", on)),
    );
    this.swatches.replaceChildren(
      ...Object.entries(colours.felt ?? {}).map(([name, value]) => {
        const picker = make("input", { type: "color", value, oninput: () => this.#paint(name, picker.value) });
        return make("label", { class: "legend-item" }, picker, say(name));
      }),
    );
    this.picture.hidden = !video;
    if (video) this.picture.style.aspectRatio = `${video.width_px} / ${video.height_px}`;
  }

  #paint(name, colour) {
    this.wanted.style.colours[name] = colour.toUpperCase();
    this.store.data.colours.felt[name] = colour;
    this.#changed("colours", this.wanted.style.colours);
  }

  #changed(key, value) {
    this.store.look[key] = value;
    this.store.tell("look");
    this.preview();
  }

  #subtitles() {
    const { labels, style } = this.wanted;
    return { labels, style };
  }

  async #preview() {
    if (this.picture.hidden) return;
    const cue = this.store.cueAt(this.store.time_s) ?? this.store.data.cues.find((one) => one.lines.length);
    const at_s = cue ? (cue.start_s + cue.end_s) / 2 : this.store.time_s;
    this.asked?.abort();
    this.asked = new AbortController();
    try {
      const address = await this.store.source.stylePicture(this.wanted.preset || null, this.#subtitles(), at_s, this.asked.signal);
      URL.revokeObjectURL(this.picture.src);
      this.picture.src = address;
      this.picture.alt = say("preview");
    } catch (error) {
      if (error.name !== "AbortError") tell(this.root, error.message, { failed: true });
    }
  }

  async #apply() {
    this.apply.disabled = true;
    try {
      this.store.setData(await this.store.source.restyle(this.wanted.preset || null, this.#subtitles()));
      tell(this.root, say("restyled"));
    } catch (error) {
      tell(this.root, error.message, { failed: true });
    }
    this.apply.disabled = false;
  }
}
