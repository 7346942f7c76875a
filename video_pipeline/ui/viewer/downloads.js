// What a person takes home: subtitles in every format, the whole video with them, the report, everything as a zip.
import { messageOf, openDialog } from "../shared/dialogs.js";
import { icon } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { sizeText } from "../shared/numbers.js";
import { translate } from "../shared/texts.js";

const FORMATS = ["srt", "vtt", "ass", "ttml", "txt"]; // until the server has answered which it writes

/** @type {(store: import("./store.js").Store, root: ShadowRoot) => void} */
export function openDownloads(store, root) {
  const { editor, data } = store;
  const formats = editor.options.formats ?? FORMATS;
  const files = formats.map((format) => link(editor.textAddress(format), format.toUpperCase(), translate(`format ${format}`)));
  const kinds = /** @type {ExportKind[]} */ (data.video ? ["mux", "burn", "files"] : ["files"]);
  const report = link(editor.fileAddress("report.html"), "HTML", translate("reportPage"));
  const earlier = make("div", { class: "downloads" });
  openDialog(
    root,
    translate("download"),
    make("h3", {}, translate("subtitleFiles")),
    make("div", { class: "downloads" }, files),
    make("h3", {}, translate("toMake")),
    make(
      "div",
      { class: "downloads" },
      kinds.map((kind) => maker(editor, kind)),
      report,
    ),
    earlier,
  );
  showEarlier(editor, earlier);
}

/** @type {(address: string, kind: string, text: string) => HTMLElement} */
function link(address, kind, text) {
  return make("a", { class: "download", href: address, download: "" }, make("b", {}, kind), make("span", {}, text), icon("save"));
}

/**
 * A row that makes a file first, then saves it.
 *
 * @type {(editor: EditableSource, kind: ExportKind) => HTMLElement}
 */
function maker(editor, kind) {
  const status = make("span", { "aria-live": "polite" }, translate(`make ${kind}`));
  const row = make(
    "button",
    { type: "button", class: "download" },
    make("b", {}, translate(`kind ${kind}`)),
    status,
    icon("save"),
  );
  row.onclick = async () => {
    row.disabled = true;
    try {
      const request = { what: kind, clips: [], aspect: "", captions: false, reel: false, timelines: false };
      const address = await editor.exportClips(request, (job) => {
        const share = job.total_s ? ` ${Math.round((100 * job.done_s) / job.total_s)} %` : "";
        status.textContent = job.place ? translate("place", { place: job.place }) : translate("making") + share;
      });
      const made = link(address, translate(`kind ${kind}`), translate("exported"));
      row.replaceWith(made);
      made.click();
    } catch (error) {
      status.textContent = messageOf(error);
      row.disabled = false;
    }
  };
  return row;
}

/**
 * What was made before and is still there.
 *
 * @type {(editor: EditableSource, place: HTMLElement) => Promise<void>}
 */
async function showEarlier(editor, place) {
  const made = (await editor.exports().catch(() => [])).filter((job) => job.state === "done" && job.bytes);
  if (!made.length) return;
  const rows = made.map((job) => {
    const when = new Date(job.created).toLocaleString([], { dateStyle: "medium", timeStyle: "short" });
    return link(editor.madeAddress(job), translate(`kind ${job.what}`), `${when} · ${sizeText(job.bytes ?? 0)}`);
  });
  place.before(make("h3", {}, translate("earlier")));
  place.append(...rows);
}
