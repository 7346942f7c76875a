"""The font that is there is found, one that is not is named, and a document's own choice is kept where it serves."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.font_sets import use_font_set
from tests.media.conftest import TEXTS, said
from video_pipeline.core.errors import BadValue
from video_pipeline.core.labels import Language
from video_pipeline.media import ffmpeg, font_file, fonts
from video_pipeline.media.errors import MissingFont, NoLibass
from video_pipeline.media.font_names import FAMILIES, SAMPLES, install_hint, language_of
from video_pipeline.media.fonts import typeset


def families(document: str) -> set[str]:
    return set(re.findall(r"^Style: [^,]*,([^,]*)", document, re.MULTILINE)) | set(re.findall(r"\\fn([^\\}]*)", document))


def written_in(family: str, language: Language) -> str:
    return re.sub(r"(?m)^(Style: [^,]*),[^,]*", rf"\1,{family}", said(language, "ass"))


@pytest.fixture
def no_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a single font, and without the package for Chinese, Japanese and Korean."""
    use_font_set("none", tmp_path, monkeypatch)
    monkeypatch.setattr(fonts, "bundled", lambda: ())


@pytest.mark.parametrize("language", FAMILIES)
def test_a_language_gets_a_family_of_its_own(language: Language) -> None:
    assert families(typeset(written_in("No Such Font", language), language).text) <= set(FAMILIES[language])


def test_the_language_is_read_off_the_letters_where_nobody_says_it() -> None:
    for language in (Language.ZH, Language.JA, Language.KO):
        assert families(typeset(written_in("No Such Font", language), Language.UNKNOWN).text) <= set(FAMILIES[language])
    assert language_of("Hello") is Language.UNKNOWN


def test_a_font_that_is_absent_is_replaced_by_the_projects_own() -> None:
    assert families(typeset(written_in("No Such Font", Language.EN), Language.EN).text) == {"Noto Sans"}


def test_a_font_that_is_there_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use_font_set("DejaVu", tmp_path, monkeypatch)
    document = written_in("DejaVu Sans", Language.EN).replace("Hello", "Hello 你好 ♪")
    ready = typeset(document, Language.EN)
    assert families(ready.text) == {"DejaVu Sans", "Noto Sans CJK SC"}  # DejaVu has the note, but no Chinese
    assert r"Hello {\fnNoto Sans CJK SC}你好{\fnDejaVu Sans} ♪" in ready.text.replace(r" {\fnDejaVu Sans}", r"{\fnDejaVu Sans} ")


def test_each_font_of_a_document_in_two_languages_is_its_own() -> None:
    mixed = (
        said(Language.ZH, "ass")
        + rf"Dialogue: 0,0:00:02.00,0:00:03.00,Default,,0,0,0,,{{\fnHiragino Sans\b1}}{TEXTS[Language.JA]}"
    )
    found = families(typeset(mixed, Language.ZH).text)
    assert any(family in FAMILIES[Language.ZH] for family in found) and any(family in FAMILIES[Language.JA] for family in found)


def test_what_is_not_seen_needs_no_font() -> None:
    marks = r"{\pos(1,2)}{comment 你好 \U0010ffff}\N\h" + "\u200d\ufe0f\u00a0\u2028"
    document = said(Language.EN, "ass").replace(TEXTS[Language.EN], marks)
    assert typeset(document, Language.EN).text == document


def test_a_character_that_no_font_has_is_named() -> None:
    with pytest.raises(MissingFont, match="remove them from the text") as raised:
        typeset(said(Language.EN, "ass").replace("Hello", "Hello \U0010fffd"), Language.EN)
    assert raised.value.characters == "\U0010fffd"


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("你好", Language.ZH, "Noto Sans CJK SC .*apt install fonts-noto-cjk.*font-noto-sans-cjk.*Chinese .Simplified. Suppl"),
        ("係咪", Language.YUE, "Noto Sans CJK HK .*Chinese .Traditional. Supplemental"),
        ("漢字", Language.JA, "Noto Sans CJK JP .*Japanese Supplemental"),
        ("ひら", Language.ZH, "Noto Sans CJK JP"),
        ("안녕", Language.EN, "Noto Sans CJK KR .*pip install noto-cjk-sans-otc"),
        ("😂", Language.ZH, "fonts-symbola.*words instead of emoji"),
        ("ఠ", Language.EN, "Noto Sans font for Telugu.*fonts-noto-core"),
    ],
)
def test_the_hint_names_what_to_install(text: str, language: Language, words: str) -> None:
    assert re.search(words, install_hint(text, language))


def test_a_machine_without_fonts_has_those_of_the_project(no_fonts: None) -> None:
    assert families(typeset(said(Language.EN, "ass").replace("Hello", "Ωδή Я ♪ 😂"), Language.EN).text) == {
        "Noto Sans",
        "Noto Sans Symbols",
        "Noto Emoji",
    }
    with pytest.raises(MissingFont, match="Noto Sans CJK SC"):
        typeset(said(Language.ZH, "ass"), Language.ZH)
    found = fonts.languages()
    assert found.pop(Language.EN).startswith("NotoSans")
    assert set(found.values()) == {""}


def test_a_folder_of_fonts_serves_where_the_machine_has_none(no_fonts: None, tmp_path: Path) -> None:
    (file,) = font_file.cjk()
    folder = tmp_path / "my 'fonts', [all]: 100%"
    folder.mkdir()
    shutil.copy(file, folder / "one.ttc")
    (folder / "readme.txt").write_text("no font")
    for language in FAMILIES:
        ready = typeset(said(language, "ass"), language, folder)
        assert families(ready.text) <= set(FAMILIES[language])
        assert ready.used == (folder / "one.ttc",)


def test_a_folder_without_fonts_is_an_error(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(BadValue, match="no font file"):
            typeset(said(Language.EN, "ass"), Language.EN, folder)


def test_every_language_is_found_with_the_font_package() -> None:
    assert fonts.bundled()
    assert set(fonts.languages()) == set(SAMPLES)
    assert all(fonts.languages().values())


def test_an_ffmpeg_without_libass_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "run", lambda *args, **more: (b"", "[AVFilterGraph] No such filter: 'ass'"))
    with pytest.raises(NoLibass, match="without libass"):
        typeset(said(Language.EN, "ass"), Language.EN)
