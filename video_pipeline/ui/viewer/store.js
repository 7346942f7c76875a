// What all parts of the viewer share: the data, the time, the selected clip; and the events that announce changes.

import { unpacked } from "../shared/curves.js";
import { showLetters } from "../shared/letters.js";
import { RequestError } from "../shared/request.js";
import { addTexts } from "../shared/texts.js";
import { nearest, overlap, spanAt } from "../shared/times.js";
import { ClipStore, chosenClip, SNAP_S } from "./clip_store.js";
import { isSame } from "./history.js";
import { remade } from "./montage.js";

/** Events: "data" (everything), "lines" (of the transcript), "clips", "montage" (what is cut out, the crop), "range" (the selection), "select", "time" (detail: seconds), "look" (how subtitles are drawn), "panel" (its name). */
export class Store extends ClipStore {
  /** @param {Source} source */
  constructor(source) {
    super(source);
    this.time_s = 0;
    /** @type {Look} */
    this.look = { labels: "text", words: "plain", backdrop: "outline", size: 0, shown: true };
    this.language = ""; // of the subtitles that the player shows; empty for the spoken one
    /** @type {Cue[]} */
    this.shownCues = [];
    this.ready = false; // whether there is data
    /** @type {number[]} */
    this.cueStarts = [];
    /** @type {Record<string, Curve>} */
    this.curves = {};
    this.isStale = false; // whether lines were edited since all was read
    /** @type {Span | null} */
    this.range = null; // the stretch that is selected, in the text or on the timeline
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
    this.savedClips = data.clips.map(chosenClip);
    this.setClips(data.clips, data.explanation);
    this.emit("data");
  }

  /** @param {Span | null} range */
  selectRange(range) {
    this.range = range && range.end_s > range.start_s ? range : null;
    this.emit("range");
  }

  /**
   * Selects what lies between two times, or between words and shot changes near them: no word is selected in part.
   *
   * @param {number} a_s
   * @param {number} b_s
   */
  selectBetween(a_s, b_s) {
    const edges = [...this.edges.start, ...this.edges.end].sort(ascending);
    const [start_s, end_s] = [Math.min(a_s, b_s), Math.max(a_s, b_s)].map((at_s) => nearest(edges, at_s, SNAP_S));
    this.selectRange({ start_s, end_s });
  }

  /**
   * What is cut out, or where the crop goes, as the server has it now.
   *
   * @param {Partial<Montage>} montage
   */
  setMontage(montage) {
    Object.assign(this.data, montage);
    this.emit("montage");
  }

  /**
   * The stretch that is cut out and contains a time, or null.
   *
   * @param {number} time_s
   */
  gapAt(time_s) {
    return this.data.removed?.find((gap) => gap.start_s <= time_s && time_s < gap.end_s) ?? null;
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
    const entry = this.history.entry(way);
    if (!entry) return false;
    try {
      const edits = this.history.edits(way);
      if (edits) await this.apply(await this.editor.editLines(edits, this.me));
      else if (!Array.isArray(entry)) await remade(this, entry, way);
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
