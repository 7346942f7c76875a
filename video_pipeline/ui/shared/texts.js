// Texts in the chosen language: translate("place", { place: 3 }) fills in {place}. Each language has a table of its own.
import VIEWER_EN from "./texts/en.json" with { type: "json" };

/** The languages there are, by their tags, each in its own name. */
export const LANGUAGE_NAMES = { en: "English", "zh-Hans": "简体中文", "zh-Hant": "繁體中文", ja: "日本語", ko: "한국어" };
/** @typedef {keyof typeof LANGUAGE_NAMES} LanguageTag */
/** @typedef {string | Record<string, string>} TranslatedText a text, or its forms by the language's plural categories */

/** @type {Record<LanguageTag, Record<string, TranslatedText>>} */
const TABLES = { en: { ...VIEWER_EN }, "zh-Hans": {}, "zh-Hant": {}, ja: {}, ko: {} };
const KEY = "language"; // in localStorage

/** The language that was chosen, else the first of the browser's that there is, else English. @returns {LanguageTag} */
export function language() {
  for (const tag of [chosenLanguage() ?? "", ...(globalThis.navigator?.languages ?? [globalThis.navigator?.language ?? ""])]) {
    const found = matchingLanguage(tag);
    if (found) return found;
  }
  return "en";
}

/**
 * The language that a reader of `tag` is served with: "zh-HK" and "yue" with traditional characters, "zh-CN" with simplified ones.
 *
 * @param {string} tag as browsers give it, for instance "pt-BR"
 * @returns {LanguageTag | null}
 */
export function matchingLanguage(tag) {
  const [spoken, ...rest] = tag.toLowerCase().split("-");
  if (spoken === "zh" || spoken === "cmn" || spoken === "yue") {
    const isSimplified =
      rest.includes("hans") || (spoken !== "yue" && !rest.some((part) => ["hant", "tw", "hk", "mo"].includes(part)));
    return isSimplified ? "zh-Hans" : "zh-Hant";
  }
  return spoken === "en" || spoken === "ja" || spoken === "ko" ? spoken : null;
}

/** @param {string} name */
export function chooseLanguage(name) {
  localStorage.setItem(KEY, name);
  location.reload();
}

/**
 * More texts, for a page around the viewer or as part of its data.
 *
 * @param {Record<string, Record<string, TranslatedText>>} tables by the tags of the languages
 */
export function addTexts(tables) {
  for (const [tag, table] of Object.entries(tables)) Object.assign(TABLES[/** @type {LanguageTag} */ (tag)] ?? {}, table);
}

/**
 * The text called `name` in the chosen language; a name without a text is shown as it is, with spaces for underscores.
 *
 * @param {string} name
 * @param {Record<string, string | number>} [values] `count` chooses the form where there are several
 */
export function translate(name, values = {}) {
  const tag = language();
  const found = entry(tag, name) ?? entry("en", name) ?? name.replaceAll("_", " ");
  const text = typeof found === "string" ? found : plural(tag, found, Number(values.count ?? 0));
  return text.replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));
}

/**
 * A failure in the reader's language, where it has a sentence for this kind, with what the server says of this one.
 *
 * @param {string | undefined} kind
 * @param {string} message
 */
export function failureText(kind, message) {
  const words = entry(language(), `error.${kind}`);
  return words ? `${words} (${message})` : message;
}

/**
 * A text with a count, in the form that the language wants for it.
 *
 * @param {string} name
 * @param {number} count
 */
export function translateCount(name, count) {
  return translate(name, { count });
}

/**
 * @param {LanguageTag} tag
 * @param {string} name
 */
function entry(tag, name) {
  return Object.hasOwn(TABLES[tag], name) ? TABLES[tag][name] : undefined;
}

/**
 * @param {LanguageTag} tag
 * @param {Record<string, string>} forms
 * @param {number} count
 */
function plural(tag, forms, count) {
  return forms[new Intl.PluralRules(tag).select(count)] ?? forms.other;
}

function chosenLanguage() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a page opened from the disk may have no storage
  }
}
