// The page: a start with the place to drop a video and the list of videos, and a view of one. The part after # says which.
import { make, tell } from "./viewer/dom.js";
import { answer } from "./viewer/source.js";
import { chooseLanguage, language, say } from "./viewer/texts.js";
import { JobList } from "./jobs.js";
import { OptionsForm } from "./options.js";
import { DropZone } from "./upload.js";
import { Work } from "./work.js";

const LANGUAGE_NAMES = { en: "English", zh: "中文" };

class Page {
  constructor(root) {
    this.root = root;
    this.main = make("main", {});
    root.append(this.#head(), this.main, make("div", { class: "notices" }));
  }

  async open() {
    document.documentElement.lang = language();
    this.list = new JobList(this.root);
    this.drop = new DropZone(this.root, () => this.form?.value() ?? {}, (job, alone) => this.#arrived(job, alone));
    this.choices = make("div", { class: "options" });
    addEventListener("hashchange", () => this.#route());
    this.#route(); // the start can be seen before the server has answered
    try {
      this.options = await answer("/api/options");
    } catch (error) {
      tell(this.root, error.message, { failed: true });
      return;
    }
    this.form = new OptionsForm(this.options, this.root);
    this.choices.replaceWith(this.form.element);
    this.choices = this.form.element;
    if (this.work) this.#route();
  }

  #head() {
    const switcher = make(
      "select",
      { "aria-label": "Language / 语言", onchange: (event) => chooseLanguage(event.target.value) },
      Object.entries(LANGUAGE_NAMES).map(([key, name]) => make("option", { value: key, selected: key === language() }, name)),
    );
    const brand = make("a", { class: "brand", href: "#/" }, make("i", {}), "video_pipeline");
    return make("header", { class: "page-head" }, brand, make("span", { class: "space" }), switcher);
  }

  #route() {
    this.work?.close();
    const id = location.hash.match(/^#\/v\/([\w-]+)$/)?.[1];
    this.work = id ? new Work(id, this.options ?? {}) : null;
    this.main.replaceChildren(...(this.work ? [this.work.element] : this.#start()));
    document.title = "video_pipeline";
    if (!this.work) this.list.refresh();
    else if (this.options) this.work.open();
    scrollTo(0, 0);
  }

  #start() {
    const hero = make("div", { class: "hero" }, make("p", { class: "tagline" }, say("tagline")), this.drop.element, this.choices);
    return [make("div", { class: "start" }, hero, this.list.element)];
  }

  #arrived(job, alone) {
    if (alone) location.hash = `#/v/${job.id}`;
    else this.list.refresh();
  }
}

new Page(document.getElementById("page")).open();
