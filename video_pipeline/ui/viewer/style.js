// How subtitles look: profile, labels, current word, background; shown at once on the player and, as in the files, on a frame.
import { debounce } from "../shared/debounce.js";
import { notify, notifyFailure } from "../shared/dialogs.js";
import { checkboxField, selectField } from "../shared/fields.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";

const WORDS = ["plain", "karaoke", "highlight"];
const BACKDROPS = ["outline", "box"];
const LABELS = ["text", "emoji", "none"];
const SIZES = [0, 0.04, 0.05, 0.06, 0.075, 0.09]; // shares of the picture's height; 0: the default
const WAIT_MS = 150;

export class StylePanel {
  /**
   * @param {import("./store.js").Store} store
   * @param {ShadowRoot} root
   */
  constructor(store, root) {
    this.store = store;
    this.root = root;
    this.preset = "";
    /** @type {SubtitleStyle} */
    this.subtitles = { labels: undefined, style: {} };
    /** @type {Record<string, string>} */
    this.colours = {};
    /** @type {AbortController | undefined} */
    this.pending = undefined;
    this.fields = make("div", { class: "form" });
    this.picture = make("img", { class: "preview", alt: "" });
    this.swatches = make("div", { class: "legend" });
    this.apply = make(
      "button",
      { type: "button", class: "button strong", onclick: () => this.#apply() },
      translate("applyStyle"),
    );
    const buttons = make("div", { class: "buttons" }, this.apply);
    this.element = make("div", { class: "style" }, this.picture, this.swatches, this.fields, buttons);
    this.preview = debounce(() => this.#preview(), WAIT_MS);
    store.on("data", () => this.#fill());
    store.on("panel", (name) => name === "style" && this.#preview());
  }

  #fill() {
    const { style, colours, video } = this.store.data;
    const { words, backdrop, size, speakers } = style;
    this.preset = "";
    this.colours = { ...style.felt };
    this.subtitles = { labels: style.labels, style: { words, backdrop, size, speakers, colours: this.colours } };
    this.fields.replaceChildren(...this.#fields());
    this.swatches.replaceChildren(...Object.entries(colours.felt ?? {}).map(([name, colour]) => this.#swatch(name, colour)));
    this.picture.hidden = !video;
    if (video) this.picture.style.aspectRatio = `${video.width_px} / ${video.height_px}`;
  }

  #fields() {
    const { style } = this.store.data;
    const { options } = this.store.editor;
    /** @type {(key: string, label: string, choices: [string | number, string][], selected: string | number | undefined) => HTMLElement} */
    const select = (key, label, choices, selected) =>
      selectField(translate(label), choices, selected, (value) => this.#change(key, key === "size" ? Number(value) : value));
    /** @type {[string, string][]} */
    const presets = (options.presets ?? []).map((preset) => [preset, preset]);
    return [
      selectField(translate("profile"), [["", translate("asIs")], ...presets], "", (value) => {
        this.preset = value;
        this.preview();
      }),
      selectField(translate("labels"), named(options.labels ?? LABELS), style.labels, (value) => {
        this.subtitles.labels = value;
        this.#show("labels", value);
      }),
      select("words", "words", named(options.words ?? WORDS), style.words),
      select("backdrop", "backdrop", named(options.backdrops ?? BACKDROPS), style.backdrop),
      select(
        "size",
        "size",
        SIZES.map((size) => [size, size ? `${(size * 100).toFixed(1)} %` : translate("usual")]),
        style.size,
      ),
      checkboxField(translate("speakers"), Boolean(style.speakers), (on) => this.#change("speakers", on)),
    ];
  }

  /**
   * @param {string} name
   * @param {string} colour
   */
  #swatch(name, colour) {
    const picker = make("input", {
      type: "color",
      value: colour,
      oninput: () => {
        this.colours[name] = picker.value.toUpperCase();
        const { felt } = this.store.data.colours;
        if (felt) felt[name] = picker.value;
        this.#show("colours", this.colours);
      },
    });
    return make("label", { class: "legend-item" }, picker, translate(name));
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  #change(key, value) {
    this.subtitles.style[key] = value;
    this.#show(key, value);
  }

  /**
   * On the player at once, on the frame a moment later.
   *
   * @param {string} key
   * @param {unknown} value
   */
  #show(key, value) {
    this.store.look[key] = value;
    this.store.emit("look");
    this.preview();
  }

  async #preview() {
    if (this.picture.hidden || !this.store.ready) return;
    const cue = this.store.cueAt(this.store.time_s) ?? this.store.data.cues.find((one) => one.lines.length);
    const at_s = cue ? (cue.start_s + cue.end_s) / 2 : this.store.time_s;
    this.pending?.abort(); // only the newest answer counts
    const pending = new AbortController();
    this.pending = pending;
    await notifyFailure(this.root, async () => {
      const address = await this.store.editor.stylePicture(this.preset || null, this.subtitles, at_s, pending.signal);
      URL.revokeObjectURL(this.picture.src);
      this.picture.src = address;
      this.picture.alt = translate("preview");
    });
  }

  async #apply() {
    this.apply.disabled = true;
    await notifyFailure(this.root, async () => {
      this.store.setData(await this.store.editor.restyle(this.preset || null, this.subtitles));
      notify(this.root, translate("restyled"));
    });
    this.apply.disabled = false;
  }
}

/** @type {(values: string[]) => [string, string][]} */
function named(values) {
  return values.map((value) => [value, translate(value)]);
}
