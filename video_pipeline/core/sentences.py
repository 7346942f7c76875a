"""Where sentences and clauses end: the one splitter of subtitles, highlights, titles and file names.

The library sentencex knows the abbreviations, numbers and marks of each language. It is corrected where it is wrong for speech:
a quotation goes on after its closing mark ("走吧！”他说), Latin abbreviations occur in text of every language, and a sentence may
end inside a closing bracket.
"""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Any

from video_pipeline.core.labels import Language

CLOSING = "\"'”’」』)）]］》】〉"
"""Quotation marks and brackets that belong to the sentence before them."""
_MARKS = ".!?。！？…．‥។៕။"
_CLAUSE_MARKS = ",;:，、；：،–—၊"
_MARKED = re.compile(f"[{_MARKS}][{re.escape(CLOSING)}]*$")
_CLAUSE = re.compile(f"[{_CLAUSE_MARKS}][{re.escape(CLOSING)}]*(?=\\s|$)|[，、；：][{re.escape(CLOSING)}]*")
_AFTER_BRACKET = re.compile(r"[.!?…][)\]]+\s+(?=[\"“‘'(\[]*[A-Z])")
"""An end that sentencex misses: "(He left.) Bye."."""
_UNSPACED_STOP = re.compile(f"[។៕။][{re.escape(CLOSING)}]*")
"""Full stops of Khmer and Burmese, which sentencex does not know."""
_LATIN_STOP = re.compile(r"[A-Za-z]\.$")
_LATIN_RUN = re.compile(r"[A-Za-z][\w .,'-]*$", re.ASCII)
_SHORTENED = re.compile(
    r"\b(?:mon|tues?|wed|thurs?|fri|sat|sun|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|etc|approx|vol|ch|pp?|min|max)\.$",
    re.IGNORECASE,
)
"""Abbreviations that end a sentence only before a capital letter."""
_NUMBERED = re.compile(
    r"\b(?:nrs?|núms?|kl|kap|arts?|figs?|abs|chap|cap|ch|vol|ca|pp?|str|tel|ст|гл|стр|рис|ул|д)\.$", re.IGNORECASE
)
"""Abbreviations that end no sentence before a number: "kl. 17"."""
_GOES_ON = {
    Language.JA: re.compile(r"と(?!ても|ころ|き)|って|など|なんて|を"),
    Language.ZH: re.compile(r"[他她它我你您]们?[说問问喊叫道想答]"),
    Language.YUE: re.compile(r"[佢我你]哋?[話講問嗌答諗]"),
    Language.KO: re.compile(r"이?라고|하고|라며|라는|이?란|고 "),
}
"""How a sentence continues after a quotation in it."""
_PROBE = " Xavier"
"""A name, which goes on after an abbreviation ("Dr. Xavier"); after any other full stop it starts a sentence."""
_TAIL = 60
"""Characters that decide whether a text ends a sentence."""
_CODES = {Language.UNKNOWN: "en"}
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3040-\u30ff]")


def sentence_ends(text: str, language: Language = Language.UNKNOWN) -> list[int]:
    """Indices in `text` after the last character of each sentence, closing marks included and spaces not.

    The last one is the end of the text, whether a mark stands there or not; a blank text has none.
    """
    found = [len(text[:at].rstrip()) for at in _library_ends(text, language)]
    found += [match.start() + len(match.group().rstrip()) for match in _AFTER_BRACKET.finditer(text)]
    found += [match.end() for match in _UNSPACED_STOP.finditer(text)]
    whole = len(text.rstrip())
    inside = {end for end in found if 0 < end < whole and _is_end(text, end, language)}
    return sorted({*inside, whole} - {0})


def split_sentences(text: str, language: Language = Language.UNKNOWN) -> list[str]:
    """The sentences of a text, without the spaces between them."""
    ends = sentence_ends(text, language)
    return [text[a:b].strip() for a, b in pairwise([0, *ends])]


def tokens_that_end(texts: Sequence[str], language: Language = Language.UNKNOWN) -> frozenset[int]:
    """Indices of the tokens that end a sentence; joined, with their own spaces, they are the text. Always holds the last one."""
    until = list(accumulate(map(len, texts)))
    return frozenset(bisect_left(until, end) for end in sentence_ends("".join(texts), language))


def ends_sentence(text: str) -> bool:
    """Whether a text ends with a mark that ends a sentence: not with a comma, an abbreviation or an initial."""
    text = text.rstrip()[-_TAIL:]
    if not _MARKED.search(text):
        return False
    return not _LATIN_STOP.search(text) or len(text) in sentence_ends(text + _PROBE, Language.EN)


def is_punctuated(text: str) -> bool:
    """Whether a text has any mark that ends sentences: some engines write none."""
    return any(mark in text for mark in _MARKS)


def clause_ends(text: str) -> list[int]:
    """Indices in `text` after each clause, or sentence, with the closing marks after it."""
    return sorted({*sentence_ends(text), *(match.end() for match in _CLAUSE.finditer(text))})


def word_ends(text: str) -> list[int]:
    """Indices in `text` at which no word is cut. Text without spaces is divided into its phrases by BudouX."""
    parts = _phrases(text) if _CJK.search(text) else re.findall(r"\s*\S+", text)
    return list(accumulate(map(len, parts)))


def _library_ends(text: str, language: Language) -> Iterator[int]:
    """The ends by sentencex, which divides a text without losing a character."""
    import sentencex

    return accumulate(map(len, sentencex.segment(_CODES.get(language, str(language)), text)))


def _is_end(text: str, end: int, language: Language) -> bool:
    """Whether an end that was found is one."""
    before, after = text[max(0, end - _TAIL) : end], text[end : end + _TAIL].lstrip() or text[end:].lstrip()
    if not _MARKED.search(before) or text[end] in CLOSING:
        return False  # a line break alone is none; a mark between a sentence and its quotation mark neither
    if after[0].islower() and (before[-1] in CLOSING or _SHORTENED.search(before)):
        return False
    if after[0].isdigit() and _NUMBERED.search(before):
        return False
    if before[-1] in CLOSING and language in _GOES_ON and _GOES_ON[language].match(after):
        return False
    return language not in _GOES_ON or not _LATIN_STOP.search(before) or _is_english_end(text, end)


def _is_english_end(text: str, end: int) -> bool:
    """The verdict on a full stop after Latin letters in text of another language."""
    latin = _LATIN_RUN.search(text[:end])
    start = latin.start() if latin else end
    return end - start in sentence_ends(text[start : end + _TAIL], Language.EN)


def _phrases(text: str) -> Sequence[str]:
    phrases: Sequence[str] = _parser(japanese=bool(_KANA.search(text))).parse(text)
    return phrases


@functools.cache
def _parser(*, japanese: bool) -> Any:
    import budoux

    return budoux.load_default_japanese_parser() if japanese else budoux.load_default_simplified_chinese_parser()
