// What all parts of the viewer share: the data, the time, the selected clip; and the events that announce changes.

import { unpacked } from "../shared/curves.js";
import { showLetters } from "../shared/letters.js";
import { RequestError } from "../shared/request.js";
import { addTexts } from "../shared/texts.js";
import { nearest, overlap, spanAt } from "../shared/times.js";
import { History, isSame, storage } from "./history.js";
import { noData } from "./no_data.js";

const SNAP_S = 0.35; // a dragged edge snaps to a word or a shot change this near
const SHORTEST_CLIP_S = 1;
const NEW_CLIP_S = 30;

/** Events: "data" (everything), "lines" (of the transcript), "clips", "select", "time" (detail: seconds), "look" (how subtitles are drawn), "panel" (its name). */
export class Store extends EventTarget {
  /** @param {Source} source */
  constructor(source) {
    super();
    this.source = source;
    this.time_s = 0;
    this.selected = -1; // index of a clip
    /** @type {Set<number>} */
    this.chosen = new Set(); // indices of the clips to export
    /** @type {Record<string, number>} */
    this.weights = {};
    /** @type {Look} */
    this.look = { labels: "text", words: "plain", backdrop: "outline", size: 0, shown: true };
    this.data = noData();
    this.language = ""; // of the subtitles that the player shows; empty for the spoken one
    /** @type {Cue[]} */
    this.shownCues = [];
    this.ready = false; // whether there is data
    /** @type {number[]} */
    this.cueStarts = [];
    /** @type {Record<Edge, number[]>} */
    this.edges = { start: [], end: [] };
    /** @type {Record<string, Curve>} */
    this.curves = {};
    this.history = new History(source.editable ? source.base : "", storage());
    this.isStale = false; // whether lines were edited since all was read
    this.me = Math.random().toString(36).slice(2); // by this name the server tells others what this page changed
  }

  /** Where changes go. Throws for a report, which cannot be changed. */
  get editor() {
    if (!this.source.editable) throw new Error("a report cannot be changed");
    return this.source;
  }

  /**
   * @param {string} name
   * @param {(detail: any) => void} listener
   */
  on(name, listener) {
    this.addEventListener(name, (event) => listener(/** @type {CustomEvent} */ (event).detail));
  }

  /**
   * @param {string} name
   * @param {unknown} [detail]
   */
  emit(name, detail = undefined) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** @param {ViewData} data */
  setData(data) {
    this.data = data;
    this.ready = true;
    showLetters(data.letters);
    addTexts(data.names ?? {}); // names that only the data knows
    this.weights = { ...data.weights };
    this.look = { ...this.look, words: "plain", backdrop: "outline", size: 0, ...data.style };
    this.#setCues();
    this.edges = edgesOf(data);
    this.curves = Object.fromEntries(Object.entries(data.curves).map(([name, curve]) => [name, unpacked(curve)]));
    this.setClips(data.clips, data.explanation);
    this.emit("data");
  }

  /**
   * Other clips; the selected one stays selected where it is found again.
   *
   * @param {Clip[]} clips
   * @param {string} explanation
   */
  setClips(clips, explanation) {
    const before = this.clip;
    this.data.clips = clips;
    this.data.explanation = explanation;
    this.chosen = new Set(clips.keys());
    const found = before ? clips.findIndex((clip) => overlap(clip, before) > 0) : -1;
    this.selected = found >= 0 ? found : Math.min(this.selected, clips.length - 1);
    this.emit("clips");
  }

  /**
   * Changes lines on the server and here; one undo takes all of it back.
   *
   * @param {LineEdit[]} edits
   */
  async edit(edits) {
    const answer = await this.editor.editLines(edits, this.me);
    this.history.add(answer.edits);
    await this.apply(answer);
  }

  /**
   * The lines of a subtitle file in the place of all; one undo takes it back. Gives how many it holds and how many do not fit.
   *
   * @param {File} file
   */
  async takeSubtitles(file) {
    const answer = await this.editor.takeSubtitles(file, this.me);
    this.history.add(answer.edits);
    await this.apply(answer);
    return answer;
  }

  /**
   * Takes the last edit back, or makes it again. Gives whether there was one.
   *
   * @param {"undo" | "redo"} way
   */
  async step(way) {
    const edits = this.history.edits(way);
    if (!edits) return false;
    try {
      await this.apply(await this.editor.editLines(edits, this.me));
    } catch (error) {
      if (!(error instanceof RequestError) || error.status !== 409) throw error; // somebody else wrote there: it cannot be taken back
      this.history.moved(way);
      throw error;
    }
    this.history.moved(way);
    return true;
  }

  /**
   * Shows edits that the server made, of this page or of others.
   *
   * @param {EditAnswer} answer
   */
  async apply({ edits, cues }) {
    if (!cues) {
      this.setData(await this.source.view());
      return;
    }
    let { segments } = this.data;
    for (const { was, lines } of edits) {
      segments = segments.filter((line) => !was.some((old) => isSame(old, line)));
      segments = [...segments, ...lines];
    }
    this.data.segments = segments.sort((a, b) => a.start_s - b.start_s);
    for (const part of cues) {
      const others = this.data.cues.filter((cue) => overlap(cue, part) <= 0);
      this.data.cues = [...others, ...part.cues].sort((a, b) => a.start_s - b.start_s);
    }
    this.#setCues();
    this.edges = edgesOf(this.data);
    this.isStale = true;
    this.emit("lines");
  }

  #setCues() {
    const other = this.data.languages?.cues[this.language];
    if (!other) this.language = "";
    this.shownCues = other ?? this.data.cues;
    this.cueStarts = this.shownCues.map((cue) => cue.start_s);
  }

  /** @param {string} tag of a language, empty for the spoken one */
  showLanguage(tag) {
    this.language = tag;
    this.#setCues();
    this.emit("language");
    this.emit("look");
  }

  /** @param {TranslationChange} change */
  async changeTranslation(change) {
    this.setData(await this.editor.changeTranslation(change));
  }

  /** After edits: all subtitles and checks as they are laid out as a whole. */
  async refresh() {
    if (!this.isStale) return;
    this.isStale = false;
    this.setData(await this.source.view());
  }

  /** @param {Span} line */
  lineAfter(line) {
    return this.data.segments.find((other) => other.start_s > line.start_s);
  }

  /** The selected clip. */
  get clip() {
    return this.data.clips[this.selected];
  }

  /** @param {number} number */
  select(number) {
    this.selected = number;
    this.emit("select");
  }

  /**
   * The clip before or after the selected one; after the last comes the first.
   *
   * @param {1 | -1} by
   */
  selectNext(by) {
    const { length } = this.data.clips;
    if (length) this.select((this.selected + by + length) % length);
  }

  /** @param {number} time_s */
  setTime(time_s) {
    this.time_s = time_s;
    this.emit("time", time_s);
  }

  /**
   * The cue that is shown at a time, or null.
   *
   * @param {number} time_s
   */
  cueAt(time_s) {
    return spanAt(this.shownCues, this.cueStarts, time_s);
  }

  /**
   * Moves a clip's edge to a time, or to a word or shot change near it. Nothing is saved yet.
   *
   * @param {number} number
   * @param {Edge} edge
   * @param {number} time_s
   */
  moveEdge(number, edge, time_s) {
    const clip = this.data.clips[number];
    const at_s = nearest(this.edges[edge], Math.max(0, Math.min(this.data.duration_s, time_s)), SNAP_S);
    if (edge === "start") clip.start_s = Math.min(at_s, clip.end_s - SHORTEST_CLIP_S);
    else clip.end_s = Math.max(at_s, clip.start_s + SHORTEST_CLIP_S);
    this.emit("select");
  }

  /**
   * The server moves the edge so that it cuts no word and no laugh, scores the clip again and saves it.
   *
   * @param {number} number
   * @param {Edge} edge
   */
  async saveEdge(number, edge) {
    const clip = this.data.clips[number];
    const key = edge === "start" ? "start_s" : "end_s";
    clip[key] = (await this.editor.snap(clip[key], edge)).at_s;
    await this.saveClips();
  }

  async saveClips() {
    const { clips, explanation } = await this.editor.saveClips(this.data.clips, this.weights);
    this.setClips(clips, explanation);
  }

  /** @param {number} number */
  removeClip(number) {
    this.data.clips.splice(number, 1);
    this.selected = -1;
    return this.saveClips();
  }

  /** @param {number} start_s */
  addClip(start_s) {
    const end_s = Math.min(this.data.duration_s, start_s + NEW_CLIP_S);
    const clip = { start_s: Math.min(start_s, end_s - SHORTEST_CLIP_S), end_s, score: 0, title: "", why: "", reasons: [] };
    this.selected = this.data.clips.push(clip) - 1;
    this.chosen.add(this.selected);
    this.emit("clips");
  }
}

/**
 * Where a clip may begin and end: beside words and at shot changes, ascending.
 *
 * @param {Pick<ViewData, "cuts_s" | "segments">} data
 * @returns {Record<Edge, number[]>}
 */
export function edgesOf({ cuts_s, segments }) {
  const starts = segments.flatMap((segment) => [segment.start_s, ...segment.words.map(([at_s]) => at_s)]);
  const ends = segments.map((segment) => segment.end_s);
  return { start: [...cuts_s, ...starts].sort(ascending), end: [...cuts_s, ...ends].sort(ascending) };
}

/** @type {(a: number, b: number) => number} */
function ascending(a, b) {
  return a - b;
}
