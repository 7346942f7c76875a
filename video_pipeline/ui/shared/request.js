// Requests to the server's /api.

/**
 * The JSON of a response, null where it has none. Rejects with the server's own message.
 *
 * @param {string} address
 * @param {string} [method]
 * @param {unknown} [body] becomes JSON
 * @param {AbortSignal} [signal]
 * @returns {Promise<any>}
 */
export async function requestJson(address, method = "GET", body = undefined, signal = undefined) {
  const response = await send(address, method, body, signal);
  return response.status === 204 ? null : response.json();
}

/**
 * The bytes of a response. Rejects with the server's own message.
 *
 * @param {string} address
 * @param {string} method
 * @param {unknown} body becomes JSON
 * @param {AbortSignal} [signal]
 */
export async function requestBlob(address, method, body, signal = undefined) {
  return (await send(address, method, body, signal)).blob();
}

/**
 * @param {string} address
 * @param {string} method
 * @param {unknown} body
 * @param {AbortSignal} [signal]
 */
async function send(address, method, body, signal) {
  const headers = new Headers(body === undefined ? {} : { "Content-Type": "application/json" });
  const init = { method, headers, body: body === undefined ? null : JSON.stringify(body), signal: signal ?? null };
  const response = await fetch(address, init);
  if (response.ok) return response;
  const failure = await response.json().catch(() => ({}));
  throw new Error(failure.error || `${response.status} ${response.statusText}`);
}
