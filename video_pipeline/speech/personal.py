"""What is personal in words: numbers of four digits and more, written or spoken in five languages, and mail addresses.

It finds what identifies by its form alone: cards, telephones, accounts, codes, mail. It cannot know names and places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

MASK = "###"
LEAST_DIGITS = 4
"""A number with fewer is a price, an age or a time of the day."""
LEAST_SYLLABLES = 6
"""Spoken digits of Japanese (kana) and Korean are syllables of other words too, so a number needs more of them, or for Korean
one word of four."""

Range = tuple[int, int]
"""First character, and the one after the last."""

_UNIT = r"zero|oh|o|nought|naught|one|two|three|four|five|six|seven|eight|nine"
_TENS = (
    r"ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|"
    r"twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
)
_KANA = (
    r"ゼロ|ぜろ|れい|レイ|まる|マル|いち|イチ|さん|サン|よん|ヨン|ご|ゴ|ろく|ロク|なな|ナナ|しち|はち|ハチ|きゅう|キュウ|に|ニ"
)
_HANGUL = "공영일이삼사오육륙칠팔구"
_KOREAN_END = r"(?=[^가-힣]|$|에(?![가-힣]{2})|번|입니다|이에요|예요|이요|이고|이며|로\b|으로\b|요\b|다시|의)"
_ATOM = re.compile(
    rf"(?P<mask>{re.escape(MASK)})"
    r"|(?P<clock>\b\d{1,2}:\d{2}\b)"
    r"|(?P<digits>\d+)"
    rf"|\b(?P<times>double|triple|treble)[\s-]+(?:{_UNIT})\b"
    rf"|\b(?P<word>{_UNIT}|{_TENS})\b"
    r"|(?P<han>[零〇一二三四五六七八九幺])"
    rf"|(?P<kana>{_KANA})"
    rf"|(?<![가-힣])(?P<hangul>[{_HANGUL}]+?){_KOREAN_END}",
    re.IGNORECASE,
)
"""Parts of a number, with their digits."""
_FILLER = r"(?:uh+|um+|er+m?|dash|hyphen|slash|嗯|呃|啊|杠|ええと|えーと|えっと|あの|の|ノ|에|다시|음|어|저)"
_BETWEEN_DIGITS = re.compile(r"[\s().\-‐-―/+・·]{0,3}|[、，；;]\s?|,\s?")
_BETWEEN = re.compile(rf"[\s().,\-‐-―/+・·、，。;；…]{{0,3}}(?:{_FILLER}[\s().,\-‐-―/+・·、，。;；…]{{0,3}})?", re.IGNORECASE)
"""What may stand between parts."""
_LIST_DIGITS = 3
"""After a comma a number goes on only in groups of this size or more: what is shorter is another number."""
_IDIOMS = ("七七八八",)
_BEFORE = re.compile(r"(?:\+|[A-Za-z0-9]*)\Z")
_AFTER = re.compile(r"[A-Za-z0-9]*")
"""Letters of a code that touch its digits."""

_END = (
    r"(?:com|org|net|edu|gov|info|biz|io|ai|app|dev|tv|co|uk|us|eu|de|fr|es|it|nl|ch|se|pl|ru|br|au|ca|in|cn|jp|kr|hk|tw|sg|"
    r"コム|ジェーピー|ネット|컴|康|넷|케이알)"
)
"""Ends of addresses by which a spoken one is known from "look at the dot"."""
_LATIN = r"(?:[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[.+-])"
"""A character of a written address; in Chinese and Japanese no space divides it from the words before it."""
_WRITTEN_MAIL = rf"{_LATIN}{{1,64}}\s?[@＠]\s?{_LATIN}{{1,64}}(?:\s?\.\s?[A-Za-z]{{2,24}})*"
_NAME = r"[A-Za-z0-9][\w+-]*"
_JOIN = r"\s+(?:dot|point|period|underscore|dash|hyphen|minus|plus)\s+"
_LETTERS = r"(?:\b\w\s+){2,}"
_HOST = rf"{_NAME}(?:\s+{_NAME}){{0,2}}?(?:\s+dot\s+[A-Za-z]+)*\s+dot\s+{_END}\b"
_ENGLISH_MAIL = rf"(?:{_LETTERS}|\b{_NAME}(?:{_JOIN}{_NAME})*\s+)at(?:\s+sign)?\s+{_HOST}"
_AT = r"(?:艾特|圈\s?[aA]|小老鼠|アットマーク|アット|あっとまーく|골뱅이|앳)"
_DOT = r"(?:点|點|ドット|どっと|점|닷|dot|\.)"
_LATIN_LOCAL = r"[A-Za-z0-9._+-]{1,64}(?:\s[A-Za-z0-9._+-]{1,64}){0,8}"
_PLACE = r"[A-Za-z0-9\uac00-\ud7a3ぁ-んァ-ヶー一-龥]{1,40}?"
_OTHER_MAIL = (
    rf"(?:{_LATIN_LOCAL}|[^\s,.，。、是係はがをの는은]{{1,20}})\s?{_AT}\s?{_PLACE}(?:\s?{_DOT}\s?[A-Za-z]+)*?\s?{_DOT}\s?{_END}"
)
_MAIL = re.compile(rf"{_WRITTEN_MAIL}|{_ENGLISH_MAIL}|{_OTHER_MAIL}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Atom:
    """A part of a number."""

    start: int
    end: int
    kind: str
    digits: int


def personal_in(text: str) -> list[Range]:
    """Where numbers and addresses stand, in order, without overlaps."""
    found = sorted([*_mails(text), *_numbers(text)])
    joined: list[Range] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def masked(text: str, ranges: Sequence[Range] | None = None) -> str:
    """The text with `###` in these ranges, by default in those of `personal_in`."""
    for start, end in reversed(personal_in(text) if ranges is None else ranges):
        text = text[:start] + MASK + text[end:]
    return text


def _mails(text: str) -> Iterator[Range]:
    return (match.span() for match in _MAIL.finditer(text))


def _numbers(text: str) -> Iterator[Range]:
    run: list[_Atom] = []
    for atom in _atoms(text):
        if run and not _goes_on(text, run[-1], atom):
            yield from _number(text, run)
            run = []
        run.append(atom)
    yield from _number(text, run)


def _atoms(text: str) -> Iterator[_Atom]:
    for match in _ATOM.finditer(text):
        kind, length = str(match.lastgroup), len(match[0])
        digits = {"mask": LEAST_DIGITS, "digits": length, "hangul": length, "times": 2, "clock": 0}.get(kind, 1)
        yield _Atom(match.start(), match.end(), kind, digits)


def _goes_on(text: str, before: _Atom, after: _Atom) -> bool:
    between = text[before.end : after.start]
    kinds = {before.kind, after.kind}
    if "clock" in kinds or ("mask" in kinds and "\n" not in between):
        return False
    if not kinds <= {"digits", "mask"}:
        return _BETWEEN.fullmatch(between) is not None
    if between[:1] == "," and not _is_list(between, before, after):
        return False
    return _BETWEEN_DIGITS.fullmatch(between) is not None


def _is_list(comma: str, before: _Atom, after: _Atom) -> bool:
    """Whether a comma divides the groups of one number: not its thousands, and not two numbers."""
    if min(before.digits, after.digits) < _LIST_DIGITS:
        return False
    return comma != "," or after.digits != _LIST_DIGITS


def _number(text: str, run: Sequence[_Atom]) -> Iterator[Range]:
    """The range of a run that has digits enough; a mask that stands alone is none."""
    kinds = {atom.kind for atom in run}
    digits = sum(atom.digits for atom in run)
    if not run or kinds == {"mask"}:
        return
    start, end = run[0].start, run[-1].end
    syllables = kinds <= {"kana", "hangul"}
    long_word = any(atom.kind == "hangul" and atom.digits >= LEAST_DIGITS for atom in run)
    least = LEAST_SYLLABLES if syllables and not long_word else LEAST_DIGITS
    if digits < least or text[start:end] in _IDIOMS:
        return
    if run[0].kind == "digits" and (before := _BEFORE.search(text, 0, start)):
        start = before.start()
    if run[-1].kind == "digits" and (after := _AFTER.match(text, end)):
        end = after.end()
    yield (start, end)
