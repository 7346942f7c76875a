// Curves as they come in JSON: samples from 0 to 255, as base64.

/** @type {(packed: { hop_s: number, values: string }) => Curve} */
export function unpacked({ hop_s, values }) {
  return { hop_s, values: Uint8Array.from(atob(values), (character) => character.charCodeAt(0)) };
}
