// Seconds to pixels and back, for the part of the video that the timeline shows.

const CLOSEST_S = 4; // of video across the whole width
const STEPS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

export class Scale {
  constructor() {
    this.duration_s = 1;
    this.from_s = 0;
    this.to_s = 1;
    this.left = 0; // pixels of the names before the lanes
    this.width = 1;
  }

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

  x(time_s) {
    return this.left + ((time_s - this.from_s) / this.span_s) * this.width;
  }

  time(x) {
    const time_s = this.from_s + ((x - this.left) / this.width) * this.span_s;
    return Math.max(0, Math.min(this.duration_s, time_s));
  }

  // More than 1 looks closer; what is at `around_s` stays where it is.
  zoom(factor, around_s) {
    const span_s = Math.min(this.duration_s, Math.max(Math.min(CLOSEST_S, this.duration_s), this.span_s / factor));
    const share = (around_s - this.from_s) / this.span_s;
    this.#show(around_s - share * span_s, span_s);
  }

  pan(by_s) {
    this.#show(this.from_s + by_s, this.span_s);
  }

  // Moves on when the playhead runs out of sight.
  follow(time_s) {
    if (this.whole || (time_s >= this.from_s && time_s <= this.to_s)) return false;
    this.#show(time_s - 0.1 * this.span_s, this.span_s);
    return true;
  }

  #show(from_s, span_s) {
    this.from_s = Math.max(0, Math.min(this.duration_s - span_s, from_s));
    this.to_s = this.from_s + span_s;
  }

  // Times for the marks under the lanes, about every 90 pixels.
  ticks() {
    const wanted_s = (this.span_s / this.width) * 90;
    const step_s = STEPS_S.find((one) => one >= wanted_s) ?? STEPS_S.at(-1);
    const first = Math.ceil(this.from_s / step_s);
    const count = Math.floor(this.to_s / step_s) - first + 1;
    return Array.from({ length: Math.max(0, count) }, (_, k) => (first + k) * step_s);
  }
}
