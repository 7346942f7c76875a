// The video with its subtitles and controls; finds the file, and explains what to do where it cannot.
import { icon, iconButton } from "../shared/icons.js";
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";
import { Captions } from "./captions.js";
import { Shuttle } from "./shuttle.js";

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];
const JUMP_S = 5;
const LAST_FRAME_S = 0.01; // before the end, so that a seek to the end shows a picture
const SOUND_ONLY = { width_px: 16, height_px: 5 }; // shape of the player where there is no picture

export class Player {
  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.store = store;
    this.until_s = Number.POSITIVE_INFINITY; // where a clip that plays on its own ends
    /** @type {string[]} */
    this.addresses = []; // where the video may be found
    this.tried = 0; // index of the address in use
    /** @type {string[] | undefined} */
    this.source = undefined; // the addresses that the data names
    this.video = make("video", { playsinline: true, preload: "metadata", tabindex: "-1" });
    this.shuttle = new Shuttle(this.video);
    const captions = new Captions(store);
    this.message = make("div", { class: "message", hidden: true });
    const play = { type: "button", class: "big-play", "aria-label": translate("play"), onclick: () => this.toggle() };
    this.bigPlay = make("button", play, icon("play"));
    this.stage = make("div", { class: "stage" }, this.video, captions.element, this.bigPlay, this.message);
    this.playButton = iconButton("play", translate("play"), () => this.toggle(), { class: "icon-button strong" });
    this.time = make("span", { class: "time" });
    this.rate = this.#rate();
    this.muteButton = iconButton("loud", translate("mute"), () => this.toggleMute());
    const pressed = { "aria-pressed": "true" };
    this.skips = true; // what is cut out is not played
    this.skipButton = iconButton("skip", translate("skipCut"), () => this.#toggleSkip(), {
      "aria-pressed": "true",
      hidden: true,
    });
    this.captionsButton = iconButton("captions", translate("captions"), () => this.toggleCaptions(), pressed);
    this.element = make("section", { class: "player", "aria-label": translate("player") }, this.stage, this.#controls());
    this.#listen();
  }

  /** The frame of upright clips, over the picture where there is one. @param {import("./crop.js").CropFrame} crop */
  showCrop(crop) {
    this.stage.append(crop.element);
    this.captionsButton.after(crop.button);
    this.element.append(crop.bar);
    this.store.on("data", () => {
      crop.button.hidden = !this.store.data.video;
    });
  }

  /** @param {number} time_s */
  seek(time_s) {
    this.until_s = Number.POSITIVE_INFINITY;
    this.#go(time_s);
  }

  /**
   * Plays one span and stops at its end.
   *
   * @param {Span} span
   */
  playSpan({ start_s, end_s }) {
    this.#go(start_s);
    this.until_s = end_s;
    this.#play();
  }

  toggle() {
    if (this.video.paused) this.#play();
    else this.shuttle.stop();
  }

  toggleCaptions() {
    this.store.look.shown = !this.store.look.shown;
    this.store.emit("look");
  }

  toggleFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.element.requestFullscreen?.();
  }

  toggleMute() {
    this.video.muted = !this.video.muted;
  }

  /** @param {number} time_s */
  #go(time_s) {
    const at_s = Math.max(0, Math.min(this.store.data.duration_s - LAST_FRAME_S, time_s));
    this.video.currentTime = at_s;
    this.bigPlay.classList.add("gone"); // it would hide the picture that was asked for
    this.store.setTime(at_s);
  }

  #play() {
    this.shuttle.stop();
    this.bigPlay.classList.add("gone");
    this.video.play().catch(() => {}); // the message on the stage explains why
  }

  #controls() {
    return make(
      "div",
      { class: "controls" },
      iconButton("back", translate("back5"), () => this.seek(this.store.time_s - JUMP_S)),
      this.playButton,
      iconButton("ahead", translate("ahead5"), () => this.seek(this.store.time_s + JUMP_S)),
      this.time,
      make("span", { class: "space" }),
      this.rate,
      this.skipButton,
      this.muteButton,
      this.captionsButton,
      iconButton("full", translate("full"), () => this.toggleFullScreen()),
    );
  }

  #rate() {
    const options = RATES.map((rate) => make("option", { value: String(rate), selected: rate === 1 }, `${rate}×`));
    const select = make("select", { class: "rate", "aria-label": translate("speed") }, options);
    select.addEventListener("change", () => {
      this.video.playbackRate = Number(select.value);
    });
    return select;
  }

  #listen() {
    const { video, store } = this;
    video.addEventListener("click", () => this.toggle());
    video.addEventListener("play", () => this.#showPlaying(true));
    video.addEventListener("pause", () => this.#showPlaying(false));
    video.addEventListener("seeked", () => video.paused && store.setTime(video.currentTime));
    video.addEventListener("loadedmetadata", () => this.#loaded());
    video.addEventListener("error", () => this.#tryNext());
    video.addEventListener("volumechange", () => this.muteButton.replaceChildren(icon(video.muted ? "mute" : "loud")));
    video.addEventListener("ratechange", () => {
      this.rate.value = String(video.playbackRate);
    });
    store.on("data", () => this.#open());
    store.on("time", (time_s) => this.#showTime(time_s));
    for (const name of ["data", "montage"]) {
      store.on(name, () => {
        this.skipButton.hidden = !store.data.removed?.length;
      });
    }
    store.on("look", () => this.captionsButton.setAttribute("aria-pressed", String(store.look.shown)));
  }

  #open() {
    const { video, media } = this.store.data;
    const { width_px: width, height_px: height } = video ?? SOUND_ONLY;
    this.stage.style.setProperty("--ratio", `${width} / ${height}`);
    this.stage.style.setProperty("--wide", String(width / height));
    this.stage.classList.toggle("sound-only", !video);
    this.#showTime(this.store.time_s);
    if (this.source?.join() === media.join()) return; // a corrected word must not stop the video
    this.source = media;
    this.#use(media);
  }

  /** @param {string[]} addresses */
  #use(addresses) {
    this.addresses = addresses;
    this.tried = 0;
    this.video.src = addresses[0] ?? "";
  }

  #loaded() {
    this.message.hidden = true;
    if (this.store.time_s) this.video.currentTime = this.store.time_s;
    const pictureMissing = this.store.data.video && !this.video.videoWidth; // the browser can decode only the sound
    if (pictureMissing) this.#explain(translate("noPicture"));
  }

  #tryNext() {
    this.tried += 1;
    if (this.tried < this.addresses.length) this.video.src = this.addresses[this.tried];
    else this.#explain(translate(this.store.source.editable ? "cannotPlay" : "notFound", { name: this.store.data.name }));
  }

  /**
   * A person can choose the file; the browser alone reads it, and it is sent nowhere.
   *
   * @param {string} text
   */
  #explain(text) {
    const pick = make("input", { type: "file", accept: "video/*,audio/*", class: "hidden-input" });
    pick.addEventListener("change", () => this.#take(pick.files?.[0]));
    this.message.replaceChildren(make("p", {}, text), make("label", { class: "button" }, translate("showFile"), pick));
    this.message.hidden = false;
    this.bigPlay.hidden = true;
  }

  /** @param {File | undefined} file */
  #take(file) {
    if (!file) return;
    this.message.hidden = true;
    this.bigPlay.hidden = false;
    this.#use([URL.createObjectURL(file)]);
  }

  /** @param {boolean} on */
  #showPlaying(on) {
    const name = on ? "pause" : "play";
    this.playButton.replaceChildren(icon(name));
    this.playButton.setAttribute("aria-label", translate(name));
    if (on) requestAnimationFrame(() => this.#tick());
  }

  /** With every frame while the video plays. */
  #tick() {
    if (this.video.paused) return;
    if (this.video.currentTime >= this.until_s) {
      this.until_s = Number.POSITIVE_INFINITY;
      this.shuttle.stop();
    }
    const gap = this.skips && !this.video.seeking ? this.store.gapAt(this.video.currentTime) : null;
    if (gap) this.#leap(gap.end_s);
    this.store.setTime(this.video.currentTime);
    requestAnimationFrame(() => this.#tick());
  }

  /** Over what is cut out; the video ends where nothing is left. @param {number} time_s */
  #leap(time_s) {
    if (time_s < this.store.data.duration_s - LAST_FRAME_S) this.video.currentTime = time_s;
    else this.shuttle.stop();
  }

  #toggleSkip() {
    this.skips = !this.skips;
    this.skipButton.setAttribute("aria-pressed", String(this.skips));
  }

  /** @param {number} time_s */
  #showTime(time_s) {
    this.time.textContent = `${clock(time_s)} / ${clock(this.store.data.duration_s, false)}`;
  }
}
