// What all parts of the viewer share: the data, the time, the selected clip; and how they hear of changes.
import { addTexts } from "./texts.js";
import { lastBefore, nearest } from "./times.js";

const SNAP_S = 0.35;

// Events: "data" (everything), "clips", "select", "time" (detail: seconds), "look" (how captions are drawn).
export class Store extends EventTarget {
  constructor(source) {
    super();
    this.source = source;
    this.time_s = 0;
    this.selected = -1; // number of a clip
    this.chosen = new Set(); // numbers of the clips to export
    this.weights = {};
    this.look = {};
  }

  on(name, work) {
    this.addEventListener(name, (event) => work(event.detail));
  }

  tell(name, detail = undefined) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  setData(data) {
    this.data = data;
    addTexts(data.names ?? {}); // what can be felt is named by the data alone
    this.weights = { ...data.weights };
    this.look = { words: "highlight", backdrop: "outline", size: 0, shown: this.look.shown ?? true, ...data.style };
    if (data.style.words === "plain") this.look.words = "highlight"; // on a screen of our own the spoken word can always be followed
    this.cueStarts = data.cues.map((cue) => cue.start_s);
    this.edges = edgesOf(data);
    this.curves = Object.fromEntries(Object.entries(data.curves).map(([name, curve]) => [name, unpacked(curve)]));
    this.setClips(data.clips, data.explanation);
    this.tell("data");
  }

  setClips(clips, explanation = this.data.explanation) {
    const before = this.clip;
    this.data.clips = clips;
    this.data.explanation = explanation;
    this.chosen = new Set(clips.keys());
    const again = before ? clips.findIndex((clip) => overlap(clip, before) > 0) : -1;
    this.selected = again >= 0 ? again : Math.min(this.selected, clips.length - 1);
    this.tell("clips");
  }

  get clip() {
    return this.data?.clips[this.selected];
  }

  select(number) {
    this.selected = number;
    this.tell("select");
  }

  setTime(time_s) {
    this.time_s = time_s;
    this.tell("time", time_s);
  }

  // What is shown or said at a time, or null.
  cueAt(time_s) {
    return during(this.data.cues, this.cueStarts, time_s);
  }

  // A clip's edge moved to a time, on a word or a cut where one is near; nothing is kept yet.
  moveEdge(number, edge, time_s) {
    const clip = this.data.clips[number];
    const at_s = nearest(this.edges[edge], Math.max(0, Math.min(this.data.duration_s, time_s)), SNAP_S);
    if (edge === "start") clip.start_s = Math.min(at_s, clip.end_s - 1);
    else clip.end_s = Math.max(at_s, clip.start_s + 1);
    clip.moved = true;
    this.tell("select");
  }

  // Lets the server put the edge where no word and no laugh is cut, score the clip anew and keep it.
  async keepEdge(number, edge) {
    const clip = this.data.clips[number];
    const key = edge === "start" ? "start_s" : "end_s";
    clip[key] = (await this.source.snap(clip[key], edge)).at_s;
    await this.keepClips();
  }

  async keepClips() {
    const answered = await this.source.saveClips(this.data.clips, this.weights);
    this.setClips(answered.clips, answered.explanation);
  }

  removeClip(number) {
    this.data.clips.splice(number, 1);
    this.selected = -1;
    return this.keepClips();
  }

  addClip(start_s) {
    const end_s = Math.min(this.data.duration_s, start_s + 30);
    this.data.clips.push({ start_s: Math.min(start_s, end_s - 1), end_s, score: 0, title: "", why: "", reasons: [] });
    this.chosen.add(this.data.clips.length - 1);
    this.selected = this.data.clips.length - 1;
    this.tell("clips");
  }
}

function during(spans, starts, time_s) {
  const k = lastBefore(starts, time_s);
  return k >= 0 && time_s < spans[k].end_s ? spans[k] : null;
}

export function overlap(a, b) {
  return Math.min(a.end_s, b.end_s) - Math.max(a.start_s, b.start_s);
}

// Where a clip may begin and end: beside words and at cuts, in order.
function edgesOf(data) {
  const start = [...data.cuts_s];
  const end = [...data.cuts_s];
  for (const segment of data.segments) {
    start.push(segment.start_s, ...segment.words.map(([at_s]) => at_s));
    end.push(segment.end_s);
  }
  const ascending = (a, b) => a - b;
  return { start: start.sort(ascending), end: end.sort(ascending) };
}

function unpacked({ hop_s, values }) {
  return { hop_s, values: Uint8Array.from(atob(values), (character) => character.charCodeAt(0)) };
}
