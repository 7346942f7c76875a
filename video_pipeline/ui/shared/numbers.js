// Numbers as text.

/**
 * Points with their sign and one decimal: "+3.0", "−1.5".
 *
 * @param {number} points
 */
export function signed(points) {
  return `${points < 0 ? "−" : "+"}${Math.abs(points).toFixed(1)}`;
}

/**
 * At most one decimal: 24 -> "24", 24.26 -> "24.3".
 *
 * @param {number} value
 */
export function short(value) {
  return String(Math.round(value * 10) / 10);
}

/**
 * How many times faster than real time: "8.3×", "120×".
 *
 * @param {number} media_s
 * @param {number} took_s
 */
export function speedup(media_s, took_s) {
  const times = media_s / took_s;
  return `${times < 10 ? times.toFixed(1) : Math.round(times)}×`;
}

/**
 * 1234567 -> "1.2 MB".
 *
 * @param {number} bytes
 */
export function sizeText(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** @param {readonly number[]} values */
export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}
