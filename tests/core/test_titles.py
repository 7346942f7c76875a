"""Titles and file names: whole words, whole clauses, and never longer than asked for."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.sentences import word_ends
from video_pipeline.core.titles import name_of_words, title_of


@pytest.mark.parametrize(
    ("text", "most", "title"),
    [
        ("I ran to a different doctor.", 60, "I ran to a different doctor"),
        ("He moved to the U.S.", 60, "He moved to the U.S."),
        ("And so, my fellow Americans, ask not what your country can do for you", 60, "And so, my fellow Americans"),
        ("So I told Dr. Smith the whole story again and he laughed and laughed", 40, "So I told Dr. Smith the whole story…"),
        ("你好，今天天气很好，我们去公园玩吧然后回家吃饭", 12, "你好，今天天气很好"),
    ],
)
def test_a_title_is_a_sentence_a_clause_or_whole_words(text: str, most: int, title: str) -> None:
    assert title_of(text, most) == title


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ask what you can do for your country and the world.", "Ask-what-you-can-do-for-your-country-and-the"),
        ("Don't you (ever) do it?", "Dont-you-ever-do-it"),
        ('a/b\\c:d*?"<>|', "a-b-c-d"),
        ("???", ""),
        ("", ""),
    ],
)
def test_a_name_is_whole_words(text: str, name: str) -> None:
    assert name_of_words(text, 48) == name


@given(st.text(max_size=150), st.integers(1, 70))
@settings(max_examples=200, deadline=None)
def test_any_text_fits(text: str, most: int) -> None:
    assert len(title_of(text, most)) <= most
    name = name_of_words(text, most)
    assert len(name) <= most and len(name.encode()) <= 96
    assert re.fullmatch(r"(?:[^\W_]+(?:-[^\W_]+)*)?", name)


@given(st.lists(st.sampled_from(["so", "my", "Dr.", "Americans,", "country", "3,000", "laughed;"]), min_size=1, max_size=30))
def test_no_title_ends_inside_a_word(words: list[str]) -> None:
    text = " ".join(words)
    kept = title_of(text, 40).rstrip("….").split()
    assert kept[:-1] == words[: len(kept) - 1]
    assert words[len(kept) - 1].rstrip(",;.") == kept[-1].rstrip(",;.")


def test_text_without_spaces_is_cut_between_phrases() -> None:
    text = "今日はとても天気がいいので公園に行きましょうそれから家に帰ってご飯を食べます"
    title = title_of(text, 20)
    assert title.endswith("…") and len(title) - 1 in word_ends(text)
