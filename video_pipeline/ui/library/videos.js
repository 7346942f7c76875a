// All videos as rows: filtered, sorted, a hundred at a time.
import { make } from "../shared/make.js";
import { speedup, sum } from "../shared/numbers.js";
import { translate, translateCount } from "../shared/texts.js";
import { clock, duration } from "../shared/times.js";

const STEP = 100; // rows that "More" adds
const LEAST_DENSITY = 0.01; // so that a library without sounds has no bar of full length
const NAMED = 3; // most frequent sounds and emotions that a row names

/** By names of texts. @type {Record<string, ((video: LibraryVideo) => number) | null>} */
const ORDERS = {
  inOrder: null,
  bestFirst: (video) => -(video.best ? video.best[0] : -1),
  laughterFirst: (video) => -(video.event_s?.laughter ?? 0),
  longestFirst: (video) => -(video.media_s ?? 0),
  slowestFirst: (video) => (video.took_s && video.media_s ? video.media_s / video.took_s : Number.POSITIVE_INFINITY),
};

/** @param {LibraryVideo} video */
function described({ source, error = "", state, metadata = {} }) {
  return [source, error, state, ...Object.values(metadata)].join(" ");
}

/**
 * The videos that match `text`, in the order called `order`.
 *
 * @param {LibraryVideo[]} videos
 * @param {string} text
 * @param {string} order
 */
export function arranged(videos, text, order) {
  const wanted = text.trim().toLowerCase();
  const found = videos.filter((video) => described(video).toLowerCase().includes(wanted));
  const key = ORDERS[order];
  return key ? found.sort((a, b) => key(a) - key(b)) : found;
}

/** @param {LibraryData} data */
export function videoList(data) {
  const row = rowsOf(data);
  const list = make("div", {});
  const count = make("small", {});
  const words = make("input", { type: "search", placeholder: translate("filterHint"), "aria-label": translate("filterVideos") });
  const names = Object.keys(ORDERS).map((name) => make("option", { value: name }, translate(name)));
  const order = make("select", { "aria-label": translate("sortBy"), onchange: () => draw() }, names);
  const more = make("button", { class: "more", onclick: () => draw(shown + STEP) }, translate("more"));
  let shown = STEP;
  const draw = (limit = shown) => {
    const found = arranged(data.videos, words.value, order.value);
    shown = limit;
    list.replaceChildren(...found.slice(0, shown).map(row));
    if (!found.length) list.append(make("div", { class: "none" }, translate("noMatch")));
    count.textContent =
      found.length === data.videos.length ? "" : translate("foundOf", { found: found.length, all: data.videos.length });
    more.hidden = found.length <= shown;
  };
  words.addEventListener("input", () => draw(STEP));
  draw();
  const left = data.totals.items - data.videos.length;
  const rest = left ? translateCount("notListed", left) : "";
  const columns = ["video", "length", "sounds", hasEmotions(data) ? "emotions" : "", "best"];
  return [
    make("h2", {}, translate("allVideos"), count),
    legend({ ...data.sounds, ...data.emotions }),
    make("div", { class: "tools" }, words, order),
    make(
      "div",
      { class: "head" },
      columns.map((name) => make("span", {}, name && translate(`column ${name}`))),
    ),
    list,
    more,
    make("p", { class: "dim", hidden: !left }, rest),
  ];
}

/** @param {LibraryData} data */
function hasEmotions(data) {
  return Object.keys(data.emotions).length > 0;
}

/** @param {Record<string, string>} colours */
function legend(colours) {
  const items = Object.entries(colours).map(([name, background]) =>
    make("span", {}, make("i", { style: { background } }), translate(name)),
  );
  return make("div", { class: "legend" }, items);
}

/**
 * Makes the row of a video; bars of sounds compare with the video that has most of them.
 *
 * @param {LibraryData} data
 * @returns {(video: LibraryVideo) => HTMLElement}
 */
function rowsOf(data) {
  const densest = Math.max(...data.videos.map(density), LEAST_DENSITY);
  return (video) => {
    const columns = video.state === "done" ? results(video, data, densest) : [make("div", { class: "reason" }, video.error)];
    return make("div", { class: `video ${video.state}` }, name(video), length(video), columns);
  };
}

/**
 * Seconds of sounds in a second of video.
 *
 * @param {LibraryVideo} video
 */
function density(video) {
  return sum(Object.values(video.event_s ?? {})) / (video.media_s || 1);
}

/** @param {LibraryVideo} video */
function name({ name, page, source, state, metadata = {} }) {
  const folder = source.slice(0, source.lastIndexOf("/"));
  const link = page ? make("a", { href: page }, name) : name;
  const told = Object.entries(metadata).map(([column, value]) => make("div", { class: "small" }, `${column}: ${value}`));
  return make(
    "div",
    {},
    make("div", { class: "name", "data-state": state === "done" ? null : stateName(state) }, link),
    make("div", { class: "small" }, folder),
    told,
  );
}

/** @param {LibraryVideo} video */
function length({ media_s, took_s }) {
  if (!media_s) return make("div", { class: "number" });
  const speed = took_s ? translate("speedOf", { speed: speedup(media_s, took_s) }) : "";
  return make("div", { class: "number" }, clock(Math.round(media_s), false), make("div", { class: "small" }, speed));
}

/**
 * @param {LibraryVideo} video
 * @param {LibraryData} data
 * @param {number} densest
 */
function results(video, data, densest) {
  const sounds = bar(video.event_s ?? {}, data.sounds, densest * (video.media_s ?? 0), "sounds");
  return [
    make("div", { class: "wide" }, sounds, make("div", { class: "small" }, counts(video))),
    make("div", { class: "wide" }, emotions(video, data)),
    make("div", { class: "wide small" }, bestMoment(video)),
  ];
}

/** @param {LibraryVideo} video */
function counts({ events = {} }) {
  const counted = Object.entries(events).slice(0, NAMED);
  return counted.map(([name, count]) => `${count} ${translate(name)}`).join(", ") || translate("noSounds");
}

/**
 * @param {LibraryVideo} video
 * @param {LibraryData} data
 */
function emotions({ emotion_s = {} }, data) {
  if (!hasEmotions(data)) return [];
  const spoken_s = sum(Object.values(emotion_s));
  if (!spoken_s) return [make("div", { class: "small" }, translate("emotionsUnknown"))];
  const names = Object.keys(emotion_s).filter((name) => data.emotions[name]);
  const text =
    names
      .slice(0, NAMED)
      .map((name) => translate(name))
      .join(", ") || translate("calm");
  return [bar(emotion_s, data.emotions, spoken_s, "emotions"), make("div", { class: "small" }, text)];
}

/** @param {LibraryVideo} video */
function bestMoment({ same_as, best }) {
  if (same_as) return translate("sameAs", { name: same_as.split("/").pop() ?? "" });
  return best ? `${Math.round(best[0])} · ${best[2]}` : translate("noHighlight");
}

/**
 * Seconds as a bar in colours; what is missing of `whole_s` stays dark, and so does what has no colour.
 *
 * @param {Record<string, number>} seconds
 * @param {Record<string, string>} colours
 * @param {number} whole_s
 * @param {string} label
 */
function bar(seconds, colours, whole_s, label) {
  const parts = Object.entries(seconds).filter(([name, part_s]) => part_s > 0 && colours[name]);
  const rest_s = whole_s - sum(parts.map(([, part_s]) => part_s));
  return make(
    "div",
    { class: "share", role: "img", "aria-label": translate(`column ${label}`) },
    parts.map(([name, part_s]) =>
      make("i", { style: { flex: part_s, background: colours[name] }, title: `${translate(name)} ${duration(part_s)}` }),
    ),
    rest_s > 0 ? make("span", { style: { flex: rest_s } }) : null,
  );
}

/** @type {(state: string) => string} */
export function stateName(state) {
  return translate(state === "empty" ? "nothingToDo" : `state ${state}`);
}
