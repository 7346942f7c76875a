// How much is cut out, whether the player leaves it out, and the way to a video without it.
import { notify, notifyFailure, openDialog } from "../shared/dialogs.js";
import { checkboxField } from "../shared/fields.js";
import { icon } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate, translateCount } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { runExport } from "./exporting.js";
import { cut, removed_s } from "./montage.js";

/**
 * @param {import("./store.js").Store} store
 * @param {ShadowRoot} root
 */
export function cutBar(store, root) {
  const text = make("span", { role: "status" });
  const open = () => openCut(store, root);
  const button = make(
    "button",
    { type: "button", class: "button small strong", onclick: open },
    icon("cut"),
    translate("makeCut"),
  );
  const bar = make("div", { class: "cut-bar", hidden: true }, text, make("span", { class: "space" }), button);
  const show = () => {
    const removed = store.data.removed ?? [];
    bar.hidden = !removed.length;
    const shorter = cutLength_s(store).toFixed(1);
    text.textContent = removed.length ? translate("cutCount", { count: removed.length, time: shorter }) : "";
  };
  for (const name of ["data", "montage"]) store.on(name, show);
  return bar;
}

/** Cuts all filler words out. @type {(store: import("./store.js").Store, root: ShadowRoot) => Promise<void>} */
export function cutFillers(store, root) {
  return notifyFailure(root, async () => {
    const { took_out } = await cut(store, { find: "fillers" });
    notify(root, took_out.length ? translateCount("fillersCut", took_out.length) : translate("noFillers"));
  });
}

/** @param {import("./store.js").Store} store */
function cutLength_s({ data }) {
  return removed_s(data.removed ?? [], { start_s: 0, end_s: data.duration_s });
}

/** @type {(store: import("./store.js").Store, root: ShadowRoot) => void} */
function openCut(store, root) {
  /** @type {ExportRequest} */
  const request = { what: "cut", clips: [], aspect: "", captions: false, reel: false, timelines: true };
  const left_s = store.data.duration_s - cutLength_s(store);
  const status = make("p", { class: "dim", role: "status" });
  const bar = make("progress", { hidden: true, "aria-label": translate("making") });
  const start = make("button", { type: "button", class: "button strong" }, translate("makeCut"));
  start.onclick = () => runExport(store.editor, request, { status, bar, start });
  /** @type {(name: "silences" | "fillers", label: string) => HTMLElement} */
  const also = (name, label) =>
    checkboxField(translate(label), false, (on) => {
      request[name] = on;
    });
  const words = translate("cutHolds", { before: clock(store.data.duration_s, false), after: clock(left_s, false) });
  const form = make("div", { class: "form" }, make("p", { class: "dim" }, words));
  form.append(also("silences", "alsoSilences"), also("fillers", "alsoFillers"), bar, status);
  form.append(make("div", { class: "buttons" }, start));
  openDialog(root, translate("makeCut"), form);
}
