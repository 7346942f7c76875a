// What can be done with a stretch that is selected in the text or on the timeline: cut it out, put it back, make a clip of it.
import { notify, notifyFailure } from "../shared/dialogs.js";
import { icon, iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { cut, isOut } from "./montage.js";
import { selectedText } from "./text_selection.js";

const SHORTEST_CLIP_S = 1;

/**
 * @param {import("./store.js").Store} store
 * @param {import("./player.js").Player} player
 * @param {ShadowRoot} root
 */
export function selectionBar(store, player, root) {
  const times = make("span", { class: "time" });
  const cutButton = make("button", { type: "button", class: "button small", onclick: () => cutSelection(store, root) });
  const clip = () => clipOfSelection(store, root);
  const clipButton = make(
    "button",
    { type: "button", class: "button small", onclick: clip },
    icon("clip"),
    translate("makeClip"),
  );
  const play = iconButton("play", translate("playSelection"), () => store.range && player.playSpan(store.range));
  const close = iconButton("close", translate("cancel"), () => store.selectRange(null));
  const label = { role: "toolbar", "aria-label": translate("selection") };
  const bar = make("div", { class: "selection-bar", hidden: true, ...label }, times, play, cutButton, clipButton, close);
  bar.addEventListener("pointerdown", (event) => event.preventDefault()); // the text stays selected
  const show = () => {
    const { range } = store;
    bar.hidden = !range;
    if (!range) return;
    times.textContent = `${clock(range.start_s)} – ${clock(range.end_s)} · ${(range.end_s - range.start_s).toFixed(1)} s`;
    const out = isOut(store.data.removed ?? [], range);
    cutButton.replaceChildren(icon(out ? "undo" : "cut"), translate(out ? "putBack" : "cutOut"));
    clipButton.disabled = range.end_s - range.start_s < SHORTEST_CLIP_S;
  };
  for (const name of ["range", "montage"]) store.on(name, show);
  return bar;
}

/**
 * Cuts the selection out, or puts it back where all of it is cut out.
 *
 * @param {import("./store.js").Store} store
 * @param {ShadowRoot} root
 * @param {Span | null} [span] instead of what is selected
 */
export function cutSelection(store, root, span = store.range) {
  if (!span) return;
  const spans = [{ start_s: span.start_s, end_s: span.end_s }];
  const change = isOut(store.data.removed ?? [], span) ? { put_back: spans } : { take_out: spans };
  return notifyFailure(root, async () => {
    await cut(store, change);
    clearText(root);
    store.selectRange(null);
  });
}

/** @type {(store: import("./store.js").Store, root: ShadowRoot) => unknown} */
export function clipOfSelection(store, root) {
  const { range } = store;
  if (!range || range.end_s - range.start_s < SHORTEST_CLIP_S) return;
  return notifyFailure(root, async () => {
    await store.clipOf(range);
    clearText(root);
    store.selectRange(null);
    notify(root, translate("clipMade", { title: store.clip?.title ?? "" }));
  });
}

/** @param {ShadowRoot} root */
function clearText(root) {
  if (selectedText(root)) document.getSelection()?.removeAllRanges();
}
