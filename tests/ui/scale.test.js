import assert from "node:assert/strict";
import { test } from "node:test";
import { Scale } from "../../video_pipeline/ui/viewer/scale.js";

/** A video of 100 s on 500 pixels, after 84 pixels of names. */
function scale() {
  const made = new Scale();
  made.left = 84;
  made.width = 500;
  made.fit(100);
  return made;
}

/** @type {(actual: number, expected: number) => void} */
const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

test("pixels and seconds are inverse to each other", () => {
  const shown = scale();
  near(shown.x(0), 84);
  near(shown.x(100), 584);
  for (const time_s of [0, 12.5, 99.9]) near(shown.time(shown.x(time_s)), time_s);
});

test("a place outside of the lanes is a time inside the video", () => {
  const shown = scale();
  assert.equal(shown.time(0), 0);
  assert.equal(shown.time(10_000), 100);
});

test("what is under the pointer stays there when zooming", () => {
  const shown = scale();
  const before = shown.x(30);
  shown.zoom(4, 30);
  near(shown.x(30), before);
  near(shown.span_s, 25);
});

test("zooming stops at four seconds and at the whole video", () => {
  const shown = scale();
  shown.zoom(1e6, 50);
  near(shown.span_s, 4);
  shown.zoom(1e-6, 50);
  assert.ok(shown.whole);
  assert.deepEqual([shown.from_s, shown.to_s], [0, 100]);
});

test("a video shorter than four seconds is always shown whole", () => {
  const shown = new Scale();
  shown.fit(2);
  shown.zoom(10, 1);
  assert.ok(shown.whole);
});

test("panning stops at both ends", () => {
  const shown = scale();
  shown.zoom(2, 50);
  shown.pan(-1000);
  assert.deepEqual([shown.from_s, shown.to_s], [0, 50]);
  shown.pan(1000);
  assert.deepEqual([shown.from_s, shown.to_s], [50, 100]);
});

test("it follows the playhead only when that leaves the part in sight", () => {
  const shown = scale();
  assert.equal(shown.follow(99), false); // all is in sight
  shown.zoom(10, 0);
  assert.equal(shown.follow(5), false);
  assert.equal(shown.follow(42), true);
  assert.ok(shown.from_s < 42 && 42 < shown.to_s);
});

test("ticks are round times in sight, at least 90 pixels apart", () => {
  for (const factor of [1, 3, 20]) {
    const shown = scale();
    shown.zoom(factor, 37);
    const ticks = shown.ticks();
    const step_s = ticks[1] - ticks[0];
    assert.ok(ticks.length >= 2);
    assert.ok(ticks.every((tick_s) => shown.from_s - 1e-9 <= tick_s && tick_s <= shown.to_s + 1e-9));
    assert.ok(shown.x(step_s) - shown.x(0) >= 90);
    assert.ok(ticks.every((tick_s) => Math.abs(tick_s / step_s - Math.round(tick_s / step_s)) < 1e-9));
  }
});

test("a span is cut to the part in sight, and a short one stays visible", () => {
  const shown = scale();
  shown.zoom(2, 0); // 0 to 50 s, 10 pixels a second
  assert.deepEqual(shown.visible({ start_s: 40, end_s: 90 }), [484, 100]);
  assert.deepEqual(shown.visible({ start_s: 10, end_s: 10.01 }), [184, 2]);
  assert.equal(shown.visible({ start_s: 60, end_s: 90 })[1], 0);
});
