// One canvas below the player: everything known along the video. Click to seek, wheel to zoom, drag a clip's edges.
import { iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { LANE_GAP_PX, lanesOf, legend } from "./lanes.js";
import { LineEdges } from "./line_edges.js";
import { Overlay } from "./overlay.js";
import { contextOf, Pen, themeOf } from "./pen.js";
import { Scale } from "./scale.js";
import { Tip } from "./tip.js";
import { Waveform } from "./waveform.js";

const NAMES_PX = 84;
const AXIS_PX = 20;
const GRIP_PX = 8; // within this distance a press takes an edge; twice as much for a finger
const SMALL_PX = 560;
const ZOOM = 1.6;
const WHEEL_PX = 200; // of a pinch, that zoom by a factor of e

export class Timeline {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./player.js").Player} player
   */
  constructor(store, player) {
    this.store = store;
    this.player = player;
    this.scale = new Scale();
    /** @type {(edge: Edge) => void} */
    this.onEdgeReleased = () => {};
    /** @type {(edit: LineEdit) => void} */
    this.onLineMoved = () => {};
    this.lineEdges = new LineEdges(store, this.scale);
    this.waveform = new Waveform(store, () => this.#paint());
    /** @type {import("./lanes.js").Lane[]} */
    this.lanes = [];
    this.height = 0;
    this.small = false;
    /** @type {number | null} */
    this.hover_s = null;
    this.anchor_s = 0; // where the selection of a stretch began
    /** @type {"seek" | "line" | "range" | Edge | null} */
    this.drag = null; // what the pointer moves while it is down: the playhead, an edge of a line or of the selected clip
    this.base = make("canvas", { class: "base" });
    const slider = { class: "top", tabindex: "0", role: "slider", "aria-label": translate("timeline"), "aria-valuemin": "0" };
    this.top = make("canvas", slider);
    this.tip = new Tip();
    this.frame = make("div", { class: "lanes" }, this.base, this.top, this.tip.element);
    this.legend = make("div", { class: "legend" });
    const label = translate("timeline");
    this.element = make("section", { class: "timeline panel", "aria-label": label }, this.#bar(), this.frame);
    this.theme = themeOf(this.frame, this.store.selected);
    this.#listen();
  }

  /** @param {number} factor more than 1 zooms in */
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
      iconButton("less", translate("zoomOut"), () => this.zoom(1 / ZOOM)),
      iconButton("more", translate("zoomIn"), () => this.zoom(ZOOM)),
      iconButton("fit", translate("zoomFit"), () => this.fit()),
    );
  }

  #listen() {
    const { store, top } = this;
    store.on("data", () => this.#dataChanged());
    for (const name of ["clips", "lines", "select", "montage"]) store.on(name, () => this.#paint());
    store.on("range", () => this.#paintTop());
    store.on("time", (time_s) => {
      if (this.drag !== "seek" && this.scale.follow(time_s)) this.#paint();
      else this.#paintTop();
    });
    new ResizeObserver(() => this.#resize()).observe(this.frame);
    matchMedia("(prefers-color-scheme: light)").addEventListener("change", () => this.#paint());
    for (const name of ["themechange", "letterschange"]) addEventListener(name, () => this.#paint());
    top.addEventListener("pointerdown", (event) => this.#down(event));
    top.addEventListener("pointermove", (event) => this.#move(event));
    top.addEventListener("pointerup", () => this.#up());
    top.addEventListener("pointercancel", () => this.#up());
    top.addEventListener("pointerleave", () => this.#leave());
    top.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  #dataChanged() {
    const { data } = this.store;
    if (this.scale.duration_s !== data.duration_s) this.scale.fit(data.duration_s);
    this.legend.replaceChildren(...legend(data));
    this.top.setAttribute("aria-valuemax", String(Math.round(data.duration_s)));
    this.#resize();
  }

  #resize() {
    const width = this.frame.clientWidth;
    if (!this.store.ready || !width) return;
    this.small = width < SMALL_PX;
    this.scale.left = this.small ? 0 : NAMES_PX;
    this.scale.width = width - this.scale.left - 2;
    this.lanes = lanesOf(this.store.data, this.store.curves, this.small, this.waveform);
    this.height = this.lanes.reduce((sum, lane) => sum + lane.height + LANE_GAP_PX, 0) + AXIS_PX;
    const ratio = devicePixelRatio || 1;
    for (const canvas of [this.base, this.top]) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(this.height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${this.height}px`;
      contextOf(canvas).setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.frame.style.height = `${this.height}px`;
    this.#paint();
  }

  /** Lanes and axis: what changes seldom. */
  #paint() {
    if (!this.lanes.length) return;
    this.theme = themeOf(this.frame, this.store.selected);
    const context = contextOf(this.base);
    context.clearRect(0, 0, this.frame.clientWidth, this.height);
    const pen = new Pen(context, this.scale, this.theme);
    let y = 0;
    for (const lane of this.lanes) {
      this.#paintLane(pen, lane, y);
      if (lane.isSpeech) this.lineEdges.lane = { top: y, height: lane.height };
      y += lane.height + LANE_GAP_PX;
    }
    for (const gap of this.store.data.removed ?? []) pen.gap(gap, y - LANE_GAP_PX);
    this.#paintAxis(pen, y);
    this.#paintTop();
  }

  /**
   * @param {Pen} pen
   * @param {import("./lanes.js").Lane} lane
   * @param {number} y
   */
  #paintLane(pen, lane, y) {
    const { context } = pen;
    context.fillStyle = this.theme.lane;
    context.beginPath();
    context.roundRect(this.scale.left, y, this.scale.width, lane.height, 5);
    context.fill();
    context.save();
    context.clip();
    lane.draw(pen, y);
    context.restore();
    const name = translate(lane.name);
    if (!this.small) pen.text(name, this.scale.left - 10, y + lane.height / 2 + 4, this.theme.dim, { align: "right" });
    else if (lane.name !== "clips" && lane.height > 20) pen.nameInside(name, 2, y + 13);
  }

  /**
   * @param {Pen} pen
   * @param {number} y
   */
  #paintAxis(pen, y) {
    const last = this.scale.left + this.scale.width - 18;
    for (const tick_s of this.scale.ticks()) {
      const x = this.scale.x(tick_s);
      const align = x < this.scale.left + 12 ? "left" : "center";
      if (x <= last) pen.text(clock(tick_s, tick_s % 1 !== 0), x, y + 11, this.theme.dim, { align });
    }
  }

  /** What changes often. */
  #paintTop() {
    if (!this.lanes.length) return;
    const { store } = this;
    const context = contextOf(this.top);
    context.clearRect(0, 0, this.frame.clientWidth, this.height);
    const overlay = new Overlay(context, this.scale, this.theme, this.height - AXIS_PX);
    if (store.clip) overlay.edges(store.clip, store.source.editable);
    const { shown, lane } = this.lineEdges;
    if (shown) overlay.lineEdge(shown, shown.edge, lane.top, lane.height);
    if (store.range) overlay.range(store.range);
    if (this.hover_s !== null) overlay.line(this.hover_s, this.theme.dim, 1);
    overlay.playhead(store.time_s);
    this.top.setAttribute("aria-valuenow", String(Math.round(store.time_s)));
    this.top.setAttribute("aria-valuetext", clock(store.time_s));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    const time_s = this.scale.time(event.offsetX);
    this.top.setPointerCapture(event.pointerId);
    if (event.shiftKey && this.store.source.editable) {
      this.drag = "range";
      this.anchor_s = time_s;
      return;
    }
    const reach_px = event.pointerType === "touch" ? 2 * GRIP_PX : GRIP_PX;
    const grip = this.lineEdges.at(event.offsetX, event.offsetY, reach_px);
    if (grip) this.lineEdges.take(grip);
    this.drag = grip ? "line" : (this.#edgeAt(event.offsetX, reach_px) ?? "seek");
    if (this.drag !== "seek") return;
    this.player.seek(time_s);
    const clipLane = this.lanes[this.lanes.length - 1];
    if (event.offsetY > this.height - AXIS_PX - LANE_GAP_PX - clipLane.height) this.#selectAt(time_s);
  }

  /**
   * @param {number} x
   * @param {number} reach_px
   * @returns {Edge | null}
   */
  #edgeAt(x, reach_px) {
    const { clip, source } = this.store;
    if (!clip || !source.editable) return null;
    if (Math.abs(x - this.scale.x(clip.start_s)) <= reach_px) return "start";
    return Math.abs(x - this.scale.x(clip.end_s)) <= reach_px ? "end" : null;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const x = event.offsetX;
    const time_s = this.scale.time(x);
    if (this.drag === "seek") this.player.seek(time_s);
    else if (this.drag === "line") this.lineEdges.move(time_s);
    else if (this.drag === "range") this.store.selectBetween(this.anchor_s, time_s);
    else if (this.drag) this.store.moveEdge(this.store.selected, this.drag, time_s);
    const near = this.drag ? null : this.lineEdges.hover(x, event.offsetY, GRIP_PX);
    this.top.style.cursor = near || this.drag === "line" || this.#edgeAt(x, GRIP_PX) ? "ew-resize" : "crosshair";
    this.#hover(x, event.offsetY);
  }

  #up() {
    const { drag } = this;
    this.drag = null;
    const edit = drag === "line" ? this.lineEdges.release() : null;
    if (edit) this.onLineMoved(edit);
    else if (drag === "start" || drag === "end") this.onEdgeReleased(drag);
    this.#paintTop();
  }

  #leave() {
    this.hover_s = null;
    this.lineEdges.near = null;
    this.tip.element.hidden = true;
    this.#paintTop();
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #hover(x, y) {
    if (x < this.scale.left) {
      this.#leave();
      return;
    }
    const time_s = this.scale.time(x);
    this.hover_s = time_s;
    this.tip.show(x, y, time_s, this.lanes);
    this.#paintTop();
  }

  /** @param {number} time_s */
  #selectAt(time_s) {
    const number = this.store.data.clips.findIndex((clip) => clip.start_s <= time_s && time_s < clip.end_s);
    if (number >= 0) this.store.select(number);
  }

  /**
   * Sideways pans; with Ctrl, which a pinch also sends, it zooms. Plain scrolling is left to the page.
   *
   * @param {WheelEvent} event
   */
  #wheel(event) {
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey;
    if (event.ctrlKey || event.metaKey) {
      this.scale.zoom(Math.exp(-event.deltaY / WHEEL_PX), this.scale.time(event.offsetX));
    } else if (sideways) {
      this.scale.pan(((event.deltaX || event.deltaY) / this.scale.width) * this.scale.span_s);
    } else return;
    event.preventDefault();
    this.#paint();
  }
}
