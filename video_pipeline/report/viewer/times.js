// Times for people, and finding things in time. All times are seconds on the media clock.

// 83.46 -> "1:23.4"; with `tenths` off "1:23".
export function clock(time_s, tenths = true) {
  const all = tenths ? Math.floor(time_s * 10 + 1e-6) / 10 : Math.floor(time_s + 1e-6);
  const seconds = all % 60;
  const minutes = Math.floor(all / 60) % 60;
  const hours = Math.floor(all / 3600);
  const tail = (tenths ? seconds.toFixed(1) : String(seconds)).padStart(tenths ? 4 : 2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

// The last of `starts` (ascending) that is at or before `time_s`; -1 where none is.
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

// The one of `times` (ascending) nearest to `time_s`, if within `reach_s`; else `time_s` itself.
export function nearest(times, time_s, reach_s) {
  const k = lastBefore(times, time_s);
  const near = [times[k], times[k + 1]].filter((one) => one !== undefined && Math.abs(one - time_s) <= reach_s);
  return near.sort((a, b) => Math.abs(a - time_s) - Math.abs(b - time_s))[0] ?? time_s;
}
