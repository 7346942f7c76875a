"""In which script, and as far as that can be told in which language, a text is written; and how long it is in any script."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

import regex

_SCRIPTS: Mapping[str, str] = {
    **dict.fromkeys(("zh", "yue"), r"\p{Han}"),
    "ja": r"[\p{Han}\p{Hiragana}\p{Katakana}ー]",
    "ko": r"\p{Hangul}",
    **dict.fromkeys(("ru", "uk", "bg", "be", "mk", "kk", "mn", "tg", "tt", "ba"), r"\p{Cyrillic}"),
    "sr": r"[\p{Cyrillic}\p{Latin}]",
    "uz": r"[\p{Cyrillic}\p{Latin}]",
    **dict.fromkeys(("ar", "fa", "ur", "ps", "sd"), r"\p{Arabic}"),
    **dict.fromkeys(("he", "yi"), r"\p{Hebrew}"),
    "el": r"\p{Greek}",
    **dict.fromkeys(("hi", "mr", "ne", "sa"), r"\p{Devanagari}"),
    **dict.fromkeys(("bn", "as"), r"\p{Bengali}"),
    "ta": r"\p{Tamil}",
    "te": r"\p{Telugu}",
    "kn": r"\p{Kannada}",
    "ml": r"\p{Malayalam}",
    "gu": r"\p{Gujarati}",
    "pa": r"[\p{Gurmukhi}\p{Arabic}]",
    "si": r"\p{Sinhala}",
    "th": r"\p{Thai}",
    "lo": r"\p{Lao}",
    "km": r"\p{Khmer}",
    "my": r"\p{Myanmar}",
    "ka": r"\p{Georgian}",
    "hy": r"\p{Armenian}",
    "am": r"\p{Ethiopic}",
    "bo": r"\p{Tibetan}",
}
"""By the first part of a language's tag; all others are written in Latin letters."""
_LATIN = r"\p{Latin}"
_LETTER = regex.compile(r"\p{L}")
_KANA = regex.compile(r"[\p{Hiragana}\p{Katakana}]")
_KANA_IN_CHINESE = 0.1
"""Share of kana from which a text in Chinese characters is Japanese."""
_HAN_WITHOUT_KANA = 14
"""Characters of Japanese without a single kana: more is Chinese."""
_WEIGHTS = (
    (regex.compile(r"\p{Han}"), 2.6),
    (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), 1.5),
    (regex.compile(r"\p{Hangul}"), 2.0),
)
"""Latin letters that say as much as one character, measured on parallel texts of the five languages, rounded."""
_COMMON: Mapping[str, frozenset[str]] = {
    tag: frozenset(words.split())
    for tag, words in {
        "en": "the and you to of is it that in was this not on are be have with what he she they my your do i",
        "fr": "le la les de des et un une est que qui dans pas pour vous nous je ne il elle ce sur avec mais du au",
        "de": "der die das und ist nicht ein eine ich du sie wir es zu den mit auf für von im dem auch aber wie",
        "es": "el la los las de que y en un una es no por con para se lo su como más pero está muy yo qué",
        "it": "il la le di che è un una non per con del si sono mi ti lo ma come questo anche più gli della",
        "pt": "o os as de que e em um uma é não para com do da se você por mais mas como isso está eu ele",
        "nl": "de het een en van is niet dat ik je we zijn op te met voor maar ook er aan wat hij naar",
        "sv": "och det att en ett är jag du inte som på för med av den han hon vi till har men om var",
        "pl": "i w nie na się to jest że z do jak co ale za tak ja mnie ty by czy tego po już",
        "tr": "bir ve bu ne için ben sen da de mi çok var değil ama gibi daha o olarak kadar şey evet",
        "id": "yang dan di itu ini tidak saya kamu aku untuk dengan ada ke dari akan apa dia kita bisa",
        "vi": "là và của không một có tôi cho được người này với anh đã các trong khi đó em thì",
    }.items()
}
"""The commonest words of some languages in Latin letters."""
_WORD = re.compile(r"[^\W\d_]+")
_JOINERS = "\u200c\u200d"
_LOOSE = re.compile(rf"(?<![^\s{_JOINERS}])[{_JOINERS}]+|[{_JOINERS}]+(?=\s|$)|(?<=[{_JOINERS}])[{_JOINERS}]+")
"""Joiners that stand in no word, or after another one."""
_LEAST_WORDS = 10
"""Fewer say little about a language."""
_CLEARLY = 2.5
"""Another language has this many times as many of its common words."""


def one_line(text: str) -> str:
    """A text on one line without control characters; what joins or parts letters inside a word stays, as Persian needs it."""
    kept = (c if c.isprintable() or c in _JOINERS else "" if unicodedata.category(c) == "Cf" else " " for c in text)
    return " ".join(_LOOSE.sub("", "".join(kept)).split())


def base(tag: str) -> str:
    """The language of a tag: `pt` of `pt-BR`."""
    return re.split("[-_]", tag)[0].lower()


def letters_in(text: str, tag: str) -> float:
    """Share of the letters that are of the script of a language; 1 for a text without letters."""
    letters = _LETTER.findall(text)
    own = regex.compile(_SCRIPTS.get(base(tag), _LATIN))
    return sum(bool(own.match(letter)) for letter in letters) / len(letters) if letters else 1.0


def is_other_language(text: str, tag: str) -> bool:
    """Whether a text is clearly in another language than that of the tag, as far as letters and common words tell."""
    language = base(tag)
    kana, han = len(_KANA.findall(text)), len(regex.findall(r"\p{Han}", text))
    if language in ("zh", "yue"):
        return kana > _KANA_IN_CHINESE * max(1, han)
    if language == "ja":
        return han >= _HAN_WITHOUT_KANA and not kana
    if language in _SCRIPTS or language not in _COMMON:
        return False
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < _LEAST_WORDS:
        return False
    counts = {name: sum(word in common for word in words) for name, common in _COMMON.items()}
    return max(counts.values()) > max(2.0, _CLEARLY * counts[language])


def measure(text: str) -> float:
    """Length in Latin letters that say as much."""
    length = float(len(text))
    for pattern, weight in _WEIGHTS:
        length += (weight - 1.0) * len(pattern.findall(text))
    return length


def tokens_in(text: str) -> int:
    """About how many tokens a language model makes of a text: four letters, or one ideograph, each."""
    wide = len(regex.findall(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]", text))
    other = len(regex.findall(r"[^\x00-\x7f]", text)) - wide
    plain = len(text) - wide - other
    return int(wide * 0.9 + other / 2 + plain / 4) + 1
