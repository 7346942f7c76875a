// Beside the player: transcript, style and checks as tabs in one place.
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { Checks } from "./checks.js";
import { LanguagesPanel } from "./languages.js";
import { StylePanel } from "./style.js";
import { TranscriptPanel } from "./transcript.js";

/**
 * @param {import("./store.js").Store} store
 * @param {import("./player.js").Player} player
 * @param {ShadowRoot} root
 */
export function sidePanel(store, player, root) {
  const transcript = new TranscriptPanel(store, player, root);
  /** @type {[name: string, content: HTMLElement][]} */
  const members = [["transcript", transcript.element]];
  if (store.source.editable) members.push(["style", new StylePanel(store, root).element]);
  const languages = new LanguagesPanel(store, player, root);
  members.push(["languages", languages.element]);
  members.push(["checks", new Checks(store, player).element]);
  const tabs = members.map(([name], number) => tab(name, () => show(number)));
  const sheets = members.map(([name, content]) => sheet(name, content));
  /** @param {number} chosen */
  const show = (chosen) => {
    tabs.forEach((tab, number) => {
      tab.setAttribute("aria-selected", String(number === chosen));
      tab.tabIndex = number === chosen ? 0 : -1;
      sheets[number].hidden = number !== chosen;
    });
    store.emit("panel", members[chosen][0]);
  };
  const bar = make("div", { class: "tabs", role: "tablist" }, tabs);
  bar.addEventListener("keydown", (event) => moveByArrows(event, tabs));
  store.on("data", () => {
    tabs[members.findIndex(([name]) => name === "languages")].hidden = !store.data.languages;
    const count = store.data.findings.length;
    tabs[tabs.length - 1].replaceChildren(translate("checks"), ...(count ? [make("span", { class: "count" }, count)] : []));
  });
  show(0);
  return make("section", { class: "side panel" }, bar, sheets);
}

/** @type {(name: string, onclick: () => void) => HTMLButtonElement} */
function tab(name, onclick) {
  const properties = { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, onclick };
  return make("button", properties, translate(name));
}

/** @type {(name: string, content: HTMLElement) => HTMLElement} */
function sheet(name, content) {
  return make("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, class: "sheet" }, content);
}

/** @type {(event: KeyboardEvent, tabs: HTMLButtonElement[]) => void} */
function moveByArrows(event, tabs) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const at = tabs.indexOf(/** @type {HTMLButtonElement} */ (event.target));
  if (!by || at < 0) return;
  event.preventDefault();
  const next = tabs[(at + by + tabs.length) % tabs.length];
  next.click();
  next.focus();
}
