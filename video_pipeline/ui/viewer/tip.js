// Beside the pointer over the timeline: the time, and what each lane holds there.
import { make } from "../shared/make.js";
import { translate } from "../shared/texts.js";
import { clock } from "../shared/times.js";

const AWAY_PX = 12; // from the pointer
const LOWEST_PX = 60;

export class Tip {
  constructor() {
    this.element = make("div", { class: "tip", hidden: true });
  }

  /**
   * @param {number} x
   * @param {number} y
   * @param {number} time_s
   * @param {import("./lanes.js").Lane[]} lanes
   */
  show(x, y, time_s, lanes) {
    const { element } = this;
    const rows = lanes.map((lane) => [translate(lane.name), lane.label(time_s)]).filter(([, label]) => label);
    element.replaceChildren(make("b", {}, clock(time_s)), ...rows.flat().map((text) => make("span", {}, text)));
    element.hidden = false;
    const room = (element.parentElement?.clientWidth ?? 0) - element.offsetWidth - 2 * AWAY_PX;
    const left = x > room ? x - element.offsetWidth - AWAY_PX : x + AWAY_PX;
    element.style.transform = `translate(${left}px, ${Math.min(y, LOWEST_PX)}px)`;
  }
}
