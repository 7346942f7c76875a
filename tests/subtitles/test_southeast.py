"""Lao, Khmer and Burmese are written without spaces: lines end between words or syllables, never inside one."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core.labels import Language
from video_pipeline.core.sentences import split_sentences
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.subtitles import southeast
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.rules import SubtitleOptions, clusters, width

SYLLABLES = {
    Language.LO: "ປະ ເທດ ລາວ ເປັນ ປະ ເທດ ໜຶ່ງ ໃນ ອາ ຊີ ຕາ ເວັນ ອອກ ສຽງ ໃຕ້ ຂ້ອຍ ມັກ ກິນ ເຂົ້າ ໜຽວ ເຈົ້າ ຊື່ ຫຍັງ ຫລວງ ພະ ບາງ ເມືອງ ຄວາມ ເດືອນ ຮຽນ",
    Language.KM: "ខ្ញុំ ស្រ ឡាញ់ ប្រ ទេស កម្ពុ ជា ជា ប្រ ទេស មួយ នៅ អា ស៊ី អា គ្នេយ៍ អ្នក សុខ សប្បាយ ជា ទេ",
    Language.MY: "မြန် မာ နိုင် ငံ သည် အ ရှေ့ တောင် အာ ရှ တွင် တည် ရှိ သော ကျွန် တော် တို့ က ဒီ နေ့ ရန် ကုန် မြို့ ကို သွား မယ်",
}
LATIN = "Hello there, friends of subtitles."


@pytest.fixture(params=["spelling", "icu"], autouse=True)
def divider(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Every test runs with and without ICU's dictionaries."""
    if request.param == "icu":
        pytest.importorskip("icu4py")
    else:
        monkeypatch.setattr(southeast, "is_installed", lambda module: False)
    return str(request.param)


@pytest.mark.parametrize("language", SYLLABLES)
def test_words_end_where_syllables_do(language: Language, divider: str) -> None:
    syllables = SYLLABLES[language].split()
    found = southeast.words("".join(syllables))
    edges = set(itertools.accumulate(map(len, syllables)))
    assert set(itertools.accumulate(map(len, found))) <= edges
    if divider == "spelling":
        assert found == syllables
    else:
        assert len(found) < len(syllables)


@pytest.mark.parametrize("language", SYLLABLES)
@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_lines_never_break_inside_a_syllable(language: Language, size: int) -> None:
    """However a recogniser cuts its text."""
    syllables = SYLLABLES[language].split() * 2
    text = "".join(syllables)
    parts = [text[at : at + size] for at in range(0, len(text), size)]
    tokens = tuple(Token(k * 20 / len(parts), (k + 1) * 20 / len(parts), part) for k, part in enumerate(parts))
    cues = make_cues([Segment(0.0, 20.0, text, tokens=tokens, language=language)], [], SubtitleOptions())
    lines = [line for cue in cues for line in cue.lines]
    assert len(lines) > 2
    assert "".join(lines) == text
    assert set(itertools.accumulate(map(len, lines))) <= set(itertools.accumulate(map(len, syllables)))
    assert all(width(line, language) <= 42 for line in lines)


def test_spaces_and_stops_are_the_best_places() -> None:
    """They end clauses and sentences there."""
    text = "ខ្ញុំស្រឡាញ់ប្រទេសកម្ពុជា។ តើអ្នកសុខសប្បាយជាទេ?"
    segment = Segment(0.0, 6.0, text, language=Language.KM)
    cues = make_cues([segment], [], SubtitleOptions(line_width=30))
    assert [line for cue in cues for line in cue.lines] == text.split()
    assert split_sentences(text, Language.KM) == text.split()
    assert split_sentences("မြန်မာသည်။ကျွန်တော်၊သွားမယ်။", Language.MY) == ["မြန်မာသည်။", "ကျွန်တော်၊သွားမယ်။"]


def test_marks_and_numbers_are_not_divided() -> None:
    assert southeast.words("ຕ່າງໆ") == ["ຕ່າງໆ"]
    assert southeast.words("ផ្សេងៗ។") == ["ផ្សេងៗ។"]
    assert "၂၀၂၅" in southeast.words("၂၀၂၅ခု")[0]
    assert "".join(southeast.words(LATIN + "ຂ້ອຍ")) == LATIN + "ຂ້ອຍ"


@given(st.text(st.sampled_from([*"".join(SYLLABLES.values()), *"ไทย a1.,\u200b\u200d"])))
def test_words_are_the_text_in_whole_characters(text: str) -> None:
    found = southeast.words(text)
    assert "".join(found) == text
    edges = set(itertools.accumulate(map(len, clusters(text)), initial=0))
    assert set(itertools.accumulate(map(len, found))) <= edges | {len(text)}
