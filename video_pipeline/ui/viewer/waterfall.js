// A score as the sum of its reasons: each bar starts where the one before ends, so the last ends at the score.
import { make } from "../shared/make.js";
import { signed } from "../shared/numbers.js";
import { translate } from "../shared/texts.js";

/**
 * Where each reason's bar lies, in points, and the range that all bars need.
 *
 * @param {readonly Reason[]} reasons
 * @param {number} score
 */
export function waterfallSteps(reasons, score) {
  let at = 0;
  const steps = reasons.map(({ signal, contribution }) => {
    const from = at;
    at += contribution;
    return { signal, contribution, low: Math.min(from, at), high: Math.max(from, at) };
  });
  const highest = Math.max(score, 1, ...steps.map((step) => step.high));
  const lowest = Math.min(0, ...steps.map((step) => step.low));
  return { steps, lowest, highest };
}

/** @param {Clip} clip */
export function waterfall({ reasons, score }) {
  const { steps, lowest, highest } = waterfallSteps(reasons, score);
  /** @param {number} points */
  const percent = (points) => `${((points / (highest - lowest)) * 100).toFixed(2)}%`;
  /** @type {(kind: string, low: number, high: number) => HTMLElement} */
  const bar = (kind, low, high) =>
    make(
      "span",
      { class: "track" },
      make("i", { class: kind, style: { left: percent(low - lowest), width: percent(high - low) } }),
    );
  const rows = steps.map(({ signal, contribution, low, high }) =>
    row(translate(signal), bar(contribution < 0 ? "against" : "for", low, high), signed(contribution)),
  );
  if (rows.length) rows.push(row(translate("score"), bar("sum", 0, score), score.toFixed(1), "reason sum"));
  return make("ul", { class: "reasons", "aria-label": translate("reasons") }, rows);
}

/** @type {(name: string, bar: HTMLElement, points: string, kind?: string) => HTMLElement} */
function row(name, bar, points, kind = "reason") {
  return make("li", { class: kind }, make("span", {}, name), bar, make("b", {}, points));
}
