"""Which old code page short bytes are in: tried by the letters of the languages that were written in it.

A text in a language contains its letters, the frequent ones more often; its words do not mix scripts, and capitals do not follow
small letters. Whatever code page makes the bytes such a text is the likely one, even for a word of two letters.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from video_pipeline.subtitles.read.frequent import is_common, word_bonus

_LATIN_2 = ("cp1250", "iso-8859-2")
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso-8859-5")
_ARABIC = ("cp1256", "iso-8859-6")
_LANGUAGES: dict[str, tuple[tuple[str, ...], str]] = {
    "fr": (("cp1252",), "éàèêçôîûùâïëœ"),
    "de": (("cp1252",), "üäößÜÄÖ"),
    "es": (("cp1252",), "óáíéñúü¿¡"),
    "pt": (("cp1252",), "ãáéçíóõêâúàô"),
    "it": (("cp1252",), "èàùòìé"),
    "sv": (("cp1252",), "äåöé"),
    "da": (("cp1252",), "æøåé"),
    "no": (("cp1252",), "åøæé"),
    "fi": (("cp1252",), "äöå"),
    "nl": (("cp1252",), "éëïóèü"),
    "is": (("cp1252",), "áðíöþéúæóý"),
    "ca": (("cp1252",), "àéèóòçíúïü·"),
    "cs": (_LATIN_2, "áíěéřčšýžůúťďňó"),
    "sk": (_LATIN_2, "áíéčýžšľúťôňďóäĺŕ"),
    "pl": (_LATIN_2, "ąęłóśżćźń"),
    "hu": (_LATIN_2, "áéóőöíüúű"),
    "ro": (("cp1250", "iso-8859-16", "iso-8859-2"), "ăîâţşțș"),
    "hr": (_LATIN_2, "šćčžđ"),
    "sl": (_LATIN_2, "čšž"),
    "tr": (("cp1254", "iso-8859-9"), "ıişüğçöİâ"),
    "lt": (("cp1257",), "ėšųįžąčūę"),
    "lv": (("cp1257",), "āīšēņūļķžčģ"),
    "et": (("cp1257", "cp1252"), "äõüöšž"),
    "vi": (("cp1258",), "đáàâấươêăôơưéèíìóòúùý"),
    "ru": (_CYRILLIC, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"),
    "uk": (("cp1251", "koi8-u", "iso-8859-5"), "оаниівтерсклумдпяьзбгйчхжїцшюєщфґ"),
    "bg": (("cp1251", "iso-8859-5"), "аоеитнсрвлкдпмузгячбъщцжюшйхфь"),
    "sr": (("cp1251", "iso-8859-5"), "аоеинструдквмлпзгјбчшцжхћђфљњџ"),
    "el": (("cp1253", "iso-8859-7"), "αοιετσνηυρπκμλςίόωάγέήδύχθώφβξζψϊΐϋΰ"),
    "he": (("cp1255", "iso-8859-8"), "יוהלאתרשבםמנעדחקפכגטצסןזץךף"),
    "ar": (_ARABIC, "اليمونترهبعسفدقحكةجشأصىخطضذثءإغزظآئؤ"),
    "fa": (("cp1256",), "اینرمودهتشبكسلگزخعجقپفچحطصغضظذثژيآئ"),
    "th": (("cp874",), "านรอกเงมยลวดทสตะปบคหแจพชขไโผถศซธณฟญภฏฐฑฒฬฮฯๆ่้ิีึืุูั็์ำ"),
}
"""Code pages of a language, the usual one first, and its letters beyond ASCII, frequent ones first."""
_ALIASES = {"nb": "no", "nn": "no", "be": "ru", "mk": "sr", "bs": "hr", "iw": "he", "mo": "ro", "gl": "pt"}
_UNKNOWN_COST = 6.0
"""Cost of a letter that the language does not have, in nats."""
_FAULT_COST = 4.0
"""Cost of a capital after a small letter, of two scripts in one word, or of a sign that no text contains."""
_LEAST_COST = 0.1
_RARE_PAGE_COST = 0.8
"""Cost per letter of a code page that is not the usual one of its language."""
_TOTAL_HIGH_COST = 0.9
"""Cost per letter of a word in Latin letters without one of ASCII: there is hardly one."""
_SIGNS = frozenset("«»“”„‘’‚–—…°·№•€£§©®™¿¡´`ªº\u200e\u200f\u200c\u200d\xa0،؛؟ـ\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652")

_CYRILLIC_VOWELS = frozenset("аеєиіїоуюяыэёАЕЄИІЇОУЮЯЫЭЁ")
"""Three of them in a row stand in next to no word."""
_INNER = frozenset("’·ªº´`ـ\u200c\u200d\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652—–…")
"""Signs that stand between letters."""
FEW = 4
"""Up to so many characters, any bytes are usual ones of some code page: they must be frequent ones too."""
_WIDE = {
    "gb18030": (0xB0, 0xD7),  # level 1 of GB 2312: the 3755 most used
    "big5": (0xA4, 0xC6),  # level 1 of Big5: the 5401 most used
    "cp932": (0x81, 0x97),  # kana, signs and level 1 of JIS X 0208
    "euc_jp": (0xA1, 0xCF),
    "cp949": (0xB0, 0xC8),  # the syllables of KS X 1001
}
"""Code pages with two bytes a character -> first bytes of their usual characters."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A code page, with the text that it makes of the bytes."""

    encoding: str
    language: str
    text: str
    cost: float
    """Nats per character beyond ASCII; lower is likelier."""


def guesses(content: bytes, tag: str = "", around: str = "") -> list[Guess]:
    """The likely code pages of bytes, the likeliest first, each text once.

    `tag` is the language of the text, if known; `around` the text with a letter for each byte: its words in ASCII tell too.
    """
    head = tag.lower().split("-")[0]
    head = _ALIASES.get(head, head)
    languages = [head] if head in _LANGUAGES else list(_LANGUAGES)
    found: dict[str, Guess] = {}
    for language in languages:
        pages, letters = _LANGUAGES[language]
        for page in pages:
            try:
                text = content.decode(page)
            except UnicodeDecodeError:
                continue
            likely = word_bonus(around, language, is_western=pages[0] == "cp1252")
            cost = max(_LEAST_COST, _cost(text, letters) - likely) + (0.0 if page == pages[0] else _RARE_PAGE_COST)
            if text not in found or cost < found[text].cost:
                found[text] = Guess(page, language, text, cost)
    return sorted(found.values(), key=lambda guess: guess.cost)


def wide_share(content: bytes, page: str) -> float:
    """Share of the characters beyond ASCII that are usual ones in a code page with two bytes a character; 0 if it fails."""
    try:
        text = content.decode(page)
    except UnicodeDecodeError:
        return 0.0
    first, last = _WIDE[page]
    beyond = [c for c in text if not c.isascii()]
    if len(beyond) <= FEW and not is_common(text):
        return 0.0
    usual = sum(_is_usual(c, page, first, last) for c in beyond)
    return usual / len(beyond) if beyond else 0.0


def _is_usual(character: str, page: str, first: int, last: int) -> bool:
    if "\u3000" <= character <= "\u30ff" or "\uff01" <= character <= "\uff5e" or character in _SIGNS:
        return True
    code = character.encode(page)
    return len(code) == 2 and first <= code[0] <= last


def widest(content: bytes) -> tuple[str, float]:
    """The code page with two bytes a character that fits best, and the share of usual characters in it."""
    shares = {page: wide_share(content, page) for page in _WIDE}
    page = max(shares, key=lambda one: shares[one])
    return page, shares[page]


def is_clean(guess: Guess) -> bool:
    """Whether the text has nothing that its language does not have."""
    return guess.cost < _FAULT_COST


def _cost(text: str, letters: str) -> float:
    ranks = _ranks(letters)
    high = 0
    cost = 0.0
    for word in _words(text):
        beyond = [c for c in word if not c.isascii()]
        high += len(beyond)
        for character in beyond:
            cost += _cost_of(character, ranks, len(letters))
        cost += _FAULT_COST * _faults(word)
        letters_of_word = [c for c in word if c.isalpha()]
        if len(letters_of_word) > 1 and all(not c.isascii() and _script(c) == "LATIN" for c in letters_of_word):
            cost += _TOTAL_HIGH_COST * len(letters_of_word)
    return cost / high if high else 0.0


def _cost_of(character: str, ranks: dict[str, int], count: int) -> float:
    if character in _SIGNS:
        return 0.5
    rank = ranks.get(character, ranks.get(character.lower()))
    if rank is None:
        return _UNKNOWN_COST
    return 0.5 + 2.0 * rank / count


def _faults(word: Sequence[str]) -> int:
    """Capitals after small letters, changes of script, and signs among letters."""
    faults, small = 0, False
    for a, b in pairwise(word):
        small = small or a.islower()
        faults += small and b.isupper()
        if a.isalpha() and b.isalpha():
            faults += _script(a) != _script(b)
        faults += (a.isalpha() and _is_odd(b)) or (_is_odd(a) and b.isalpha())
    faults += sum(
        a.isalpha() and c.isalpha() and b in _SIGNS and b not in _INNER for a, b, c in zip(word, word[1:], word[2:], strict=False)
    )
    faults += sum({a, b, c} <= _CYRILLIC_VOWELS for a, b, c in zip(word, word[1:], word[2:], strict=False))
    if unicodedata.category(word[0]).startswith("M"):
        faults += 1
    return faults + sum(unicodedata.category(c) in ("Cc", "Cn", "Co") for c in word)


def _is_odd(character: str) -> bool:
    return not character.isascii() and character not in _SIGNS and unicodedata.category(character)[0] in "SPC"


def _words(text: str) -> Iterable[str]:
    return (word for word in text.split() if any(not c.isascii() for c in word))


@functools.lru_cache(maxsize=4096)
def _script(character: str) -> str:
    return unicodedata.name(character, "?").split(" ")[0] if character.isalpha() else "?"


@functools.cache
def _ranks(letters: str) -> dict[str, int]:
    return {letter: rank for rank, letter in enumerate(letters)}
