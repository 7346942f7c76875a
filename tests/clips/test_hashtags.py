"""Hashtags are words, in languages with spaces and without, and none of them is grammar."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.clips.hashtags import hashtags

TEXTS = {
    "en": "So I was at the airport because my suitcase was gone, and that's when the suitcase came, another passport inside.",
    "zh": "我们今天谈火车。火车很快，可是车站没有厕所，所以大家都在车站等火车。",
    "yue": "我哋今日講火車。火車好快，但係車站冇廁所。",
    "ja": "昨日、空港でスーツケースがなくなりました。空港の人が、スーツケースにパスポートが入っていると言いました。",
    "ko": "어제 공항에서 여행가방을 잃어버렸습니다. 공항 직원이 여행가방에 여권이 있다고 했어요.",
}
EXPECTED = {
    "en": {"#suitcase", "#airport", "#passport"},
    "zh": {"#火车", "#车站", "#厕所"},
    "yue": {"#火車", "#車站", "#廁所"},
    "ja": {"#スーツケース", "#空港", "#パスポート"},
    "ko": {"#여행가방", "#공항", "#여권"},
}
GRAMMAR = {
    "#because",
    "#another",
    "#that's",
    "#thats",
    "#我们",
    "#今天",
    "#可是",
    "#昨日",
    "#なくなりました",
    "#공항에서",
    "#어제",
}


@pytest.mark.parametrize("language", TEXTS)
def test_the_words_of_a_clip(language: str) -> None:
    found = hashtags(TEXTS[language], [], 5)
    assert EXPECTED[language] <= set(found) and not GRAMMAR & set(found)


@pytest.mark.parametrize("language", TEXTS)
def test_what_the_rest_of_the_video_says_too_is_not_its_own(language: str) -> None:
    usual = min(EXPECTED[language]).removeprefix("#")
    assert hashtags(TEXTS[language], [f"{usual} {usual}"] * 20, 1) != [f"#{usual}"]


def test_the_same_word_counts_once() -> None:
    assert hashtags("trains trains train here", ["here we are", "here"], 5) == ["#trains"]
    assert hashtags("The engine's noise", [], 5) == ["#engine", "#noise"]
    assert hashtags("", [], 5) == hashtags("Yeah, that's it.", [], 5) == []


@given(st.text())
def test_a_hashtag_is_one_word(text: str) -> None:
    assert all(tag[0] == "#" and len(tag) > 2 and tag[1:].isalnum() for tag in hashtags(text, [], 5))


def test_nothing_is_left_of_contractions_and_elisions() -> None:
    found = hashtags("I haven't seen the ocean's harbour; we'd rather not. L’océan et l'autonomie d'abord.", [], 10)
    assert set(found) == {"#seen", "#ocean", "#harbour", "#océan", "#autonomie", "#abord"}


def test_a_laugh_that_was_written_down_is_no_topic() -> None:
    assert hashtags("Hahahahaha! Ahahaha, the kangaroo. Hehehe.", [], 5) == ["#kangaroo"]
