import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import "../../video_pipeline/ui/shared/every_language.js";
import {
  addTexts,
  failureText,
  LANGUAGE_NAMES,
  language,
  matchingLanguage,
  translateCount,
} from "../../video_pipeline/ui/shared/texts.js";

/** @type {(part: string, tag: string) => Table} */
const read = (part, tag) =>
  JSON.parse(readFileSync(new URL(`../../video_pipeline/ui/${part}/texts/${tag}.json`, import.meta.url), "utf8"));
/** @typedef {Record<string, string | Record<string, string>>} Table */
const [VIEWER_EN, SITE_EN] = ["shared", "site"].map((part) => read(part, "en"));
/** @type {[Table, Record<string, Table>][]} */
const PARTS = ["shared", "site", "shared/pages"].map((part) => [
  read(part, "en"),
  Object.fromEntries(Object.keys(LANGUAGE_NAMES).map((tag) => [tag, read(part, tag)])),
]);
const SAME = ["kind files", "ofTotal"]; // what every language writes as English does

/** @type {(text: string | Record<string, string>) => string[]} */
const forms = (text) => (typeof text === "string" ? [text] : Object.values(text));
/** @type {(text: string) => string[]} */
const gaps = (text) => [...text.matchAll(/\{\w+\}/g)].map(([gap]) => gap).sort();

test("every language has every text, with the same gaps and with the forms that it needs for counts", () => {
  for (const [english, tables] of PARTS) {
    assert.deepEqual(Object.keys(tables), Object.keys(LANGUAGE_NAMES));
    assert.ok(Object.keys(english).length > 40);
    for (const [tag, table] of Object.entries(tables)) {
      assert.deepEqual(Object.keys(table).sort(), Object.keys(english).sort(), tag);
      const categories = new Intl.PluralRules(tag).resolvedOptions().pluralCategories;
      for (const [name, text] of Object.entries(table)) {
        assert.equal(typeof text, typeof english[name], `${tag} ${name}`);
        if (typeof text !== "string") assert.deepEqual(Object.keys(text).sort(), [...categories].sort(), `${tag} ${name}`);
        for (const [category, form] of Object.entries(typeof text === "string" ? { other: text } : text)) {
          assert.ok(form.trim(), `${tag} ${name}`);
          const expected = gaps(/** @type {string} */ (forms(english[name]).at(-1)));
          const found = category === "one" && !form.includes("{count}") ? ["{count}", ...gaps(form)] : gaps(form); // "the subtitle"
          assert.deepEqual(found, expected, `${tag} ${name}`);
        }
      }
    }
  }
});

test("no text was left in English", () => {
  for (const [english, tables] of PARTS) {
    for (const [tag, table] of Object.entries(tables)) {
      if (tag === "en") continue;
      for (const [name, text] of Object.entries(table)) {
        if (!SAME.includes(name)) assert.match(forms(text).join(""), /[^\x20-\x7e…]/, `${tag} ${name}`);
        if (!SAME.includes(name)) assert.notDeepEqual(text, english[name], `${tag} ${name}`);
      }
    }
  }
});

test("a text of the page has no other meaning in the viewer", () => {
  for (const name of Object.keys(SITE_EN)) {
    if (Object.hasOwn(VIEWER_EN, name)) assert.equal(SITE_EN[name], VIEWER_EN[name], name);
  }
});

test("characters go by the script that a reader of the language knows", () => {
  const expected = {
    "zh-CN": "zh-Hans",
    zh: "zh-Hans",
    "zh-SG": "zh-Hans",
    "zh-Hant-CN": "zh-Hant",
    "zh-TW": "zh-Hant",
    "zh-HK": "zh-Hant",
    yue: "zh-Hant",
    "yue-Hans-CN": "zh-Hans",
    "ja-JP": "ja",
    ko: "ko",
    "en-AU": "en",
    pt: null,
    "": null,
  };
  for (const [tag, found] of Object.entries(expected)) assert.equal(matchingLanguage(tag), found, tag);
});

test("counts take the form of their language", () => {
  Object.defineProperty(globalThis, "navigator", { value: { language: "en" }, configurable: true });
  assert.equal(translateCount("replaced", 1), "1 line was changed.");
  assert.equal(translateCount("replaced", 2), "2 lines were changed.");
  Object.defineProperty(globalThis, "navigator", { value: { language: "ja" }, configurable: true });
  assert.equal(translateCount("replaced", 2), "2 行を変更しました。");
});

test("failures have a sentence of their own in every language but English, in which the server speaks", () => {
  const tags = Object.keys(LANGUAGE_NAMES).filter((tag) => tag !== "en");
  const tables = tags.map((tag) =>
    JSON.parse(readFileSync(new URL(`../../video_pipeline/ui/site/errors/${tag}.json`, import.meta.url), "utf8")),
  );
  const kinds = Object.keys(tables[0]).sort();
  assert.ok(kinds.includes("error.NotMedia") && kinds.length > 20);
  for (const table of tables) {
    assert.deepEqual(Object.keys(table).sort(), kinds);
    assert.ok(Object.values(table).every((words) => /[^ -~]/.test(words)));
  }
  assert.equal(failureText("NotMedia", "a.txt is no video"), "a.txt is no video");
  addTexts({ [language()]: { "error.Made": "Made up" } });
  assert.equal(failureText("Made", "by a test"), "Made up (by a test)");
});
