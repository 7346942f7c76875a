// Texts of the pages that are files by themselves, in all languages, with those of the viewer; and the words in their HTML.
import "../every_language.js";
import { addTexts, language, translate } from "../texts.js";
import EN from "./texts/en.json" with { type: "json" };
import JA from "./texts/ja.json" with { type: "json" };
import KO from "./texts/ko.json" with { type: "json" };
import ZH_HANS from "./texts/zh-Hans.json" with { type: "json" };
import ZH_HANT from "./texts/zh-Hant.json" with { type: "json" };

addTexts({ en: EN, "zh-Hans": ZH_HANS, "zh-Hant": ZH_HANT, ja: JA, ko: KO });

/**
 * Says the page's language to the browser, and its title.
 *
 * @param {string} title name of a text
 * @param {string} name
 */
export function openPage(title, name) {
  document.documentElement.lang = language();
  document.title = translate(title, { name });
}

/**
 * Elements whose HTML names a text in `data-text` are in the reader's language from then on; other `data-` attributes fill its gaps.
 *
 * @param {ParentNode} root
 */
export function translateHtml(root) {
  for (const one of root.querySelectorAll("[data-text]")) {
    if (one instanceof HTMLElement) one.textContent = translate(one.dataset.text ?? "", /** @type {any} */ ({ ...one.dataset }));
  }
  for (const [key, attribute] of [
    ["data-title", "title"],
    ["data-label", "aria-label"],
    ["data-alt", "alt"],
  ]) {
    for (const one of root.querySelectorAll(`[${key}]`)) {
      const names = (one.getAttribute(key) ?? "").split(",").filter(Boolean);
      one.setAttribute(attribute, names.map((name) => translate(name)).join(", "));
    }
  }
}
