"""The languages of a text and of its cues, by script and common words: enough to choose rules and labels."""

from __future__ import annotations

import bisect
import functools
import re
from collections.abc import Mapping, Sequence

from video_pipeline.core.labels import Language
from video_pipeline.core.languages import by_code
from video_pipeline.core.span import Span
from video_pipeline.subtitles.script import traditional_lead

_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HANGUL = re.compile(r"[\uac00-\ud7a3\u1100-\u11ff]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
_BORROWED_KANA = "の"
"""Chinese uses it too, in names of shops and brands."""
_ENGLISH = frozenset(
    "the and you to of a is it that in i for we was this not on are be have with what he she they my your but just there do so "
    "it's i'm don't that's how all can me no yes out up here about".split()
)
_ENGLISH_SHARE = 0.15
"""Share of common English words from which a text in Latin letters is English."""
_TAGS = {"zh-hant": Language.YUE, "zh-tw": Language.YUE, "zh-hk": Language.YUE, "zh-yue": Language.YUE}
_ALIASES = {"kr": "ko", "jp": "ja", "cn": "zh"}
"""Codes of countries that stand for their language in names of files."""
CANTONESE = "嘅咗唔喺佢哋係冇啲嗰嘢嚟咁噉嗱喇囉㗎咩乜睇諗攞俾畀嘥瞓攰搵掂哂晒"
"""Characters of written Cantonese that written Mandarin does not use."""
_CHARACTER_SETS = {Language.ZH: "gb2312", Language.YUE: "big5hkscs", Language.JA: "shift_jis"}
"""Character sets with the ideographs that a language uses: simplified, traditional, Japanese."""
_MOST_WITHOUT_KANA = 10
"""Japanese text of more ideographs than this contains kana."""
_SENTENCE_WORDS = 3
"""Fewer Latin words may be a name or an exclamation in a text of another language."""
_SHORT_LETTERS = 12
"""Latin words of more letters than this are read as Latin text even if there are fewer than `_SENTENCE_WORDS`."""
_LABEL = re.compile(r"\s*(?:\[[^\[\]]*\]|（[^（）]*）|\([^()]*\)|【[^【】]*】|[-–—♪♫]+)\s*")
"""A sound, an emotion or a speaker in brackets, or a dash or note, at the start of a line."""
_SPEAKER = re.compile(r"\s*(?=[^:：\n]*[^\W\d_])[^:：\s]{1,20}(?: [^:：\s]{1,20}){0,2}[:：]\s*")
"""A speaker's name before a colon at the start of a line."""


def guess_language(text: str) -> Language:
    """Traditional Chinese counts as Cantonese, because both use the same characters and rules. UNKNOWN is any other language."""
    kana, hangul, han = (len(kind.findall(text)) for kind in (_KANA, _HANGUL, _HAN))
    if hangul > max(kana, han):
        return Language.KO
    if kana and kana * 10 > han:
        return Language.JA
    if han:
        return Language.YUE if traditional_lead(text) > 0 else Language.ZH
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in _ENGLISH for word in words)
    return Language.EN if words and english / len(words) >= _ENGLISH_SHARE else Language.UNKNOWN


def cue_languages(texts: Sequence[str], spans: Sequence[Span], main: Language) -> list[Language]:
    """The language of each cue of a file that may be in several languages.

    A cue that fits several languages, such as a name in ideographs or one word in Latin letters, has the language of the
    nearest cue in time that it can share.

    Args:
        texts: the text of each cue, in order of time.
        spans: when each cue is shown.
        main: the language of the file as a whole, for cues without any clue around them.
    """
    bare = [_without_labels(text) for text in texts]
    latin = guess_language(" ".join(text for text in bare if _is_latin(text)))
    possible = [_possible(text, latin) for text in bare]
    certain: dict[Language, list[int]] = {}
    for number, (only, *others) in enumerate(possible):
        if not others:
            certain.setdefault(only, []).append(number)
    return [
        own[0] if len(own) == 1 else _nearest(number, own, certain, spans) or (main if main in own else own[0])
        for number, own in enumerate(possible)
    ]


def language_of_tag(tag: str) -> Language | None:
    """The language of a tag such as `en-GB`, `ko-KR` or `zh-Hant`: None for no tag, UNKNOWN for any other language."""
    tag = tag.strip().lower().replace("_", "-")
    if not tag or tag == "und":
        return None
    if tag in _TAGS:
        return _TAGS[tag]
    head = tag.split("-")[0]
    head = _ALIASES.get(head, head)
    return by_code(head) or Language.UNKNOWN


def _without_labels(text: str) -> str:
    """The words of a cue, or its labels if there are no words. Each line may begin with labels: two people may have one each."""
    bare = "\n".join(map(_without_lead, text.splitlines()))
    return bare if _WORD.search(bare) else text


def _without_lead(line: str) -> str:
    while found := _LABEL.match(line) or _SPEAKER.match(line):
        line = line[found.end() :]
    return line


def _is_latin(text: str) -> bool:
    """Whether a text has words, none of them in an East Asian script."""
    return _WORD.search(text) is not None and not any(kind.search(text) for kind in (_KANA, _HANGUL, _HAN))


def _possible(text: str, latin: Language) -> tuple[Language, ...]:
    """The languages in which a cue can be. `latin` is that of all cues in Latin letters."""
    kana, hangul, han = (len(kind.findall(text)) for kind in (_KANA, _HANGUL, _HAN))
    if hangul > max(kana, han):
        return (Language.KO,)
    if kana > text.count(_BORROWED_KANA) and kana * 10 > han:
        return (Language.JA,)
    if kana or han:
        return _by_characters(_HAN.findall(text), may_be_japanese=kana > 0 or han <= _MOST_WITHOUT_KANA)
    words = _WORD.findall(text)
    is_name = len(words) < _SENTENCE_WORDS and sum(map(len, words)) <= _SHORT_LETTERS
    return tuple(Language) if is_name else (latin,)


def _by_characters(ideographs: Sequence[str], *, may_be_japanese: bool) -> tuple[Language, ...]:
    """The languages whose character sets hold most of the ideographs."""
    held = {
        language: sum(_can(c, encoding) for c in ideographs)
        for language, encoding in _CHARACTER_SETS.items()
        if may_be_japanese or language is not Language.JA
    }
    return tuple(language for language, count in held.items() if count == max(held.values()))


def _nearest(
    number: int, own: Sequence[Language], certain: Mapping[Language, Sequence[int]], spans: Sequence[Span]
) -> Language | None:
    """Of the languages `own`, that of the nearest cue in time whose language is certain."""
    around: list[tuple[float, Language]] = []
    for language in own:
        numbers = certain.get(language, ())
        place = bisect.bisect(numbers, number)
        around += [(_gap_s(spans[number], spans[k]), language) for k in numbers[max(0, place - 1) : place + 1]]
    return min(around, key=lambda one: one[0], default=(0.0, None))[1]


def _gap_s(a: Span, b: Span) -> float:
    return max(0.0, b.start_s - a.end_s, a.start_s - b.end_s)


@functools.lru_cache(maxsize=1 << 14)
def _can(character: str, encoding: str) -> bool:
    """Whether an encoding has a character."""
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
