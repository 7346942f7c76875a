// The choices before a video is worked on, and presets made of them.
import { choice, make, openDialog, tell, toggle } from "./viewer/dom.js";
import { answer } from "./viewer/source.js";
import { say } from "./viewer/texts.js";

const KEPT = "options"; // the choices made last are there the next time

export class OptionsForm {
  constructor(options, root) {
    this.options = options; // GET /api/options
    this.root = root;
    this.said = remembered();
    this.element = make("div", { class: "options form" });
    this.#fill();
  }

  // What was said, without what nobody touched: a preset then decides it.
  value() {
    return Object.fromEntries(Object.entries(this.said).filter(([, value]) => value !== "" && value !== null));
  }

  #fill() {
    const { presets = [], languages = [], labels = [], engines = [], formats = [] } = this.options;
    const pick = (key, label, choices) => choice(label, choices, this.said[key] ?? "", (value) => this.#say(key, value));
    const open = [["", say("asPreset")]];
    const named = (values) => values.map((value) => [value, say(value)]);
    const more = make(
      "details",
      {},
      make("summary", {}, say("moreOptions")),
      make(
        "div",
        { class: "form" },
        pick("engine", say("engine"), [...open, ...engines]),
        make("fieldset", { class: "formats" }, make("legend", {}, say("formats")), formats.map((format) => this.#format(format))),
        toggle(say("emotions"), this.said.emotion !== false, (on) => this.#say("emotion", on ? null : false)),
        make("button", { type: "button", class: "button", onclick: () => this.#savePreset() }, say("savePreset")),
      ),
    );
    this.element.replaceChildren(
      pick("preset", say("preset"), [["", "default"], ...presets.map(nameOf).filter((name) => name !== "default").map((name) => [name, name])]),
      pick("language", say("spoken"), [["", say("auto")], ...named(languages.filter((one) => one !== "auto"))]),
      pick("labels", say("labels"), [...open, ...named(labels)]),
      more,
    );
  }

  #format(format) {
    const chosen = this.said.formats ?? ["srt", "ass", "vtt"];
    return toggle(format, chosen.includes(format), (on) => {
      const others = (this.said.formats ?? chosen).filter((one) => one !== format);
      this.#say("formats", on ? [...others, format] : others);
    });
  }

  #say(key, value) {
    this.said[key] = value;
    localStorage.setItem(KEPT, JSON.stringify(this.value()));
  }

  #savePreset() {
    const name = make("input", { type: "text", required: true, maxlength: "40" });
    const save = make("button", { type: "submit", class: "button strong" }, say("save"));
    const field = make("label", { class: "field" }, make("span", {}, say("presetName")), name);
    const form = make("form", { class: "form" }, field, make("div", { class: "buttons" }, save));
    const dialog = openDialog(this.root, say("savePreset"), form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await answer(`/api/presets/${encodeURIComponent(name.value.trim())}`, "PUT", { options: this.value() });
        dialog.close();
        this.options = await answer("/api/options");
        this.#say("preset", name.value.trim());
        this.#fill();
        tell(this.root, say("saved"));
      } catch (error) {
        tell(dialog, error.message, { failed: true });
      }
    });
  }
}

function nameOf(preset) {
  return preset.name ?? preset;
}

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}
