// Seconds to pixels and back, for the part of the video that the timeline shows.

const SHORTEST_S = 4; // of video across the whole width
const TICK_PX = 90; // about, from one tick to the next
const TICKS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const LONGEST_TICK_S = 3600;
const LEAST_WIDTH_PX = 2; // of a span, so that a short one is seen

export class Scale {
  constructor() {
    this.duration_s = 1;
    this.from_s = 0;
    this.to_s = 1;
    this.left = 0; // pixels left of the lanes, where their names stand
    this.width = 1; // of the lanes, in pixels
  }

  /**
   * Shows the whole video.
   *
   * @param {number} duration_s
   */
  fit(duration_s) {
    this.duration_s = Math.max(0.1, duration_s);
    this.from_s = 0;
    this.to_s = this.duration_s;
  }

  get span_s() {
    return this.to_s - this.from_s;
  }

  get whole() {
    return this.span_s >= this.duration_s - 1e-6;
  }

  /**
   * @param {number} time_s
   * @returns {number} pixels
   */
  x(time_s) {
    return this.left + ((time_s - this.from_s) / this.span_s) * this.width;
  }

  /**
   * @param {number} x pixels
   * @returns {number} seconds, inside the video
   */
  time(x) {
    const time_s = this.from_s + ((x - this.left) / this.width) * this.span_s;
    return Math.max(0, Math.min(this.duration_s, time_s));
  }

  /**
   * The part of a span that is in sight, in pixels; its width is 0 where none is.
   *
   * @param {Span} span
   * @returns {[x: number, width: number]}
   */
  visible(span) {
    const right = this.left + this.width;
    const from = Math.max(this.left, this.x(span.start_s));
    const to = Math.min(right, this.x(span.end_s));
    return [from, to > this.left && from < right ? Math.max(LEAST_WIDTH_PX, to - from) : 0];
  }

  /**
   * @param {number} factor more than 1 zooms in
   * @param {number} around_s what is at this time stays where it is
   */
  zoom(factor, around_s) {
    const shortest_s = Math.min(SHORTEST_S, this.duration_s);
    const span_s = Math.min(this.duration_s, Math.max(shortest_s, this.span_s / factor));
    const share = (around_s - this.from_s) / this.span_s;
    this.#show(around_s - share * span_s, span_s);
  }

  /** @param {number} by_s */
  pan(by_s) {
    this.#show(this.from_s + by_s, this.span_s);
  }

  /**
   * Moves on when the playhead leaves the part in sight.
   *
   * @param {number} time_s
   * @returns {boolean} whether it moved
   */
  follow(time_s) {
    if (this.whole || (time_s >= this.from_s && time_s <= this.to_s)) return false;
    this.#show(time_s - 0.1 * this.span_s, this.span_s);
    return true;
  }

  /** Times of the ticks below the lanes. */
  ticks() {
    const wanted_s = (this.span_s / this.width) * TICK_PX;
    const step_s = TICKS_S.find((one) => one >= wanted_s) ?? LONGEST_TICK_S;
    const first = Math.ceil(this.from_s / step_s);
    const count = Math.floor(this.to_s / step_s) - first + 1;
    return Array.from({ length: Math.max(0, count) }, (_, k) => (first + k) * step_s);
  }

  /**
   * @param {number} from_s
   * @param {number} span_s
   */
  #show(from_s, span_s) {
    this.from_s = Math.max(0, Math.min(this.duration_s - span_s, from_s));
    this.to_s = this.from_s + span_s;
  }
}
