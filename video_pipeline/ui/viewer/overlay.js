// Over the lanes of the timeline: the playhead, the place under the pointer, the edges of the selected clip.

const GRIP = { width: 8, height: 26, above: 34 }; // of an edge that can be dragged; `above`: its top, above the lower end

export class Overlay {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./scale.js").Scale} scale
   * @param {import("./pen.js").Theme} theme
   * @param {number} bottom of the lanes, in pixels
   */
  constructor(context, scale, theme, bottom) {
    this.context = context;
    this.scale = scale;
    this.theme = theme;
    this.bottom = bottom;
  }

  /** @param {number} time_s */
  playhead(time_s) {
    const x = this.scale.x(time_s);
    this.line(time_s, this.theme.ink, 2);
    if (x < this.scale.left) return;
    this.context.beginPath();
    this.context.arc(x, 4, 5, 0, 2 * Math.PI);
    this.context.fill();
  }

  /**
   * @param {number} time_s
   * @param {string} colour
   * @param {number} width
   */
  line(time_s, colour, width) {
    const x = this.scale.x(time_s);
    this.context.fillStyle = colour;
    if (this.#inSight(x)) this.context.fillRect(x - width / 2, 0, width, this.bottom);
  }

  /**
   * @param {Span} clip
   * @param {boolean} draggable
   */
  edges(clip, draggable) {
    const { context, theme } = this;
    const [from, width] = this.scale.visible(clip);
    context.fillStyle = theme.accent;
    context.globalAlpha = 0.12;
    if (width) context.fillRect(from, 0, width, this.bottom);
    context.globalAlpha = 1;
    if (!draggable) return;
    for (const edge_s of [clip.start_s, clip.end_s]) {
      const x = this.scale.x(edge_s);
      this.line(edge_s, theme.accent, 2);
      if (!this.#inSight(x)) continue;
      context.beginPath();
      context.roundRect(x - GRIP.width / 2, this.bottom - GRIP.above, GRIP.width, GRIP.height, 4);
      context.fill();
    }
  }

  /** The stretch that is selected. @param {Span} range */
  range(range) {
    const { context, theme } = this;
    const [from, width] = this.scale.visible(range);
    if (!width) return;
    context.fillStyle = theme.accent;
    context.globalAlpha = 0.22;
    context.fillRect(from, 0, width, this.bottom);
    context.globalAlpha = 1;
    for (const edge_s of [range.start_s, range.end_s]) this.line(edge_s, theme.accent, 1);
  }

  /**
   * A line of the transcript whose edge is under the pointer or in its hand.
   *
   * @param {Span} line
   * @param {Edge} edge
   * @param {number} y
   * @param {number} height
   */
  lineEdge(line, edge, y, height) {
    const { context, theme } = this;
    const [from, width] = this.scale.visible(line);
    if (!width) return;
    context.strokeStyle = theme.accent;
    context.lineWidth = 2;
    context.strokeRect(from, y + 2, width, height - 4);
    const at_s = edge === "start" ? line.start_s : line.end_s;
    context.fillStyle = theme.accent;
    if (this.#inSight(this.scale.x(at_s))) context.fillRect(this.scale.x(at_s) - 2.5, y, 5, height);
  }

  /** @param {number} x */
  #inSight(x) {
    return x >= this.scale.left - 1 && x <= this.scale.left + this.scale.width + 1;
  }
}
