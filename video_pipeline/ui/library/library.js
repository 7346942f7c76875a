// The library page: totals, the best moments, what failed, and a list of all videos.
import { jsonInPage } from "../shared/json.js";
import { make } from "../shared/make.js";
import { speedup } from "../shared/numbers.js";
import { clock, duration } from "../shared/times.js";
import { failures } from "./failures.js";
import { videoList } from "./videos.js";

/** @param {LibraryData} data */
function tiles({ totals, laughs }) {
  const tile = { class: "tile" };
  return make(
    "div",
    { class: "tiles" },
    make("div", tile, count(totals.items), make("span", {}, totals.items === 1 ? "video" : "videos")),
    make("div", tile, make("b", {}, duration(totals.media_s)), make("span", {}, "of media")),
    totals.took_s
      ? make("div", tile, make("b", {}, speedup(totals.media_s, totals.took_s)), make("span", {}, "real time per worker"))
      : null,
    make("div", tile, count(totals.clips), make("span", {}, totals.clips === 1 ? "clip" : "clips")),
    make("div", tile, count(laughs), make("span", {}, laughs === 1 ? "laugh" : "laughs")),
    totals.empty ? make("div", tile, count(totals.empty), make("span", {}, "nothing to do")) : null,
    totals.same ? make("div", tile, count(totals.same), make("span", {}, "duplicates")) : null,
    make("div", { class: totals.failed ? "tile bad" : "tile" }, count(totals.failed), make("span", {}, "failed")),
  );
}

/** @param {number} value */
function count(value) {
  return make("b", {}, value.toLocaleString("en"));
}

/** @param {LibraryTotals} totals */
function progress(totals) {
  const states = /** @type {const} */ (["done", "failed", "empty", "running", "waiting"]).filter((state) => totals[state]);
  return make(
    "div",
    { class: "share progress", role: "img", "aria-label": `${totals.done} done, ${totals.failed} failed` },
    states.map((state) => make("i", { class: state, style: { flex: totals[state] }, title: `${totals[state]} ${state}` })),
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
      make("span", { class: "dim" }, `${clock(Math.round(start_s), false)} to ${clock(Math.round(end_s), false)}`),
    ),
    make("h3", {}, title || "A moment"),
    make("div", { class: "why" }, why),
    make("div", { class: "from" }, page ? make("a", { href: page }, name) : name),
    clip ? make("video", { controls: true, preload, poster, src: clip, "aria-label": title }) : null,
  );
}

/** @param {LibraryMoment[]} moments */
function best(moments) {
  if (!moments.length) return [];
  const heading = make("h2", {}, "Best moments", make("small", {}, "at most two per video"));
  return [heading, make("div", { class: "cards" }, moments.map(card))];
}

/** @type {LibraryData} */
const data = jsonInPage();
document
  .getElementById("page")
  ?.append(
    make("header", {}, make("h1", {}, data.name), make("span", { class: "dim" }, `as of ${data.made}`)),
    tiles(data),
    progress(data.totals),
    ...best(data.best),
    ...failures(data.videos),
    ...videoList(data),
  );
