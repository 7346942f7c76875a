"""Tags of languages (BCP 47, ISO 639) in names and in files: any language, also one without rules of its own."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from video_pipeline.core.labels import Language
from video_pipeline.core.languages import CODES, by_name, normal_tag
from video_pipeline.subtitles.read.languages import CANTONESE, guess_language

_KINDS = {"sdh": "sdh", "cc": "sdh", "hi": "sdh", "forced": "forced", "foreign": "forced"}
_IGNORED = frozenset(("default", "full", "utf8", "utf-8", "srt", "sub", "subs"))
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{4})?(?:[-_](?:[A-Za-z]{2}|\d{3}))?")
_CHINESE = {"chs": "zh-Hans", "cht": "zh-Hant", "gb": "zh-Hans", "big5": "zh-Hant"}
"""Words for its two scripts in names of subtitle files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameTags:
    """What the name of a subtitle file says, such as `film.pt-BR.forced.srt`."""

    language: str = ""
    """BCP 47 tag; empty if the name has none."""
    is_sdh: bool = False
    """It describes sounds."""
    is_forced: bool = False
    """It holds only what is foreign in the film."""


@functools.lru_cache(maxsize=64)
def name_tags(path: Path) -> NameTags:
    """The tags at the end of a name, before its suffix. `hi` is Hindi unless another language is named."""
    parts = path.name.split(".")[1:-1]
    language, kinds = "", set[str]()
    for part in reversed(parts):
        word = part.lower()
        if word in _KINDS and (word != "hi" or _another_language(parts, part)):
            kinds.add(_KINDS[word])
        elif (named := _CHINESE.get(word) or by_name(word)) and not language:
            language = str(named)
        elif _TAG.fullmatch(part) and re.split(r"[-_]", word)[0] in CODES and not language:
            language = normal_tag(part)
        elif word not in _IGNORED:
            break
    return NameTags(language=language, is_sdh="sdh" in kinds, is_forced="forced" in kinds)


def _another_language(parts: list[str], own: str) -> bool:
    return any(part != own and (_TAG.fullmatch(part) and part.lower().split("-")[0] in CODES) for part in parts)


def own_tag(tag: str) -> str:
    """The tag as BCP 47 writes it; empty for none and for one that is no language."""
    if not tag or not re.match(r"[A-Za-z]{2,3}(?:[-_]|$)", tag):
        return ""
    return normal_tag(tag) if re.split(r"[-_]", tag.lower())[0] in CODES else ""


def tag_of_text(text: str) -> str:
    """What the letters of a text tell beyond its `Language`: Chinese in traditional characters that is not Cantonese."""
    language = guess_language(text)
    if language is Language.YUE:
        return "yue" if sum(text.count(c) for c in CANTONESE) * 100 > len(text) else "zh-Hant"
    return "" if language is Language.UNKNOWN else language.value
