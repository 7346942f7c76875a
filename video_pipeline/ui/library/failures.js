// What failed, by the kind of error.
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";

const SHOWN = 100; // videos of one kind
const FEW = 4; // kinds with fewer videos are open from the start

/** @param {LibraryVideo[]} videos */
export function failures(videos) {
  const kinds = byKind(videos);
  if (!kinds.length) return [];
  const hint = make("small", {}, translate("retryWith"), " ", make("code", {}, "video-pipeline library retry"));
  const open = kinds.length === 1;
  return [
    make("h2", {}, translate("whatFailed"), hint),
    ...kinds.map(([kind, failed]) => list(kind, failed, open || failed.length < FEW)),
  ];
}

/**
 * The failed videos by the type of their error, most first.
 *
 * @param {LibraryVideo[]} videos
 */
export function byKind(videos) {
  /** @type {Map<string, LibraryVideo[]>} */
  const kinds = new Map();
  for (const video of videos) {
    const kind = video.error_type ?? "";
    if (video.state === "failed") kinds.set(kind, [...(kinds.get(kind) ?? []), video]);
  }
  return [...kinds].sort((a, b) => b[1].length - a[1].length);
}

/**
 * What a kind of failure is called: "NotMedia" -> "not media", where the reader's language has no sentence for it.
 *
 * @param {string} kind
 */
export function spelledOut(kind) {
  const name = `error.${kind}`;
  const words = translate(name);
  return words !== name ? words : kind.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
}

/** @type {(kind: string, videos: LibraryVideo[], open: boolean) => HTMLElement} */
function list(kind, videos, open) {
  const rows = videos.slice(0, SHOWN).map(({ name, error }) => make("li", {}, name, make("div", {}, error)));
  return make(
    "details",
    { class: "kind", open },
    make("summary", {}, make("b", {}, videos.length), spelledOut(kind)),
    make("ul", {}, rows),
  );
}
