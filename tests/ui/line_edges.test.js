import assert from "node:assert/strict";
import { test } from "node:test";
import { LineEdges, movedLine } from "../../video_pipeline/ui/viewer/line_edges.js";
import { Scale } from "../../video_pipeline/ui/viewer/scale.js";

/** @type {(start_s: number, end_s: number) => Segment} */
const line = (start_s, end_s) => ({ start_s, end_s, text: "x", language: "en", speaker: null, words: [] });
const lines = [line(1, 2), line(3, 5), line(5, 6), line(8, 9)];
const data = { segments: lines, cuts_s: [2.5, 7], duration_s: 10 };

test("an edge goes where it is drawn", () => {
  assert.deepEqual(movedLine(data, lines[1], "start", 3.4, 0.1), { start_s: 3.4, end_s: 5 });
  assert.deepEqual(movedLine(data, lines[3], "end", 9.61, 0.1), { start_s: 8, end_s: 9.61 });
});

test("it snaps to shots and neighbours that are near, to no others", () => {
  assert.equal(movedLine(data, lines[1], "start", 2.57, 0.1).start_s, 2.5);
  assert.equal(movedLine(data, lines[1], "start", 2.65, 0.1).start_s, 2.65);
  assert.equal(movedLine(data, lines[1], "start", 2.05, 0.1).start_s, 2);
  assert.equal(movedLine(data, lines[3], "end", 9.95, 0.1).end_s, 10);
});

test("it passes neither its neighbours, nor its other edge, nor the ends of the video", () => {
  assert.equal(movedLine(data, lines[1], "start", 0.2, 0.1).start_s, 2);
  assert.equal(movedLine(data, lines[1], "end", 9, 0.1).end_s, 5);
  assert.equal(movedLine(data, lines[1], "start", 6, 0.1).start_s, 4.9);
  assert.equal(movedLine(data, lines[0], "end", 0, 0.1).end_s, 1.1);
  assert.equal(movedLine(data, lines[0], "start", -3, 0.1).start_s, 0);
});

test("lines that overlap already may stay as they are", () => {
  const overlapping = [line(0, 4), line(3, 5)];
  assert.equal(movedLine({ ...data, segments: overlapping }, overlapping[1], "end", 6, 0.1).start_s, 3);
  assert.equal(movedLine({ ...data, segments: overlapping }, overlapping[1], "start", 3.5, 0.1).start_s, 3.5);
});

/** 100 pixels a second. */
function edges() {
  const scale = new Scale();
  scale.left = 0;
  scale.width = 1000;
  scale.fit(10);
  const store = /** @type {any} */ ({ data, source: { editable: true } });
  const made = new LineEdges(store, scale);
  made.lane = { top: 0, height: 20 };
  return made;
}

test("of two edges that meet, the one on whose side the pointer is, is taken", () => {
  assert.deepEqual(edges().at(497, 5, 8)?.edge, "end");
  assert.equal(edges().at(497, 5, 8)?.line, lines[1]);
  assert.equal(edges().at(503, 5, 8)?.line, lines[2]);
  assert.equal(edges().at(450, 5, 8), null);
  assert.equal(edges().at(497, 25, 8), null); // below the lane
});

test("what was moved is one edit, what was not is none", () => {
  const moving = edges();
  moving.take({ line: lines[1], edge: "end" });
  assert.equal(moving.release(), null);
  moving.take({ line: lines[1], edge: "start" });
  moving.move(3.3);
  assert.deepEqual(moving.release(), { was: [lines[1]], lines: [{ start_s: 3.3, end_s: 5, text: "x" }] });
});
