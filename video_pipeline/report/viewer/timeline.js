// One canvas under the player: everything that is known along the video. Click to seek, wheel to look closer, drag a clip's edges.
import { iconButton, make } from "./dom.js";
import { LANE_GAP, lanesOf, legend, Pen } from "./lanes.js";
import { Scale } from "./scale.js";
import { say } from "./texts.js";
import { clock } from "./times.js";

const NAMES_PX = 84;
const AXIS_PX = 20;
const GRIP_PX = 8;
const SMALL_PX = 560;

export class Timeline {
  constructor(store, player) {
    this.store = store;
    this.player = player;
    this.scale = new Scale();
    this.hover_s = null;
    this.drag = null; // "seek", or {edge} of the selected clip
    this.base = make("canvas", { class: "base" });
    this.top = make("canvas", {
      class: "top",
      tabindex: "0",
      role: "slider",
      "aria-label": say("timeline"),
      "aria-valuemin": "0",
    });
    this.tip = make("div", { class: "tip", hidden: true });
    this.frame = make("div", { class: "lanes" }, this.base, this.top, this.tip);
    this.legend = make("div", { class: "legend" });
    this.element = make("section", { class: "timeline panel", "aria-label": say("timeline") }, this.#bar(), this.frame);
    this.#listen();
  }

  zoom(factor) {
    this.scale.zoom(factor, this.store.time_s);
    this.#paint();
  }

  fit() {
    this.scale.fit(this.store.data.duration_s);
    this.#paint();
  }

  #bar() {
    return make(
      "div",
      { class: "timeline-bar" },
      this.legend,
      make("span", { class: "space" }),
      iconButton("less", say("zoomOut"), () => this.zoom(1 / 1.6)),
      iconButton("more", say("zoomIn"), () => this.zoom(1.6)),
      iconButton("fit", say("zoomFit"), () => this.fit()),
    );
  }

  #listen() {
    const { store, top } = this;
    store.on("data", () => this.#renew());
    for (const name of ["clips", "select"]) store.on(name, () => this.#paint());
    store.on("time", (time_s) => {
      if (this.drag !== "seek" && this.scale.follow(time_s)) this.#paint();
      else this.#head();
    });
    new ResizeObserver(() => this.#resize()).observe(this.frame);
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.#paint());
    top.addEventListener("pointerdown", (event) => this.#down(event));
    top.addEventListener("pointermove", (event) => this.#move(event));
    top.addEventListener("pointerup", () => this.#up());
    top.addEventListener("pointercancel", () => this.#up());
    top.addEventListener("pointerleave", () => this.#leave());
    top.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #renew() {
    const { data } = this.store;
    if (this.scale.duration_s !== data.duration_s) this.scale.fit(data.duration_s);
    this.legend.replaceChildren(...legend(data));
    this.top.setAttribute("aria-valuemax", String(Math.round(data.duration_s)));
    this.#resize();
  }

  #resize() {
    if (!this.store.data || !this.frame.clientWidth) return;
    const width = this.frame.clientWidth;
    const small = width < SMALL_PX;
    this.scale.left = small ? 0 : NAMES_PX;
    this.scale.width = width - this.scale.left - 2;
    this.lanes = lanesOf(this.store.data, this.store.curves, small);
    this.small = small;
    const height = this.lanes.reduce((sum, lane) => sum + lane.height + LANE_GAP, 0) + AXIS_PX;
    const ratio = devicePixelRatio || 1;
    for (const canvas of [this.base, this.top]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
      canvas.getContext("2d").setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.frame.style.height = `${height}px`;
    this.height = height;
    this.#paint();
  }

  #look() {
    const style = getComputedStyle(this.element);
    const colour = (name) => style.getPropertyValue(name).trim();
    const light = matchMedia("(prefers-color-scheme: light)").matches;
    const colours = { ink: colour("--ink"), dim: colour("--dim"), lane: colour("--lane"), accent: colour("--accent") };
    return { ...colours, font: style.fontFamily, selected: this.store.selected, light };
  }

  #paint() {
    if (!this.lanes) return;
    this.look = this.#look();
    const context = this.base.getContext("2d");
    context.clearRect(0, 0, this.frame.clientWidth, this.height);
    const pen = new Pen(context, this.scale, this.look);
    let y = 0;
    for (const lane of this.lanes) {
      context.fillStyle = this.look.lane;
      context.beginPath();
      context.roundRect(this.scale.left, y, this.scale.width, lane.height, 5);
      context.fill();
      context.save();
      context.clip();
      lane.draw(pen, y);
      context.restore();
      if (this.small) this.#smallName(pen, lane, y);
      else pen.text(say(lane.name), this.scale.left - 10, y + lane.height / 2 + 4, this.look.dim, "right");
      y += lane.height + LANE_GAP;
    }
    const last = this.scale.left + this.scale.width - 18;
    for (const tick_s of this.scale.ticks()) {
      const x = this.scale.x(tick_s);
      if (x <= last) pen.text(clock(tick_s, tick_s % 1 !== 0), x, y + 11, this.look.dim, x < this.scale.left + 12 ? "left" : "center");
    }
    this.#head();
  }

  #smallName(pen, lane, y) {
    if (lane.name !== "clips" && lane.height > 20) pen.name(say(lane.name), 2, y + 13);
  }

  // The playhead, the place under the pointer and the grips of the selected clip: all that moves often.
  #head() {
    if (!this.lanes) return;
    const { scale, look, store } = this;
    const context = this.top.getContext("2d");
    const bottom = this.height - AXIS_PX;
    context.clearRect(0, 0, this.frame.clientWidth, this.height);
    const line = (time_s, colour, width) => {
      const x = scale.x(time_s);
      if (x < scale.left - 1 || x > scale.left + scale.width + 1) return;
      context.fillStyle = colour;
      context.fillRect(x - width / 2, 0, width, bottom);
    };
    if (store.clip) this.#edges(context, bottom, line);
    if (this.hover_s !== null) line(this.hover_s, look.dim, 1);
    line(store.time_s, look.ink, 2);
    const x = scale.x(store.time_s);
    if (x >= scale.left) {
      context.beginPath();
      context.arc(x, 4, 5, 0, 7);
      context.fill();
    }
    this.top.setAttribute("aria-valuenow", String(Math.round(store.time_s)));
    this.top.setAttribute("aria-valuetext", clock(store.time_s));
  }

  #edges(context, bottom, line) {
    const { start_s, end_s } = this.store.clip;
    const { scale } = this;
    const from = Math.max(scale.left, scale.x(start_s));
    const to = Math.min(scale.left + scale.width, scale.x(end_s));
    context.fillStyle = this.look.accent;
    context.globalAlpha = 0.12;
    if (to > from) context.fillRect(from, 0, to - from, bottom);
    context.globalAlpha = 1;
    if (!this.store.source.works) return;
    for (const edge_s of [start_s, end_s]) {
      line(edge_s, this.look.accent, 2);
      const x = scale.x(edge_s);
      if (x < scale.left - 1 || x > scale.left + scale.width + 1) continue;
      context.beginPath();
      context.roundRect(x - 4, bottom - 34, 8, 26, 4);
      context.fill();
    }
  }

  #down(event) {
    const x = event.offsetX;
    this.top.setPointerCapture(event.pointerId);
    const edge = this.#edgeAt(x, event.pointerType === "touch" ? 2 * GRIP_PX : GRIP_PX);
    if (edge) this.drag = { edge };
    else {
      this.drag = "seek";
      this.player.seek(this.scale.time(x));
      if (event.offsetY > this.height - AXIS_PX - LANE_GAP - this.lanes.at(-1).height) this.#selectAt(this.scale.time(x));
    }
  }

  #edgeAt(x, reach_px) {
    const { clip, source } = this.store;
    if (!clip || !source.works) return null;
    if (Math.abs(x - this.scale.x(clip.start_s)) <= reach_px) return "start";
    return Math.abs(x - this.scale.x(clip.end_s)) <= reach_px ? "end" : null;
  }

  #move(event) {
    const x = event.offsetX;
    const time_s = this.scale.time(x);
    if (this.drag === "seek") this.player.seek(time_s);
    else if (this.drag) this.store.moveEdge(this.store.selected, this.drag.edge, time_s);
    this.top.style.cursor = this.#edgeAt(x, GRIP_PX) ? "ew-resize" : "crosshair";
    this.#hover(x, event.offsetY);
  }

  #up() {
    const drag = this.drag;
    this.drag = null;
    if (drag?.edge) this.element.dispatchEvent(new CustomEvent("edge", { detail: drag.edge }));
  }

  #leave() {
    this.hover_s = null;
    this.tip.hidden = true;
    this.#head();
  }

  #hover(x, y) {
    if (x < this.scale.left) {
      this.#leave();
      return;
    }
    this.hover_s = this.scale.time(x);
    const rows = this.lanes.map((lane) => [say(lane.name), lane.value(this.hover_s)]).filter(([, value]) => value);
    this.tip.replaceChildren(make("b", {}, clock(this.hover_s)), ...rows.flatMap((row) => row.map((text) => make("span", {}, text))));
    this.tip.hidden = false;
    const right = x > this.frame.clientWidth - this.tip.offsetWidth - 24;
    this.tip.style.transform = `translate(${right ? x - this.tip.offsetWidth - 12 : x + 12}px, ${Math.min(y, 60)}px)`;
    this.#head();
  }

  #selectAt(time_s) {
    const number = this.store.data.clips.findIndex((clip) => clip.start_s <= time_s && time_s < clip.end_s);
    if (number >= 0) this.store.select(number);
  }

  // Sideways moves along; with Ctrl (which is also what a pinch sends) it looks closer. Plain scrolling is left to the page.
  #wheel(event) {
    if (event.ctrlKey || event.metaKey) this.scale.zoom(Math.exp(-event.deltaY / 200), this.scale.time(event.offsetX));
    else if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      this.scale.pan(((event.deltaX || event.deltaY) / this.scale.width) * this.scale.span_s);
    } else return;
    event.preventDefault();
    this.#paint();
  }
}
