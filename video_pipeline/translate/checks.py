"""What can be wrong with an answer, sentence by sentence: found by looking at it, whatever gave it."""

from __future__ import annotations

import math
import re
import statistics
import unicodedata
from collections.abc import Mapping, Sequence

from video_pipeline.core.sentences import split_sentences
from video_pipeline.translate.base import Sentence
from video_pipeline.translate.scripts import base, is_other_language, letters_in, measure, one_line

_THINKS = re.compile(r"<think(?:ing)?>", re.IGNORECASE)
_THOUGHT = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_FENCE = re.compile(r"```\w*")
_TAGS = re.compile(r"\{\\[^{}]*\}|</?[a-z][^<>]{0,40}>|\x1b\[[\d;]{0,20}[a-z]", re.IGNORECASE)
_LABEL = re.compile(r"^\s*(?:translation|translated(?: text)?|译文|翻译|訳|번역)\s*[:：]\s*", re.IGNORECASE)
_EXPLAINS = re.compile(
    r"^\W*(?:sure|certainly|of course)\b[^.!?]{0,40}\btranslat|here(?:'s| is| are) (?:the|your|my) (?:\w+ )?translation"
    r"|\btranslat(?:es|ed|ion of|ion is)\b.{0,30}[\"“:]|\bliterally[:,]|\((?:note|literally|lit\.)[ :]|\bnote: |"
    r"(?:以下|下面)是.{0,6}(?:翻译|译文)|(?:注|备注)[:：]|以下が.{0,6}翻訳|翻訳は次の",
    re.IGNORECASE,
)
_REFUSES = re.compile(
    r"\bas an ai\b|\blanguage model\b|\bi(?:'m| am) (?:sorry|unable)\b.{0,40}\b(?:assist|comply|translate|provide|fulfil)"
    r"|\bi can(?:'t|not|’t) (?:assist|help) with\b|\bcannot (?:assist|comply|translate)\b|作为(?:一个)?(?:人工智能|AI|语言模型)"
    r"|我(?:无法|不能)(?:提供|翻译|协助)|AI(?:アシスタント|言語モデル)として|翻訳(?:することは)?できません",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
"""Without colons: times of day are written in another way in each language, such as 7:35, 7h35 and 7時35分."""
_SPACED = re.compile(r"(?<!\d)\d{1,3}(?:[ '\u2019\u00a0\u2009\u202f]\d{3}(?!\d))+(?:[.,]\d+)?")
"""A number whose thousands are set apart as in French, Swedish or Polish."""
_LARGE = re.compile(r"[万萬亿億千百십백천만억]|thousand|million|billion|mil\b|tausend|mille", re.IGNORECASE)
"""Numbers with these are written in another way than in figures alone."""
_FIGURES = 3
"""Numbers of fewer figures are often written as words."""
_SHORT = 18.0
"""Length up to which the ratio of lengths says nothing."""
_SPREAD = 30.0
"""Letters by which a short text may become longer, whatever the ratio."""
_LEAST_RATIO = 0.22
_MOST_RATIO = 3.2
_LEAST_IN_SCRIPT = 0.5
TOO_SHORT = "it is much shorter than the sentence"
"""No fault where little time makes it so."""
_REPEATED = re.compile(r"(\S.{0,30}?\S|\S)(?:\W*\1){4,}", re.DOTALL)
"""The same again and again: what a small model does where it gets lost."""
_NAME_LETTERS = 4
_LEAST_MOVED = 6
"""Sentences whose lengths say whether their texts were moved."""
_MISFIT = 0.35
"""Mean difference, as a logarithm, from which lengths do not fit: texts that are 1.4 times too long or too short."""
_FIT = 0.4
"""Moved by one they fit better by this factor."""
_DASH = re.compile(r"\s*[-–—]+\s*(?=\w)")
_NOTE = re.compile(r"\s*[♪♫]+\s*(?=\w)")
_MORE_SENTENCES = 3
"""An answer of this many more sentences than the source explains something."""
_RECORD = re.compile(r"^\s*(?:\{\s*[\"']|\[\s*[\"'{])")
"""JSON."""
_TIMES = re.compile(r"\d\d?:\d\d[.,:]\d\d+\s{0,3}-->")
"""Of a subtitle file."""
_LEAST_HELD = 12
"""Letters of a sentence that a translation does not hold as they are."""
_ADDRESS = re.compile(r"\w://|\bwww\.", re.IGNORECASE)
_BROKEN_LETTER = "\ufffd"
_REQUEST = re.compile(
    r"\bmax_characters\b|\btoo_long\b|\bthe audience laughs\b|^\s*\((?:happy|sad|angry|surprised|neutral)\b", re.IGNORECASE
)
"""Words of the request that stand in the answer."""


def without_thoughts(text: str, *, open_too: bool = False) -> str:
    """What a model writes after it has thought. Takes time in proportion to the text, whatever that is.

    Args:
        open_too: leave out thoughts that never end as well, with all that follows them.
    """
    parts, at = [], 0
    while opening := _THINKS.search(text, at):
        closing = _THOUGHT.search(text, opening.end())
        if closing is None and not open_too:
            break
        parts.append(text[at : opening.start()])
        at = closing.end() if closing else len(text)
    return "".join([*parts, text[at:]])


def cleaned(text: str) -> str:
    """An answer without thoughts, fences, markup and quotation marks that are none of its own, on one line."""
    text = _TAGS.sub("", _FENCE.sub("", without_thoughts(text, open_too=True))).replace("\\N", " ").replace("\\n", " ")
    text = _LABEL.sub("", one_line(text))
    return text.strip().removeprefix("**").removesuffix("**").strip()


def restored(said: str, text: str) -> str:
    """With the dash of a second speaker, and the notes of a song, as they stand around the sentence."""
    dash, note = _DASH.match(said), _NOTE.match(said)
    if dash and not _DASH.match(text):
        text = f"{dash.group()}{text}"
    if note and "♪" not in text and "♫" not in text:
        text = f"{note.group()}{text}" + (f" {said.strip()[-1]}" if said.strip()[-1] in "♪♫" else "")
    return text


def fault_of(sentence: Sentence, text: str, source: str, target: str, terms: Mapping[str, str]) -> str:
    """What is wrong with the translation of a sentence, in words a translator understands; empty if nothing is.

    Args:
        text: the answer, cleaned.
        source: tag of the language of the sentence.
        target: tag of the language that was asked for.
        terms: of the glossary, those that occur in the sentence.
    """
    said = sentence.text
    if not any(map(str.isalnum, text)) or (any(map(str.isalpha, said)) and not any(map(str.isalpha, text))):
        return "it is empty" if any(map(str.isalnum, said)) else ""
    if (fault := _length_fault(said, text)) and fault != TOO_SHORT:  # before all that takes longer for a long text
        return fault
    if _BROKEN_LETTER in text and _BROKEN_LETTER not in said:
        return "it holds broken letters"
    if _is_talk(said, text):
        return "it is an explanation or a refusal, not a translation"
    if (fault := _language_fault(said, text, source, target, terms)) or (fault := _length_fault(said, text)):
        return fault
    kept = {*_numbers(text), *_numbers(text, _SPACED)}
    own = _numbers(_SPACED.sub(" ", said)) + _numbers(said, _SPACED)
    missing = [number for number in own if number not in kept]
    if missing and not _LARGE.search(text) and not _LARGE.search(said):
        return f"the number {missing[0]} is missing"
    lost = [rendering for rendering in terms.values() if rendering.casefold() not in text.casefold()]
    return f"the glossary's {lost[0]!r} is missing" if lost else ""


def _is_talk(said: str, text: str) -> bool:
    if _REFUSES.search(text) and not _REFUSES.search(said):
        return True
    if any(form.search(text) and not form.search(said) for form in (_EXPLAINS, _REQUEST, _RECORD, _TIMES, _ADDRESS)):
        return True
    return len(split_sentences(text)) > len(split_sentences(said)) + _MORE_SENTENCES


def _language_fault(said: str, text: str, source: str, target: str, terms: Mapping[str, str]) -> str:
    if base(source) != base(target) and _is_same(said, text) and not _stays(said, terms):
        return "it is not translated"
    if base(source) != base(target) and not _stays(said, terms) and _holds(text, said):
        return "it holds the sentence itself"
    shared = {word.casefold() for word in _words(said) if word.isascii()}
    own = " ".join(word for word in _words(text) if word.casefold() not in shared)  # names stay in their own letters
    for rendering in terms.values():
        own = own.replace(rendering, "")
    if letters_in(own, target) < _LEAST_IN_SCRIPT:
        return f"it is not in {target}"
    return f"it is not in {target}" if is_other_language(text, target) else ""


def are_moved(said: Sequence[str], texts: Sequence[str]) -> bool:
    """Whether texts seem to stand one sentence too early or too late, up to the last: long sentences with short texts, and the
    other way round, where those beside them would fit.
    """
    before, after = ([math.log(measure(text) + 4) for text in group] for group in (said, texts))
    return any(
        _misfit(before[k:], after[k:]) > _MISFIT
        and min(_misfit(before[k + 1 :], after[k:-1]), _misfit(before[k:-1], after[k + 1 :]))
        < _FIT * _misfit(before[k:], after[k:])
        for k in range(max(0, len(said) - _LEAST_MOVED) + 1)
        if len(said) - k >= _LEAST_MOVED
    )


def _misfit(before: Sequence[float], after: Sequence[float]) -> float:
    """How unequal the ratios of the lengths are."""
    ratios = [b - a for a, b in zip(before, after, strict=True)]
    middle = statistics.median(ratios)
    return sum(abs(ratio - middle) for ratio in ratios) / len(ratios)


def _length_fault(said: str, text: str) -> str:
    before, after = measure(said), measure(text)
    if after > before * _MOST_RATIO and after > before + _SPREAD:
        return "it is much longer than the sentence"
    if before > _SHORT and after < before * _LEAST_RATIO:
        return TOO_SHORT
    if (found := _REPEATED.search(text)) and len(found.group()) > 12 and not _REPEATED.search(said):
        return "it repeats itself"
    return ""


def _is_same(a: str, b: str) -> bool:
    return re.sub(r"\W", "", a).casefold() == re.sub(r"\W", "", b).casefold()


def _holds(text: str, said: str) -> bool:
    """Whether the whole sentence stands in the text, beside other words."""
    own = re.sub(r"\W", "", said).casefold()
    return measure(own) >= _LEAST_HELD and own in re.sub(r"\W", "", text).casefold()


def _stays(text: str, terms: Mapping[str, str]) -> bool:
    """Whether a text may be the same in another language: a name, a number, an exclamation."""
    for term in (*terms, *terms.values()):
        text = text.replace(term, "")
    words = _words(text)
    if not "".join(words).isascii():
        return len("".join(words)) <= _NAME_LETTERS
    return len(words) < 2 or all(word[0].isupper() for word in words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text)


def _numbers(text: str, form: re.Pattern[str] = _NUMBER) -> list[str]:
    """Those in figures, without what separates thousands or decimals; figures of any script as plain ones."""
    plain = "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)
    found = (re.sub(r"\D", "", number) for number in form.findall(plain))
    return [number for number in found if len(number) >= _FIGURES]
