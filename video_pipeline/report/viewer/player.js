// The video with our captions on it and controls of our own; finds the file, and says what to do where it cannot.
import { Captions } from "./captions.js";
import { icon, iconButton, make } from "./dom.js";
import { Shuttle } from "./shuttle.js";
import { say } from "./texts.js";
import { clock } from "./times.js";

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2];

export class Player {
  constructor(store) {
    this.store = store;
    this.until_s = Infinity; // where a clip that plays alone ends
    this.video = make("video", { playsinline: true, preload: "metadata", tabindex: "-1" });
    this.shuttle = new Shuttle(this.video);
    this.captions = new Captions(store);
    this.message = make("div", { class: "message", hidden: true });
    this.big = make("button", { type: "button", class: "big-play", "aria-label": say("play"), onclick: () => this.toggle() }, icon("play"));
    this.stage = make("div", { class: "stage" }, this.video, this.captions.element, this.big, this.message);
    this.element = make("section", { class: "player", "aria-label": say("player") }, this.stage, this.#controls());
    this.#listen();
    store.on("data", () => this.#open());
  }

  seek(time_s, { play = false } = {}) {
    this.until_s = Infinity;
    this.#go(time_s);
    if (play) this.#play();
  }

  // Plays one span and stops at its end.
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
    this.store.tell("look");
  }

  toggleFull() {
    if (document.fullscreenElement) document.exitFullscreen();
    else this.element.requestFullscreen?.();
  }

  toggleMute() {
    this.video.muted = !this.video.muted;
  }

  #go(time_s) {
    const at_s = Math.max(0, Math.min(this.store.data.duration_s - 0.01, time_s));
    this.video.currentTime = at_s;
    this.big.classList.add("gone"); // from here on there is a picture to look at
    this.store.setTime(at_s);
  }

  #play() {
    this.shuttle.stop();
    this.big.classList.add("gone");
    this.video.play().catch(() => {}); // the message on the stage says why
  }

  #controls() {
    this.playButton = iconButton("play", say("play"), () => this.toggle(), { class: "icon-button strong" });
    this.timeText = make("span", { class: "time" });
    this.captionsButton = iconButton("captions", say("captions"), () => this.toggleCaptions(), { "aria-pressed": "true" });
    this.muteButton = iconButton("loud", say("mute"), () => this.toggleMute());
    this.rate = make(
      "select",
      { class: "rate", "aria-label": say("speed"), onchange: (e) => (this.video.playbackRate = Number(e.target.value)) },
      RATES.map((rate) => make("option", { value: String(rate), selected: rate === 1 }, `${rate}×`)),
    );
    return make(
      "div",
      { class: "controls" },
      iconButton("back", say("back5"), () => this.seek(this.store.time_s - 5)),
      this.playButton,
      iconButton("ahead", say("ahead5"), () => this.seek(this.store.time_s + 5)),
      this.timeText,
      make("span", { class: "space" }),
      this.rate,
      this.muteButton,
      this.captionsButton,
      iconButton("full", say("full"), () => this.toggleFull()),
    );
  }

  #listen() {
    const { video } = this;
    video.addEventListener("click", () => this.toggle());
    video.addEventListener("play", () => this.#playing(true));
    video.addEventListener("pause", () => this.#playing(false));
    video.addEventListener("seeked", () => video.paused && this.store.setTime(video.currentTime));
    video.addEventListener("loadedmetadata", () => this.#loaded());
    video.addEventListener("error", () => this.#next());
    video.addEventListener("volumechange", () => this.muteButton.replaceChildren(icon(video.muted ? "mute" : "loud")));
    video.addEventListener("ratechange", () => (this.rate.value = String(video.playbackRate)));
    this.store.on("time", (time_s) => this.#tellTime(time_s));
    this.store.on("look", () => this.captionsButton.setAttribute("aria-pressed", String(this.store.look.shown)));
  }

  #open() {
    const { data } = this.store;
    const { width_px: width, height_px: height } = data.video ?? { width_px: 16, height_px: 5 };
    this.stage.style.setProperty("--ratio", `${width} / ${height}`);
    this.stage.style.setProperty("--portrait", height > width ? 1 : 0);
    this.stage.classList.toggle("sound-only", !data.video);
    this.#tellTime(this.store.time_s);
    const same = this.addresses?.join() === data.media.join();
    if (same) return; // a corrected word must not stop the video
    this.addresses = data.media;
    this.tried = 0;
    this.video.src = this.addresses[0] ?? "";
  }

  #loaded() {
    this.message.hidden = true;
    if (this.store.time_s) this.video.currentTime = this.store.time_s;
    const blind = this.store.data.video && !this.video.videoWidth; // the browser knows the sound but not the picture
    if (blind) this.#explain(say("noPicture"));
  }

  #next() {
    this.tried += 1;
    if (this.tried < this.addresses.length) this.video.src = this.addresses[this.tried];
    else this.#explain(say(this.store.source.works ? "cannotPlay" : "notFound", { name: this.store.data.name }));
  }

  // A person can show us the file; it is read by the browser alone and goes nowhere.
  #explain(text) {
    const pick = make("input", { type: "file", accept: "video/*,audio/*", class: "hidden-input", onchange: (e) => this.#take(e.target.files[0]) });
    const button = make("label", { class: "button" }, say("showFile"), pick);
    this.message.replaceChildren(make("p", {}, text), button);
    this.message.hidden = false;
    this.big.hidden = true;
  }

  #take(file) {
    if (!file) return;
    this.message.hidden = true;
    this.big.hidden = false;
    this.addresses = [URL.createObjectURL(file)];
    this.tried = 0;
    this.video.src = this.addresses[0];
  }

  #playing(on) {
    const name = on ? "pause" : "play";
    this.playButton.replaceChildren(icon(name));
    this.playButton.setAttribute("aria-label", say(name));
    if (on) requestAnimationFrame(() => this.#tick());
  }

  #tick() {
    if (this.video.paused) return;
    if (this.video.currentTime >= this.until_s) {
      this.until_s = Infinity;
      this.shuttle.stop();
    }
    this.store.setTime(this.video.currentTime);
    requestAnimationFrame(() => this.#tick());
  }

  #tellTime(time_s) {
    this.timeText.textContent = `${clock(time_s)} / ${clock(this.store.data.duration_s, false)}`;
  }
}
