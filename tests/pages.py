"""What every page is held to, in a real browser: one language at a time, and no finding of axe."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from video_pipeline import ui
from video_pipeline.media.web_font import is_asian

LOCALES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-TW", "ja": "ja-JP", "ko": "ko-KR"}
"""Of a browser, by the languages that the pages have beside English."""
THEMES = ("dark", "light")
AXE = Path(__file__).parents[1] / "node_modules" / "axe-core" / "axe.min.js"
_FINDINGS = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .map((one) => [one.impact, one.id, ...one.nodes.map((node) => node.html)])"""
_SHOWN = """() => {
    const found = [];
    const look = (root) => {
        for (const one of root.querySelectorAll("*")) {
            if (one.matches("script, style, .what *, .what, code")) continue;
            for (const node of one.childNodes) if (node.nodeType === 3 && node.data.trim()) found.push(node.data.trim());
            for (const name of ["aria-label", "title", "placeholder", "alt", "data-state"]) {
                if (one.getAttribute(name)) found.push(one.getAttribute(name));
            }
            if (one.shadowRoot) look(one.shadowRoot);
        }
    };
    look(document);
    return found;
}"""
"""Every text that a page shows or says, but for what was said in the video."""


def _english() -> tuple[set[str], set[str]]:
    """The single words, and the pieces of sentences, of which the pages' texts consist."""
    tables = [json.loads((ui.FOLDER / part / "texts/en.json").read_text()) for part in ("shared", "site", "shared/pages")]
    texts = [form for table in tables for text in table.values() for form in ([text] if isinstance(text, str) else text.values())]
    pieces = {piece.strip(" :.,()·–") for text in texts for piece in re.split(r"\{\w+\}", text)}
    return {piece for piece in pieces if re.fullmatch("[A-Za-z]{3,}", piece)}, {piece for piece in pieces if " " in piece}


def left_in_english(page: Any) -> list[str]:
    """Texts on the page that stand in an English table."""
    words, sentences = _english()
    own = {"English", "ZIP", "Space", "default"}  # names, in every language; the last is a preset
    return [
        text
        for text in page.evaluate(_SHOWN)
        if (text in words - own or any(re.search(rf"\b{re.escape(one)}\b", text) for one in sentences))
    ]


def without_letters(page: Any, tag: str) -> set[str]:
    """East Asian letters that a page shows, and that the font which it brings for a language lacks."""
    font = json.loads(page.locator("#data").text_content())["letters"][tag]
    assert page.evaluate("[...document.fonts].some((one) => one.family === 'Letters' && one.status === 'loaded')")
    brought = TTFont(io.BytesIO(base64.b64decode(font.partition(",")[2]))).getBestCmap()
    return {letter for text in page.evaluate(_SHOWN) for letter in text if is_asian(letter) and ord(letter) not in brought}


def axe_findings(page: Any) -> list[list[str]]:
    """Of a page whose browser was told to bypass the page's policy."""
    if not AXE.is_file():
        pytest.skip("axe-core is not here: tools/check_ui.py fetches it from npm's registry")
    page.evaluate(f"{AXE.read_text()}; undefined")
    found: list[list[str]] = page.evaluate(_FINDINGS)
    return found
