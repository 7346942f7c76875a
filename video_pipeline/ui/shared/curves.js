// Curves as they come in JSON: samples from 0 to 255, as base64.
import { bytesOf } from "./bytes.js";

/** @type {(packed: { hop_s: number, values: string }) => Curve} */
export function unpacked({ hop_s, values }) {
  return { hop_s, values: bytesOf(values) };
}
