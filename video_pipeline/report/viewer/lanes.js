// What each lane of the timeline draws: curves with events under them, speech in the colour of how it was said, clips.
import { make } from "./dom.js";
import { say } from "./texts.js";

const ALWAYS = ["laughter", "applause"]; // so that their absence is seen
const SOUNDS = ["laughter", "applause", "cheer", "music", "cry", "cough", "sneeze", "breath"];
const LOUDNESS = "#7C8796";
const UNFELT = "#667286";
export const LANE_GAP = 6;

// The lanes of a video from top to bottom: {name, height, draw(pen, y), value(time_s)}.
export function lanesOf(data, curves, small) {
  const heard = new Set(data.events.map((event) => event.label));
  const sounds = SOUNDS.filter((sound) => ALWAYS.includes(sound) || heard.has(sound));
  const high = small ? 26 : 34;
  const lanes = sounds.map((name) => soundLane(name, data, curves[name], high));
  if (curves.loudness) lanes.push(loudnessLane(curves.loudness, high));
  lanes.push(speechLane(data, small ? 16 : 20), clipLane(data, small ? 26 : 30));
  return lanes;
}

function soundLane(name, data, curve, height) {
  const events = data.events.filter((event) => event.label === name);
  const colour = data.colours.sounds[name];
  return {
    name,
    height,
    draw(pen, y) {
      if (curve) pen.curve(curve, y + 3, height - 9, colour, 0.55);
      for (const event of events) pen.bar(event, y + height - 5, 4, colour, event.marks.length ? 0.4 : 1);
    },
    value(time_s) {
      const event = events.find((one) => one.start_s <= time_s && time_s < one.end_s);
      const share = curve ? valueAt(curve, time_s) : 0;
      const percent = `${Math.round(share * 100)} %`;
      return event ? `${percent} · ${(event.end_s - event.start_s).toFixed(1)} s` : share >= 0.05 ? percent : "";
    },
  };
}

function loudnessLane(curve, height) {
  return {
    name: "loudness",
    height,
    draw: (pen, y) => pen.curve(curve, y + 3, height - 5, LOUDNESS, 0.8),
    value: (time_s) => `${Math.round(valueAt(curve, time_s) * 60 - 60)} dB`,
  };
}

function speechLane(data, height) {
  const felt = data.colours.felt;
  return {
    name: felt ? "felt" : "speech",
    height,
    draw(pen, y) {
      for (const segment of data.segments) pen.bar(segment, y + 4, height - 8, felt?.[segment.felt] ?? UNFELT, 1);
    },
    value(time_s) {
      const segment = data.segments.find((one) => one.start_s <= time_s && time_s < one.end_s);
      return segment?.felt ? `${say(segment.felt)} ${Math.round(segment.felt_p * 100)} %` : "";
    },
  };
}

function clipLane(data, height) {
  return {
    name: "clips",
    height,
    draw: (pen, y) => data.clips.forEach((clip, k) => pen.clip(clip, k, y + 3, height - 6)),
    value(time_s) {
      const k = data.clips.findIndex((one) => one.start_s <= time_s && time_s < one.end_s);
      return k < 0 ? "" : `#${k + 1} · ${Math.round(data.clips[k].score)}`;
    },
  };
}

export function valueAt({ values, hop_s }, time_s) {
  return (values[Math.min(values.length - 1, Math.floor(time_s / hop_s))] ?? 0) / 255;
}

// Draws shapes of the timeline onto a canvas.
export class Pen {
  constructor(context, scale, look) {
    this.context = context;
    this.scale = scale;
    this.look = look; // {ink, dim, lane, accent, light}: colours of the theme
  }

  // The greatest value under each pixel, so that no short laugh is lost.
  curve({ values, hop_s }, y, height, colour, opacity) {
    const { context, scale } = this;
    const floor = y + height;
    context.fillStyle = this.tone(colour);
    context.globalAlpha = opacity;
    context.beginPath();
    context.moveTo(scale.left, floor);
    for (let x = 0; x <= scale.width; x += 1) {
      const first = Math.floor(scale.time(scale.left + x) / hop_s);
      const last = Math.max(first + 1, Math.ceil(scale.time(scale.left + x + 1) / hop_s));
      let top = 0;
      for (let k = first; k < last && k < values.length; k += 1) top = Math.max(top, values[k]);
      context.lineTo(scale.left + x, floor - (top / 255) * height);
    }
    context.lineTo(scale.left + scale.width, floor);
    context.fill();
    context.globalAlpha = 1;
  }

  bar(span, y, height, colour, opacity) {
    const { context } = this;
    const [x, width] = this.#place(span);
    if (width <= 0) return;
    context.globalAlpha = opacity;
    context.fillStyle = this.tone(colour);
    context.beginPath();
    context.roundRect(x, y, width, height, Math.min(3, width / 2));
    context.fill();
    context.globalAlpha = 1;
  }

  clip(clip, number, y, height) {
    const { context, look } = this;
    const [x, width] = this.#place(clip);
    if (width <= 0) return;
    const chosen = number === look.selected;
    context.beginPath();
    context.roundRect(x, y, width, height, 5);
    context.globalAlpha = chosen ? 0.35 : 0.14;
    context.fillStyle = chosen ? look.accent : look.ink;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = chosen ? look.accent : look.dim;
    context.lineWidth = chosen ? 2 : 1;
    context.stroke();
    if (width > 30) this.text(`#${number + 1}`, x + width / 2, y + height / 2 + 4, look.ink, "center", 600);
  }

  // A name inside its lane, on a ground of its own.
  name(words, x, y) {
    this.context.font = `400 12px ${this.look.font}`;
    const { width } = this.context.measureText(words);
    this.context.globalAlpha = 0.82;
    this.context.fillStyle = this.look.lane;
    this.context.fillRect(x, y - 12, width + 10, 16);
    this.context.globalAlpha = 1;
    this.text(words, x + 5, y, this.look.dim);
  }

  text(words, x, y, colour, align = "left", weight = 400) {
    const { context } = this;
    context.font = `${weight} 12px ${this.look.font}`;
    context.fillStyle = colour;
    context.textAlign = align;
    context.fillText(words, x, y);
  }

  // Colours were made for a dark ground; on a light one they are taken down.
  tone(colour) {
    if (!this.look.light) return colour;
    const parts = [1, 3, 5].map((k) => Math.round(parseInt(colour.slice(k, k + 2), 16) * 0.72));
    return `rgb(${parts.join(" ")})`;
  }

  #place(span) {
    const { scale } = this;
    const from = Math.max(scale.left, scale.x(span.start_s));
    const to = Math.min(scale.left + scale.width, scale.x(span.end_s));
    return [from, to > scale.left && from < scale.left + scale.width ? Math.max(2, to - from) : 0];
  }
}

// Which colour means what, for those that occur.
export function legend(data) {
  const felt = [...new Set(data.segments.map((segment) => segment.felt).filter(Boolean))];
  return felt.map((name) =>
    make("span", { class: "legend-item" }, make("i", { style: { "--c": data.colours.felt[name] } }), say(name)),
  );
}
