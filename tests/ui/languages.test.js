import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameOf } from "../../video_pipeline/ui/viewer/languages.js";

describe("names of the languages of subtitles", () => {
  const known = ["en", "pt-BR", "ja"];
  test("are in the language of the page", () => {
    assert.equal(nameOf("pt-BR", known, "en"), "Brazilian Portuguese");
    assert.equal(nameOf("ja", known, "ja"), "日本語");
  });
  test("of two at once are both, the upper one first", () => {
    assert.equal(nameOf("en-pt-BR", known, "en"), "English + Brazilian Portuguese");
    assert.equal(nameOf("pt-BR-en", known, "en"), "Brazilian Portuguese + English");
  });
  test("are the tag where a browser knows no name", () => {
    assert.equal(nameOf("x_y", known, "en"), "x_y");
  });
});
