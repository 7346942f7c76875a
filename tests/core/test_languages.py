"""One table of languages: names from it, codes and tags of ISO 639 and BCP 47 for any."""

from __future__ import annotations

import pytest

from video_pipeline.core.labels import Language
from video_pipeline.core.languages import (
    CODES,
    NAMES,
    by_code,
    by_name,
    display_name,
    is_language,
    normal_tag,
    track_code,
)

KNOWN = [language for language in Language if language is not Language.UNKNOWN]


@pytest.mark.parametrize("language", KNOWN)
def test_a_language_is_found_by_each_of_its_codes_and_by_its_name(language: Language) -> None:
    codes = (str(language), track_code(language, bibliographic=True), track_code(language, bibliographic=False))
    assert {by_code(code) for code in codes} == {language}
    assert by_name(NAMES[language].english.upper()) is language
    assert display_name(language) == NAMES[language].own


def test_every_language_has_names_and_no_two_share_a_code() -> None:
    assert set(NAMES) == set(Language)
    assert len({track_code(language, bibliographic=False) for language in KNOWN}) == len(KNOWN)


@pytest.mark.parametrize(
    ("code", "found"), [("ger", "de"), ("deu", "de"), ("fre", "fr"), ("chi", "zh"), ("cmn", "zh"), ("fil", "tl")]
)
def test_codes_of_iso_639_2(code: str, found: str) -> None:
    assert by_code(code) is Language(found)


@pytest.mark.parametrize("code", ["", "xx", "english", "qqq", "zh-Hant"])
def test_what_is_no_code_is_none(code: str) -> None:
    assert by_code(code) is None


def test_a_language_that_is_not_known_has_no_name_in_english() -> None:
    assert by_name("unknown") is None
    assert track_code("und", bibliographic=True) == "und" and display_name("und") == NAMES[Language.UNKNOWN].own


@pytest.mark.parametrize(
    ("tag", "shown"),
    [
        ("pt-BR", "Português (Brasil)"),
        ("zh-TW", "繁體中文"),
        ("zh_cn", "简体中文"),
        ("zh-Latn", "zh-Latn"),
        ("tlh", "tlh"),
        ("", ""),
    ],
)
def test_names_of_tags_as_players_list_them(tag: str, shown: str) -> None:
    assert display_name(normal_tag(tag)) == shown


def test_tags_in_their_normal_form() -> None:
    assert [normal_tag(tag) for tag in ("eng", "zh_tw", "cmn", "!")] == ["en", "zh-TW", "zh", ""]
    assert is_language("pt-BR") and not is_language("xx")
    assert {"en", "eng", "ger", "deu", "fil"} <= CODES and "xx" not in CODES
