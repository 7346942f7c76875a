"""Numbers that are said in words, as digits: `twenty three`, `nineteen ninety-eight`, `二十三`, `이십삼`.

English, Chinese and Japanese characters, and Korean words of Chinese origin; whole numbers below a billion.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_BELOW_100 = {word: value for value, word in enumerate(_ONES)} | {word: 10 * value for value, word in enumerate(_TENS, 2)}
_LARGE = {"thousand": 1_000, "million": 1_000_000}
_OTHERS = ("hundred", "oh", "and", *_LARGE)
_ENGLISH = re.compile(rf"\b(?:(?:{'|'.join((*_BELOW_100, *_OTHERS))})(?:[ \-\n]+|\b))+", re.IGNORECASE)
_MOST_WORDS = 16
"""Of one number."""
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "兩": 2}
_KOREAN_DIGITS = {character: value for value, character in enumerate("영일이삼사오육칠팔구")} | {"공": 0, "륙": 6}
_PLACES = {"十": 10, "百": 100, "千": 1_000, "십": 10, "백": 100, "천": 1_000}
_MYRIADS = {"万": 10_000, "萬": 10_000, "만": 10_000, "亿": 10**8, "億": 10**8, "억": 10**8}
_HAN = re.compile(r"[零〇一二三四五六七八九两兩十百千万萬亿億]+")
_HANGUL = re.compile(r"(?<![가-힣])[일이삼사오육칠팔구]*[십백천만억][영일이삼사오육칠팔구십백천만억]*")
"""It begins a word: in the middle of one these are other syllables."""
SIGNS = "$€£¥"
"""Of currencies, before an amount."""
_WRITTEN = re.compile(rf"[{SIGNS}]?(\d{{1,9}})(?:%|st|nd|rd|th)?", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_PERCENT = re.compile(
    rf"(?P<digits>\d{{1,9}})\s?(?:%|per ?cent\b)|(?P<words>{_ENGLISH.pattern})per ?cent\b|百分之(?P<han>{_HAN.pattern}|\d+)",
    re.IGNORECASE,
)
_UNSURE = (1,)
"""Said as words these are rarely meant as numbers."""


def said(text: str) -> set[int]:
    """The numbers that a text has in words."""
    found = {
        value for run in _ENGLISH.finditer(text) for value, _ in english_in(re.split(r"[ \-\n]+", run[0].lower().strip(" -\n")))
    }
    found.update(value for run in _HAN.finditer(text) if (value := _eastern(run[0])) is not None)
    found.update(value for run in _HANGUL.finditer(text) if (value := _eastern(run[0])) is not None)
    return found.difference(_UNSURE)


def percents(text: str) -> set[int]:
    """The shares that a text has: `12%`, `twelve per cent`, `百分之十二`."""
    found = [run["digits"] or run["words"] or run["han"] for run in _PERCENT.finditer(_THOUSANDS.sub("", text))]
    return {value for part in found if (value := asked(part.strip())) is not None}


def asked(word: str) -> int | None:
    """The number that a word of a query is: `23`, `3,000`, `$40`, `50%`, `2nd`, `二十三`, `twenty three`; None if it is none."""
    written = _WRITTEN.fullmatch(_THOUSANDS.sub("", word))
    if written:
        return int(written[1])
    if _HAN.fullmatch(word) or _HANGUL.fullmatch(word):
        return _eastern(word) if len(word) > 1 else None
    words = re.split(r"[ \-]+", word.lower())
    value, count = next(english_in(words), (1, 0))
    return value if count == len(words) and value not in _UNSURE else None


def token(number: int) -> str:
    """One word that stands for a number that was said in words."""
    return f"num0{number}"


def respelt(text: str) -> str:
    """A phrase with numbers in digits where it has words, and the other way round; the same where it has none."""
    parts = [(part, asked(part)) for part, _ in joined(text.split(" "))]
    return " ".join(part if n is None else (words(n) or part) if part[0].isdigit() else str(n) for part, n in parts if part)


def share(number: int) -> str:
    """One word that stands for so many per cent."""
    return f"pct0{number}"


def words(number: int) -> str:
    """A number below a hundred in English words; empty for others."""
    if number < len(_ONES):
        return _ONES[number]
    return f"{_TENS[number // 10 - 2]} {_ONES[number % 10] if number % 10 else ''}".strip() if number < 100 else ""


def ordinal(word: str) -> str:
    """`2nd` in words; empty for what is no such number below a hundred."""
    found = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)", word.lower())
    *before, last = words(int(found[1])).split(" ") if found else [""]
    return (
        " ".join([*before, _ORDINALS.get(last) or f"{last.removesuffix('y') + 'ie' if last.endswith('y') else last}th"])
        if last
        else ""
    )


def english_in(parts: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The numbers in a row of words, each with the count of its words: of several readings the longest."""
    at = 0
    while at < len(parts):
        for count in range(min(_MOST_WORDS, len(parts) - at), 0, -1):
            value = _english(parts[at : at + count])
            if value is not None:
                yield value, count
                at += count
                break
        else:
            at += 1


def _english(parts: Sequence[str]) -> int | None:
    """The value of words that are one number and nothing else."""
    for large, worth in reversed(_LARGE.items()):
        if large in parts:
            at = list(parts).index(large)
            before, after = _below_1000(parts[:at]), list(parts[at + 1 :])
            rest = _english(after[1:] if after[:1] == ["and"] else after) if after else 0
            return before * worth + rest if before and rest is not None and rest < worth else None
    return _below_1000(parts) if _below_1000(parts) is not None else _year(parts)


def _below_1000(parts: Sequence[str]) -> int | None:
    if "hundred" not in parts:
        return _below_100(parts)
    at = list(parts).index("hundred")
    before, after = _below_100(parts[:at]), list(parts[at + 1 :])
    rest = _below_100(after[1:] if after[:1] == ["and"] else after) if after else 0
    return before * 100 + rest if before and rest is not None else None


def _below_100(parts: Sequence[str]) -> int | None:
    values = [_BELOW_100.get(part) for part in parts]
    if len(values) == 1:
        return values[0]
    if len(values) == 2 and parts[0] in _TENS and values[1] in range(1, 10):
        return (values[0] or 0) + (values[1] or 0)
    return None


def _year(parts: Sequence[str]) -> int | None:
    """`nineteen ninety eight`, `twenty oh five`: two numbers of two digits."""
    for at in range(1, len(parts)):
        first, rest = _below_100(parts[:at]), list(parts[at:])
        second = _BELOW_100.get(rest[1]) if rest[:1] == ["oh"] and len(rest) == 2 else _below_100(rest)
        is_small = second is not None and second < 10 and rest[:1] != ["oh"]
        if first in range(10, 100) and second is not None and not is_small:
            return (first or 0) * 100 + second
    return None


def _eastern(run: str) -> int | None:
    digits = _DIGITS | _KOREAN_DIGITS
    if all(character in digits for character in run):
        return int("".join(str(digits[character]) for character in run)) if len(run) < 10 else None
    total = part = digit = 0
    for character in run:
        if character in digits:
            digit = digit * 10 + digits[character] if digit else digits[character]
        elif character in _PLACES:
            part, digit = part + (digit or 1) * _PLACES[character], 0
        else:
            total, part, digit = total + ((part + digit) or 1) * _MYRIADS[character], 0, 0
    return total + part + digit


def joined(parts: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The words of a query, those of one number in one piece, each with the count of its words."""
    at = 0
    while at < len(parts):
        row = [part.lower() for part in islice(parts, at, at + _MOST_WORDS)]
        until = next((k for k, part in enumerate(row) if part not in _BELOW_100 and part not in _OTHERS), len(row))
        _, count = next(english_in(row[:until]), (0, 1)) if until > 1 and row[0] in _BELOW_100 else (0, 1)
        yield " ".join(parts[at : at + count]), count
        at += count
