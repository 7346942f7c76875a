"""Each cue of a file has its own language, and shares that of the cues around it only if its text fits both."""

import pytest

from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.subtitles.read.languages import cue_languages, guess_language

EN, ZH, YUE, JA, KO, UNKNOWN = Language.EN, Language.ZH, Language.YUE, Language.JA, Language.KO, Language.UNKNOWN


def languages(*texts: str) -> list[Language]:
    spans = [Span(3 * k, 3 * k + 2) for k in range(len(texts))]
    return cue_languages(texts, spans, guess_language("\n".join(texts)))


def test_a_file_in_five_languages() -> None:
    texts = ["今天我们去公园", "今日は静かな朝でした", "我哋琴日去咗飲茶", "오늘은 비가 와요", "Nobody laughed at all of it"]
    assert languages(*texts) == [ZH, JA, YUE, KO, EN]


@pytest.mark.parametrize(
    ("neighbour", "own"),
    [("今天我们去公园", ZH), ("今日は静かな朝でした", JA), ("我哋琴日去咗飲茶", YUE)],
)
def test_ideographs_of_several_languages_are_of_the_neighbours(neighbour: str, own: Language) -> None:
    assert languages(neighbour, "中山大人", neighbour) == [own, own, own]


def test_the_character_set_decides_where_there_is_no_kana() -> None:
    assert languages("我们去公园", "東京大学名誉教授", "我们去公园") == [ZH, JA, ZH]
    assert languages("それは本当でした", "我们去看这个电影", "それは本当でした") == [JA, ZH, JA]


def test_japanese_of_a_whole_line_has_kana() -> None:
    assert languages("それは本当でした", "一人一人在此山中大声地笑，十分自在", "それは本当でした")[1] != JA


def test_the_nearest_cue_in_time_decides() -> None:
    texts = ["今天我们去公园", "中山大人", "今日は静かな朝でした"]
    for gap_s, own in ((0.1, ZH), (5.0, JA)):
        spans = [Span(0, 2), Span(2 + gap_s, 8), Span(9, 11)]
        assert cue_languages(texts, spans, ZH) == [ZH, own, JA]


def test_a_kana_that_chinese_borrows_is_no_proof_of_japanese() -> None:
    assert languages("今天我们去公园", "鲜の每日", "今天我们去公园") == [ZH, ZH, ZH]
    assert languages("今天我们去公园", "え？", "今天我们去公园") == [ZH, JA, ZH]


def test_a_word_in_latin_letters_is_of_the_neighbours_and_a_sentence_is_not() -> None:
    texts = ["今天我们去公园", "OK", "one zero zero zero one", "The house that I was in", "♪", "2024", "今天我们去公园"]
    assert languages(*texts) == [ZH, ZH, EN, EN, EN, ZH, ZH]


def test_latin_text_is_judged_as_a_whole() -> None:
    assert languages("The cat is on it", "Wonderful creatures everywhere") == [EN, EN]
    french = [
        "Le chat noir est assis là depuis longtemps",
        "Que fait-il ici ce soir, tout seul",
        "Nous rentrons demain matin, dit-elle",
    ]
    assert languages("On a dit no, me dit-il") == [EN]
    assert languages(*french, "On a dit no, me dit-il") == [UNKNOWN] * 4


@pytest.mark.parametrize("label", ["[开心] ", "[李雷] ", "李雷: ", "- ", "♪ ", "（笑い声） [李雷] "])
def test_labels_and_speakers_do_not_count(label: str) -> None:
    assert languages("我们去公园", f"{label}Thanks. My name is Sarah", "我们去公园") == [ZH, EN, ZH]


def test_a_label_alone_has_the_language_it_is_written_in() -> None:
    assert languages("Nobody laughed at all of it", "[웃음]", "（笑い声）", "[欢呼声]") == [EN, KO, JA, ZH]


def test_a_file_without_any_clue_has_the_language_of_the_whole() -> None:
    assert cue_languages(["♪", "OK", "2024"], [Span(0, 1), Span(1, 2), Span(2, 3)], KO) == [KO, KO, KO]
    assert cue_languages([], [], ZH) == []
