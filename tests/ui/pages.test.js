import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { Choice } from "../../video_pipeline/ui/gallery/choice.js";
import { byKind, spelledOut } from "../../video_pipeline/ui/library/failures.js";
import { arranged } from "../../video_pipeline/ui/library/videos.js";
import { debounce } from "../../video_pipeline/ui/shared/debounce.js";
import { requestJson } from "../../video_pipeline/ui/shared/request.js";
import "../../video_pipeline/ui/shared/every_language.js";
import { addTexts, language, translate, translateCount } from "../../video_pipeline/ui/shared/texts.js";
import { isActive, stateText } from "../../video_pipeline/ui/site/states.js";
import { ServerSource } from "../../video_pipeline/ui/viewer/source.js";

afterEach(() => {
  mock.restoreAll();
  mock.timers.reset();
});

/** @type {(name: string, value: unknown) => void} */
const replaceGlobal = (name, value) => Object.defineProperty(globalThis, name, { value, configurable: true });

test("texts are filled in, and a name without a text is shown as it is", () => {
  replaceGlobal("navigator", { language: "en-GB" });
  assert.equal(translateCount("exportCount", 3), "3 clips go into one zip file.");
  assert.equal(translate("no_such_text"), "no such text");
  assert.equal(translate("constructor"), "constructor"); // not a property of every object
  addTexts({ en: { greeting: "Hello {name}" }, ja: { greeting: "こんにちは、{name}" } });
  assert.equal(translate("greeting", { name: "Ada" }), "Hello Ada");
});

test("the language is the chosen one, else the browser's", () => {
  replaceGlobal("navigator", { language: "zh-CN", languages: ["fr", "zh-CN", "ja"] });
  assert.equal(language(), "zh-Hans");
  assert.equal(translate("undo"), "撤销");
  replaceGlobal("navigator", { language: "zh-TW" });
  assert.equal(language(), "zh-Hant");
  assert.equal(translate("undo"), "復原");
  replaceGlobal("localStorage", { getItem: () => "en" });
  assert.equal(translate("play"), "Play");
  replaceGlobal("localStorage", undefined);
  replaceGlobal("navigator", { language: "fr" });
  assert.equal(language(), "en");
});

test("many calls become one, after the last", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  let calls = 0;
  const call = debounce(() => {
    calls += 1;
  }, 100);
  for (let k = 0; k < 5; k += 1) {
    call();
    mock.timers.tick(90);
  }
  assert.equal(calls, 0);
  mock.timers.tick(10);
  assert.equal(calls, 1);
});

test("a failed request rejects with the server's own message", async () => {
  const answers = [
    new Response('{"error": "the queue is full"}', { status: 503 }),
    new Response("<html>", { status: 502, statusText: "Bad Gateway" }),
    new Response(null, { status: 204 }),
    new Response('{"a": 1}'),
  ];
  const fetching = mock.method(globalThis, "fetch", async () => answers.shift());
  await assert.rejects(() => requestJson("/x"), /^Error: the queue is full$/);
  await assert.rejects(() => requestJson("/x"), /502 Bad Gateway/);
  assert.equal(await requestJson("/x", "DELETE"), null);
  assert.deepEqual(await requestJson("/x", "PUT", { b: 2 }), { a: 1 });
  const [address, { method, body }] = fetching.mock.calls[3].arguments;
  assert.deepEqual([address, method, body], ["/x", "PUT", '{"b":2}']);
});

test("an export is followed until it ends", async () => {
  const states = [{ state: "queued" }, { state: "running" }, { state: "done", url: "/zip" }];
  const jobs = states.map((state) => Response.json({ id: "e1", ...state }));
  const fetching = mock.method(globalThis, "fetch", async () => jobs.shift());
  /** @type {string[]} */
  const seen = [];
  const source = new ServerSource("/api/jobs/abc");
  assert.equal(await source.exportClips({}, ({ state }) => seen.push(state)), "/zip");
  assert.deepEqual(seen, ["queued", "running"]);
  assert.deepEqual(
    fetching.mock.calls.map((call) => call.arguments[0]),
    ["/api/jobs/abc/export", "/api/jobs/e1", "/api/jobs/e1"],
  );
});

test("a failed export gives its reason", async () => {
  mock.method(globalThis, "fetch", async () => Response.json({ id: "e1", state: "failed", error: "the disk is full" }));
  await assert.rejects(() => new ServerSource("/api/jobs/abc").exportClips({}, () => {}), /the disk is full/);
});

test("a job's state as text", () => {
  replaceGlobal("navigator", { language: "en" });
  assert.equal(stateText({ state: "queued", place: 3 }), "number 3 in the queue");
  assert.equal(stateText({ state: "running", stage: "speech" }), "speech");
  assert.equal(stateText({ state: "failed" }), "failed");
  assert.deepEqual(
    ["queued", "running", "done", "failed", "cancelled"].map((state) => isActive({ state })),
    [true, true, false, false, false],
  );
});

/** @type {(source: string, more?: object) => any} */
const video = (source, more = {}) => ({ source, name: source, page: "", state: "done", ...more });

test("videos are filtered by name, state and error, in every order", () => {
  const videos = [
    video("b.mp4", { media_s: 10, took_s: 1, best: [40, 1, ""] }),
    video("a.mp4", { media_s: 30, took_s: 30, best: [90, 1, ""], event_s: { laughter: 5 } }),
    video("broken.mov", { state: "failed", error: "moov atom not found" }),
  ];
  /** @type {(text: string, order: string) => string[]} */
  const sources = (text, order) => arranged(videos, text, order).map(({ source }) => source);
  assert.deepEqual(sources("", "inOrder"), ["b.mp4", "a.mp4", "broken.mov"]);
  assert.deepEqual(sources(" MOOV ", "inOrder"), ["broken.mov"]);
  assert.deepEqual(sources("failed", "inOrder"), ["broken.mov"]);
  assert.deepEqual(sources("mp4", "bestFirst"), ["a.mp4", "b.mp4"]);
  assert.deepEqual(sources("", "laughterFirst")[0], "a.mp4");
  assert.deepEqual(sources("", "longestFirst"), ["a.mp4", "b.mp4", "broken.mov"]);
  assert.deepEqual(sources("", "slowestFirst"), ["a.mp4", "b.mp4", "broken.mov"]);
  assert.equal(videos[0].source, "b.mp4"); // the data keeps its order
});

test("failures come by kind, the most frequent first", () => {
  const failed = (name, error_type) => video(name, { state: "failed", error: "no", error_type });
  const kinds = byKind([failed("a", "NoAudio"), failed("b", "NotMedia"), video("c"), failed("d", "NotMedia")]);
  assert.deepEqual(
    kinds.map(([kind, videos]) => [kind, videos.length]),
    [
      ["NotMedia", 2],
      ["NoAudio", 1],
    ],
  );
  assert.equal(spelledOut("NoSuchTrack"), "no such track");
});

test("a choice of clips is remembered, and the same verdict twice takes it back", () => {
  const stored = new Map();
  const storage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, text) => stored.set(key, text) };
  const clips = [{ file: "1.mp4" }, { file: "2.mp4" }];
  const choice = new Choice(clips, storage, "key");
  choice.toggle(clips[0], "yes");
  choice.toggle(clips[1], "no");
  assert.deepEqual(new Choice(clips, storage, "key").kept(), [clips[0]]);
  assert.equal(new Choice(clips, storage, "other folder").of(clips[0]), undefined);
  choice.toggle(clips[0], "yes");
  assert.deepEqual(choice.kept(), []);
  choice.toggle(clips[1], "yes");
  assert.deepEqual(choice.kept(), [clips[1]]);
});

test("a choice works without a storage, with a full one and with a damaged one", () => {
  const clips = [{ file: "1.mp4" }];
  const full = {
    getItem: () => "{not json",
    setItem() {
      throw new Error("full");
    },
  };
  for (const storage of [null, full]) {
    const choice = new Choice(clips, storage, "key");
    choice.toggle(clips[0], "yes");
    assert.deepEqual(choice.kept(), clips);
  }
});
