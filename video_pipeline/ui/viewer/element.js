// `<video-moments>`: the viewer as one element. Its styles and names stay inside, whatever page it stands in.
import base from "../shared/base.css" with { type: "css" };
import { notifyFailure } from "../shared/dialogs.js";
import { icon, iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import cardsSheet from "./cards.css" with { type: "css" };
import { Cards } from "./cards.js";
import { CropFrame } from "./crop.js";
import { openDownloads } from "./downloads.js";
import { openExport } from "./exporting.js";
import { listenToKeys } from "./keys.js";
import panels from "./panels.css" with { type: "css" };
import playerSheet from "./player.css" with { type: "css" };
import { Player } from "./player.js";
import { selectionBar } from "./selection.js";
import { sidePanel } from "./side.js";
import { Store } from "./store.js";
import { Timeline } from "./timeline.js";
import { Weights } from "./weights.js";

const COUNTED = ["laughter", "applause", "cheer"];

export class VideoMoments extends HTMLElement {
  /**
   * Shows what `source` gives; called once.
   *
   * @param {Source} source
   */
  async open(source) {
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [base, playerSheet, panels, cardsSheet];
    const store = new Store(source);
    const player = new Player(store);
    this.store = store;
    this.player = player;
    if (source.editable) player.showCrop(new CropFrame(store, player, root));
    const timeline = new Timeline(store, player);
    this.timeline = timeline;
    const cards = new Cards(store, player, root);
    timeline.onEdgeReleased = (edge) => cards.saveEdge(edge);
    timeline.onLineMoved = (edit) => notifyFailure(root, () => store.edit([edit]));
    const side = sidePanel(store, player, root);
    const openHelp = listenToKeys({ store, player, timeline, cards, root });
    const head = make("header", { class: "viewer-head" });
    root.append(
      make(
        "div",
        { class: source.editable ? "viewer" : "viewer alone" },
        head,
        make("div", { class: "desk" }, player.element, side),
        timeline.element,
        highlights(store, cards, root),
      ),
      source.editable ? selectionBar(store, player, root) : "",
      make("div", { class: "notices" }),
    );
    store.on("data", () => head.replaceChildren(...title(store, openHelp, root)));
    await notifyFailure(root, async () => store.setData(await source.view()));
    this.#follow(store);
  }

  /**
   * Shows at once what others change.
   *
   * @param {Store} store
   */
  #follow(store) {
    const { source } = store;
    if (!source.editable || !store.ready || !this.isConnected) return;
    this.unfollow = source.follow(store.data.news ?? 0, async (change) => {
      if (change.reload) store.setData(await source.view());
      else if (change.by !== store.me) await takeChange(store, change);
    });
  }

  /** A video that left the page must not be audible. */
  disconnectedCallback() {
    this.player?.shuttle.stop();
    this.unfollow?.();
  }
}

/** @type {(store: Store, change: Change) => unknown} */
function takeChange(store, change) {
  if (change.clips) return store.takeClips({ clips: change.clips, explanation: change.explanation ?? "" });
  if (change.removed) return store.setMontage({ removed: change.removed });
  if (change.crop) return store.setMontage({ crop: change.crop });
  return store.apply(change);
}

/** @type {(store: Store, openHelp: () => void, root: ShadowRoot) => HTMLElement[]} */
function title(store, openHelp, root) {
  const { data } = store;
  const counts = COUNTED.map((sound) => ({ sound, count: data.events.filter((event) => event.label === sound).length }));
  const facts = [
    clock(data.duration_s, false),
    ...counts.filter(({ count }) => count).map(({ sound, count }) => `${count} × ${translate(sound)}`),
    data.language === "und" ? "" : translate(data.language),
    `${translate("by")} ${data.engine.name}`,
  ];
  return [
    make("h1", {}, data.name),
    make("div", { class: "facts" }, facts.filter(Boolean).join(" · ")),
    make("span", { class: "space" }),
    iconButton("keys", translate("keyHelp"), openHelp),
    ...(store.source.editable ? [downloadButton(store, root)] : []),
  ];
}

/** @type {(store: Store, root: ShadowRoot) => HTMLElement} */
function downloadButton(store, root) {
  const open = () => openDownloads(store, root);
  return make("button", { type: "button", class: "button strong", onclick: open }, icon("save"), translate("download"));
}

/** @type {(store: Store, cards: Cards, root: ShadowRoot) => HTMLElement} */
function highlights(store, cards, root) {
  const note = make("p", { class: "dim explanation" });
  store.on("clips", () => {
    note.textContent = store.data.clips.length ? store.data.explanation : "";
  });
  const { editable } = store.source;
  const head = make(
    "div",
    { class: "section-head" },
    make("h2", {}, translate("highlights")),
    make("span", { class: "space" }),
    editable && make("button", { type: "button", class: "button", onclick: () => addClip(store, cards) }, translate("addClip")),
    editable && make("button", { type: "button", class: "button", onclick: () => openExport(store, root) }, translate("export")),
  );
  const weights = editable && new Weights(store, root).element;
  return make("section", { class: "highlights", "aria-label": translate("highlights") }, head, note, weights, cards.element);
}

/** @type {(store: Store, cards: Cards) => void} */
function addClip(store, cards) {
  store.addClip(store.time_s);
  cards.saveEdge("start");
}

customElements.define("video-moments", VideoMoments);
