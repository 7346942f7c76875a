// Draws the shapes of the timeline onto a canvas.

const KEY_PX = 5; // half of a diamond
const STRIPE_PX = 7; // from one stripe over what is cut out to the next
const LEAST_LOUD = 12; // of 255: what is quieter than this throughout is drawn as quiet as it is
const LIGHT_TONE = 0.72; // colours were made for a dark ground; on a light one they are darkened by this factor

/**
 * @typedef {object} Theme colours of the page in force, and which clip is selected
 * @property {string} ink
 * @property {string} dim
 * @property {string} lane
 * @property {string} accent
 * @property {string} font
 * @property {boolean} light
 * @property {number} selected
 */

export class Pen {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./scale.js").Scale} scale
   * @param {Theme} theme
   */
  constructor(context, scale, theme) {
    this.context = context;
    this.scale = scale;
    this.theme = theme;
  }

  /**
   * The greatest value under each pixel, so that no short laugh is lost.
   *
   * @param {Curve} curve
   * @param {number} y
   * @param {number} height
   * @param {string} colour
   * @param {number} opacity
   */
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

  /**
   * The shape of the sound: for each pixel its greatest amplitude, up and down from the middle.
   *
   * @param {import("./waveform.js").Part} part
   * @param {number} y
   * @param {number} height
   * @param {string} colour
   */
  wave({ start_s, end_s, curve: { values, hop_s } }, y, height, colour) {
    const { context, scale } = this;
    const loudest = Math.max(
      LEAST_LOUD,
      values.reduce((most, one) => Math.max(most, one), 0),
    );
    context.fillStyle = this.tone(colour);
    for (let x = 0; x < scale.width; x += 1) {
      const [from_s, to_s] = [scale.time(scale.left + x), scale.time(scale.left + x + 1)];
      if (from_s < start_s || from_s >= end_s) continue;
      const first = Math.floor((from_s - start_s) / hop_s);
      const last = Math.max(first + 1, Math.ceil((to_s - start_s) / hop_s));
      const top = Math.max(0.5, (Math.max(...values.subarray(first, last)) / loudest) * (height / 2));
      context.fillRect(scale.left + x, y + height / 2 - top, 1, 2 * top);
    }
  }

  /**
   * @param {Span} span
   * @param {number} y
   * @param {number} height
   * @param {string} colour
   * @param {number} opacity
   */
  bar(span, y, height, colour, opacity) {
    const { context } = this;
    const [x, width] = this.scale.visible(span);
    if (width <= 0) return;
    context.globalAlpha = opacity;
    context.fillStyle = this.tone(colour);
    context.beginPath();
    context.roundRect(x, y, width, height, Math.min(3, width / 2));
    context.fill();
    context.globalAlpha = 1;
  }

  /**
   * @param {Span} clip
   * @param {number} number
   * @param {number} y
   * @param {number} height
   */
  clip(clip, number, y, height) {
    const { context, theme } = this;
    const [x, width] = this.scale.visible(clip);
    if (width <= 0) return;
    const selected = number === theme.selected;
    context.beginPath();
    context.roundRect(x, y, width, height, 5);
    context.globalAlpha = selected ? 0.35 : 0.14;
    context.fillStyle = selected ? theme.accent : theme.ink;
    context.fill();
    context.globalAlpha = 1;
    context.strokeStyle = selected ? theme.accent : theme.dim;
    context.lineWidth = selected ? 2 : 1;
    context.stroke();
    if (width > 30) this.text(`#${number + 1}`, x + width / 2, y + height / 2 + 4, theme.ink, { align: "center", weight: 600 });
  }

  /**
   * A diamond: a place of the crop that a person set.
   *
   * @param {number} at_s
   * @param {number} y of its middle
   */
  key(at_s, y) {
    const { context, scale, theme } = this;
    const x = scale.x(at_s);
    if (x < scale.left || x > scale.left + scale.width) return;
    context.beginPath();
    context.moveTo(x, y - KEY_PX);
    context.lineTo(x + KEY_PX, y);
    context.lineTo(x, y + KEY_PX);
    context.lineTo(x - KEY_PX, y);
    context.closePath();
    context.fillStyle = theme.accent;
    context.fill();
    context.strokeStyle = theme.lane;
    context.lineWidth = 1;
    context.stroke();
  }

  /**
   * A stretch that is cut out: everything in it is pale, with stripes.
   *
   * @param {Span} gap
   * @param {number} bottom of the lanes
   */
  gap(gap, bottom) {
    const { context, theme } = this;
    const [x, width] = this.scale.visible(gap);
    if (width <= 0) return;
    context.save();
    context.beginPath();
    context.rect(x, 0, width, bottom);
    context.clip();
    context.globalAlpha = 0.72;
    context.fillStyle = theme.lane;
    context.fillRect(x, 0, width, bottom);
    context.globalAlpha = 0.5;
    context.strokeStyle = theme.dim;
    context.lineWidth = 1;
    context.beginPath();
    for (let at = x - (x % STRIPE_PX) - bottom; at < x + width; at += STRIPE_PX) {
      context.moveTo(at, bottom);
      context.lineTo(at + bottom, 0);
    }
    context.stroke();
    context.restore();
  }

  /**
   * A lane's name inside the lane, on a ground of its own.
   *
   * @param {string} name
   * @param {number} x
   * @param {number} y
   */
  nameInside(name, x, y) {
    this.context.font = `400 12px ${this.theme.font}`;
    const { width } = this.context.measureText(name);
    this.context.globalAlpha = 0.82;
    this.context.fillStyle = this.theme.lane;
    this.context.fillRect(x, y - 12, width + 10, 16);
    this.context.globalAlpha = 1;
    this.text(name, x + 5, y, this.theme.dim);
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {string} colour
   * @param {{ align?: CanvasTextAlign, weight?: number }} [options]
   */
  text(text, x, y, colour, { align = "left", weight = 400 } = {}) {
    const { context } = this;
    context.font = `${weight} 12px ${this.theme.font}`;
    context.fillStyle = colour;
    context.textAlign = align;
    context.fillText(text, x, y);
  }

  /** @param {string} colour */
  tone(colour) {
    if (!this.theme.light) return colour;
    const parts = [1, 3, 5].map((k) => Math.round(Number.parseInt(colour.slice(k, k + 2), 16) * LIGHT_TONE));
    return `rgb(${parts.join(" ")})`;
  }
}

/** @param {HTMLCanvasElement} canvas */
export function contextOf(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser cannot draw on a canvas");
  return context;
}

/**
 * The colours of the page in force, as a canvas understands them.
 *
 * @param {HTMLElement} element
 * @param {number} selected
 * @returns {Theme}
 */
export function themeOf(element, selected) {
  const style = getComputedStyle(element);
  /** @param {string} value a colour as CSS has it */
  const resolved = (value) => {
    element.style.color = value;
    return style.color;
  };
  const [ink, dim, lane, accent] = ["ink", "dim", "lane", "accent"].map((name) => resolved(`var(--${name})`));
  const light = resolved("light-dark(#fff, #000)") === "rgb(255, 255, 255)";
  element.style.removeProperty("color");
  return { ink, dim, lane, accent, font: style.fontFamily, selected, light };
}
