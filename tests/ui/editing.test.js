import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { translateCount } from "../../video_pipeline/ui/shared/texts.js";
import { parseTime, preciseClock } from "../../video_pipeline/ui/shared/times.js";
import { History } from "../../video_pipeline/ui/viewer/history.js";
import { splitTime } from "../../video_pipeline/ui/viewer/line_editor.js";
import { noData } from "../../video_pipeline/ui/viewer/no_data.js";
import { countIn, replacements } from "../../video_pipeline/ui/viewer/replace.js";
import { Store } from "../../video_pipeline/ui/viewer/store.js";

/** @type {(start_s: number, text: string, more?: object) => any} */
const line = (start_s, text, more = {}) => ({
  start_s,
  end_s: start_s + 2,
  text,
  language: "en",
  speaker: null,
  words: [],
  ...more,
});

function memory() {
  /** @type {Map<string, string>} */
  const kept = new Map();
  return {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  };
}

/** A server that makes every edit, unless the lines are not as they were seen. */
function source() {
  let lines = [line(1, "one two"), line(5, "three"), line(9, "four One")];
  return {
    editable: /** @type {const} */ (true),
    base: "/api/jobs/x",
    options: {},
    view: async () => ({ ...noData(), name: "x", duration_s: 60, language: "en", segments: lines }),
    editLines: async (/** @type {LineEdit[]} */ edits) => {
      const made = edits.map((edit) => {
        const was = edit.was.map((old) => lines.find((one) => one.start_s === old.start_s && one.text === old.text));
        if (was.includes(undefined)) throw new Error("somebody else changed this");
        const fresh = edit.lines.map((one) => line(one.start_s, one.text, { end_s: one.end_s }));
        lines = [...lines.filter((one) => !was.includes(one)), ...fresh].sort((a, b) => a.start_s - b.start_s);
        return { was: /** @type {any[]} */ (was), lines: fresh };
      });
      return { edits: made, cues: [] };
    },
  };
}

async function opened() {
  const store = new Store(/** @type {any} */ (source()));
  store.history = new History("x", memory());
  store.setData(await store.source.view());
  return store;
}

/** @param {Store} store */
const texts = (store) => store.data.segments.map((one) => one.text);

describe("undo and redo", () => {
  test("take back corrections, splits, joins and removals, last first, and make them again", async () => {
    const store = await opened();
    const before = texts(store);
    const [first, second] = store.data.segments;
    await store.edit([
      {
        was: [first],
        lines: [
          { ...first, text: "one" },
          { ...first, start_s: 2, text: "two" },
        ],
      },
    ]);
    await store.edit([{ was: [second], lines: [] }]);
    const after = texts(store);
    assert.deepEqual(after, ["one", "two", "four One"]);
    assert.equal(await store.step("undo"), true);
    assert.equal(await store.step("undo"), true);
    assert.deepEqual(texts(store), before);
    assert.equal(await store.step("undo"), false);
    await store.step("redo");
    await store.step("redo");
    assert.deepEqual(texts(store), after);
    assert.equal(await store.step("redo"), false);
  });

  test("are kept over a reload, and a new edit ends what could be made again", () => {
    const storage = memory();
    const history = new History("x", storage);
    history.add([{ was: [line(1, "a")], lines: [line(1, "b")] }]);
    history.moved("undo");
    assert.equal(new History("x", storage).edits("redo")?.length, 1);
    assert.equal(new History("y", storage).edits("redo"), null);
    history.add([{ was: [line(1, "a")], lines: [line(1, "c")] }]);
    assert.equal(new History("x", storage).edits("redo"), null);
  });

  test("a storage that is full or broken only costs the reload", () => {
    const storage = { ...memory(), setItem: () => assert.fail("full"), getItem: () => "{broken" };
    const history = new History("x", storage);
    history.add([{ was: [], lines: [line(1, "a")] }]);
    assert.equal(history.edits("undo")?.length, 1);
  });
});

describe("find and replace", () => {
  test("changes every place, whatever its case, and no pattern is meant", async () => {
    const store = await opened();
    assert.equal(countIn(store.data.segments, "one"), 2);
    await store.edit(replacements(store.data.segments, "one", "$1.*"));
    assert.deepEqual(texts(store), ["$1.* two", "three", "four $1.*"]);
    assert.deepEqual(replacements(store.data.segments, ".", "x").length, 2);
    assert.deepEqual(replacements(store.data.segments, "", "x"), []);
    await store.step("undo");
    assert.deepEqual(texts(store), ["one two", "three", "four One"]);
  });
});

describe("times and counts", () => {
  test("are written as they are shown", () => {
    for (const [text, time_s] of /** @type {[string, number][]} */ ([
      ["0:01.50", 1.5],
      ["1:23.46", 83.46],
      ["1:02:03.00", 3723],
      ["83", 83],
      ["1:02:03,5", 3723.5],
    ])) {
      assert.equal(parseTime(text, -1), time_s);
    }
    for (const wrong of ["", "a", "1:2:3:4", "-5", "1e3"]) assert.equal(parseTime(wrong, 7), 7);
    assert.equal(parseTime(preciseClock(83.4567), 83.4567), 83.4567);
  });

  test("a split falls between words", () => {
    const words = /** @type {Word[]} */ ([
      [0, "one"],
      [1, " two"],
      [2, " three"],
    ]);
    assert.equal(splitTime({ ...line(0, "one two three"), end_s: 3, words }, 3 / 13), 1);
    assert.equal(splitTime({ ...line(0, "one two three"), end_s: 3, words }, 8 / 13), 2);
    assert.equal(splitTime({ ...line(0, "ab"), end_s: 4, words: [] }, 0.5), 2);
  });

  test("one is not several", () => {
    assert.equal(translateCount("exportCount", 1), "1 clip goes into one zip file.");
    assert.equal(translateCount("exportCount", 2), "2 clips go into one zip file.");
  });
});
