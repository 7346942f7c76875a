import assert from "node:assert/strict";
import { test } from "node:test";
import { judged } from "../../video_pipeline/ui/viewer/line_rules.js";

/** @type {(start_s: number, end_s: number, text?: string, language?: string) => Segment} */
const line = (start_s, end_s, text = "twenty characters ok", language = "en") => ({
  start_s,
  end_s,
  text,
  language,
  speaker: null,
  words: [],
});
const own = line(2, 4);
const data = { segments: [line(0, 2), own, line(4, 5)], limits: { least_s: 0.8, speed_cps: { en: 20, zh: 9 } } };

test("a line that is read in time breaks nothing, also beside its neighbours", () => {
  assert.deepEqual(judged(own, own, data), { speed_cps: 10, limit_cps: 20, broken: [] });
});

test("the speed is that of the line's own language", () => {
  assert.deepEqual(judged(line(2, 2.9), own, data).broken, ["fast"]);
  assert.deepEqual(judged(line(2, 4, "这是一个很长很长很长很长的中文句子没有时间读", "zh"), own, data).broken, ["fast"]);
  assert.deepEqual(judged(line(2, 4, "👩‍🚀".repeat(5)), own, data).broken, []);
});

test("what is short, and what lies over another line, is told", () => {
  assert.deepEqual(judged(line(2, 2.5, "Oh."), own, data).broken, ["brief"]);
  assert.deepEqual(judged(line(1.5, 4), own, data).broken, ["overlapping"]);
  assert.deepEqual(judged(line(2, 4.3), own, data).broken, ["overlapping"]);
});

test("without limits from the server only what is certain is told", () => {
  assert.deepEqual(judged(line(2, 2.2, "Oh."), own, { segments: data.segments }).broken, []);
});
