// Find and replace in all lines at once; one undo takes it back.
import { iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate, translateCount } from "../shared/texts.js";

/**
 * @param {() => string} wanted what is looked for
 * @param {(to: string) => unknown} onReplace
 */
export function replaceBar(wanted, onReplace) {
  const to = make("input", { type: "text", placeholder: translate("replaceBy"), "aria-label": translate("replaceBy") });
  const all = make(
    "button",
    { type: "button", class: "button small", onclick: () => onReplace(to.value) },
    translate("replaceAll"),
  );
  to.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter") onReplace(to.value);
  });
  const bar = make("div", { class: "replace", hidden: true }, to, all);
  const toggle = iconButton("replace", translate("replace"), () => {
    bar.hidden = !bar.hidden;
    toggle.setAttribute("aria-expanded", String(!bar.hidden));
    if (!bar.hidden) to.focus();
  });
  /** @param {number} count of places */
  const show = (count) => {
    all.disabled = !wanted() || !count;
    all.textContent = count ? translateCount("replaceCount", count) : translate("replaceAll");
  };
  return { bar, toggle, show };
}

/**
 * The edits that replace a text wherever it stands, whatever its case.
 *
 * @param {Segment[]} lines
 * @param {string} from
 * @param {string} to
 * @returns {LineEdit[]}
 */
export function replacements(lines, from, to) {
  if (!from) return [];
  const pattern = new RegExp(from.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"), "giu");
  return lines
    .filter((line) => line.text.search(pattern) >= 0)
    .map((line) => ({
      was: [line],
      lines: [{ start_s: line.start_s, end_s: line.end_s, text: line.text.replace(pattern, () => to) }],
    }));
}

/**
 * How often a text stands in the lines.
 *
 * @param {Segment[]} lines
 * @param {string} text
 */
export function countIn(lines, text) {
  const wanted = text.toLowerCase();
  return wanted ? lines.reduce((count, line) => count + line.text.toLowerCase().split(wanted).length - 1, 0) : 0;
}
