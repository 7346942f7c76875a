// The picture of upright clips over the player: a frame that is dragged at a time, and goes evenly from there to the next time.
import { notifyFailure } from "../shared/dialogs.js";
import { icon, iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { lastBefore } from "../shared/times.js";
import { moveCrop } from "./montage.js";

const ASPECTS = { "9:16": 9 / 16, "4:5": 4 / 5, "1:1": 1 };
const NEAR_S = 0.05; // a place that was set on the frame that is shown
const STEP = 0.01; // of the picture, by a key
const LARGE_STEP = 0.1; // with Shift
const WAIT_MS = 500; // after the last key, until the place is kept

export class CropFrame {
  /**
   * @param {import("./store.js").Store} store
   * @param {import("./player.js").Player} player
   * @param {ShadowRoot} root
   */
  constructor(store, player, root) {
    this.store = store;
    this.player = player;
    this.root = root;
    this.ratio = ASPECTS["9:16"];
    /** @type {CropPlace | null} */
    this.held = null; // while it is dragged
    const role = {
      role: "slider",
      tabindex: "0",
      "aria-label": translate("cropPlace"),
      "aria-valuemin": "0",
      "aria-valuemax": "100",
    };
    this.frame = make("div", { class: "crop-frame", ...role });
    this.state = make("span", { class: "crop-state" });
    this.release = this.#button("followAgain", () => this.#releaseAll());
    this.remove = iconButton("remove", translate("removeKey"), () => this.#removeKey());
    this.element = make("div", { class: "crop", hidden: true }, this.frame);
    this.bar = make(
      "div",
      { class: "crop-bar", hidden: true },
      this.#aspects(),
      this.#steps(),
      this.state,
      this.remove,
      this.release,
    );
    this.button = iconButton("crop", translate("cropTool"), () => this.#toggle(), { "aria-pressed": "false" });
    this.#listen();
  }

  #aspects() {
    const names = Object.keys(ASPECTS);
    const select = make(
      "select",
      { "aria-label": translate("aspect") },
      names.map((name) => make("option", { value: name }, name)),
    );
    select.addEventListener("change", () => {
      this.ratio = ASPECTS[/** @type {keyof typeof ASPECTS} */ (select.value)];
      this.#show();
    });
    return select;
  }

  #steps() {
    return make(
      "span",
      { class: "crop-steps" },
      iconButton("left", translate("keyBefore"), () => this.#seekKey(-1)),
      icon("key"),
      iconButton("right", translate("keyAfter"), () => this.#seekKey(1)),
    );
  }

  /** @type {(name: string, onclick: () => unknown) => HTMLButtonElement} */
  #button(name, onclick) {
    return make("button", { type: "button", class: "button small", onclick }, translate(name));
  }

  #listen() {
    const { store, frame } = this;
    for (const name of ["data", "montage", "time", "select", "clips"]) store.on(name, () => this.#show());
    frame.addEventListener("pointerdown", (event) => this.#down(event));
    frame.addEventListener("pointermove", (event) => this.#drag(event));
    frame.addEventListener("pointerup", () => this.#drop());
    frame.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("click", (event) => event.stopPropagation()); // the video behind it would play
  }

  #toggle() {
    const on = this.element.hidden;
    this.element.hidden = !on;
    this.bar.hidden = !on;
    this.button.setAttribute("aria-pressed", String(on));
    this.#show();
    if (on) this.frame.focus();
  }

  /** The part of the picture that is shown, in shares of it. */
  get #window() {
    const { video } = this.store.data;
    const wide = video ? video.width_px / video.height_px : this.ratio;
    return { width: Math.min(1, this.ratio / wide), height: Math.min(1, wide / this.ratio) };
  }

  /** The places that hold for the time that is shown: those in the clip around it, or all. */
  get #places() {
    const { crop = [], clips } = this.store.data;
    const clip = this.#clip(clips);
    return clip ? crop.filter((place) => place.at_s >= clip.start_s - NEAR_S && place.at_s <= clip.end_s + NEAR_S) : crop;
  }

  /** @param {Clip[]} clips */
  #clip(clips) {
    const { time_s, clip } = this.store;
    /** @type {(one: Clip) => boolean} */
    const holds = (one) => one.start_s - NEAR_S <= time_s && time_s <= one.end_s + NEAR_S;
    return clip && holds(clip) ? clip : clips.find(holds);
  }

  #show() {
    if (this.element.hidden || !this.store.ready) return;
    const places = this.#places;
    const place = this.held ?? placeAt(places, this.store.time_s);
    const { width, height } = this.#window;
    const x = clamped(place?.x ?? 0.5, width);
    const y = clamped(place?.y ?? 0.5, height);
    const { frame } = this;
    frame.style.setProperty("--left", `${100 * (x - width / 2)}%`);
    frame.style.setProperty("--top", `${100 * (y - height / 2)}%`);
    frame.style.setProperty("--width", `${100 * width}%`);
    frame.style.setProperty("--height", `${100 * height}%`);
    frame.classList.toggle("by-hand", Boolean(place));
    frame.setAttribute("aria-valuenow", String(Math.round(100 * (width < 1 ? x : y))));
    const here = this.#keyHere(places);
    const words = place ? translate(here ? "keyHere" : "keyBetween") : translate("cropFollows");
    frame.setAttribute("aria-valuetext", `${Math.round(100 * (width < 1 ? x : y))} % · ${words}`);
    this.state.textContent = words;
    this.remove.disabled = !here;
    this.release.disabled = !places.length;
  }

  /** @param {CropPlace[]} places */
  #keyHere(places) {
    return places.find((place) => Math.abs(place.at_s - this.store.time_s) < NEAR_S);
  }

  /** Where the frame is now. */
  #now() {
    return this.held ?? { at_s: this.store.time_s, x: 0.5, y: 0.5, ...placeAt(this.#places, this.store.time_s) };
  }

  /** @param {PointerEvent} event */
  #down(event) {
    event.preventDefault();
    this.frame.focus();
    this.player.shuttle.stop();
    this.frame.setPointerCapture(event.pointerId);
    this.grip = { x: event.clientX, y: event.clientY, place: this.#now() };
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (!this.grip) return;
    const size = this.element.getBoundingClientRect();
    const { place } = this.grip;
    this.#hold(place.x + (event.clientX - this.grip.x) / size.width, place.y + (event.clientY - this.grip.y) / size.height);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  #hold(x, y) {
    const { width, height } = this.#window;
    this.held = { at_s: this.store.time_s, x: clamped(x, width), y: clamped(y, height) };
    this.#show();
  }

  #drop() {
    this.grip = undefined;
    this.#keep();
  }

  #keep() {
    const { held } = this;
    if (!held) return;
    const here = this.#keyHere(this.#places);
    const place = { ...held, at_s: here?.at_s ?? Math.round(held.at_s * 1000) / 1000 };
    return this.#change({ set: [place] });
  }

  /** @param {CropChange} change */
  async #change(change) {
    await notifyFailure(this.root, () => moveCrop(this.store, change));
    this.held = null;
    this.#show();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const step = event.shiftKey ? LARGE_STEP : STEP;
    const [x, y] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] }[event.key] ?? [
      0, 0,
    ];
    if (["Delete", "Backspace"].includes(event.key)) this.#removeKey();
    else if (!x && !y) return;
    else {
      const now = this.#now();
      this.#hold(now.x + x, now.y + y);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.#keep(), WAIT_MS);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #removeKey() {
    const here = this.#keyHere(this.#places);
    return here && this.#change({ remove: [here.at_s] });
  }

  #releaseAll() {
    return this.#change({ remove: this.#places.map((place) => place.at_s) });
  }

  /** @param {1 | -1} by */
  #seekKey(by) {
    const { time_s, data } = this.store;
    const times = (data.crop ?? []).map((place) => place.at_s);
    const next = by > 0 ? times.find((at_s) => at_s > time_s + NEAR_S) : times.findLast((at_s) => at_s < time_s - NEAR_S);
    if (next !== undefined) this.player.seek(next);
  }
}

/**
 * Where the crop is at a time: evenly between places, and still before the first and after the last; null without any.
 *
 * @param {readonly CropPlace[]} places in order of time
 * @param {number} time_s
 * @returns {CropPlace | null}
 */
export function placeAt(places, time_s) {
  if (!places.length) return null;
  const starts = places.map((place) => place.at_s);
  const before = places[Math.max(0, lastBefore(starts, time_s))];
  const after = places[lastBefore(starts, time_s) + 1] ?? before;
  const share = after.at_s > before.at_s ? Math.max(0, Math.min(1, (time_s - before.at_s) / (after.at_s - before.at_s))) : 0;
  return { at_s: time_s, x: before.x + share * (after.x - before.x), y: before.y + share * (after.y - before.y) };
}

/** @type {(centre: number, window: number) => number} */
function clamped(centre, window) {
  return Math.min(1 - window / 2, Math.max(window / 2, centre));
}
