import assert from "node:assert/strict";
import { test } from "node:test";
import { short, signed, speedup, sum } from "../../video_pipeline/ui/shared/numbers.js";
import { waterfallSteps } from "../../video_pipeline/ui/viewer/waterfall.js";

test("points have a sign, and a real minus", () => {
  assert.equal(signed(3), "+3.0");
  assert.equal(signed(0), "+0.0");
  assert.equal(signed(-1.46), "−1.5");
});

test("numbers have at most one decimal", () => {
  assert.equal(short(24), "24");
  assert.equal(short(24.26), "24.3");
  assert.equal(short(-0.05), "0");
});

test("a speedup loses its decimal from ten on", () => {
  assert.equal(speedup(83, 10), "8.3×");
  assert.equal(speedup(1234, 10), "123×");
});

test("a sum of nothing is 0", () => {
  assert.equal(sum([]), 0);
  assert.equal(sum([1, 2.5]), 3.5);
});

test("each bar of a score starts where the one before ends, and the last ends at the score", () => {
  const reasons = [30, 16, -6].map((contribution) => ({ signal: "laughter", value: 1, weight: 1, contribution }));
  const { steps, lowest, highest } = waterfallSteps(reasons, 40);
  assert.deepEqual(
    steps.map(({ low, high }) => [low, high]),
    [
      [0, 30],
      [30, 46],
      [40, 46],
    ],
  );
  assert.deepEqual([lowest, highest], [0, 46]);
});

test("a score below zero needs room to the left", () => {
  const reasons = [{ signal: "silence", value: 1, weight: -1, contribution: -8 }];
  const { lowest, highest } = waterfallSteps(reasons, -8);
  assert.deepEqual([lowest, highest], [-8, 1]);
});
