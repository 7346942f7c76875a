// The page of the clips: watch, choose, and take the list along. The cards themselves are HTML that Python wrote.
import { jsonInPage } from "../shared/json.js";
import { showLetters } from "../shared/letters.js";
import { make } from "../shared/make.js";
import { openPage, translateHtml } from "../shared/pages/texts.js";
import { addTexts, language, translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { Card } from "./card.js";
import { Choice } from "./choice.js";

const COPIED_MS = 1500;

/** @type {GalleryData} */
const data = jsonInPage();
addTexts(data.names ?? {});
showLetters(data.letters[language()]);
openPage("galleryTitle", data.name);
translateHtml(document.body);
const grid = element("cards");
const choice = new Choice(data.clips, storage());
const cards = [...grid.querySelectorAll("article")].map((article, number) => new Card(article, data.clips[number], data.burned));

/** @param {string} id */
function element(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

/** Null where storage is forbidden, as for local files in some browsers. */
function storage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/**
 * @param {Card} card
 * @param {import("./choice.js").Verdict} verdict
 */
function choose(card, verdict) {
  choice.toggle(card.clip, verdict);
  show();
}

function show() {
  const kept = choice.kept();
  const kept_s = kept.reduce((sum, clip) => sum + clip.end_s - clip.start_s, 0);
  const all = data.clips.length;
  for (const card of cards) card.show(choice.of(card.clip));
  element("count").textContent = kept.length
    ? translate("keptCount", { count: kept.length, all, length: clock(Math.round(kept_s), false) })
    : translate("keptNone", { all });
  for (const id of ["copy", "save"]) element(id).toggleAttribute("disabled", !kept.length);
}

/** @param {string} order */
function sort(order) {
  /** @param {GalleryClip} clip */
  const key = (clip) => (order === "length" ? clip.end_s - clip.start_s : order === "start_s" ? clip.start_s : clip.rank);
  grid.append(...[...cards].sort((a, b) => key(a.clip) - key(b.clip)).map((card) => card.element));
}

async function copyNames() {
  const names = choice
    .kept()
    .map((clip) => clip.file)
    .join("\n");
  const button = element("copy");
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(names);
  } catch {
    prompt(translate("keptNames"), names); // the clipboard may be forbidden for local files
    return;
  }
  button.textContent = translate("copied");
  setTimeout(() => {
    button.textContent = label;
  }, COPIED_MS);
}

function saveChoice() {
  const record = { video: data.name, clips: choice.kept().map(({ cues, ...clip }) => clip) };
  const blob = new Blob([JSON.stringify(record, null, 1)], { type: "application/json" });
  make("a", { href: URL.createObjectURL(blob), download: "choice.json" }).click();
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  const target = event.target instanceof Element ? event.target : document.body;
  if (event.ctrlKey || event.metaKey || event.altKey || target.matches("input, select, textarea")) return;
  const key = event.key.toLowerCase();
  const shown = [...grid.children];
  const at = shown.findIndex((article) => article.contains(document.activeElement));
  const card = cards.find((one) => one.element === shown[at]);
  if (key === "j" || key === "k") {
    const next = shown[Math.max(0, Math.min(shown.length - 1, at + (key === "j" ? 1 : -1)))];
    cards.find((one) => one.element === next)?.focus();
  } else if (card && key === "y") choose(card, "yes");
  else if (card && key === "n") choose(card, "no");
  else if (card && key === " " && !target.matches("button, video, audio, summary, a")) {
    event.preventDefault();
    card.togglePlaying();
  }
}

for (const card of cards) card.onChoose = (verdict) => choose(card, verdict);
const order = element("order");
order.addEventListener("change", () => order instanceof HTMLSelectElement && sort(order.value));
element("copy").addEventListener("click", copyNames);
element("save").addEventListener("click", saveChoice);
addEventListener("keydown", onKey);
show();
