"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const STEP = 100;

function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function clock(time_s) {
  const whole = Math.round(time_s), hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  const tail = String(whole % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

function span(time_s) {
  if (time_s < 100) return `${Math.round(time_s)} s`;
  if (time_s < 3600) return `${Math.round(time_s / 60)} min`;
  return time_s < 360000 ? `${(time_s / 3600).toFixed(1)} h` : `${Math.round(time_s / 3600).toLocaleString("en")} h`;
}

function speed(video) {
  const times = video.media_s / video.took_s;
  return `${times < 10 ? times.toFixed(1) : Math.round(times)}×`;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);
const linked = (text, address) => (address ? make("a", { href: address }, text) : text);

/** Parts in their colours; `whole` is what a full bar stands for, what is missing of it stays dark. */
function share(parts, colours, whole, label) {
  const known = Object.entries(parts).filter(([name, part]) => part > 0 && colours[name]);
  const bar = make("div", { class: "share", role: "img", "aria-label": label });
  for (const [name, part] of known) bar.append(make("i", { style: `flex: ${part}; background: ${colours[name]}`, title: `${name} ${span(part)}` }));
  const rest = whole - sum(known.map(([, part]) => part));
  if (rest > 0) bar.append(make("span", { style: `flex: ${rest}` }));
  return bar;
}

/** Seconds of sounds in a second of video. */
const density = (video) => sum(Object.values(video.event_s || {})) / (video.media_s || 1);
const densest = Math.max(...data.videos.map(density), 0.01);

function tiles() {
  const { totals, videos } = data;
  const laughs = sum(videos.filter((video) => !video.same_as).map((video) => (video.events || {}).laughter || 0));
  const rows = [
    [totals.items.toLocaleString("en"), totals.items === 1 ? "video" : "videos"],
    [span(totals.media_s), "of sound"],
    totals.took_s ? [speed(totals), "realtime a worker"] : null,
    [totals.clips.toLocaleString("en"), totals.clips === 1 ? "clip" : "clips"],
    [laughs.toLocaleString("en"), laughs === 1 ? "laugh" : "laughs"],
    totals.same ? [totals.same.toLocaleString("en"), "the same as others"] : null,
    [totals.failed.toLocaleString("en"), "failed", totals.failed ? "bad" : ""],
  ];
  const grid = make("div", { class: "tiles" });
  for (const row of rows) if (row) grid.append(make("div", { class: `tile ${row[2] || ""}` }, make("b", {}, row[0]), make("span", {}, row[1])));
  const bar = make("div", { class: "share progress", role: "img", "aria-label": `${totals.done} done, ${totals.failed} failed` });
  for (const state of ["done", "failed", "running", "waiting"]) {
    if (totals[state]) bar.append(make("i", { class: state, style: `flex: ${totals[state]}`, title: `${totals[state]} ${state}` }));
  }
  return [grid, bar];
}

function card(moment) {
  const video = moment.clip ? make("video", { controls: "", preload: moment.poster ? "none" : "metadata", poster: moment.poster, src: moment.clip, "aria-label": moment.title }) : null;
  return make("article", { class: "card" },
    make("div", { class: "top" }, make("span", { class: "score" }, Math.round(moment.score)),
      make("span", { class: "dim" }, `${clock(moment.start_s)} to ${clock(moment.end_s)}`)),
    make("h3", {}, moment.title || "A moment"), make("div", { class: "why" }, moment.why),
    make("div", { class: "from" }, linked(moment.name, moment.page)), video || "");
}

function best() {
  if (!data.best.length) return [];
  return [make("h2", {}, "Best moments", make("small", {}, "at most two of one video")),
    make("div", { class: "cards" }, ...data.best.map(card))];
}

function failures() {
  const kinds = new Map();
  for (const video of data.videos) if (video.error) kinds.set(video.error_type, [...(kinds.get(video.error_type) || []), video]);
  if (!kinds.size) return [];
  const lists = [...kinds].sort((a, b) => b[1].length - a[1].length).map(([kind, videos]) =>
    make("details", { class: "kind", ...(kinds.size === 1 || videos.length < 4 ? { open: "" } : {}) },
      make("summary", {}, make("b", {}, videos.length), kind.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase()),
      make("ul", {}, ...videos.slice(0, STEP).map((video) => make("li", {}, video.name, make("div", {}, video.error))))));
  return [make("h2", {}, "What failed", make("small", {}, make("code", {}, "video-pipeline library retry"), " tries these again")), ...lists];
}

function legend() {
  const colours = { ...data.sounds, ...data.emotions };
  return make("div", { class: "legend" }, ...Object.entries(colours).map(([name, colour]) =>
    make("span", {}, make("i", { style: `background: ${colour}` }), name)));
}

function counts(video) {
  const heard = Object.entries(video.events || {}).slice(0, 3).map(([name, count]) => `${count} ${name}`);
  return heard.join(", ") || "no sounds";
}

function row(video) {
  const element = make("div", { class: `video ${video.state}` },
    make("div", {}, make("div", { class: "name" }, linked(video.name, video.page)), make("div", { class: "small" }, video.source.slice(0, video.source.lastIndexOf("/")))));
  const times = video.media_s ? [clock(video.media_s), make("div", { class: "small" }, video.took_s ? `${speed(video)} realtime` : "")] : [""];
  element.append(make("div", { class: "number" }, ...times));
  if (video.state !== "done") {
    element.append(make("div", { class: "reason" }, video.error || ""));
    return element;
  }
  const spoken_s = sum(Object.values(video.emotion_s || {}));
  const felt = Object.fromEntries(Object.entries(video.emotion_s || {}).filter(([name]) => data.emotions[name]));
  const known = Object.keys(data.emotions).length > 0 && spoken_s > 0;
  element.append(
    make("div", { class: "wide" }, share(video.event_s || {}, data.sounds, densest * video.media_s, "sounds"), make("div", { class: "small" }, counts(video))),
    make("div", { class: "wide" }, known ? share(felt, data.emotions, spoken_s, "emotions") : "",
      make("div", { class: "small" }, Object.keys(felt).slice(0, 3).join(", ") || (known ? "calm" : Object.keys(data.emotions).length ? "emotions not known" : ""))),
    make("div", { class: "wide small" }, video.same_as ? `the same video as ${video.same_as.split("/").pop()}` :
      video.best ? `${Math.round(video.best[0])} · ${video.best[2]}` : "no highlight"));
  return element;
}

const ORDERS = {
  "in order": null,
  "best moment first": (video) => -(video.best ? video.best[0] : -1),
  "most laughter first": (video) => -((video.event_s || {}).laughter || 0),
  "longest first": (video) => -(video.media_s || 0),
  "slowest first": (video) => (video.took_s && video.media_s ? video.media_s / video.took_s : Infinity),
};

function videos() {
  const list = make("div", {}), count = make("small", {});
  const words = make("input", { type: "search", placeholder: "part of a name or a reason", "aria-label": "Filter videos" });
  const order = make("select", { "aria-label": "Order" }, ...Object.keys(ORDERS).map((name) => make("option", {}, name)));
  const more = make("button", { class: "more" }, "More");
  let shown = STEP;
  function draw() {
    const wanted = words.value.trim().toLowerCase(), key = ORDERS[order.value];
    const found = data.videos.filter((video) => !wanted || `${video.source} ${video.error || ""} ${video.state}`.toLowerCase().includes(wanted));
    if (key) found.sort((a, b) => key(a) - key(b));
    list.replaceChildren(...found.slice(0, shown).map(row));
    if (!found.length) list.append(make("div", { class: "none" }, "No video of that name."));
    count.textContent = found.length === data.videos.length ? "" : `${found.length} of ${data.videos.length}`;
    more.hidden = found.length <= shown;
  }
  words.addEventListener("input", () => { shown = STEP; draw(); });
  order.addEventListener("change", draw);
  more.addEventListener("click", () => { shown += STEP; draw(); });
  draw();
  const names = ["video", "length", "sounds", Object.keys(data.emotions).length ? "emotions" : "", "best moment"];
  return [make("h2", {}, "Videos", count), legend(), make("div", { class: "tools" }, words, order),
    make("div", { class: "head" }, ...names.map((name) => make("span", {}, name))), list, more];
}

document.getElementById("page").append(
  make("header", {}, make("h1", {}, data.name), make("span", { class: "dim" }, `as of ${data.made}`)),
  ...tiles(), ...best(), ...failures(), ...videos());
