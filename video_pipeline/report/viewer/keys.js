// The keyboard, as on an editing desk, and the list of its keys.
import { make, openDialog } from "./dom.js";
import { say } from "./texts.js";

// [keys as shown, name of the text, keys as sent (lower case), what they do]
function bindings({ store, player, timeline, cards, root }) {
  const mark = (edge) => {
    if (!store.source.works) return;
    if (!store.clip) store.addClip(store.time_s);
    else store.moveEdge(store.selected, edge, store.time_s);
    cards.keep(edge);
  };
  const step = (by) => {
    const { clips } = store.data;
    if (clips.length) store.select((store.selected + by + clips.length) % clips.length);
  };
  const works = store.source.works;
  return [
    ["Space", "keyPlay", [" "], () => player.toggle()],
    ["J  K  L", "keyShuttle", ["j"], () => player.shuttle.back()],
    [null, null, ["k"], () => player.shuttle.stop()],
    [null, null, ["l"], () => player.shuttle.ahead()],
    ["← →", "keyArrows", ["arrowleft"], (e) => player.seek(store.time_s - (e.shiftKey ? 1 : 5))],
    [null, null, ["arrowright"], (e) => player.seek(store.time_s + (e.shiftKey ? 1 : 5))],
    [", .", "keyFrames", [","], () => player.seek(store.time_s - 0.04)],
    [null, null, ["."], () => player.seek(store.time_s + 0.04)],
    ["[ ]", "keyClips", ["["], () => step(-1)],
    [null, null, ["]"], () => step(1)],
    ["P", "keyPlayClip", ["p", "enter"], () => cards.play(store.selected)],
    works && ["I  O", "keyPoints", ["i"], () => mark("start")],
    works && [null, null, ["o"], () => mark("end")],
    works && ["E", "keyEdit", [], null],
    ["+ −", "keyZoom", ["+", "="], () => timeline.zoom(1.6)],
    [null, null, ["-"], () => timeline.zoom(1 / 1.6)],
    ["0", "zoomFit", ["0"], () => timeline.fit()],
    ["C", "captions", ["c"], () => player.toggleCaptions()],
    ["M", "mute", ["m"], () => player.toggleMute()],
    ["F", "full", ["f"], () => player.toggleFull()],
    ["?", "keyHelp", ["?"], () => openHelp(root, bindings({ store, player, timeline, cards, root }))],
  ].filter(Boolean);
}

export function listenToKeys(parts) {
  const table = bindings(parts);
  const held = new Map(table.flatMap(([, , keys, work]) => keys.map((key) => [key, work])));
  document.addEventListener("keydown", (event) => {
    const target = event.composedPath()[0];
    const typing = target.matches?.("input, textarea, select") || target.isContentEditable;
    const pressing = target.matches?.("button, a, summary, label") && ["Enter", " "].includes(event.key);
    const away = parts.root.querySelector("dialog[open]") || !parts.root.host.isConnected || !parts.root.host.offsetParent;
    const work = held.get(event.key.toLowerCase());
    if (!work || typing || pressing || away || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    event.preventDefault();
    work(event);
  });
  return () => openHelp(parts.root, table);
}

function openHelp(root, table) {
  const rows = table
    .filter(([keys]) => keys)
    .map(([keys, name]) => [make("dt", {}, ...keys.split(/\s+/).map((key) => make("kbd", {}, key))), make("dd", {}, say(name))]);
  openDialog(root, say("keyHelp"), make("dl", { class: "keys" }, rows.flat()));
}
