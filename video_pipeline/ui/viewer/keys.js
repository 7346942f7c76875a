// Keyboard shortcuts, as in video editors, and the list of them, in which they can be changed.
import { openDialog } from "../shared/dialogs.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { KeyMap, keyName, keyStorage } from "./key_map.js";
import { clipOfSelection, cutSelection } from "./selection.js";
import { stepHistory } from "./undo.js";

const JUMP_S = 5;
const SMALL_JUMP_S = 1; // with Shift
const FRAME_S = 0.04;
const ZOOM = 1.6;
const ALIKE = { backspace: "delete", enter: "p", "=": "+" }; // by the usual keys

/**
 * @typedef {object} Parts
 * @property {import("./store.js").Store} store
 * @property {import("./player.js").Player} player
 * @property {import("./timeline.js").Timeline} timeline
 * @property {import("./cards.js").Cards} cards
 * @property {ShadowRoot} root
 */

/**
 * One row of the list: keys that a person may change (as in `KeyboardEvent.key`, lower case), or others as they are written.
 *
 * @typedef {object} Shortcut
 * @property {string} text name of the description
 * @property {Record<string, (event: KeyboardEvent) => unknown>} [keys]
 * @property {string} [fixed]
 */

/**
 * @param {Parts} parts
 * @returns {() => void} opens the list of shortcuts
 */
export function listenToKeys(parts) {
  const shortcuts = shortcutsOf(parts, () => help());
  const map = new KeyMap(Object.assign({}, ...shortcuts.map(({ keys }) => keys)), keyStorage());
  const help = () => openHelp(parts.root, shortcuts, map);
  document.addEventListener("keydown", (event) => {
    if (isUndo(event, parts)) return;
    const pressed = event.key.toLowerCase();
    const action = map.action(pressed) ?? map.actions.get(ALIKE[/** @type {keyof typeof ALIKE} */ (pressed)]);
    if (!action || event.defaultPrevented || isForOthers(event, parts.root)) return;
    event.preventDefault();
    action(event);
  });
  return help;
}

/**
 * @param {Parts} parts
 * @param {() => void} help
 * @returns {Shortcut[]}
 */
function shortcutsOf({ store, player, timeline, cards, root }, help) {
  /** @param {KeyboardEvent} event */
  const jump_s = (event) => (event.shiftKey ? SMALL_JUMP_S : JUMP_S);
  /** @param {number} by_s */
  const seek = (by_s) => player.seek(store.time_s + by_s);
  /** @type {Shortcut[]} */
  const editing = [
    {
      text: "keyPoints",
      keys: {
        i: (e) => (e.shiftKey ? selectTo(store, "start") : setEdge(store, cards, "start")),
        o: (e) => (e.shiftKey ? selectTo(store, "end") : setEdge(store, cards, "end")),
      },
    },
    { fixed: "Shift+I Shift+O", text: "keySelect" }, // above
    { text: "keyCut", keys: { delete: () => cutSelection(store, root) } },
    { text: "keyClip", keys: { n: () => clipOfSelection(store, root) } },
    { fixed: "Esc", text: "keyUnselect", keys: { escape: () => store.selectRange(null) } },
    { fixed: "Ctrl+Z Ctrl+Y", text: "keyUndo" }, // see isUndo
    // the transcript itself acts on these
    { fixed: "↑ ↓", text: "keyRows" },
    { fixed: "E", text: "keyEdit" },
    { fixed: "Alt+↑ Alt+↓", text: "keyNextLine" },
    { fixed: "Alt+I Alt+O", text: "keyLineEdges" },
    { fixed: "Ctrl+Enter", text: "splitLine" },
    { fixed: "Alt+J", text: "joinLine" },
    { fixed: "Alt+P", text: "keyPlay" },
  ];
  return [
    { text: "keyPlay", keys: { " ": () => player.toggle() } },
    {
      text: "keyShuttle",
      keys: { j: () => player.shuttle.back(), k: () => player.shuttle.stop(), l: () => player.shuttle.forward() },
    },
    { text: "keyArrows", keys: { arrowleft: (e) => seek(-jump_s(e)), arrowright: (e) => seek(jump_s(e)) } },
    { text: "keyFrames", keys: { ",": () => seek(-FRAME_S), ".": () => seek(FRAME_S) } },
    { text: "keyClips", keys: { "[": () => store.selectNext(-1), "]": () => store.selectNext(1) } },
    { text: "keyPlayClip", keys: { p: () => cards.play(store.selected) } },
    ...(store.source.editable ? editing : []),
    { text: "keyZoom", keys: { "+": () => timeline.zoom(ZOOM), "-": () => timeline.zoom(1 / ZOOM) } },
    { text: "zoomFit", keys: { 0: () => timeline.fit() } },
    { text: "captions", keys: { c: () => player.toggleCaptions() } },
    { text: "mute", keys: { m: () => player.toggleMute() } },
    { text: "full", keys: { f: () => player.toggleFullScreen() } },
    { text: "keyHelp", keys: { "?": help } },
  ];
}

/**
 * Ctrl+Z and Ctrl+Y or Ctrl+Shift+Z take edits of lines back or make them again; in a field they are the browser's.
 *
 * @type {(event: KeyboardEvent, parts: Parts) => boolean}
 */
function isUndo(event, { store, root }) {
  const key = event.key.toLowerCase();
  const host = /** @type {HTMLElement} */ (root.host);
  const target = event.composedPath()[0];
  const typing = target instanceof HTMLElement && target.matches("input, textarea, select");
  if (!(event.ctrlKey || event.metaKey) || event.altKey || typing || !store.source.editable || !host.isConnected) return false;
  if (key !== "z" && key !== "y") return false;
  event.preventDefault();
  stepHistory(store, root, key === "y" || event.shiftKey ? "redo" : "undo");
  return true;
}

/** The selection begins or ends at the playhead. @type {(store: Parts["store"], edge: Edge) => void} */
function selectTo(store, edge) {
  const { start_s, end_s } = store.range ?? { start_s: 0, end_s: store.data.duration_s };
  if (edge === "start") store.selectBetween(store.time_s, end_s > store.time_s ? end_s : store.data.duration_s);
  else store.selectBetween(Math.min(start_s, store.time_s), store.time_s);
}

/** @type {(store: Parts["store"], cards: Parts["cards"], edge: Edge) => void} */
function setEdge(store, cards, edge) {
  if (store.clip) store.moveEdge(store.selected, edge, store.time_s);
  else store.addClip(store.time_s);
  cards.saveEdge(edge);
}

/**
 * Whether a key is text, presses a button, belongs to the browser or to a dialog, or the viewer is not on the page.
 *
 * @type {(event: KeyboardEvent, root: ShadowRoot) => boolean}
 */
function isForOthers(event, root) {
  const target = event.composedPath()[0];
  const element = target instanceof HTMLElement ? target : null;
  const typing = element?.matches("input, textarea, select") || element?.isContentEditable;
  const pressing = element?.matches("button, a, summary, label") && ["Enter", " "].includes(event.key);
  const host = /** @type {HTMLElement} */ (root.host);
  const hidden = !host.isConnected || !host.offsetParent;
  return Boolean(
    typing || pressing || hidden || root.querySelector("dialog[open]") || event.ctrlKey || event.metaKey || event.altKey,
  );
}

/** @type {(root: ShadowRoot, shortcuts: Shortcut[], map: KeyMap) => void} */
function openHelp(root, shortcuts, map) {
  const list = make("dl", { class: "keys" });
  const show = () => list.replaceChildren(...shortcuts.flatMap((shortcut) => row(shortcut, map, show)));
  const reset = () => {
    map.reset();
    show();
  };
  show();
  const back = make("button", { type: "button", class: "button small", onclick: reset }, translate("reset"));
  const foot = make("div", { class: "section-head" }, make("span", { class: "dim" }, translate("keyChange")), back);
  openDialog(root, translate("keyHelp"), list, foot);
}

/** @type {(shortcut: Shortcut, map: KeyMap, show: () => void) => HTMLElement[]} */
function row({ fixed = "", text, keys = {} }, map, show) {
  const written = fixed.split(" ").filter(Boolean);
  const shown = written.length
    ? written.map((key) => make("kbd", {}, key))
    : Object.keys(keys).map((usual) => changeableKey(usual, translate(text), map, show));
  return [make("dt", {}, shown), make("dd", {}, translate(text))];
}

/**
 * A key that waits, once it was clicked, for the one that is to take its place.
 *
 * @type {(usual: string, meaning: string, map: KeyMap, show: () => void) => HTMLElement}
 */
function changeableKey(usual, meaning, map, show) {
  const name = make("kbd", {}, keyName(map.key(usual)));
  let waits = false;
  const wait = () => {
    waits = true;
    name.textContent = "…";
  };
  const take = (/** @type {KeyboardEvent} */ event) => {
    if (!waits || ["Shift", "Control", "Alt", "Meta", "Tab"].includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key !== "Escape") map.change(usual, event.key.toLowerCase());
    show();
  };
  const label = `${keyName(map.key(usual))}: ${meaning}`;
  return make("button", { type: "button", class: "key", "aria-label": label, onclick: wait, onkeydown: take }, name);
}
