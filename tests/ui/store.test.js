import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { translate } from "../../video_pipeline/ui/shared/texts.js";
import { valueAt } from "../../video_pipeline/ui/viewer/lanes.js";
import { ReportSource } from "../../video_pipeline/ui/viewer/source.js";
import { edgesOf, Store } from "../../video_pipeline/ui/viewer/store.js";

/** @type {(start_s: number, end_s: number, more?: object) => object} */
const clip = (start_s, end_s, more = {}) => ({ start_s, end_s, score: 50, title: "", why: "", reasons: [], ...more });

/** One minute: two lines, a shot change at 20 s, two clips. */
function data() {
  return {
    name: "talk.mp4",
    duration_s: 60,
    language: "en",
    engine: { name: "replay", model: "" },
    video: null,
    media: [],
    segments: [
      {
        start_s: 5,
        end_s: 8,
        text: "So I ran",
        language: "en",
        speaker: null,
        words: [
          [5, "So"],
          [6, " I"],
          [6.5, " ran"],
        ],
      },
      { start_s: 30, end_s: 33, text: "home", language: "en", speaker: null, words: [[30, "home"]] },
    ],
    events: [],
    cues: [
      { start_s: 5, end_s: 8, label: "", sound: null, lines: [[[5, "So I ran"]]] },
      { start_s: 30, end_s: 33, label: "", sound: null, lines: [[[30, "home"]]] },
    ],
    curves: { loudness: { hop_s: 0.5, values: btoa(String.fromCharCode(0, 51, 255)) } },
    clips: [clip(4, 12), clip(28, 40)],
    explanation: "2 of 7 moments",
    findings: [],
    cuts_s: [20],
    style: { labels: "text", words: "plain", backdrop: "box", size: 0.05 },
    weights: { laughter: 1 },
    names: { en: { calmness: "calm" }, ja: { calmness: "落ち着き" } },
    colours: { sounds: {}, spoken: "#fff", plain: "#fff", sound: "#fff" },
  };
}

/** A server that answers a changed clip: snapped to a whole second, with a new score. */
class FakeServer {
  editable = true;
  options = {};
  /** @type {unknown[]} */
  saved = [];

  /** @param {number} at_s */
  async snap(at_s) {
    return { at_s: Math.round(at_s) };
  }

  /** @type {(clips: object[], weights: object) => Promise<object>} */
  async saveClips(clips, weights) {
    this.saved.push([structuredClone(clips), weights]);
    return { clips: clips.map((one) => ({ ...one, score: 99 })), explanation: "saved" };
  }
}

describe("the store", () => {
  /** @type {Store} */
  let store;
  /** @type {FakeServer} */
  let server;
  /** @type {string[]} */
  let events;

  beforeEach(() => {
    server = new FakeServer();
    store = new Store(server);
    events = [];
    for (const name of ["data", "clips", "select", "time", "look"]) store.on(name, () => events.push(name));
    store.setData(data());
  });

  test("announces new data once, after the clips", () => {
    assert.deepEqual(events, ["clips", "data"]);
    assert.ok(store.ready);
  });

  test("decodes the curves", () => {
    assert.deepEqual([...store.curves.loudness.values], [0, 51, 255]);
    assert.equal(valueAt(store.curves.loudness, 0.6), 0.2);
    assert.equal(valueAt(store.curves.loudness, 1000), 1); // after the last sample
  });

  test("shows words as the files do", () => {
    assert.equal(store.look.words, "plain");
    assert.equal(store.look.backdrop, "box");
  });

  test("keeps hidden subtitles hidden when the data comes again", () => {
    store.look.shown = false;
    store.setData(data());
    assert.equal(store.look.shown, false);
  });

  test("takes names from the data", () => {
    assert.equal(translate("calmness"), "calm");
  });

  test("finds the cue of a time", () => {
    assert.equal(store.cueAt(6)?.start_s, 5);
    assert.equal(store.cueAt(8), null);
    assert.equal(store.cueAt(31)?.start_s, 30);
  });

  test("snaps a dragged edge to a word, to a shot change, or to nothing", () => {
    store.moveEdge(0, "start", 5.2);
    assert.equal(store.clip, undefined); // moving selects nothing
    assert.equal(store.data.clips[0].start_s, 5);
    store.moveEdge(0, "end", 19.8);
    assert.equal(store.data.clips[0].end_s, 20);
    store.moveEdge(0, "end", 15);
    assert.equal(store.data.clips[0].end_s, 15);
  });

  test("keeps at least a second between the edges, and both inside the video", () => {
    store.moveEdge(0, "start", 50);
    assert.deepEqual([store.data.clips[0].start_s, store.data.clips[0].end_s], [11, 12]);
    store.moveEdge(1, "end", 1000);
    assert.equal(store.data.clips[1].end_s, 60);
  });

  test("saves an edge where the server puts it, with the answered scores", async () => {
    store.select(1);
    store.data.clips[1].end_s = 41.6;
    await store.saveEdge(1, "end");
    assert.equal(server.saved.length, 1);
    assert.deepEqual([store.clip.end_s, store.clip.score], [42, 99]);
    assert.equal(store.data.explanation, "saved");
  });

  test("keeps the selection on the same moment when the clips are ranked again", () => {
    store.select(0);
    store.setClips([clip(28, 40), clip(5, 13)], "other");
    assert.equal(store.selected, 1);
    store.setClips([clip(50, 58)], "gone");
    assert.equal(store.selected, 0); // never past the end
    assert.deepEqual([...store.chosen], [0]);
  });

  test("steps through the clips in a circle", () => {
    store.select(1);
    store.selectNext(1);
    assert.equal(store.selected, 0);
    store.selectNext(-1);
    assert.equal(store.selected, 1);
  });

  test("adds a clip that ends with the video, selected and chosen", () => {
    store.addClip(50);
    assert.deepEqual([store.clip.start_s, store.clip.end_s], [50, 60]);
    assert.ok(store.chosen.has(2));
    store.addClip(60);
    assert.deepEqual([store.clip.start_s, store.clip.end_s], [59, 60]);
  });

  test("removes a clip and saves the others", async () => {
    await store.removeClip(0);
    assert.deepEqual(
      store.data.clips.map((one) => one.start_s),
      [28],
    );
    assert.equal(server.saved.length, 1);
  });
});

test("a report cannot be changed", async () => {
  const store = new Store(new ReportSource(data()));
  store.setData(await store.source.view());
  assert.throws(() => store.editor, /cannot be changed/);
  await assert.rejects(() => store.saveClips(), /cannot be changed/);
});

test("a clip may start at a word and end with a line, and do both at a shot change", () => {
  assert.deepEqual(edgesOf(data()), { start: [5, 5, 6, 6.5, 20, 30, 30], end: [8, 20, 33] });
});
