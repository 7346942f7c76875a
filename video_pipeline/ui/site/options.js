// The options of a video before it is processed, and presets made of them.
import { messageOf, notify, openDialog } from "../shared/dialogs.js";
import { checkboxField, selectField } from "../shared/fields.js";
import { make } from "../shared/make.js";
import { requestJson } from "../shared/request.js";
import { translate } from "../shared/texts.js";

const KEY = "options"; // in localStorage: the choices made last are there again the next time
const DEFAULT_FORMATS = ["srt", "ass", "vtt"];

/** Values that a person chose, by the short names of the options. @typedef {Record<string, unknown>} Overrides */

export class OptionsForm {
  /**
   * @param {Partial<ServerOptions>} options
   * @param {HTMLElement} root
   */
  constructor(options, root) {
    this.options = options;
    this.root = root;
    this.overrides = remembered();
    this.element = make("div", { class: "options form" });
    this.#fill();
  }

  /** What was chosen; the preset decides what is missing. */
  value() {
    return Object.fromEntries(Object.entries(this.overrides).filter(([, value]) => value !== "" && value !== null));
  }

  #fill() {
    const { presets = [], languages = [], labels = [] } = this.options;
    const others = presets.filter((name) => name !== "default");
    this.element.replaceChildren(
      this.#select("preset", translate("preset"), [["", "default"], ...others]),
      this.#select("language", translate("spoken"), [
        ["", translate("auto")],
        ...named(languages.filter((one) => one !== "auto")),
      ]),
      this.#select("labels", translate("labels"), [["", translate("asPreset")], ...named(labels)]),
      make("details", {}, make("summary", {}, translate("moreOptions")), this.#more()),
    );
  }

  #more() {
    const { engines = [], formats = [] } = this.options;
    const checkboxes = formats.map((format) => this.#format(format));
    return make(
      "div",
      { class: "form" },
      this.#select("engine", translate("engine"), [["", translate("asPreset")], ...named(engines)]),
      make("fieldset", { class: "formats" }, make("legend", {}, translate("formats")), checkboxes),
      checkboxField(translate("emotions"), this.overrides.emotion !== false, (on) => this.#set("emotion", on ? null : false)),
      make("button", { type: "button", class: "button", onclick: () => this.#savePreset() }, translate("savePreset")),
    );
  }

  /** @type {(key: string, label: string, choices: (string | [string, string])[]) => HTMLElement} */
  #select(key, label, choices) {
    return selectField(label, choices, String(this.overrides[key] ?? ""), (value) => this.#set(key, value));
  }

  /** @param {string} format */
  #format(format) {
    return checkboxField(format, this.#formats().includes(format), (on) => {
      const others = this.#formats().filter((one) => one !== format);
      this.#set("formats", on ? [...others, format] : others);
    });
  }

  /** @returns {string[]} */
  #formats() {
    const { formats } = this.overrides;
    return Array.isArray(formats) ? formats : DEFAULT_FORMATS;
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  #set(key, value) {
    this.overrides[key] = value;
    localStorage.setItem(KEY, JSON.stringify(this.value()));
  }

  #savePreset() {
    const name = make("input", { type: "text", required: true, maxlength: "40" });
    const save = make("button", { type: "submit", class: "button strong" }, translate("save"));
    const field = make("label", { class: "field" }, make("span", {}, translate("presetName")), name);
    const message = make("p", { class: "dim", role: "alert" });
    const form = make("form", { class: "form" }, field, message, make("div", { class: "buttons" }, save));
    const dialog = openDialog(this.root, translate("savePreset"), form);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await this.#store(name.value.trim());
        dialog.close();
        notify(this.root, translate("saved"));
      } catch (error) {
        message.textContent = messageOf(error);
      }
    });
  }

  /** @param {string} name of the new preset, which is then chosen */
  async #store(name) {
    await requestJson(`/api/presets/${encodeURIComponent(name)}`, "PUT", { options: this.value() });
    this.options = await requestJson("/api/options");
    this.#set("preset", name);
    this.#fill();
  }
}

/** @type {(values: string[]) => [string, string][]} */
function named(values) {
  return values.map((value) => [value, translate(value)]);
}

/** @returns {Overrides} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") ?? {};
  } catch {
    return {};
  }
}
