// The page: a start with the place to drop a video and the list of videos, and a view of one. The part after # says which.
import { notify, notifyFailure } from "../shared/dialogs.js";
import { make } from "../shared/make.js";
import { requestJson } from "../shared/request.js";
import { chooseLanguage, LANGUAGE_NAMES, language, translate } from "../shared/texts.js";
import { JobView } from "./job.js";
import { JobList } from "./jobs.js";
import { loadLetters } from "./letters.js";
import { OptionsForm } from "./options.js";
import { loadTexts } from "./texts.js";
import { applyTheme, themeChoice } from "./theme.js";
import { DropZone } from "./upload.js";

const ADDRESS = /^#\/v\/([\w-]+)$/; // of one video, with its id

class Page {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.main = make("main", {});
    /** @type {Partial<ServerOptions> | null} */
    this.options = null; // until the server has answered
    /** @type {OptionsForm | null} */
    this.form = null;
    /** @type {JobView | null} */
    this.view = null;
    this.choices = make("div", { class: "options" });
    this.list = new JobList(root);
    this.drop = new DropZone(
      root,
      () => this.form?.value() ?? {},
      (job, alone) => this.#uploaded(job, alone),
    );
    root.append(head(), this.main, make("div", { class: "notices" }));
  }

  async open() {
    document.documentElement.lang = language();
    addEventListener("hashchange", () => this.#route());
    this.#route(); // the start can be seen before the server has answered
    loadLetters();
    await notifyFailure(this.root, async () => {
      this.options = await requestJson("/api/options");
    });
    if (!this.options) return;
    this.form = new OptionsForm(this.options, this.root);
    this.choices.replaceWith(this.form.element);
    this.choices = this.form.element;
    if (this.view) this.#route();
  }

  #route() {
    this.view?.close();
    const id = ADDRESS.exec(location.hash)?.[1];
    this.view = id ? new JobView(id, this.options ?? {}, this.root) : null;
    this.main.replaceChildren(this.view ? this.view.element : this.#start());
    document.title = "video_pipeline";
    if (!this.view) this.list.refresh();
    else if (this.options) this.view.open();
    scrollTo(0, 0);
  }

  #start() {
    const tagline = make("h1", { class: "tagline" }, translate("tagline"));
    const hero = make("div", { class: "hero" }, tagline, this.drop.element, this.choices);
    return make("div", { class: "start" }, hero, this.list.element);
  }

  /**
   * @param {Job} job
   * @param {boolean} alone whether it was the only file
   */
  #uploaded(job, alone) {
    if (job.same) notify(this.root, translate("sameVideo"));
    if (alone) location.hash = `#/v/${job.id}`;
    else this.list.refresh();
  }
}

function head() {
  const options = Object.entries(LANGUAGE_NAMES).map(([key, name]) =>
    make("option", { value: key, selected: key === language() }, name),
  );
  const select = make("select", { "aria-label": translate("pageLanguage") }, options);
  select.addEventListener("change", () => chooseLanguage(select.value));
  const brand = make("a", { class: "brand", href: "#/" }, make("i", {}), "video_pipeline");
  return make("header", { class: "page-head" }, brand, make("span", { class: "space" }), themeChoice(), select);
}

applyTheme();
const root = document.getElementById("page");
if (root) loadTexts().then(() => new Page(root).open());
