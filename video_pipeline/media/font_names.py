"""Names of fonts: families per language on the usual systems, and what to install if none is present."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from video_pipeline.core.labels import Language

LATIN = "Noto Sans"
"""Family of the project's own font for Latin, Greek and Cyrillic."""
SYMBOLS = "Noto Sans Symbols"
"""Family of its notes, arrows and other signs."""
EMOJI = "Noto Emoji"
"""Family of its emoji, which are outlines, because libass draws no colours."""
FAMILIES: dict[Language, tuple[str, ...]] = {
    Language.ZH: (
        "Noto Sans CJK SC",
        "Noto Sans SC",
        "Source Han Sans SC",
        "PingFang SC",
        "Microsoft YaHei",
        "Hiragino Sans GB",
        "WenQuanYi Micro Hei",
        "WenQuanYi Zen Hei",
        "SimHei",
    ),
    Language.YUE: (
        "Noto Sans CJK HK",
        "Noto Sans HK",
        "Noto Sans CJK TC",
        "Noto Sans TC",
        "Source Han Sans HC",
        "Source Han Sans TC",
        "PingFang HK",
        "PingFang TC",
        "Microsoft JhengHei",
    ),
    Language.JA: (
        "Noto Sans CJK JP",
        "Noto Sans JP",
        "Source Han Sans",
        "Hiragino Sans",
        "Yu Gothic",
        "Meiryo",
        "IPAGothic",
        "TakaoGothic",
        "MS Gothic",
    ),
    Language.KO: (
        "Noto Sans CJK KR",
        "Noto Sans KR",
        "Source Han Sans K",
        "Apple SD Gothic Neo",
        "Malgun Gothic",
        "NanumGothic",
        "UnDotum",
    ),
}
"""Sans-serif families with the character shapes of each language, best first. Others use `LATIN`."""

SAMPLES: dict[Language, str] = {
    Language.EN: "Subtitles [laughter]",
    Language.ZH: "你说这样开心笑声",
    Language.YUE: "你係咪嗰啲開心笑聲",
    Language.JA: "ひらがなカタカナ笑い声拍手",
    Language.KO: "안녕하세요웃음박수",
}
"""Characters that a font for the language must have."""

_WINDOWS = {
    Language.ZH: "Chinese (Simplified)",
    Language.YUE: "Chinese (Traditional)",
    Language.JA: "Japanese",
    Language.KO: "Korean",
}
"""How Windows names the optional feature that holds the fonts of a language."""


def language_of(characters: Iterable[str]) -> Language:
    """The language of some characters: kana mean Japanese, Hangul Korean, only Han Chinese; UNKNOWN if there are none."""
    scripts = {unicodedata.name(character, "").split(" ")[0] for character in characters}
    if scripts & {"HIRAGANA", "KATAKANA"}:
        return Language.JA
    if "HANGUL" in scripts:
        return Language.KO
    return Language.ZH if "CJK" in scripts else Language.UNKNOWN


def install_hint(missing: Iterable[str], language: Language) -> str:
    """What to install, per system, so that these characters can be drawn. `language` selects the shapes of Han characters."""
    letters = set(missing)
    found = language_of(letters)
    if found is Language.ZH and language in FAMILIES:
        found = language
    if found is not Language.UNKNOWN:
        return _noto_cjk(found)
    if any(unicodedata.category(character) == "So" for character in letters):
        return (
            "install a font with emoji outlines (Debian, Ubuntu: apt install fonts-symbola; macOS and elsewhere: "
            "Noto Emoji from fonts.google.com), or label with words instead of emoji"
        )
    if all(unicodedata.category(character) in ("Co", "Cn") for character in letters):
        return "Unicode does not define them; remove them from the text"
    scripts = sorted({unicodedata.name(character, "UNKNOWN").split(" ")[0].title() for character in letters})
    return (
        f"install the Noto Sans font for {', '.join(scripts)} (Debian, Ubuntu: apt install fonts-noto-core; "
        "macOS, Windows: from fonts.google.com/noto)"
    )


def _noto_cjk(language: Language) -> str:
    return (
        f"install {FAMILIES[language][0]} (Debian, Ubuntu: apt install fonts-noto-cjk; Fedora: dnf install "
        "google-noto-sans-cjk-fonts; macOS: brew install --cask font-noto-sans-cjk; Windows: Settings, Optional features, "
        f"{_WINDOWS[language]} Supplemental Fonts; anywhere: pip install noto-cjk-sans-otc)"
    )
