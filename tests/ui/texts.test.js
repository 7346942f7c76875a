import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

/** @type {(path: string) => string[]} */
const names = (path) => {
  const text = readFileSync(new URL(`../../video_pipeline/ui/${path}`, import.meta.url), "utf8");
  return [...text.matchAll(/^ {2}"?([\w ]+)"?: (\[[^\]]*\])/gm)].map(([, name, row]) => `${name}: ${row}`);
};

test("a text of the page has no other meaning in the viewer", () => {
  const viewer = new Map(names("shared/texts.js").map((entry) => [entry.split(":")[0], entry]));
  assert.ok(viewer.size > 100);
  for (const entry of names("site/texts.js")) {
    const other = viewer.get(entry.split(":")[0]);
    assert.ok(other === undefined || other === entry, `${entry} and ${other}`);
  }
});
