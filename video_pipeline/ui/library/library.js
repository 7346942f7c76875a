// The library page: totals, the best moments, what failed, and a list of all videos.
import { jsonInPage } from "../shared/json.js";
import { showLetters } from "../shared/letters.js";
import { make } from "../shared/make.js";
import { speedup } from "../shared/numbers.js";
import { openPage } from "../shared/pages/texts.js";
import { addTexts, language, translate, translateCount } from "../shared/texts.js";
import { clock, duration } from "../shared/times.js";
import { failures } from "./failures.js";
import "./texts.js";
import { stateName, videoList } from "./videos.js";

/** @param {LibraryData} data */
function tiles({ totals, laughs }) {
  return make(
    "div",
    { class: "tiles" },
    counted(totals.items, "videoTile"),
    tile(duration(totals.media_s), translate("mediaTile")),
    totals.took_s ? tile(speedup(totals.media_s, totals.took_s), translate("speedTile")) : null,
    counted(totals.clips, "clipTile"),
    counted(laughs, "laughTile"),
    totals.empty ? tile(number(totals.empty), translate("nothingToDo")) : null,
    totals.same ? tile(number(totals.same), translate("duplicates")) : null,
    tile(number(totals.failed), translate("state failed"), totals.failed > 0),
  );
}

/** @type {(value: string, label: string, bad?: boolean) => HTMLElement} */
function tile(value, label, bad = false) {
  return make("div", { class: bad ? "tile bad" : "tile" }, make("b", {}, value), make("span", {}, label));
}

/**
 * The number above the other words of a text with a count.
 *
 * @type {(count: number, name: string) => HTMLElement}
 */
function counted(count, name) {
  return tile(number(count), translateCount(name, count).replace(String(count), "").trim());
}

/** @param {number} value */
function number(value) {
  return value.toLocaleString(language());
}

/** @param {LibraryTotals} totals */
function progress(totals) {
  const states = /** @type {const} */ (["done", "failed", "empty", "running", "waiting"]).filter((state) => totals[state]);
  return make(
    "div",
    { class: "share progress", role: "img", "aria-label": translate("shares", { done: totals.done, failed: totals.failed }) },
    states.map((state) =>
      make("i", { class: state, style: { flex: totals[state] }, title: `${totals[state]} ${stateName(state)}` }),
    ),
  );
}

/** @param {LibraryMoment} moment */
function card({ name, page, title, why, clip, poster, score, start_s, end_s }) {
  const preload = poster ? "none" : "metadata";
  return make(
    "article",
    { class: "card" },
    make(
      "div",
      { class: "top" },
      make("span", { class: "score" }, Math.round(score)),
      make("span", { class: "dim" }, `${clock(Math.round(start_s), false)} – ${clock(Math.round(end_s), false)}`),
    ),
    make("h3", {}, title || translate("aMoment")),
    make("div", { class: "why" }, why),
    make("div", { class: "from" }, page ? make("a", { href: page }, name) : name),
    clip ? make("video", { controls: true, preload, poster, src: clip, "aria-label": title }) : null,
  );
}

/** @param {LibraryMoment[]} moments */
function best(moments) {
  if (!moments.length) return [];
  const heading = make("h2", {}, translate("bestMoments"), make("small", {}, translate("twoPerVideo")));
  return [heading, make("div", { class: "cards" }, moments.map(card))];
}

/** @type {LibraryData} */
const data = jsonInPage();
addTexts(data.names ?? {});
showLetters(data.letters[language()]);
openPage("libraryTitle", data.name);
document
  .getElementById("page")
  ?.append(
    make("header", {}, make("h1", {}, data.name), make("span", { class: "dim" }, translate("asOf", { time: data.made }))),
    tiles(data),
    progress(data.totals),
    ...best(data.best),
    ...failures(data.videos),
    ...videoList(data),
  );
