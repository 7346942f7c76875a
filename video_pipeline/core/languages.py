"""Languages: what they are called, and their codes and tags. The one table of names; codes are those of langcodes.

ISO 639-1 is the value of `Language`, ISO 639-2 marks the tracks of a file, tags of BCP 47 name any language, also one that no
engine knows.

To add one: 1. its line here; 2. its member in `core/labels.py`. Rules and labels of its own (`subtitles/rules.py`, `labels.py`)
may follow; until then it is laid out by its script, and its labels are in English.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Set
from dataclasses import dataclass

from video_pipeline.core.labels import Language


@dataclass(frozen=True, slots=True)
class LanguageNames:
    """What one language is called."""

    english: str
    own: str
    """In the language itself, as players list it."""


_TABLE = """
zh Chinese 中文
en English English
yue Cantonese 粵語
ja Japanese 日本語
ko Korean 한국어
af Afrikaans Afrikaans
am Amharic አማርኛ
ar Arabic العربية
as Assamese অসমীয়া
az Azerbaijani Azərbaycan
ba Bashkir Башҡорт
be Belarusian Беларуская
bg Bulgarian Български
bn Bengali বাংলা
bo Tibetan བོད་ཡིག
br Breton Brezhoneg
bs Bosnian Bosanski
ca Catalan Català
cs Czech Čeština
cy Welsh Cymraeg
da Danish Dansk
de German Deutsch
el Greek Ελληνικά
es Spanish Español
et Estonian Eesti
eu Basque Euskara
fa Persian فارسی
fi Finnish Suomi
fo Faroese Føroyskt
fr French Français
gl Galician Galego
gu Gujarati ગુજરાતી
ha Hausa Hausa
haw Hawaiian ʻŌlelo_Hawaiʻi
he Hebrew עברית
hi Hindi हिन्दी
hr Croatian Hrvatski
ht Haitian_Creole Kreyòl_ayisyen
hu Hungarian Magyar
hy Armenian Հայերեն
id Indonesian Bahasa_Indonesia
is Icelandic Íslenska
it Italian Italiano
jv Javanese Basa_Jawa
ka Georgian ქართული
kk Kazakh Қазақша
km Khmer ខ្មែរ
kn Kannada ಕನ್ನಡ
la Latin Latina
lb Luxembourgish Lëtzebuergesch
ln Lingala Lingála
lo Lao ລາວ
lt Lithuanian Lietuvių
lv Latvian Latviešu
mg Malagasy Malagasy
mi Maori Māori
mk Macedonian Македонски
ml Malayalam മലയാളം
mn Mongolian Монгол
mr Marathi मराठी
ms Malay Bahasa_Melayu
mt Maltese Malti
my Burmese မြန်မာ
ne Nepali नेपाली
nl Dutch Nederlands
nn Nynorsk Nynorsk
no Norwegian Norsk
oc Occitan Occitan
pa Punjabi ਪੰਜਾਬੀ
pl Polish Polski
ps Pashto پښتو
pt Portuguese Português
ro Romanian Română
ru Russian Русский
sa Sanskrit संस्कृतम्
sd Sindhi سنڌي
si Sinhala සිංහල
sk Slovak Slovenčina
sl Slovenian Slovenščina
sn Shona ChiShona
so Somali Soomaali
sq Albanian Shqip
sr Serbian Српски
su Sundanese Basa_Sunda
sv Swedish Svenska
sw Swahili Kiswahili
ta Tamil தமிழ்
te Telugu తెలుగు
tg Tajik Тоҷикӣ
th Thai ไทย
tk Turkmen Türkmençe
tl Tagalog Tagalog
tr Turkish Türkçe
tt Tatar Татарча
uk Ukrainian Українська
ur Urdu اردو
uz Uzbek Oʻzbekcha
vi Vietnamese Tiếng_Việt
yi Yiddish ייִדיש
yo Yoruba Yorùbá
und unknown Subtitles
"""
"""ISO 639-1 (639-3 where there is none), in English, in the language itself; `_` is a space."""


def _names() -> dict[Language, LanguageNames]:
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return {Language(code): LanguageNames(*(word.replace("_", " ") for word in words)) for code, *words in rows}


NAMES = _names()
_OTHERS = {
    "fil": "Filipino",
    "nb": "Norsk bokmål",
    "pt-BR": "Português (Brasil)",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}
"""Tags beyond the languages that engines tell, with their names in the language itself."""
_OWN_NAMES = {str(language): names.own for language, names in NAMES.items()} | _OTHERS
_BY_NAME = {names.english.lower(): language for language, names in NAMES.items() if language is not Language.UNKNOWN}
_SAME = {"fil": "tl"}
"""Tags that langcodes writes for another language of the table."""
_TRADITIONAL = frozenset(("TW", "HK", "MO"))


def by_code(code: str) -> Language | None:
    """The language of a code of ISO 639-1 or 639-2, such as `de`, `deu` or `ger`; None if it is not known here."""
    if code not in _OWN_NAMES or code in _OTHERS:
        code = normal_tag(code)
        code = _SAME.get(code, code)
    return Language(code) if code in set(Language) else None


def by_name(english: str) -> Language | None:
    """The language that is called so in English, in letters of any case; None if it is not known here."""
    return _BY_NAME.get(english.lower())


class _Codes(Set[str]):
    """Codes of ISO 639-1, of ISO 639-2 for the same languages, and of a few others that subtitles are in."""

    @functools.cached_property
    def _all(self) -> frozenset[str]:
        from langcodes.data_dicts import LANGUAGE_ALPHA3, LANGUAGE_ALPHA3_BIBLIOGRAPHIC

        others = ("yue", "cmn", "fil", "nan", "hak", "gsw", "ast", "haw", "mni", "iw", "in")
        return frozenset((*LANGUAGE_ALPHA3, *LANGUAGE_ALPHA3.values(), *LANGUAGE_ALPHA3_BIBLIOGRAPHIC.values(), *others))

    def __contains__(self, code: object) -> bool:
        return code in self._all

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


CODES: Set[str] = _Codes()
"""Codes of languages, in lower case."""


@functools.lru_cache(maxsize=256)
def normal_tag(tag: str) -> str:
    """The tag in the form of BCP 47: `eng` is `en`, `zh_tw` is `zh-TW`, `cmn` is `zh`. Empty if it cannot be read."""
    import langcodes

    try:
        found = langcodes.standardize_tag(tag.strip().replace("_", "-"))
    except ValueError:
        return ""
    head, _, rest = found.partition("-")
    return "-".join(filter(None, ("zh" if head == "cmn" else head, rest)))


@functools.lru_cache(maxsize=256)
def is_language(tag: str) -> bool:
    """Whether a tag names a language that exists."""
    import langcodes

    return bool(normal_tag(tag)) and langcodes.tag_is_valid(tag.strip().replace("_", "-"))


@functools.lru_cache(maxsize=256)
def track_code(tag: str, *, bibliographic: bool) -> str:
    """The code of ISO 639-2 that containers want: `chi` (bibliographic) or `zho`; `und` for no language."""
    import langcodes

    if not tag:
        return "und"
    try:
        return str(langcodes.Language.get(tag).to_alpha3(variant="B" if bibliographic else "T"))
    except (LookupError, ValueError):
        return "und"


@functools.lru_cache(maxsize=256)
def display_name(tag: str) -> str:
    """The language's name in the language itself; the tag if it is not in the table; empty for no tag."""
    import langcodes

    if not tag:
        return ""
    found = langcodes.Language.get(tag)
    if found.language == "zh":
        script = found.script or ("Hant" if found.territory in _TRADITIONAL else "Hans" if found.territory else "")
        tag = f"zh-{script}" if script else "zh"
        return _OWN_NAMES.get(tag, tag)
    return _OWN_NAMES.get(tag) or _OWN_NAMES.get(str(found.language)) or tag
