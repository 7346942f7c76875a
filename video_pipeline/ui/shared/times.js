// Times as text, and search in sorted times. All times are seconds on the media clock.

/**
 * 83.46 -> "1:23.4"; without tenths "1:23". Rounds down, as a clock does.
 *
 * @param {number} time_s
 * @param {boolean} [tenths]
 */
export function clock(time_s, tenths = true) {
  const rounded = tenths ? Math.floor(time_s * 10 + 1e-6) / 10 : Math.floor(time_s + 1e-6); // 0.3 * 10 is a little less than 3
  const seconds = rounded % 60;
  const minutes = Math.floor(rounded / 60) % 60;
  const hours = Math.floor(rounded / 3600);
  const tail = (tenths ? seconds.toFixed(1) : String(seconds)).padStart(tenths ? 4 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/**
 * 83.456 -> "1:23.46", as a person types it.
 *
 * @param {number} time_s
 */
export function preciseClock(time_s) {
  const hundredths = Math.round(time_s * 100);
  const seconds = String(((hundredths % 6000) / 100).toFixed(2)).padStart(5, "0");
  const minutes = Math.floor(hundredths / 6000);
  const hours = Math.floor(minutes / 60);
  return hours ? `${hours}:${String(minutes % 60).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/**
 * The seconds of "1:23.46", "83.46" or "1:02:03,5"; `otherwise` where it is no time.
 *
 * @param {string} text
 * @param {number} otherwise
 */
export function parseTime(text, otherwise) {
  if (preciseClock(otherwise) === text.trim()) return otherwise; // what is shown is rounded
  const parts = text.trim().replace(",", ".").split(":");
  const numbers = parts.map((part) => (/^\d+(\.\d*)?$/.test(part) ? Number(part) : Number.NaN));
  const time_s = numbers.reduce((total, number) => total * 60 + number, 0);
  return parts.length <= 3 && Number.isFinite(time_s) ? Math.round(time_s * 1000) / 1000 : otherwise;
}

/**
 * A length in its largest useful unit: "83 s", "12 min", "3.5 h".
 *
 * @param {number} length_s
 */
export function duration(length_s) {
  if (length_s < 100) return `${Math.round(length_s)} s`;
  if (length_s < 3600) return `${Math.round(length_s / 60)} min`;
  const hours = length_s / 3600;
  return hours < 100 ? `${hours.toFixed(1)} h` : `${Math.round(hours).toLocaleString("en")} h`;
}

/**
 * The index of the last of `starts` (ascending) at or before `time_s`; -1 if there is none.
 *
 * @param {readonly number[]} starts
 * @param {number} time_s
 */
export function lastBefore(starts, time_s) {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= time_s) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The one of `times` (ascending) that is nearest to `time_s`, if within `reach_s`; else `time_s` itself.
 *
 * @param {readonly number[]} times
 * @param {number} time_s
 * @param {number} reach_s
 */
export function nearest(times, time_s, reach_s) {
  const before = lastBefore(times, time_s);
  const near = [times[before], times[before + 1]].filter((one) => one !== undefined && Math.abs(one - time_s) <= reach_s);
  return near.sort((a, b) => Math.abs(a - time_s) - Math.abs(b - time_s))[0] ?? time_s;
}

/**
 * The span that contains `time_s`, or null. `starts` are the starts of `spans`, ascending.
 *
 * @template {Span} T
 * @param {readonly T[]} spans
 * @param {readonly number[]} starts
 * @param {number} time_s
 */
export function spanAt(spans, starts, time_s) {
  const span = spans[lastBefore(starts, time_s)];
  return span && time_s < span.end_s ? span : null;
}

/**
 * Seconds that two spans share; negative: the gap between them.
 *
 * @param {Span} a
 * @param {Span} b
 */
export function overlap(a, b) {
  return Math.min(a.end_s, b.end_s) - Math.max(a.start_s, b.start_s);
}

/**
 * The time that a media fragment asks for: `#t=83.5`, `#t=npt:83.5,90` or `#t=1:23.5`; null if it asks for none.
 * Source: W3C, Media Fragments URI 1.0, 4.2.1.
 *
 * @param {string} fragment
 */
export function timeOfFragment(fragment) {
  const value = new URLSearchParams(fragment.replace(/^#/, "")).get("t") ?? "";
  const start = /^(?:npt:)?((?:\d+:)?(?:[0-5]?\d:)?\d+(?:\.\d*)?)s?(?:,|$)/.exec(value)?.[1];
  return start === undefined ? null : start.split(":").reduce((total_s, part) => total_s * 60 + Number(part), 0);
}
