"""Which of our languages a text is in, by its script and its commonest words: enough to choose rules and labels by."""

from __future__ import annotations

import re

from video_pipeline.core.labels import Language

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_ENGLISH = frozenset(
    "the and you to of a is it that in i for we was this not on are be have with what he she they my your but just there do so "
    "it's i'm don't that's how all can me no yes out up here about".split()
)
_ENGLISH_SHARE = 0.15
_TAGS = {"zh-hant": Language.YUE, "zh-tw": Language.YUE, "zh-hk": Language.YUE, "zh-yue": Language.YUE}
_ALIASES = {"kr": "ko", "jp": "ja", "cn": "zh", "eng": "en", "kor": "ko", "jpn": "ja", "zho": "zh", "chi": "zh", "cmn": "zh"}


def guess_language(text: str) -> Language:
    """Traditional Chinese counts as Cantonese, since both share their characters and rules; UNKNOWN is any other language."""
    kana, hangul, han = (len(kind.findall(text)) for kind in (_KANA, _HANGUL, _HAN))
    words = [word.lower() for word in _WORD.findall(text)]
    if hangul > max(kana, han):
        return Language.KO
    if kana and kana * 10 > han:
        return Language.JA
    if han:
        traditional = sum(_only_in(c, "big5hkscs", "gb2312") - _only_in(c, "gb2312", "big5hkscs") for c in _HAN.findall(text))
        return Language.YUE if traditional > 0 else Language.ZH
    english = sum(word in _ENGLISH for word in words)
    return Language.EN if words and english / len(words) >= _ENGLISH_SHARE else Language.UNKNOWN


def language_of_tag(tag: str) -> Language | None:
    """For instance `en-GB`, `ko-KR` or `zh-Hant`; None for no tag, UNKNOWN for a language that is not ours."""
    tag = tag.strip().lower().replace("_", "-")
    if not tag or tag == "und":
        return None
    if tag in _TAGS:
        return _TAGS[tag]
    head = tag.split("-")[0]
    head = _ALIASES.get(head, head)
    return Language(head) if head in set(Language) else Language.UNKNOWN


def _only_in(character: str, here: str, not_there: str) -> bool:
    return _can(character, here) and not _can(character, not_there)


def _can(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
