"""Tags of languages in containers and in names: any of ISO 639, as BCP 47 tags, by langcodes."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Set

_NAMES = {
    "ar": "العربية",
    "bg": "Български",
    "ca": "Català",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "en": "English",
    "es": "Español",
    "et": "Eesti",
    "eu": "Euskara",
    "fa": "فارسی",
    "fi": "Suomi",
    "fil": "Filipino",
    "fr": "Français",
    "gl": "Galego",
    "he": "עברית",
    "hi": "हिन्दी",
    "hr": "Hrvatski",
    "hu": "Magyar",
    "id": "Bahasa Indonesia",
    "is": "Íslenska",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "lt": "Lietuvių",
    "lv": "Latviešu",
    "ms": "Bahasa Melayu",
    "nb": "Norsk bokmål",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "pt-BR": "Português (Brasil)",
    "ro": "Română",
    "ru": "Русский",
    "sk": "Slovenčina",
    "sl": "Slovenščina",
    "sr": "Српски",
    "sv": "Svenska",
    "ta": "தமிழ்",
    "te": "తెలుగు",
    "th": "ไทย",
    "tr": "Türkçe",
    "uk": "Українська",
    "vi": "Tiếng Việt",
    "yue": "粵語",
    "zh": "中文",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}
"""Names of languages in the language itself, as players list them."""
_TRADITIONAL = frozenset(("TW", "HK", "MO"))


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
    """The language's name in the language itself; the tag if it is not in our table; empty for no tag."""
    import langcodes

    if not tag:
        return ""
    found = langcodes.Language.get(tag)
    if found.language == "zh":
        script = found.script or ("Hant" if found.territory in _TRADITIONAL else "Hans" if found.territory else "")
        return _NAMES["-".join(filter(None, ("zh", script)))] if script in ("", "Hans", "Hant") else tag
    return _NAMES.get(tag) or _NAMES.get(str(found.language)) or tag
