// One clip: its player with subtitles, a moving preview, the words, the strip of sounds, the two buttons.
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";

const INSIDE_S = 0.001; // after the start of a cue, so that the cue is shown

export class Card {
  /**
   * @param {HTMLElement} element
   * @param {GalleryClip} clip
   * @param {boolean} burned whether the subtitles are in the picture already
   */
  constructor(element, clip, burned) {
    this.element = element;
    this.clip = clip;
    /** @type {(verdict: import("./choice.js").Verdict) => void} */
    this.onChoose = () => {};
    const media = element.querySelector("video, audio");
    this.media = media instanceof HTMLMediaElement ? media : null;
    this.yes = element.querySelector(".y");
    this.no = element.querySelector(".n");
    this.yes?.addEventListener("click", () => this.onChoose("yes"));
    this.no?.addEventListener("click", () => this.onChoose("no"));
    this.rows = this.#words();
    this.#preview();
    if (this.media) this.#listen(this.media, burned);
  }

  /** @param {import("./choice.js").Verdict | undefined} verdict */
  show(verdict) {
    this.element.classList.toggle("yes", verdict === "yes");
    this.element.classList.toggle("no", verdict === "no");
    this.yes?.setAttribute("aria-pressed", String(verdict === "yes"));
    this.no?.setAttribute("aria-pressed", String(verdict === "no"));
  }

  focus() {
    this.element.focus({ preventScroll: true });
    this.element.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  togglePlaying() {
    if (this.media?.paused) this.media.play();
    else this.media?.pause();
  }

  get #length_s() {
    return this.media?.duration || this.clip.end_s - this.clip.start_s;
  }

  /** @param {number} time_s */
  #playFrom(time_s) {
    if (!this.media) return;
    this.media.currentTime = time_s;
    this.media.play();
  }

  /** The cues as buttons that seek. */
  #words() {
    const box = this.element.querySelector(".words");
    if (!box) return [];
    const rows = this.clip.cues.map((cue) =>
      make(
        "button",
        { onclick: () => this.#playFrom(cue.from + INSIDE_S) },
        make("time", {}, clock(cue.from, false)),
        make("span", {}, tag(cue), cue.text),
      ),
    );
    box.append(...rows);
    return rows;
  }

  /** The moving preview is loaded when the pointer first comes over it. */
  #preview() {
    const image = this.element.querySelector("img");
    this.element.querySelector(".film")?.addEventListener("mouseenter", () => {
      if (!image || image.src) return;
      image.addEventListener("load", () => image.classList.add("ready"));
      image.src = image.dataset.src ?? "";
    });
  }

  /**
   * @param {HTMLMediaElement} media
   * @param {boolean} burned
   */
  #listen(media, burned) {
    if (!burned) addSubtitles(media, this.clip.cues);
    media.addEventListener("play", () => {
      media.parentElement?.classList.add("playing");
      for (const other of document.querySelectorAll("video, audio")) {
        if (other !== media && other instanceof HTMLMediaElement) other.pause();
      }
    });
    media.addEventListener("timeupdate", () => this.#follow(media.currentTime));
    const strip = this.element.querySelector(".strip");
    strip?.addEventListener("click", (event) => {
      const { left, width } = strip.getBoundingClientRect();
      if (event instanceof MouseEvent) this.#playFrom(((event.clientX - left) / width) * this.#length_s);
    });
  }

  /** @param {number} time_s */
  #follow(time_s) {
    const playhead = this.element.querySelector(".strip u");
    if (playhead instanceof HTMLElement) playhead.style.left = `${(100 * time_s) / this.#length_s}%`;
    this.rows.forEach((row, number) => {
      const { from, to } = this.clip.cues[number];
      row.classList.toggle("now", from <= time_s && time_s < to);
    });
  }
}

/** @param {GalleryCue} cue */
function tag({ felt, colour }) {
  return felt
    ? make(
        "em",
        { style: { color: `light-dark(color-mix(in oklab, ${colour} 48%, #000), color-mix(in srgb, ${colour} 75%, #fff))` } },
        translate(felt),
      )
    : null;
}

/** @type {(media: HTMLMediaElement, cues: GalleryCue[]) => void} */
function addSubtitles(media, cues) {
  if (!cues.length) return;
  const track = media.addTextTrack("captions", translate("captions"), document.documentElement.lang);
  for (const { from, to, text } of cues) {
    if (to > from) track.addCue(new VTTCue(from, to, text.replace(/&/g, "&amp;").replace(/</g, "&lt;")));
  }
  track.mode = "showing";
}
