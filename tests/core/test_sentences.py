"""Where sentences end, by language; and that a split loses nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.labels import Language
from video_pipeline.core.sentences import clause_ends, ends_sentence, sentence_ends, split_sentences, tokens_that_end, word_ends

SENTENCES: dict[str, list[list[str]]] = {
    "en": [
        ["So I told Dr. Smith the whole story again.", "He laughed."],
        ["It cost $3.50.", "That is No. 5 on the list.", "I like apples."],
        ["We saw J. R. R. Tolkien at 5 p.m. in the U.S.", "Then he left."],
        ["I moved to the U.S. in 1990.", "It was e.g. cold.", "OK."],
        ["Dr. Jones vs. Mr. Smith, etc.", "Then we ate."],
        ["Gen. Lee and Lt. Dan met Prof. X.", "They talked."],
        ["It was Jan. 5 and Sat. morning."],
        ["Well... I don't know.", '"Really?" he said.', '"Yes."', "(He left.)", "Bye."],
        ["He said “Stop!” and left.", "[Laughs.]", "Then we went."],
        ["What?!", "No way!!", "Yes."],
        ["so i told dr. smith the story.", "he laughed."],
        ["hello there how are you"],
    ],
    "zh": [
        ["你好。", "我叫王明！", "你呢？", "“我很好。”他说。", "好……是吗"],
        ["他说：“走吧！”", "然后走了。", "真的？！", "好。"],
        ["价格是3.5元。", "U.S. Steel公司。"],
        ["今天天气很好我们去公园吧"],
    ],
    "yue": [["你食咗飯未呀？", "我食咗喇。", "「好嘢！」佢話。"], ["Dr. Wong話OK。", "下次再嚟！"]],
    "ja": [
        ["こんにちは。", "元気ですか？", "「はい。元気です。」と言った。", "そう……ですね。"],
        ["『えっ？』って聞いた。", "本当！？", "うん。"],
        ["Dr. Smithが来た。", "No. 5です。"],
    ],
    "ko": [
        ["안녕하세요.", "저는 김입니다.", "3.5점입니다."],
        ['그는 "가자." 라고 말했다.', "네."],
        ["음...", "그래요.", "좋아요!"],
    ],
}
CASES = [(Language(language), sentences) for language, table in SENTENCES.items() for sentences in table]


@pytest.mark.parametrize(("language", "sentences"), CASES, ids=lambda value: value if isinstance(value, str) else value[0])
def test_sentences_of_each_language(language: Language, sentences: list[str]) -> None:
    between = " " if language in (Language.EN, Language.KO) else ""
    assert split_sentences(between.join(sentences), language) == sentences


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        *(("the story.", True), ("Why?”", True), ("你好。」", True), ("No. 5.", True), ("좋아요.", True)),
        *(("So I told Dr.", False), ("e.g.", False), ("J.", False), ("yes,", False), ("", False)),
    ],
)
def test_whether_a_text_ends_a_sentence(text: str, ends: bool) -> None:
    assert ends_sentence(text) is ends


def test_a_clause_ends_after_its_mark_but_not_inside_a_number() -> None:
    text = "Yes, 3,000 of them; you know"
    assert [text[:end] for end in clause_ends(text)] == ["Yes,", "Yes, 3,000 of them;", text]


def test_tokens_end_sentences_by_all_of_the_text() -> None:
    texts = ["I", " told", " Dr", ".", " Smith", ".", '"', " Then", " he", " left"]
    assert tokens_that_end(texts, Language.EN) == {6, 9}


PIECES = [
    "Dr. ",
    "No. 5",
    " he",
    "Yes",
    ". ",
    "...",
    "? ",
    "！",
    "。",
    "」",
    "“",
    "）",
    '"',
    " ",
    "你好",
    "です",
    "다. ",
    "U.S.",
    "3.5",
    "\n",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25), st.sampled_from(list(Language)))
@settings(max_examples=200, deadline=None)
def test_a_split_loses_no_character_and_no_end_is_inside_a_number(pieces: list[str], language: Language) -> None:
    text = "".join(pieces)
    assert "".join("".join(split_sentences(text, language)).split()) == "".join(text.split())
    ends = sentence_ends(text, language)
    assert ends == sorted(set(ends)) and all(0 < end <= len(text) for end in ends)
    assert all(not (text[end - 1 : end] == "." and text[end : end + 1].isdigit() and text[end - 2].isdigit()) for end in ends)
    assert all(0 <= index < max(1, len(pieces)) for index in tokens_that_end(pieces, language))


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_any_text_has_word_ends_that_grow(text: str) -> None:
    ends = word_ends(text)
    assert ends == sorted(ends) and all(0 < end <= len(text) for end in ends)


def test_two_hours_without_a_pause_take_no_time() -> None:
    """It was 14 s of processor time, as every end looked through all that was said before."""
    text = " ".join(f"He said so to number {n} of them. Nobody knew why" for n in range(6000))
    began_s = time.process_time()
    assert len(sentence_ends(text, Language.EN)) == 6001
    assert time.process_time() - began_s < 2.0
