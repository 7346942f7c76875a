import assert from "node:assert/strict";
import { test } from "node:test";
import { clock, duration, lastBefore, nearest, overlap, spanAt, timeOfFragment } from "../../video_pipeline/ui/shared/times.js";

test("a clock rounds down and shows hours only where there are any", () => {
  assert.equal(clock(0), "0:00.0");
  assert.equal(clock(83.46), "1:23.4");
  assert.equal(clock(83.46, false), "1:23");
  assert.equal(clock(59.99), "0:59.9");
  assert.equal(clock(3599.96, false), "59:59");
  assert.equal(clock(3600), "1:00:00.0");
  assert.equal(clock(36_061, false), "10:01:01");
});

test("a clock does not lose a tenth to binary fractions", () => {
  for (let tenths = 0; tenths < 36_000; tenths += 1) {
    const minutes = Math.floor(tenths / 600);
    const seconds = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
    assert.equal(clock(tenths / 10), `${minutes}:${seconds}`);
  }
});

test("a duration is in its largest useful unit", () => {
  assert.deepEqual([8.4, 99.4, 100, 3599, 3600, 9000, 360_000, 36_000_000].map(duration), [
    "8 s",
    "99 s",
    "2 min",
    "60 min",
    "1.0 h",
    "2.5 h",
    "100 h",
    "10,000 h",
  ]);
});

test("lastBefore agrees with a linear search", () => {
  const starts = [0, 1, 1, 2.5, 7];
  for (const time_s of [-1, 0, 0.5, 1, 2, 2.5, 6.9, 7, 100]) {
    assert.equal(
      lastBefore(starts, time_s),
      starts.findLastIndex((start) => start <= time_s),
    );
  }
  assert.equal(lastBefore([], 3), -1);
});

test("nearest stays where nothing is within reach", () => {
  const times = [1, 2, 4];
  assert.equal(nearest(times, 1.4, 0.5), 1);
  assert.equal(nearest(times, 1.6, 0.5), 2);
  assert.equal(nearest(times, 3, 0.5), 3);
  assert.equal(nearest(times, 4.2, 0.5), 4);
  assert.equal(nearest(times, 0.8, 0.5), 1);
  assert.equal(nearest([], 3, 1), 3);
});

test("a span contains its start and not its end", () => {
  const spans = [
    { start_s: 1, end_s: 2 },
    { start_s: 3, end_s: 4 },
  ];
  const starts = [1, 3];
  assert.equal(spanAt(spans, starts, 0.9), null);
  assert.equal(spanAt(spans, starts, 1), spans[0]);
  assert.equal(spanAt(spans, starts, 2), null);
  assert.equal(spanAt(spans, starts, 3.99), spans[1]);
  assert.equal(spanAt([], [], 1), null);
});

test("an overlap is symmetric and negative for a gap", () => {
  const a = { start_s: 0, end_s: 5 };
  const b = { start_s: 3, end_s: 9 };
  const c = { start_s: 7, end_s: 8 };
  assert.equal(overlap(a, b), 2);
  assert.equal(overlap(b, a), 2);
  assert.equal(overlap(a, c), -2);
  assert.equal(overlap(b, c), 1);
});

test("a link may name the time at which to begin", () => {
  assert.equal(timeOfFragment("#t=83.50"), 83.5);
  assert.equal(timeOfFragment("#t=npt:10,20"), 10);
  assert.equal(timeOfFragment("#t=1:23.5"), 83.5);
  assert.equal(timeOfFragment("#t=1:00:05"), 3605);
  assert.equal(timeOfFragment("#xywh=0,0,1,1&t=7"), 7);
  for (const other of ["", "#", "#t=", "#t=-4", "#t=soon", "#moment"]) assert.equal(timeOfFragment(other), null);
});
