// Keyboard shortcuts, as in video editors, and the list of them.
import { openDialog } from "../shared/dialogs.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clipOfSelection, cutSelection } from "./selection.js";
import { stepHistory } from "./undo.js";

const JUMP_S = 5;
const SMALL_JUMP_S = 1; // with Shift
const FRAME_S = 0.04;
const ZOOM = 1.6;

/**
 * @typedef {object} Parts
 * @property {import("./store.js").Store} store
 * @property {import("./player.js").Player} player
 * @property {import("./timeline.js").Timeline} timeline
 * @property {import("./cards.js").Cards} cards
 * @property {ShadowRoot} root
 */

/**
 * One row of the list, with the keys (as in `KeyboardEvent.key`, lower case) that it describes.
 *
 * @typedef {object} Shortcut
 * @property {string} shown the keys as written in the list
 * @property {string} text name of the description
 * @property {Record<string, (event: KeyboardEvent) => unknown>} keys
 */

/**
 * @param {Parts} parts
 * @returns {() => void} opens the list of shortcuts
 */
export function listenToKeys(parts) {
  const shortcuts = shortcutsOf(parts, () => openHelp(parts.root, shortcuts));
  const actions = new Map(shortcuts.flatMap(({ keys }) => Object.entries(keys)));
  document.addEventListener("keydown", (event) => {
    if (isUndo(event, parts)) return;
    const action = actions.get(event.key.toLowerCase());
    if (!action || event.defaultPrevented || isForOthers(event, parts.root)) return;
    event.preventDefault();
    action(event);
  });
  return () => openHelp(parts.root, shortcuts);
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
  const play = () => cards.play(store.selected);
  /** @type {Shortcut[]} */
  const editing = [
    {
      shown: "I  O",
      text: "keyPoints",
      keys: {
        i: (e) => (e.shiftKey ? selectTo(store, "start") : setEdge(store, cards, "start")),
        o: (e) => (e.shiftKey ? selectTo(store, "end") : setEdge(store, cards, "end")),
      },
    },
    { shown: "Shift+I Shift+O", text: "keySelect", keys: {} }, // above
    {
      shown: "Del",
      text: "keyCut",
      keys: { delete: () => cutSelection(store, root), backspace: () => cutSelection(store, root) },
    },
    { shown: "N", text: "keyClip", keys: { n: () => clipOfSelection(store, root) } },
    { shown: "Esc", text: "keyUnselect", keys: { escape: () => store.selectRange(null) } },
    { shown: "E", text: "keyEdit", keys: {} }, // the transcript itself acts on it
    { shown: "Ctrl+Z Ctrl+Y", text: "keyUndo", keys: {} }, // see isUndo
  ];
  return [
    { shown: "Space", text: "keyPlay", keys: { " ": () => player.toggle() } },
    {
      shown: "J  K  L",
      text: "keyShuttle",
      keys: { j: () => player.shuttle.back(), k: () => player.shuttle.stop(), l: () => player.shuttle.forward() },
    },
    { shown: "← →", text: "keyArrows", keys: { arrowleft: (e) => seek(-jump_s(e)), arrowright: (e) => seek(jump_s(e)) } },
    { shown: ", .", text: "keyFrames", keys: { ",": () => seek(-FRAME_S), ".": () => seek(FRAME_S) } },
    { shown: "[ ]", text: "keyClips", keys: { "[": () => store.selectNext(-1), "]": () => store.selectNext(1) } },
    { shown: "P", text: "keyPlayClip", keys: { p: play, enter: play } },
    ...(store.source.editable ? editing : []),
    {
      shown: "+ −",
      text: "keyZoom",
      keys: { "+": () => timeline.zoom(ZOOM), "=": () => timeline.zoom(ZOOM), "-": () => timeline.zoom(1 / ZOOM) },
    },
    { shown: "0", text: "zoomFit", keys: { 0: () => timeline.fit() } },
    { shown: "C", text: "captions", keys: { c: () => player.toggleCaptions() } },
    { shown: "M", text: "mute", keys: { m: () => player.toggleMute() } },
    { shown: "F", text: "full", keys: { f: () => player.toggleFullScreen() } },
    { shown: "?", text: "keyHelp", keys: { "?": help } },
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

/** @type {(root: ShadowRoot, shortcuts: Shortcut[]) => void} */
function openHelp(root, shortcuts) {
  const rows = shortcuts.map(({ shown, text }) => [
    make(
      "dt",
      {},
      shown.split(/\s+/).map((key) => make("kbd", {}, key)),
    ),
    make("dd", {}, translate(text)),
  ]);
  openDialog(root, translate("keyHelp"), make("dl", { class: "keys" }, rows.flat()));
}
