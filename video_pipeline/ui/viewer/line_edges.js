// Start and end of lines on the timeline, moved with the pointer: they snap to neighbours and shots, and never overlap.
import { nearest } from "../shared/times.js";

const SNAP_PX = 7;
const SHORTEST_S = 0.1;
const LEAST_PX = 16; // of a line, so that its edges can be told apart

/** @typedef {{ line: Segment, edge: Edge }} Grip */

export class LineEdges {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./scale.js").Scale} scale
   */
  constructor(store, scale) {
    this.store = store;
    this.scale = scale;
    /** @type {(Grip & Span) | null} */
    this.moved = null; // what the pointer holds, and where it would stand now
    /** @type {Grip | null} */
    this.near = null; // what is under the pointer
    this.lane = { top: 0, height: 0 }; // where the lines are drawn
  }

  /** What is to be marked: the line as it is being moved, or the one whose edge is under the pointer. */
  get shown() {
    if (this.moved) return this.moved;
    return this.near && { edge: this.near.edge, start_s: this.near.line.start_s, end_s: this.near.line.end_s };
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} reach_px
   */
  hover(x, y, reach_px) {
    this.near = this.at(x, y, reach_px);
    return this.near;
  }

  /**
   * The edge at a place of the lane of speech; of two that meet, the one on whose side the pointer is.
   *
   * @param {number} x
   * @param {number} y
   * @param {number} reach_px
   * @returns {Grip | null}
   */
  at(x, y, reach_px) {
    const { scale, store, lane } = this;
    if (!store.source.editable || y < lane.top || y > lane.top + lane.height) return null;
    const [from_s, to_s] = [scale.time(x - reach_px), scale.time(x + reach_px)];
    /** @type {(Grip & { far: number })[]} */
    const found = [];
    for (const line of store.data.segments) {
      if (line.start_s > to_s) break;
      if (line.end_s < from_s || scale.x(line.end_s) - scale.x(line.start_s) < LEAST_PX) continue;
      for (const edge of /** @type {Edge[]} */ (["start", "end"])) {
        const away = x - scale.x(edge === "start" ? line.start_s : line.end_s);
        const outside = edge === "start" ? away < 0 : away > 0;
        if (Math.abs(away) <= reach_px) found.push({ line, edge, far: Math.abs(away) + (outside ? reach_px : 0) });
      }
    }
    return found.sort((a, b) => a.far - b.far)[0] ?? null;
  }

  /** @param {Grip} grip */
  take({ line, edge }) {
    this.moved = { line, edge, start_s: line.start_s, end_s: line.end_s };
  }

  /** @param {number} time_s */
  move(time_s) {
    if (!this.moved) return;
    const { line, edge } = this.moved;
    const reach_s = (SNAP_PX / this.scale.width) * this.scale.span_s;
    Object.assign(this.moved, movedLine(this.store.data, line, edge, time_s, reach_s));
  }

  /**
   * Gives the edit that was made with the pointer, null where nothing moved.
   *
   * @returns {LineEdit | null}
   */
  release() {
    const { moved } = this;
    this.moved = null;
    if (!moved || (moved.start_s === moved.line.start_s && moved.end_s === moved.line.end_s)) return null;
    return { was: [moved.line], lines: [{ start_s: moved.start_s, end_s: moved.end_s, text: moved.line.text }] };
  }
}

/**
 * Where a line stands when one of its edges is drawn to a time: at most up to its neighbours, at a shot change near it if there is one.
 *
 * @param {Pick<ViewData, "segments" | "cuts_s" | "duration_s">} data
 * @param {Segment} line
 * @param {Edge} edge
 * @param {number} time_s
 * @param {number} reach_s
 * @returns {Span}
 */
export function movedLine({ segments, cuts_s, duration_s }, line, edge, time_s, reach_s) {
  const others = segments.filter((other) => other !== line);
  const before = others.filter((other) => other.start_s < line.start_s).map((other) => other.end_s);
  const after = others.filter((other) => other.start_s > line.start_s).map((other) => other.start_s);
  const first_s = Math.min(line.start_s, Math.max(0, ...before.slice(-3)));
  const last_s = Math.max(line.end_s, Math.min(duration_s, ...after.slice(0, 1)));
  const goals = [...cuts_s, first_s, last_s].sort((a, b) => a - b);
  const at_s = Math.round(nearest(goals, time_s, reach_s) * 1000) / 1000;
  if (edge === "start") return { start_s: clamp(at_s, first_s, line.end_s - SHORTEST_S), end_s: line.end_s };
  return { start_s: line.start_s, end_s: clamp(at_s, line.start_s + SHORTEST_S, last_s) };
}

/** @type {(value: number, least: number, most: number) => number} */
function clamp(value, least, most) {
  return Math.max(least, Math.min(most, value));
}
