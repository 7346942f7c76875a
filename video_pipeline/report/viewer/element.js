// `<video-moments>`: the viewer as one element. Its styles and names stay inside, whatever page it stands in.
import { Cards } from "./cards.js";
import { Checks } from "./checks.js";
import { iconButton, make, tell } from "./dom.js";
import { openExport } from "./exporting.js";
import { listenToKeys } from "./keys.js";
import { Player } from "./player.js";
import { ReportSource } from "./source.js";
import { Store } from "./store.js";
import { StylePanel } from "./style.js";
import { say } from "./texts.js";
import { clock } from "./times.js";
import { Timeline } from "./timeline.js";
import { TranscriptPanel } from "./transcript.js";
import { Weights } from "./weights.js";

class VideoMoments extends HTMLElement {
  // Shows what `source` gives; called once.
  async open(source) {
    const root = this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(VIEWER_CSS);
    root.adoptedStyleSheets = [sheet];
    const store = new Store(source);
    this.store = store;
    this.player = new Player(store);
    const timeline = new Timeline(store, this.player);
    const cards = new Cards(store, this.player, root);
    timeline.element.addEventListener("edge", (event) => cards.keep(event.detail));
    const panels = this.#panels(store, root);
    const help = listenToKeys({ store, player: this.player, timeline, cards, root });
    this.head = make("header", { class: "viewer-head" });
    const highlights = this.#highlights(store, cards, root);
    root.append(
      make(
        "div",
        { class: source.works ? "viewer" : "viewer alone" },
        this.head,
        make("div", { class: "desk" }, this.player.element, panels),
        timeline.element,
        highlights,
      ),
      make("div", { class: "notices" }),
    );
    store.on("data", () => this.#title(store.data, help));
    try {
      store.setData(await source.view());
    } catch (error) {
      tell(root, error.message, { failed: true });
    }
  }

  // A video that is off the page must not be heard.
  disconnectedCallback() {
    this.player?.shuttle.stop();
  }

  #title(data, help) {
    const counts = ["laughter", "applause", "cheer"].map((sound) => [sound, data.events.filter((one) => one.label === sound).length]);
    const facts = [
      clock(data.duration_s, false),
      ...counts.filter(([, count]) => count).map(([sound, count]) => `${count} × ${say(sound)}`),
      data.language === "und" ? null : say(data.language),
      `${say("by")} ${data.engine.name}`,
    ];
    this.head.replaceChildren(
      make("h1", {}, data.name),
      make("div", { class: "facts" }, facts.filter(Boolean).join(" · ")),
      make("span", { class: "space" }),
      iconButton("keys", say("keyHelp"), help),
    );
  }

  // Transcript, style and checks share one place, as tabs.
  #panels(store, root) {
    const members = { transcript: new TranscriptPanel(store, this.player, root) };
    if (store.source.works) members.style = new StylePanel(store, root);
    members.checks = new Checks(store, this.player);
    const names = Object.keys(members);
    const tabs = names.map((name, k) =>
      make("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick: () => show(k) }, say(name)),
    );
    const sheets = names.map((name) =>
      make("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, class: "sheet" }, members[name].element),
    );
    const show = (chosen) => {
      tabs.forEach((tab, k) => {
        tab.setAttribute("aria-selected", String(k === chosen));
        tab.tabIndex = k === chosen ? 0 : -1;
        sheets[k].hidden = k !== chosen;
      });
      store.tell("panel", names[chosen]);
    };
    const bar = make("div", { class: "tabs", role: "tablist" }, tabs);
    bar.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      const next = (tabs.indexOf(event.target) + by + tabs.length) % tabs.length;
      show(next);
      tabs[next].focus();
    });
    store.on("data", () => {
      const count = store.data.findings.length;
      tabs.at(-1).replaceChildren(say("checks"), ...(count ? [make("span", { class: "count" }, String(count))] : []));
    });
    show(0);
    return make("section", { class: "side panel" }, bar, sheets);
  }

  #add(store, cards) {
    store.addClip(store.time_s);
    cards.keep("start");
  }

  #highlights(store, cards, root) {
    const title = make("h2", {}, say("highlights"));
    const heads = [title, make("span", { class: "space" })];
    if (store.source.works) {
      const add = make("button", { type: "button", class: "button", onclick: () => this.#add(store, cards) }, say("addClip"));
      const save = make("button", { type: "button", class: "button strong", onclick: () => openExport(store, root) }, say("export"));
      heads.push(add, save);
    }
    const note = make("p", { class: "dim explanation" });
    store.on("clips", () => (note.textContent = store.data.clips.length ? store.data.explanation : ""));
    const weights = store.source.works ? new Weights(store, root).element : null;
    return make("section", { class: "highlights", "aria-label": say("highlights") }, make("div", { class: "section-head" }, heads), note, weights, cards.element);
  }
}

customElements.define("video-moments", VideoMoments);

// The report: its data stands in the page.
export function showReport() {
  const data = JSON.parse(document.getElementById("data").textContent);
  document.querySelector("video-moments").open(new ReportSource(data));
}
