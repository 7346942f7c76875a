// What a line breaks while it is typed: read too fast, shown too short, over a neighbour.
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";

const TOUCHING_S = 0.02; // times are shown in hundredths
const ENGLISH_CPS = 20; // where nothing is said of a language

/**
 * @typedef {object} Verdict
 * @property {number} speed_cps characters a second
 * @property {number} limit_cps
 * @property {("fast" | "brief" | "overlapping")[]} broken
 */

/**
 * How a line stands as it would be.
 *
 * @param {Line} line
 * @param {Segment} own the line that it is to be in the place of
 * @param {Pick<ViewData, "segments" | "limits">} data
 * @returns {Verdict}
 */
export function judged(line, own, { segments, limits }) {
  const shown_s = Math.max(0.001, line.end_s - line.start_s);
  const speed_cps = [...line.text].length / shown_s;
  const limit_cps = limits?.speed_cps[line.language ?? ""] ?? ENGLISH_CPS;
  const over = segments.some(
    (one) => one !== own && one.start_s < line.end_s - TOUCHING_S && one.end_s > line.start_s + TOUCHING_S,
  );
  /** @type {Verdict["broken"]} */
  const broken = [];
  if (speed_cps > limit_cps) broken.push("fast");
  if (shown_s < (limits?.least_s ?? 0) - TOUCHING_S) broken.push("brief");
  if (over) broken.push("overlapping");
  return { speed_cps, limit_cps, broken };
}

/**
 * Writes a verdict into an element that is read out when it changes.
 *
 * @param {HTMLElement} place
 * @param {Verdict} verdict
 */
export function showVerdict(place, { speed_cps, limit_cps, broken }) {
  const numbers = { speed: speed_cps.toFixed(1), limit: limit_cps.toFixed(0) };
  place.replaceChildren(
    make("span", { class: broken.includes("fast") ? "broken" : "dim" }, translate("lineSpeed", numbers)),
    ...broken.filter((rule) => rule !== "fast").map((rule) => make("span", { class: "broken" }, translate(`line ${rule}`))),
  );
}
