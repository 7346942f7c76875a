// Requests to the server's /api.
import { failureText } from "./texts.js";

const HERE = /(?:ui\/site\/)?[^/]*$/; // what follows the server's own address: nothing, or the page as a file for development

/**
 * The address under which this page reaches `path` ("/api/..."): a proxy may have put the server under a path of its own.
 *
 * @param {string} path
 */
export function address(path) {
  const here = globalThis.location?.pathname ?? "/";
  return here.replace(HERE, "") + path.replace(/^\//, "");
}

/** A refusal, with the server's own message. */
export class RequestError extends Error {
  /**
   * @param {string} message
   * @param {number} status
   * @param {any} answer
   */
  constructor(message, status, answer) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}

/**
 * The JSON of a response, null where it has none. Rejects with the server's own message.
 *
 * @param {string} path
 * @param {string} [method]
 * @param {unknown} [body] becomes JSON
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function requestJson(path, method = "GET", body = undefined, signal = undefined) {
  const response = await send(path, method, body, signal);
  return response.status === 204 ? null : response.json();
}

/**
 * The bytes of a response. Rejects with the server's own message.
 *
 * @param {string} path
 * @param {string} method
 * @param {unknown} body becomes JSON
 * @param {AbortSignal} [signal]
 */
export async function requestBlob(path, method, body, signal = undefined) {
  return (await send(path, method, body, signal)).blob();
}

/**
 * Sends a file as it is; gives the JSON of the response. Rejects with the server's own message.
 *
 * @param {string} path
 * @param {string} method
 * @param {File} file
 * @returns {Promise<any>}
 */
export async function sendFile(path, method, file) {
  const headers = { "Content-Type": "application/octet-stream" };
  return (await answered(path, { method, headers, body: file })).json();
}

/**
 * @param {string} path
 * @param {string} method
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 */
function send(path, method, body, signal) {
  const headers = new Headers(body === undefined ? {} : { "Content-Type": "application/json" });
  return answered(path, { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null });
}

/**
 * @param {string} path
 * @param {RequestInit} init
 */
async function answered(path, init) {
  const response = await fetch(address(path), init);
  if (response.ok) return response;
  const failure = await response.json().catch(() => ({}));
  const message = failureText(failure.type, failure.error || `${response.status} ${response.statusText}`);
  throw new RequestError(message, response.status, failure);
}
