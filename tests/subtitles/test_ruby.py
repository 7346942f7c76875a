"""Readings over Japanese and Chinese: right ones, where they belong, and only where a format can show them."""

from __future__ import annotations

import re

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Language
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.style import StyleOptions

pytest.importorskip("sudachipy", reason="the extra ruby is not installed")
pytest.importorskip("pypinyin", reason="the extra ruby is not installed")
OPTIONS = SubtitleOptions(style=StyleOptions(ruby=True))
JA = Cue(1.0, 4.0, ("今日は食べ物を", "東京で買います"), language=Language.JA)
ZH = Cue(5.0, 8.0, ("银行的行长",), language=Language.ZH)
LOOKS = appearance_of(OPTIONS, (1920, 1080), "talk")


def over(cue: Cue) -> list[list[tuple[str, str]]]:
    (read,) = with_labels([cue], OPTIONS)
    return [[(run.text, run.ruby) for run in line if run.ruby] for line in read.runs]


def test_kana_have_none_and_kanji_the_reading_of_their_word() -> None:
    assert over(JA) == [[("今日", "きょう"), ("食", "た"), ("物", "もの")], [("東京", "とうきょう"), ("買", "か")]]


def test_a_character_of_two_sounds_is_read_by_its_word() -> None:
    assert over(ZH) == [[("银", "yín"), ("行", "háng"), ("的", "de"), ("行", "háng"), ("长", "zhǎng")]]


def test_other_languages_have_none() -> None:
    assert over(Cue(0.0, 2.0, ("Good evening",), language=Language.EN)) == [[]]


def test_ass_draws_each_reading_over_its_word_inside_the_picture() -> None:
    document = rendered("ass", with_labels([JA], OPTIONS), LOOKS)
    found = re.findall(r"\\pos\(([\d.]+),([\d.]+)\)\\fs(\d+).*\}(.+)", document)
    assert [text for *_, text in found] == ["きょう", "た", "もの", "とうきょう", "か"]
    places = [(float(x), float(y)) for x, y, *_ in found]
    upper, lower = places[:3], places[3:]
    assert upper == sorted(upper) and lower == sorted(lower)
    assert all(0 < x < 1920 and 0 < y < 1080 for x, y in places)
    assert upper[0][1] < lower[0][1] - 60  # a line higher
    assert "(きょう)" not in document


def test_formats_without_readings_are_as_they_were() -> None:
    cues = with_labels([JA, ZH], OPTIONS)
    assert rendered("srt", cues, LOOKS) == rendered("srt", [JA, ZH], LOOKS)
    assert "<ruby>" in rendered("vtt", cues, LOOKS)
