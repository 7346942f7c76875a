// What each lane of the timeline draws: sounds with their events, loudness, speech in the colour of how it was spoken, clips.
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";

/**
 * @typedef {object} Lane
 * @property {string} name
 * @property {number} height
 * @property {(pen: import("./pen.js").Pen, y: number) => void} draw
 * @property {boolean} [isSpeech] whether it shows the lines of the transcript
 * @property {(time_s: number) => string} label what holds at a time; empty where nothing does
 */

const ALWAYS = ["laughter", "applause"]; // shown even where there is none, so that one sees that there is none
const SOUNDS = ["laughter", "applause", "cheer", "music", "cry", "cough", "sneeze", "breath"];
const LOUDNESS_COLOUR = "#7C8796";
const PLAIN_SPEECH_COLOUR = "#667286";
const FLOOR_DB = -60; // what a loudness of 0 stands for
const FAINT = 0.4; // opacity of an event with a mark, for instance canned laughter
const LEAST_SHARE = 0.05; // a curve below this is not worth a number
export const LANE_GAP_PX = 6;

/**
 * The lanes of a video from top to bottom.
 *
 * @param {ViewData} data
 * @param {Record<string, Curve>} curves
 * @param {boolean} small screen
 * @param {import("./waveform.js").Waveform} waveform shown in the place of the loudness where it is known
 * @returns {Lane[]}
 */
export function lanesOf(data, curves, small, waveform) {
  const present = new Set(data.events.map((event) => event.label));
  const sounds = SOUNDS.filter((sound) => ALWAYS.includes(sound) || present.has(sound));
  const height = small ? 26 : 34;
  const lanes = sounds.map((sound) => soundLane(sound, data, curves[sound], height));
  if (curves.loudness) lanes.push(loudnessLane(curves.loudness, height, waveform));
  return [...lanes, speechLane(data, small ? 16 : 20), clipLane(data, small ? 26 : 30)];
}

/** @type {(sound: string, data: ViewData, curve: Curve | undefined, height: number) => Lane} */
function soundLane(sound, data, curve, height) {
  const events = data.events.filter((event) => event.label === sound);
  const colour = data.colours.sounds[sound];
  return {
    name: sound,
    height,
    draw(pen, y) {
      if (curve) pen.curve(curve, y + 3, height - 9, colour, 0.55);
      for (const event of events) pen.bar(event, y + height - 5, 4, colour, event.marks.length ? FAINT : 1);
    },
    label(time_s) {
      const event = events.find((one) => contains(one, time_s));
      const share = curve ? valueAt(curve, time_s) : 0;
      const percent = `${Math.round(share * 100)} %`;
      if (event) return `${percent} · ${(event.end_s - event.start_s).toFixed(1)} s`;
      return share >= LEAST_SHARE ? percent : "";
    },
  };
}

/** @type {(curve: Curve, height: number, waveform: import("./waveform.js").Waveform) => Lane} */
function loudnessLane(curve, height, waveform) {
  return {
    name: "loudness",
    height,
    draw(pen, y) {
      const part = waveform.of({ start_s: pen.scale.from_s, end_s: pen.scale.to_s });
      if (part) pen.wave(part, y + 2, height - 4, LOUDNESS_COLOUR);
      else pen.curve(curve, y + 3, height - 5, LOUDNESS_COLOUR, 0.8);
    },
    label: (time_s) => `${Math.round(FLOOR_DB * (1 - valueAt(curve, time_s)))} dB`,
  };
}

/** @type {(data: ViewData, height: number) => Lane} */
function speechLane(data, height) {
  const { felt } = data.colours;
  return {
    name: felt ? "felt" : "speech",
    isSpeech: true,
    height,
    draw(pen, y) {
      for (const segment of data.segments) {
        const own = segment.felt ? felt?.[segment.felt] : undefined;
        pen.bar(segment, y + 4, height - 8, own ?? PLAIN_SPEECH_COLOUR, 1);
      }
    },
    label(time_s) {
      const segment = data.segments.find((one) => contains(one, time_s));
      return segment?.felt ? `${translate(segment.felt)} ${Math.round((segment.felt_p ?? 0) * 100)} %` : "";
    },
  };
}

/** @type {(data: ViewData, height: number) => Lane} */
function clipLane(data, height) {
  return {
    name: "clips",
    height,
    draw(pen, y) {
      for (const [number, clip] of data.clips.entries()) pen.clip(clip, number, y + 3, height - 6);
      for (const { at_s } of data.crop ?? []) pen.key(at_s, y + height / 2);
    },
    label(time_s) {
      const number = data.clips.findIndex((one) => contains(one, time_s));
      return number < 0 ? "" : `#${number + 1} · ${Math.round(data.clips[number].score)}`;
    },
  };
}

/** @type {(span: Span, time_s: number) => boolean} */
function contains(span, time_s) {
  return span.start_s <= time_s && time_s < span.end_s;
}

/**
 * From 0 to 1.
 *
 * @param {Curve} curve
 * @param {number} time_s
 */
export function valueAt({ values, hop_s }, time_s) {
  return (values[Math.min(values.length - 1, Math.floor(time_s / hop_s))] ?? 0) / 255;
}

/**
 * Which colour means what, for those that occur.
 *
 * @param {ViewData} data
 */
export function legend(data) {
  const names = new Set(data.segments.map((segment) => segment.felt ?? ""));
  names.delete("");
  return [...names].map((name) =>
    make("span", { class: "legend-item" }, make("i", { style: { "--c": data.colours.felt?.[name] ?? "" } }), translate(name)),
  );
}
