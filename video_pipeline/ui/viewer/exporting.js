// The chosen clips as one zip: which shape, with or without captions, as a reel, with files for video editors.
import { messageOf, openDialog } from "../shared/dialogs.js";
import { checkboxField, selectField } from "../shared/fields.js";
import { make } from "../shared/make.js";
import { translate, translateCount } from "../shared/texts.js";
import { removed_s } from "./montage.js";

const ASPECTS = ["source", "9:16", "1:1", "16:9"]; // until the server has answered which it offers

/** @type {(store: import("./store.js").Store, root: ShadowRoot) => void} */
export function openExport(store, root) {
  const clips = [...store.chosen].sort((a, b) => a - b);
  /** @type {ExportRequest} */
  const request = { what: "clips", clips, aspect: "source", captions: true, reel: clips.length > 1, timelines: true };
  const status = make("p", { class: "dim", role: "status" });
  const bar = make("progress", { hidden: true });
  const start = make("button", { type: "button", class: "button strong", disabled: !clips.length }, translate("export"));
  const gone = clips.some((number) => removed_s(store.data.removed ?? [], store.data.clips[number]) > 0);
  start.onclick = () => runExport(store.editor, request, { status, bar, start });
  openDialog(root, translate("export"), form(request, store.editor.options.aspects ?? ASPECTS, gone, bar, status, start));
}

/** @type {(request: ExportRequest, aspects: string[], gone: boolean, ...rest: HTMLElement[]) => HTMLElement} */
function form(request, aspects, gone, bar, status, start) {
  const count = request.clips.length;
  /** @type {(name: "captions" | "reel" | "timelines" | "cut", label: string) => HTMLElement} */
  const checkbox = (name, label) =>
    checkboxField(translate(label), Boolean(request[name]), (on) => {
      request[name] = on;
    });
  return make(
    "div",
    { class: "form" },
    make("p", { class: "dim" }, count ? translateCount("exportCount", count) : translate("chooseFirst")),
    selectField(
      translate("aspect"),
      aspects.map((aspect) => [aspect, aspect === "source" ? translate("asSource") : aspect]),
      request.aspect,
      (aspect) => {
        request.aspect = aspect;
      },
    ),
    checkbox("captions", "burnCaptions"),
    checkbox("reel", "reel"),
    checkbox("timelines", "timelines"),
    gone && checkbox("cut", "withoutCut"),
    bar,
    status,
    make("div", { class: "buttons" }, start),
  );
}

/**
 * @typedef {{ status: HTMLElement, bar: HTMLProgressElement, start: HTMLButtonElement }} Parts of the dialog that show the progress
 * @type {(editor: EditableSource, request: ExportRequest, parts: Parts) => Promise<void>}
 */
export async function runExport(editor, request, { status, bar, start }) {
  start.disabled = true;
  bar.hidden = false;
  try {
    const file = await editor.exportClips(request, (job) => showProgress(job, bar, status));
    const link = make("a", { class: "button strong", href: file, download: "" }, translate("downloadZip"));
    start.replaceWith(link);
    status.textContent = translate("exported");
    link.click();
    link.focus();
  } catch (error) {
    status.textContent = messageOf(error);
    start.disabled = false;
  }
  bar.hidden = true;
}

/** @type {(job: Job, bar: HTMLProgressElement, status: HTMLElement) => void} */
function showProgress(job, bar, status) {
  if (job.total_s) {
    bar.max = job.total_s;
    bar.value = job.done_s;
  } else bar.removeAttribute("value");
  status.textContent = job.place ? translate("place", { place: job.place }) : job.stage || translate(job.state);
}
