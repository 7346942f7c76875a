"""What a language is called, and its codes: ISO 639-1 is the value of `Language`, ISO 639-2 names the tracks of a file.

To add one: 1. its line here; 2. its member in `core/labels.py`. Rules and labels of its own (`subtitles/rules.py`, `labels.py`)
may follow; until then it is laid out by its script, and its labels are in English.
"""

from __future__ import annotations

from dataclasses import dataclass

from video_pipeline.core.labels import Language


@dataclass(frozen=True, slots=True)
class LanguageNames:
    """Names and codes of one language."""

    bibliographic: str
    """ISO 639-2/B, such as `ger`."""
    terminological: str
    """ISO 639-2/T, such as `deu`."""
    english: str
    own: str
    """In the language itself."""


_TABLE = """
zh chi zho Chinese 中文
en eng eng English English
yue yue yue Cantonese 粵語
ja jpn jpn Japanese 日本語
ko kor kor Korean 한국어
af afr afr Afrikaans Afrikaans
am amh amh Amharic አማርኛ
ar ara ara Arabic العربية
as asm asm Assamese অসমীয়া
az aze aze Azerbaijani Azərbaycan
ba bak bak Bashkir Башҡорт
be bel bel Belarusian Беларуская
bg bul bul Bulgarian Български
bn ben ben Bengali বাংলা
bo tib bod Tibetan བོད་ཡིག
br bre bre Breton Brezhoneg
bs bos bos Bosnian Bosanski
ca cat cat Catalan Català
cs cze ces Czech Čeština
cy wel cym Welsh Cymraeg
da dan dan Danish Dansk
de ger deu German Deutsch
el gre ell Greek Ελληνικά
es spa spa Spanish Español
et est est Estonian Eesti
eu baq eus Basque Euskara
fa per fas Persian فارسی
fi fin fin Finnish Suomi
fo fao fao Faroese Føroyskt
fr fre fra French Français
gl glg glg Galician Galego
gu guj guj Gujarati ગુજરાતી
ha hau hau Hausa Hausa
haw haw haw Hawaiian ʻŌlelo_Hawaiʻi
he heb heb Hebrew עברית
hi hin hin Hindi हिन्दी
hr hrv hrv Croatian Hrvatski
ht hat hat Haitian_Creole Kreyòl_ayisyen
hu hun hun Hungarian Magyar
hy arm hye Armenian Հայերեն
id ind ind Indonesian Bahasa_Indonesia
is ice isl Icelandic Íslenska
it ita ita Italian Italiano
jv jav jav Javanese Basa_Jawa
ka geo kat Georgian ქართული
kk kaz kaz Kazakh Қазақша
km khm khm Khmer ខ្មែរ
kn kan kan Kannada ಕನ್ನಡ
la lat lat Latin Latina
lb ltz ltz Luxembourgish Lëtzebuergesch
ln lin lin Lingala Lingála
lo lao lao Lao ລາວ
lt lit lit Lithuanian Lietuvių
lv lav lav Latvian Latviešu
mg mlg mlg Malagasy Malagasy
mi mao mri Maori Māori
mk mac mkd Macedonian Македонски
ml mal mal Malayalam മലയാളം
mn mon mon Mongolian Монгол
mr mar mar Marathi मराठी
ms may msa Malay Bahasa_Melayu
mt mlt mlt Maltese Malti
my bur mya Burmese မြန်မာ
ne nep nep Nepali नेपाली
nl dut nld Dutch Nederlands
nn nno nno Nynorsk Nynorsk
no nor nor Norwegian Norsk
oc oci oci Occitan Occitan
pa pan pan Punjabi ਪੰਜਾਬੀ
pl pol pol Polish Polski
ps pus pus Pashto پښتو
pt por por Portuguese Português
ro rum ron Romanian Română
ru rus rus Russian Русский
sa san san Sanskrit संस्कृतम्
sd snd snd Sindhi سنڌي
si sin sin Sinhala සිංහල
sk slo slk Slovak Slovenčina
sl slv slv Slovenian Slovenščina
sn sna sna Shona ChiShona
so som som Somali Soomaali
sq alb sqi Albanian Shqip
sr srp srp Serbian Српски
su sun sun Sundanese Basa_Sunda
sv swe swe Swedish Svenska
sw swa swa Swahili Kiswahili
ta tam tam Tamil தமிழ்
te tel tel Telugu తెలుగు
tg tgk tgk Tajik Тоҷикӣ
th tha tha Thai ไทย
tk tuk tuk Turkmen Türkmençe
tl tgl tgl Tagalog Tagalog
tr tur tur Turkish Türkçe
tt tat tat Tatar Татарча
uk ukr ukr Ukrainian Українська
ur urd urd Urdu اردو
uz uzb uzb Uzbek Oʻzbekcha
vi vie vie Vietnamese Tiếng_Việt
yi yid yid Yiddish ייִדיש
yo yor yor Yoruba Yorùbá
und und und unknown Subtitles
"""
"""ISO 639-1 (639-3 where there is none), 639-2/B, 639-2/T, in English, in the language itself; `_` is a space."""


def _names() -> dict[Language, LanguageNames]:
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return {Language(code): LanguageNames(*(word.replace("_", " ") for word in words)) for code, *words in rows}


NAMES = _names()
_BY_CODE = {code: language for language, names in NAMES.items() for code in (names.bibliographic, names.terminological)}


def by_code(code: str) -> Language | None:
    """The language of a code of ISO 639-1 or 639-2, such as `de`, `deu` or `ger`; None if it is not known here."""
    return Language(code) if code in set(Language) else _BY_CODE.get(code)
