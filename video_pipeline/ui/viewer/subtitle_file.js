// Subtitles that somebody has: chosen or dropped onto the viewer, they stand in the place of all lines.
import { notify, notifyFailure } from "../shared/dialogs.js";
import { iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate, translateCount } from "../shared/texts.js";

const ENDS = /\.(srt|vtt|ass|ssa|ttml|dfxp|xml|sbv|stl|scc|sub|lrc|smi|sami|json3?|csv|tsv|txt)$/i;

/**
 * The button that opens a file; takes dropped ones, too.
 *
 * @param {import("./store.js").Store} store
 * @param {ShadowRoot} root
 */
export function subtitleFile(store, root) {
  /** @param {File | undefined} file */
  const take = (file) => file && notifyFailure(root, () => taken(file, store, root));
  const input = make("input", { type: "file", accept: ".srt,.vtt,.ass,.ssa,.ttml,.sbv,.stl,.scc,.sub,.lrc", hidden: true });
  input.addEventListener("change", () => {
    take(input.files?.[0]);
    input.value = "";
  });
  const host = /** @type {HTMLElement} */ (root.host);
  for (const name of /** @type {const} */ (["dragover", "dragleave", "drop"])) {
    host.addEventListener(name, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      host.classList.toggle("over", name === "dragover");
      if (name === "drop")
        take([...event.dataTransfer.files].find((file) => ENDS.test(file.name)) ?? event.dataTransfer.files[0]);
    });
  }
  return make(
    "span",
    {},
    iconButton("open", translate("takeSubtitles"), () => input.click()),
    input,
  );
}

/** @type {(file: File, store: import("./store.js").Store, root: ShadowRoot) => Promise<void>} */
async function taken(file, store, root) {
  const { lines, left_out: left } = await store.takeSubtitles(file);
  notify(root, translateCount("taken", lines) + (left ? ` ${translateCount("leftOut", left)}` : ""));
}
