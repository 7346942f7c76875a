// The part of the store that is about clips: which there are, which is selected, and their changes.

import { RequestError } from "../shared/request.js";
import { nearest, overlap } from "../shared/times.js";
import { History, storage } from "./history.js";
import { noData } from "./no_data.js";

export const SNAP_S = 0.35; // a dragged edge snaps to a word or a shot change this near
const SHORTEST_CLIP_S = 1;
const NEW_CLIP_S = 30;

export class ClipStore extends EventTarget {
  /** @param {Source} source */
  constructor(source) {
    super();
    this.source = source;
    this.data = noData();
    this.selected = -1; // index of a clip
    /** @type {Set<number>} */
    this.chosen = new Set(); // indices of the clips to export
    /** @type {ChosenClip[]} */
    this.savedClips = []; // as the server has them
    /** @type {Record<string, number>} */
    this.weights = {};
    /** @type {Record<Edge, number[]>} */
    this.edges = { start: [], end: [] };
    this.history = new History(source.editable ? source.base : "", storage());
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
    const same = before ? clips.findIndex((clip) => clip.start_s === before.start_s && clip.end_s === before.end_s) : -1;
    const found = before && same < 0 ? clips.findIndex((clip) => overlap(clip, before) > 0) : same;
    this.selected = found >= 0 ? found : Math.min(this.selected, clips.length - 1);
    this.emit("clips");
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

  /** The clips as they are here; one undo takes the change back. What others did meanwhile is shown instead. */
  async saveClips() {
    const was = this.savedClips;
    await this.putClips(this.data.clips, was);
    if (JSON.stringify(was) !== JSON.stringify(this.savedClips)) this.history.add({ kind: "clips", was, now: this.savedClips });
  }

  /**
   * @param {ChosenClip[]} clips
   * @param {ChosenClip[]} was as they were seen
   */
  async putClips(clips, was) {
    try {
      this.takeClips(await this.editor.saveClips(clips, this.weights, was, this.me));
    } catch (error) {
      if (error instanceof RequestError && error.answer.clips) this.takeClips({ clips: error.answer.clips, explanation: "" });
      throw error;
    }
  }

  /**
   * Shows clips that the server keeps, of this page or of others.
   *
   * @param {Ranking} ranking
   */
  takeClips({ clips, explanation }) {
    this.savedClips = clips.map(chosenClip);
    this.setClips(clips, explanation);
  }

  /**
   * @param {number} number
   * @param {string} title
   */
  nameClip(number, title) {
    this.data.clips[number].title = title;
    return this.saveClips();
  }

  /**
   * A clip of a stretch, with a title of its words.
   *
   * @param {Span} span
   */
  async clipOf({ start_s, end_s }) {
    const clip = { start_s, end_s, score: 0, title: "", why: "", reasons: [] };
    this.selected = this.data.clips.push(clip) - 1;
    await this.saveClips();
    this.emit("select");
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
 * A clip as it is sent.
 *
 * @param {ChosenClip} clip
 * @returns {ChosenClip}
 */
export function chosenClip({ start_s, end_s, title }) {
  return { start_s, end_s, title };
}
