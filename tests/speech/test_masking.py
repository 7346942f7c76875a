"""Numbers and addresses are taken out of words in five languages, written and spoken, and the sound of them is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from video_pipeline.core.span import Span
from video_pipeline.core.transcript import EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.speech.masking import bleeps, without_personal, without_personal_alone
from video_pipeline.speech.personal import MASK, masked

PERSONAL = {
    "call +44 (0)20 7946-0018 or a.b@c.co.uk": "call ### or ###",
    "my card is 4111 1111 1111 1111.": "my card is ###.",
    "my card is 4111, 1111, 1111, 1111.": "my card is ###.",
    "it's four one one one, uh, one double five two": "it's ###",
    "my number is oh two oh seven nine four six": "my number is ###",
    "ann dot smith at example dot com please": "### please",
    "that is a n n at g mail dot com": "that is ###",
    "IBAN DE89 3704 0044 0532 0130 00 please": "IBAN ### please",
    "passport AB1234567": "passport ###",
    "born on 12/05/1990": "born on ###",
    "请打一三八零零一三八零零零": "请打###",
    "卡号是6222 0210 0112 3456": "卡号是###",
    "一三八，零零一三，八零零零": "###",
    "我的邮箱是ann.smith@163.com谢谢": "我的邮箱是###谢谢",
    "我的邮箱是 ann 艾特 163 点 com": "我的邮箱是 ###",
    "我嘅電話係九一二三四五六七": "我嘅電話係###",
    "電話番号はゼロ三の一二三四の五六七八です": "電話番号は###です",
    "番号は ゼロさんのいちにさんよんのごろくななはち です": "番号は ### です",
    "メールはannアットマークexampleドットコムです": "メールは###です",
    "제 번호는 공일공 일이삼사 오육칠팔입니다": "제 번호는 ###입니다",
    "제 번호는 010-1234-5678입니다": "제 번호는 ###입니다",
    "이메일은 ann 골뱅이 naver 점 com 입니다": "이메일은 ### 입니다",
}
HARMLESS = (
    "room 12, at 10:30, 300 people",
    "one or two of them, and three more",
    "the price is 1,000,000 dollars",
    "in nineteen eighty four",
    "he looked at me. Dot came at five",
    "oh no, oh no",
    "他七七八八都做完了，三七二十一",
    "一个人两个人三四个，三千二百四十五块",
    "全部で三人います。ここに にんじんが ございます",
    "그 사이 이 일이 사라졌다. 이 일은 오 일 전에",
    "四月三日，五六个人",
)


@pytest.mark.parametrize(("text", "hidden"), PERSONAL.items())
def test_what_identifies_is_masked(text: str, hidden: str) -> None:
    assert masked(text) == hidden


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_stay(text: str) -> None:
    assert masked(text) == text


def said(start_s: float, *words: str, text: str = "") -> Segment:
    """Words of half a second each."""
    tokens = tuple(Token(start_s + k / 2, start_s + (k + 1) / 2, word) for k, word in enumerate(words))
    return Segment(start_s, start_s + len(words) / 2, text or "".join(words).strip(), tokens=tokens)


def hidden(*segments: Segment) -> tuple[Segment, ...]:
    return without_personal(Transcript(MediaIdentity("a.wav", 60.0), EngineIdentity("test"), segments)).segments


def test_a_masked_word_has_the_time_of_what_it_stands_for() -> None:
    (line,) = hidden(said(0.0, "my", " card", " 4111", " 1111,", " right"))
    assert line.text == "my card ###, right"
    assert [token.text for token in line.tokens] == ["my", " card", " ###,", " right"]
    assert (line.tokens[2].start_s, line.tokens[2].end_s) == (1.0, 2.0)
    (span,) = bleeps([line])
    assert span.start_s < 1.0 and span.end_s > 2.0 and span.duration_s < 1.5


def test_a_number_that_goes_over_several_segments_is_masked_in_each() -> None:
    lines = hidden(
        said(0.0, "it", " is", " one", " three", " eight"), said(4.0, "double", " oh", " one"), said(30.0, "four", " men")
    )
    assert [line.text for line in lines] == ["it is ###", "###", "four men"]
    assert bleeps(lines)[1].start_s > 3.8


def test_words_written_otherwise_than_spoken_are_masked_in_both() -> None:
    (line,) = hidden(said(0.0, "one", " three", " eight", " nine", text="1389"))
    assert line.text == MASK and [token.text for token in line.tokens] == [MASK]
    (line,) = hidden(said(0.0, "thirteen", " hundred", text="1300"))
    assert line.text == MASK and not line.tokens
    assert bleeps([line]) == [Span(0.0, 1.12)]


def test_a_part_that_was_masked_before_is_joined_by_its_neighbours() -> None:
    first = without_personal_alone(said(0.0, "it", " is", " one", " three"))
    second = without_personal_alone(said(2.0, "eight", " oh", " oh", " one", " three"))
    assert first.text == "it is one three" and second.text == MASK
    assert [line.text for line in hidden(first, second)] == ["it is ###", MASK]


WORDS = ("one", "4111", "a", "1", "at", "three", "###", ",", "零", "x@y.com", "dot", "com", "영")


@given(st.lists(st.sampled_from(WORDS), max_size=30))
def test_masking_again_changes_nothing_and_words_stay_in_order(words: list[str]) -> None:
    text = " ".join(words)
    assert masked(masked(text)) == masked(text)
    lines = hidden(said(0.0, *(f" {word}" for word in words)))
    assert all(a.end_s <= b.start_s + 1e-9 for line in lines for a, b in zip(line.tokens, line.tokens[1:], strict=False))
    assert "4111" not in "".join(token.text for line in lines for token in line.tokens)
