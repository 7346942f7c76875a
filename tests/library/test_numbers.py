"""Numbers are found whether they were said in words or written in digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.library import numbers
from video_pipeline.library.index import Contents, Index, Media, Said, Sentence
from video_pipeline.library.question import Question
from video_pipeline.library.search import search


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("twenty three sheep", {23}),
        ("Twenty-three", {23}),
        ("twenty\nthree", {23}),
        ("nineteen ninety eight", {1998}),
        ("twenty oh five", {2005}),
        ("two thousand and five", {2005}),
        ("one million two hundred thousand", {1_200_000}),
        ("five six seven", {5, 6, 7}),
        ("one of them, and then", set()),
        ("often, someone, attend, tenfold", set()),
        ("二十三只", {23}),
        ("一九九八年", {1998}),
        ("一百二十三萬四千", {1_234_000}),
        ("百二十三", {123}),
        ("二〇二三", {2023}),
        ("이십삼 분", {23}),
        ("삼천 원", {3000}),
        ("이것은 사람", set()),
    ],
)
def test_numbers_in_words(text: str, found: set[int]) -> None:
    assert numbers.said(text) == found


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("25 sheep", "twenty five sheep"),
        ("twenty five sheep", "25 sheep"),
        ('"twenty five sheep"', "all 25 sheep"),
        ('"25 sheep"', "all twenty-five sheep"),
        ("2nd violin", "the second violin"),
        ("$40", "it costs forty dollars"),
        ("50%", "fifty percent of them"),
        ("12 percent", "a 12% chance"),
        ("12%", "百分之十二"),
        ("C++", "cycles between C++ and others"),
        ("1998", "in nineteen ninety eight"),
        ("23", "有二十三只羊"),
        ("二十三", "there were 23"),
        ("3,000", "three thousand people"),
        ("3000", "삼천 명"),
    ],
)
def test_the_other_way_of_saying_it_is_found(query: str, line: str) -> None:
    index = Index(None)
    others = (
        "a hundred and thirty sheep",
        "the violin",
        "it costs nothing",
        "有三十二只羊",
        "2 thirds",
        "twenty sheep and five",
        "c 12",
    )
    for number, text in enumerate((line, *others)):
        said = Said(Media(9.0), (Sentence(0, 4, text, language="en"),))
        index.add(f"/films/{number}.mp4", f"/out/{number}", Contents(said))
    assert [moment.text for moment in search(index, Question(query)).moments] == [line]


@given(st.integers(0, 99))
def test_every_small_number_is_understood_as_it_is_said(number: int) -> None:
    assert numbers.said(numbers.words(number)) == ({number} if number != 1 else set())


@given(st.text(alphabet="one two twenty hundred thousand and oh 二十百万零3,.-", max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    assert all(number >= 0 for number in numbers.said(text))
    assert numbers.asked(text) is None or numbers.respelt(text)
