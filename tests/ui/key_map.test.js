import assert from "node:assert/strict";
import { test } from "node:test";
import { KeyMap, keyName } from "../../video_pipeline/ui/viewer/key_map.js";

function storage() {
  /** @type {Record<string, string>} */
  const kept = {};
  return {
    getItem: (/** @type {string} */ name) => kept[name] ?? null,
    setItem: (/** @type {string} */ name, /** @type {string} */ value) => {
      kept[name] = value;
    },
  };
}

const ACTIONS = { i: () => "in", o: () => "out", " ": () => "play" };

/** @type {(map: KeyMap, key: string) => unknown} */
const pressed = (map, key) => map.action(key)?.(/** @type {any} */ (null));

test("another key takes the place of one, and is remembered", () => {
  const kept = storage();
  new KeyMap(ACTIONS, kept).change("i", "q");
  const map = new KeyMap(ACTIONS, kept);
  assert.equal(pressed(map, "q"), "in");
  assert.equal(map.action("i"), undefined);
  assert.equal(map.key("i"), "q");
});

test("a key that has a meaning changes places, so that none is lost", () => {
  const map = new KeyMap(ACTIONS, null);
  map.change("i", "o");
  const meanings = () => ["i", "o", " "].map((key) => pressed(map, key)).join(" ");
  assert.equal(meanings(), "out in play");
  map.change("o", " ");
  assert.equal(meanings(), "play in out");
  map.reset();
  assert.equal(meanings(), "in out play");
});

test("what is stored and damaged counts for nothing", () => {
  const map = new KeyMap(ACTIONS, { getItem: () => "{", setItem: () => {} });
  assert.equal(pressed(map, "i"), "in");
});

test("keys are called as people write them", () => {
  assert.deepEqual([" ", "j", "arrowleft", "-", "pageup"].map(keyName), ["Space", "J", "←", "−", "Pageup"]);
});
