// Uploads in pieces (tus 1.0.0): what has arrived is not sent again after a lost connection, a closed browser or a restart of the server.
import { address } from "../shared/request.js";
import { failureText, translate } from "../shared/texts.js";

const PIECE_BYTES = 32e6; // proxies limit what one request may hold
const RETRY_S = [0.5, 1, 2, 4, 8, 15]; // waits after failures in a row; the last one from then on
const MOST_RETRIES = 120; // in a row, half an hour
const GONE = [404, 410];
const LATER = [409, 423, 429, 500, 502, 503, 504, 507];
const VERSION = { "Tus-Resumable": "1.0.0" };

/** The server's answer says no, and the same would be answered again. */
class Refusal extends Error {}

export class ResumableUpload {
  /**
   * @param {File} file
   * @param {Record<string, unknown>} options of the video
   * @param {(share: number, isConnected: boolean) => void} onProgress
   */
  constructor(file, options, onProgress) {
    this.file = file;
    this.options = JSON.stringify(options);
    this.onProgress = onProgress;
    this.key = `upload ${file.size} ${file.lastModified} ${file.name} ${this.options}`; // in localStorage: where it goes on
    this.isCancelled = false;
    /** @type {XMLHttpRequest | null} */
    this.request = null;
  }

  /** Gives the job; null where it was cancelled. @returns {Promise<Job | null>} */
  async send() {
    let failures = 0;
    let offset = -1; // not known
    while (!this.isCancelled) {
      const before = offset;
      try {
        if (offset < 0) offset = await this.#found();
        const answer = await this.#sendPiece(offset);
        const id = answer.getResponseHeader("Upload-Job");
        if (id) return await this.#finished(id, answer.getResponseHeader("Upload-Job-Same") === "true");
        offset = Number(answer.getResponseHeader("Upload-Offset"));
        failures = 0;
      } catch (error) {
        if (this.isCancelled) break;
        if (error instanceof Refusal || failures >= MOST_RETRIES) throw error;
        this.onProgress(Math.max(0, before) / this.file.size, false);
        offset = -1;
        await pause(RETRY_S[Math.min(failures, RETRY_S.length - 1)]);
        failures += 1;
      }
    }
    return null;
  }

  /** Gives up, also on the server. */
  async cancel() {
    this.isCancelled = true;
    this.request?.abort();
    const known = remembered(this.key);
    remember(this.key, null);
    if (known) await fetch(known, { method: "DELETE", headers: VERSION }).catch(() => {});
  }

  /** Where it goes on: the offset of an upload that was begun before, or 0 of a new one. */
  async #found() {
    const known = remembered(this.key);
    if (known) {
      const answer = await fetch(known, { method: "HEAD", headers: VERSION });
      if (answer.ok) return Number(answer.headers.get("Upload-Offset"));
      if (!GONE.includes(answer.status)) throw new Error(translate("uploadBroken"));
      remember(this.key, null);
    }
    const metadata = `filename ${base64(this.file.name)},options ${base64(this.options)}`;
    const headers = { ...VERSION, "Upload-Length": String(this.file.size), "Upload-Metadata": metadata };
    const answer = await fetch(address("/api/uploads"), { method: "POST", headers });
    if (!answer.ok) throw refusal(answer.status, await answer.text());
    const id = (answer.headers.get("Location") ?? "").split("/").at(-1);
    remember(this.key, address(`/api/uploads/${id}`)); // under the path by which this page reaches the server
    return 0;
  }

  /**
   * With XMLHttpRequest, since `fetch` does not report the progress of an upload.
   *
   * @param {number} offset
   * @returns {Promise<XMLHttpRequest>}
   */
  #sendPiece(offset) {
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("PATCH", remembered(this.key) ?? "");
    const headers = { ...VERSION, "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    return new Promise((resolve, reject) => {
      request.upload.onprogress = ({ loaded }) => this.onProgress((offset + loaded) / this.file.size, true);
      request.onload = () => {
        if (request.status < 300) resolve(request);
        else reject(refusal(request.status, request.responseText));
      };
      request.onerror = () => reject(new Error(translate("uploadBroken")));
      request.onabort = request.onerror;
      request.send(this.file.slice(offset, offset + PIECE_BYTES));
    });
  }

  /**
   * @param {string} id
   * @param {boolean} same whether the server knew the video already
   * @returns {Promise<Job>}
   */
  async #finished(id, same) {
    remember(this.key, null);
    const job = await (await fetch(address(`/api/jobs/${id}`))).json();
    return same ? { ...job, same } : job;
  }
}

/**
 * @param {number} status
 * @param {string} text
 */
function refusal(status, text) {
  let message = "";
  try {
    const { type, error } = JSON.parse(text);
    message = failureText(type, error);
  } catch {
    message = String(status);
  }
  return LATER.includes(status) || GONE.includes(status) ? new Error(message) : new Refusal(message);
}

/** @param {string} text */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** @param {number} seconds */
function pause(seconds) {
  return new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}

/** @type {Map<string, string>} */
const unkept = new Map(); // where the browser keeps nothing

/** @param {string} key */
function remembered(key) {
  try {
    return localStorage.getItem(key) ?? unkept.get(key) ?? null;
  } catch {
    return unkept.get(key) ?? null;
  }
}

/**
 * @param {string} key
 * @param {string | null} value
 */
function remember(key, value) {
  if (value === null) unkept.delete(key);
  else unkept.set(key, value);
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // nothing is kept over a reload then
  }
}
