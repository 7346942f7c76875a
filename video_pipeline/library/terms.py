"""Text and queries as the words of a full-text index, in languages with and without spaces.

Chinese, Japanese and Korean are indexed as pairs of neighbouring characters, each run's last character also alone, so that one
index answers queries of one character, two and many: a query's pairs must follow each other.

What people write in several ways is folded to one, in texts and in queries: wide and narrow letters, traditional and simplified
characters, both kana, `3,000` and `3000`, `COVID19` and `covid-19`. Numbers are found in digits and in words.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex

from video_pipeline.library import numbers

OFTEN = (3, 6, 12)
"""A passage that says a word so many times is indexed under that too: where a word is everywhere, these passages are the best."""
_RUN = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\u3005\u30FC]+")
_HAN = regex.compile(r"\p{Han}")
_INFLECTED = regex.compile(r"(.*\p{Han}\p{Hiragana}?)\p{Hiragana}+")
"""A Japanese word with an ending; its group is the part that most forms share."""
_PART = re.compile(r'(-?)"([^"]*)"?|([()|])|([^\s()|"]+)')
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_MIXED = re.compile(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Between letters and digits."""
_COMPOUND = re.compile(r"\b[^\W\d_]+(?:[-\u2010\u2011][^\W\d_]+)+\b|\b(?:[^\W\d_]\.){2,}")
"""`e-mail`, `U.S.`: also found in one piece."""
_SIGNED = re.compile(r"(?<!\w)[A-Za-z](?:\+\+|#)(?!\w)")
"""Names that are nothing without their signs."""
_HONORIFIC = regex.compile(r"[おご御](?=\p{Han})")
"""Before a Japanese noun, for politeness."""
_ABBREVIATION = re.compile(r"(?<![A-Za-z.])(?:[A-Z]{2,5}|(?:[A-Z]\.){2,5})(?![A-Za-z])")
_SHORT_WORDS = frozenset(
    "am an as at be by do go he if in is it me my no of on or so to up us we all can for her his our out who".split()
)
"""Words that are said all the time: in capitals, or with full stops, they mean something else."""
_KATAKANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u00ab": '"', "\u00bb": '"'})
_MOST_PARTS = 64
"""Of one query; FTS5 takes expressions up to a depth of 256."""


@dataclass(frozen=True, slots=True)
class Query:
    """A query as FTS5 understands it."""

    expression: str
    """Empty where the query has no letter or digit."""
    leaves: tuple[str, ...]
    """The words and phrases that are looked for, each an expression of its own; without those that must not occur."""
    words: tuple[str, ...]
    """Plain words among them, as they were written: one may be misspelt."""

    @property
    def text_leaves(self) -> str:
        """The expression by which a passage shows where its text has any of the words."""
        return f"text : ({' OR '.join(self.leaves)})"


def indexed(text: str) -> str:
    """Text for SQLite's `unicode61` tokenizer: words stay, runs of characters become pairs."""
    spaced: str = _RUN.sub(lambda run: f" {' '.join(_pairs(run[0]))} {run[0][-1]} ", folded(text))
    return spaced


def further_words(text: str) -> str:
    """What a passage is also found by: its compounds in one piece, and the words that it says often."""
    joined = {"".join(filter(str.isalpha, found[0])) for found in _COMPOUND.finditer(_usual(text).lower())}
    counts = Counter(word for word in re.findall(r"\w+", indexed(text).lower()) if len(word) > 1)
    often = (f"{word}0x{times}" for word, count in counts.items() for times in OFTEN if count >= times)
    letters = {_abbreviation(found[0]) for found in _ABBREVIATION.finditer(_usual(text))}
    spoken = map(numbers.token, sorted(numbers.said(_usual(text))))
    shares = [numbers.share(number) for number in sorted(numbers.percents(_usual(text)))]
    signs = sorted({_signed(found[0]) for found in _SIGNED.finditer(_usual(text))})
    return " ".join([*sorted(joined), *sorted(letters), *spoken, *shares, *(["percent"] if shares else []), *signs, *often])


def _signed(text: str) -> str:
    """One word that stands for a name with its signs: `C++`, `F#`."""
    return f"sign0{text.lower().replace('+', '0plus').replace('#', '0sharp')}"


def _abbreviation(text: str) -> str:
    """One word that stands for an abbreviation and for nothing else."""
    return f"abbr0{text.replace('.', '').lower()}"


def parsed(query: str) -> Query:
    """Words and phrases must all occur; `OR` or `|` between them, `NOT` or `-` before one, brackets, `word*` begins with."""
    parts = [found.groups(default="") for found in _PART.finditer(query.translate(_QUOTES))][:_MOST_PARTS]
    reader = _Reader(list(_with_numbers(parts)))
    expression = reader.any_of()
    while reader.parts:  # a bracket that nobody opened
        reader.parts.pop(0)
        expression = _joined(" AND ", [expression, reader.any_of()])
    return Query(expression, tuple(dict.fromkeys(reader.leaves)), tuple(dict.fromkeys(reader.words)))


def _with_numbers(parts: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """The parts of a query, the words of one number in one."""
    at = 0
    for word, count in numbers.joined([part[3] for part in parts]):
        yield (*parts[at][:3], word)
        at += count


def expression(query: str) -> str:
    """A query over the words of passages; empty where it has no letter or digit."""
    found = parsed(query).expression
    return f"{{text more}} : ({found})" if found else ""


def often(leaf: str, times: int) -> str:
    """The expression for passages that say a plain word so many times; empty for what is no plain word."""
    word = leaf.strip('"').lower()
    return f'more : "{word}0x{times}"' if leaf == f'"{leaf.strip(chr(34))}"' and word.isalnum() else ""


class _Reader:
    """Reads a query from left to right."""

    def __init__(self, parts: list[tuple[Any, ...]]) -> None:
        self.parts = parts
        self.leaves: list[str] = []
        self.words: list[str] = []

    def any_of(self) -> str:
        found = [self._all_of()]
        while self.parts and self.parts[0][2:] in (("|", ""), ("", "OR")):
            self.parts.pop(0)
            found.append(self._all_of())
        return _joined(" OR ", found)

    def _all_of(self) -> str:
        wanted: list[str] = []
        unwanted: list[str] = []
        is_unwanted = False
        while self.parts and self.parts[0][2] not in (")", "|") and self.parts[0][3] != "OR":
            minus, quoted, bracket, word = self.parts.pop(0)
            if word in ("AND", "NOT"):
                is_unwanted = word == "NOT"
                continue
            is_unwanted = is_unwanted or minus == "-" or (word.startswith("-") and len(word) > 1)
            before = len(self.leaves), len(self.words)
            found = self._bracket() if bracket == "(" else self._leaf(word.lstrip("-"), quoted)
            if is_unwanted:
                del self.leaves[before[0] :], self.words[before[1] :]
            (unwanted if is_unwanted else wanted).append(found)
            is_unwanted = False
        needed, refused = _joined(" AND ", wanted), _joined(" OR ", unwanted)
        return f"({needed} NOT {refused})" if needed and refused else needed

    def _bracket(self) -> str:
        found = self.any_of()
        if self.parts and self.parts[0][2] == ")":
            self.parts.pop(0)
        return found

    def _leaf(self, word: str, quoted: str) -> str:
        text = quoted or word
        forms = [_phrase(form) for form in (text, numbers.respelt(text))] if quoted else _forms(word)
        forms = [form for form in dict.fromkeys(forms) if form]
        self.leaves += forms
        if not quoted and forms and re.fullmatch(r"[^\W\d_]+", word):
            self.words.append(word)
        return _joined(" OR ", forms)


def _joined(how: str, parts: list[str]) -> str:
    parts = [part for part in parts if part]
    return parts[0] if len(parts) == 1 else f"({how.join(parts)})" if parts else ""


def _forms(word: str) -> list[str]:
    """A word as it is written, and as others write or say it."""
    usual = _usual(word)
    if _SIGNED.fullmatch(usual):
        return [f'"{_signed(usual)}"']
    if shares := numbers.percents(usual):
        return [f'"{numbers.share(number)}"' for number in shares]
    number = numbers.asked(usual)
    if number is not None:
        if place := numbers.ordinal(usual):
            return [_phrase(word), _phrase(place)]
        digits = [_phrase(str(number)), f'"{numbers.token(number)}"']
        return [_phrase(word), *digits, _phrase(numbers.words(number) if any(map(str.isdecimal, usual)) else "")]
    inflected = _INFLECTED.fullmatch(folded(word))
    if _ABBREVIATION.fullmatch(usual):
        letters = usual.replace(".", "")
        plain = "" if letters.lower() in _SHORT_WORDS else letters
        return [f'"{_abbreviation(usual)}"', *(_phrase(form) for form in (" ".join(letters), plain) if form)]
    compound = "".join(filter(str.isalpha, usual)) if _COMPOUND.fullmatch(usual) else ""
    plain = _HONORIFIC.sub("", usual, count=1) if _HONORIFIC.match(usual) else ""
    return [_phrase(form) for form in (word, compound, inflected[1] if inflected else "", plain) if form]


def _phrase(part: str) -> str:
    """`"..."`, and `*` behind it where its last word is only a beginning."""
    words = list(_words(folded(part.rstrip("*")).replace('"', " ")))
    if not any(character.isalnum() for word in words for character in word):
        return ""
    alone = len(words[-1]) == 1 and _RUN.fullmatch(words[-1]) is not None
    return f'"{" ".join(words)}"' + (" *" if alone or part.endswith("*") else "")


def _words(text: str) -> Iterator[str]:
    """As `indexed`, but that nothing is said of what follows a run at the very end."""
    end = len(text.rstrip())
    last = 0
    for run in _RUN.finditer(text):
        yield from text[last : run.start()].split()
        yield from _pairs(run[0])
        if len(run[0]) == 1 or run.end() < end:
            yield run[0][-1]
        last = run.end()
    yield from text[last:].split()


def _pairs(run: str) -> list[str]:
    return [run[k : k + 2] for k in range(len(run) - 1)]


def folded(text: str) -> str:
    """Text with one spelling for what people write in several."""
    text = _MIXED.sub(" ", _THOUSANDS.sub("", _usual(text))).translate(_KATAKANA)
    return _simplified(text) if _HAN.search(text) else text


def _usual(text: str) -> str:
    """Wide letters and narrow kana in their usual width; SQLite's strings end at a NUL, and lines part sentences here."""
    return unicodedata.normalize("NFKC", text).replace("\x00", " ").replace("\n", " ")


def _simplified(text: str) -> str:
    converted: str = _converter().convert(text)
    return converted


@functools.cache
def _converter() -> Any:
    import opencc

    return opencc.OpenCC("t2s")
