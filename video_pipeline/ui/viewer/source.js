// Where the viewer's data comes from and where changes go. The contract, `Source`, is in data.d.ts.
import { unpacked } from "../shared/curves.js";
import { address, requestBlob, requestJson, sendFile } from "../shared/request.js";
import { failureText } from "../shared/texts.js";
import { seen } from "./history.js";

const POLL_MS = 400;
const ENDED = ["done", "failed", "cancelled"];

/** @implements {ReadOnlySource} */
export class ReportSource {
  /** @param {ViewData} data */
  constructor(data) {
    this.data = data;
    this.editable = /** @type {const} */ (false);
  }

  async view() {
    return this.data;
  }

  /** @param {Clip} clip */
  poster(clip) {
    return clip.poster ?? null;
  }
}

/** @implements {EditableSource} */
export class ServerSource {
  /**
   * @param {string} base address of one job: "/api/jobs/abc"
   * @param {Partial<ServerOptions>} [options]
   */
  constructor(base, options = {}) {
    this.base = base;
    this.options = options;
    this.editable = /** @type {const} */ (true);
  }

  view() {
    return this.#view("GET", "view");
  }

  /** @param {Clip} clip */
  poster(clip) {
    return address(`${this.base}/poster?at_s=${((clip.start_s + clip.end_s) / 2).toFixed(2)}`);
  }

  /**
   * @param {LineEdit[]} edits
   * @param {string} by whoever makes them, so that they are not told of them again
   * @returns {Promise<EditAnswer>}
   */
  editLines(edits, by) {
    const sent = edits.map(({ was, lines }) => ({ was: was.map(seen), lines }));
    return requestJson(`${this.base}/lines`, "POST", { edits: sent, by });
  }

  /**
   * What others change from now on.
   *
   * @param {number} since number of the last change that is known
   * @param {(change: Change) => void} onChange
   * @returns {() => void} ends it
   */
  follow(since, onChange) {
    let last = since;
    const updates = new EventSource(address(`${this.base}/news?since=${since}`));
    updates.onmessage = ({ data }) => {
      const change = JSON.parse(data);
      if (change.number > last || change.reload) onChange(change); // after a broken connection all are told again
      last = change.number;
    };
    return () => updates.close();
  }

  /**
   * @param {number} start_s
   * @param {number} end_s
   * @returns {Promise<import("./waveform.js").Part>}
   */
  async waveform(start_s, end_s) {
    const answer = await requestJson(`${this.base}/waveform?start_s=${start_s.toFixed(3)}&end_s=${end_s.toFixed(3)}`);
    return { ...answer, curve: unpacked(answer) };
  }

  /**
   * Puts the lines of a subtitle file in the place of all lines.
   *
   * @param {File} file
   * @param {string} by whoever does it
   * @returns {Promise<EditAnswer & { lines: number, left_out: number }>}
   */
  takeSubtitles(file, by) {
    return sendFile(`${this.base}/subtitles/${encodeURIComponent(file.name)}?by=${by}`, "PUT", file);
  }

  /** @param {string} format */
  textAddress(format) {
    return address(`${this.base}/subtitles/${format}`);
  }

  /** @param {string} name */
  fileAddress(name) {
    return address(`${this.base}/files/${encodeURIComponent(name)}`);
  }

  /** @param {Job} job */
  madeAddress(job) {
    return address(job.url ?? "");
  }

  /** @returns {Promise<Job[]>} */
  exports() {
    return requestJson(`${this.base}/exports`);
  }

  /**
   * @param {Record<string, number>} weights
   * @param {AbortSignal} signal
   * @returns {Promise<Ranking>}
   */
  rank(weights, signal) {
    return requestJson(`${this.base}/rank`, "POST", { weights }, signal);
  }

  /**
   * @param {ChosenClip[]} clips
   * @param {Record<string, number>} weights
   * @param {ChosenClip[]} was the clips as they were seen
   * @param {string} by whoever does it
   * @returns {Promise<Ranking>}
   */
  saveClips(clips, weights, was, by) {
    const chosen = clips.map(({ start_s, end_s, title }) => ({ start_s, end_s, title }));
    return requestJson(`${this.base}/clips`, "PUT", { clips: chosen, weights, was, by });
  }

  /**
   * @param {CutChange} change
   * @param {string} by
   * @returns {Promise<CutAnswer>}
   */
  cut(change, by) {
    return requestJson(`${this.base}/cut`, "POST", { ...change, by });
  }

  /**
   * @param {CropChange} change
   * @param {string} by
   * @returns {Promise<CropAnswer>}
   */
  crop(change, by) {
    return requestJson(`${this.base}/crop`, "POST", { ...change, by });
  }

  /**
   * @param {number} at_s
   * @param {Edge} edge
   * @returns {Promise<{ at_s: number }>}
   */
  snap(at_s, edge) {
    return requestJson(`${this.base}/snap`, "POST", { at_s, edge });
  }

  /**
   * A frame with subtitles on it, as an address for an image; the caller releases it with URL.revokeObjectURL.
   *
   * @param {string | null} preset
   * @param {SubtitleStyle} subtitles
   * @param {number} at_s
   * @param {AbortSignal} signal
   */
  async stylePicture(preset, subtitles, at_s, signal) {
    return URL.createObjectURL(await requestBlob(`${this.base}/style`, "POST", { preset, subtitles, at_s }, signal));
  }

  /**
   * @param {string | null} preset
   * @param {SubtitleStyle} subtitles
   */
  restyle(preset, subtitles) {
    return this.#view("POST", "restyle", { preset, subtitles });
  }

  /** @param {TranslationChange} change */
  changeTranslation(change) {
    return this.#view("POST", "translations", change);
  }

  /**
   * Waits for the export and gives the address of the zip.
   *
   * @param {ExportRequest} request
   * @param {(job: Job) => void} onProgress
   */
  async exportClips(request, onProgress) {
    /** @type {Job} */
    let job = await requestJson(`${this.base}/export`, "POST", request);
    const own = this.base.replace(/[^/]+$/, job.id);
    while (!ENDED.includes(job.state)) {
      onProgress(job);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      job = await requestJson(own);
    }
    if (job.state !== "done") throw new Error(failureText(job.error_type, job.error) || job.state);
    return address(job.url ?? "");
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<ViewData>}
   */
  async #view(method, path, body) {
    const data = await requestJson(`${this.base}/${path}`, method, body);
    return { ...data, media: [address(`${this.base}/media`)] };
  }
}
