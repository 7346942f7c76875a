"""East Asian letters for pages: the ones of the text, and no more."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import ImageFont

from video_pipeline.core.labels import Language
from video_pipeline.media import web_font
from video_pipeline.media.font_file import cjk
from video_pipeline.media.web_font import FAMILY, RANGE, embedded, is_asian, style_sheet
from video_pipeline.ui.bundle import FOLDER

needs_cjk = pytest.mark.skipif(not cjk(), reason="the package noto-cjk-sans-otc is not installed")


def ink(content: bytes, letter: str) -> int:
    mask = ImageFont.truetype(io.BytesIO(content), 64).getmask(letter)
    return sum(bytes(mask))


@needs_cjk
@pytest.mark.parametrize(
    "text, language",
    [
        ("我的演讲 2026, café", Language.ZH),
        ("東京タワー", Language.UNKNOWN),
        ("안녕하세요", Language.KO),
        ("「」", Language.UNKNOWN),
    ],
)
def test_the_font_has_the_letters_of_the_text_alone(text: str, language: Language) -> None:
    content = embedded(text, language)
    assert content.startswith(b"wOFF") and len(content) < 30_000
    assert all(ink(content, letter) for letter in text if is_asian(letter))
    assert not ink(content, "龍")


@needs_cjk
def test_the_same_letters_are_the_same_bytes_at_any_time(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    for now in ("1000000000", "1700000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", now)
        web_font._subset.cache_clear()
        made.append(embedded("大家晚上好", Language.ZH))
    assert made[0] == made[1]


@needs_cjk
def test_han_characters_have_the_shapes_of_their_language() -> None:
    assert embedded("直骨", Language.JA) != embedded("直骨", Language.ZH)


@pytest.mark.parametrize("text", ["", "plain text", "Ünïcödé Ελληνικά Русский 😀 →"])
def test_a_text_without_east_asian_letters_needs_no_font(text: str) -> None:
    assert embedded(text, Language.ZH) == b"" and style_sheet(text, Language.ZH) == ""


@needs_cjk
def test_the_style_sheet_holds_the_font_itself() -> None:
    sheet = style_sheet("中文", Language.ZH)
    assert base64.b64encode(embedded("中文", Language.ZH)).decode() in sheet
    assert f'"{FAMILY}"' in sheet and RANGE in sheet and "//" not in sheet.split("base64,")[0]


def test_every_page_asks_for_these_letters_first() -> None:
    sheets = [
        "shared/base.css",
        "library/library.css",
        "gallery/gallery.css",
        "conversation/conversation.css",
        "viewer/player.css",
    ]
    assert all(f"{FAMILY}," in (FOLDER / sheet).read_text() for sheet in sheets)
    script = (FOLDER / "shared/letters.js").read_text()
    assert f'"{FAMILY}"' in script and RANGE in script
