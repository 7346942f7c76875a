"""What the checks take for a fault, and what they must not."""

from __future__ import annotations

import pytest

from video_pipeline.core.labels import Language
from video_pipeline.translate.base import Sentence
from video_pipeline.translate.checks import cleaned, fault_of


def fault(said: str, text: str, source: str = "zh", target: str = "en", **terms: str) -> str:
    return fault_of(Sentence(start_s=0.0, end_s=3.0, text=said, language=Language(source)), cleaned(text), source, target, terms)


@pytest.mark.parametrize(
    ("said", "text", "source", "target"),
    [
        ("我不知道。", "I don't know.", "zh", "en"),
        ("OK!", "OK!", "en", "ja"),
        ("Bob?", "Bob?", "en", "zh"),
        ("Hi, Bob Smith!", "嗨，Bob Smith！", "en", "zh"),
        ("对不起,我不能帮你。", "I'm sorry, I can't help you.", "zh", "en"),
        ("In 1998 we had 10,000 people.", "1998年我们有一万人。", "en", "zh"),
        ("It costs 12,500 euros.", "Das kostet 12.500 Euro.", "en", "de"),
        ("Go!", "Geh jetzt sofort los!", "en", "de"),
        ("No, no, no, no!", "いやいやいやいや!", "en", "ja"),
        ("繁體中文的字幕很好看。", "繁体中文的字幕很好看。", "zh", "zh-Hans"),
        ("As an AI, I cannot translate.", "Als KI kann ich nicht übersetzen.", "en", "de"),
        ("Here is the translation of the poem.", "Here is the translation of the poem.", "en", "en-GB"),
        ("Привет, как дела сегодня?", "Hello, how are you today?", "ru", "en"),
        ("今日はいい天気ですね。", "It's a nice day, isn't it?", "ja", "en"),
        ("The time is 7:35, it says.", "時刻は7時35分だそうです。", "en", "ja"),
        ("The time is 7:35, it says.", "La hora es siete y treinta y cinco, dice.", "en", "es"),
        ("There were 10,000 people.", "Il y avait 10\u202f000 personnes.", "en", "fr"),
        ("Il y avait 10\u00a0000 personnes.", "There were 10,000 people.", "fr", "en"),
        ("In 2020 300 people came.", "300 Leute kamen im Jahr 2020.", "en", "de"),
        ("It began in 1998 here.", "بدأت القصة هنا في عام ١٩٩٨.", "en", "ar"),
        ("I do not know him at all.", "اصلاً او را نمی\u200cشناسم.", "en", "fa"),
        ("A sea, say I!", "Ein Meer, say I!", "en", "de"),
        ("Look at www.example.org, please.", "Schau bitte auf www.example.org.", "en", "de"),
    ],
)
def test_a_good_translation_has_no_fault(said: str, text: str, source: str, target: str) -> None:
    assert fault(said, text, source, target) == ""


@pytest.mark.parametrize(
    ("said", "text", "words"),
    [
        ("我不知道。", "", "empty"),
        ("今天我们去看海。", "今天我们去看海。 / We will see the sea today.", "holds the sentence itself"),
        ("今天我们去看海。", "We will see the sea. 2 00:00:01,000 --> 00:00:02,500 Yes.", "explanation"),
        ("我不知道。", "...", "empty"),
        ("我不知道该怎么办。", "我不知道该怎么办。", "not translated"),
        ("女性可以成为成功的科学家。", "the girl was the the the the the .", "repeats"),
        ("我们在1998年见过面。", "We met before.", "1998"),
        ("今天的天气非常好,我们一起去公园走走吧。", "Yes.", "much shorter"),
        (
            "我不知道。",
            "I don't know, and here is everything else that one could possibly say about it.",
            "much longer",
        ),
        ("我不知道。", "Here is the translation: I don't know.", "explanation"),
        ("我不知道。", "I'm sorry, but I can't assist with that.", "explanation"),
        ("今天的天气非常好。", "今日はとても天気がいいです。", "not in en"),
        ("今天的天气非常好。", "Сегодня очень хорошая погода.", "not in en"),
        ("我不知道。", "I don\ufffdt know.", "broken letters"),
        ("我不知道。", '{"text": "I do not know."}', "explanation"),
        ("我不知道。", '["I do not know."]', "explanation"),
        ("今天的天气非常好。", "(happy) The weather is good.", "explanation"),
        ("今天的天气非常好。", "The weather is good. [the audience laughs 0.4 s later]", "explanation"),
        ("今天的天气非常好。", "The weather is good. More on http://example.org/x", "explanation"),
        ("它在10,000米以上。", "It is above 1,000 m.", "10000"),
        ("我不知道。", "a" * 200_000, "much longer"),
    ],
)
def test_a_bad_one_is_named(said: str, text: str, words: str) -> None:
    assert words in fault(said, text)


def test_terms_are_kept_as_the_glossary_writes_them() -> None:
    assert fault("李雷来了。", "Li Lei is here.", 李雷="Li Lei") == ""
    assert "Li Lei" in fault("李雷来了。", "Lee Ray is here.", 李雷="Li Lei")


def test_what_stands_around_a_text_goes() -> None:
    assert cleaned("<think>hm</think> **Hello**\n") == "Hello"
    assert cleaned("Translation: {\\an8}<i>Hello</i>") == "Hello"
    assert cleaned("a\u2028b\x00c") == "a b c"


def test_times_of_day_are_written_as_each_language_does() -> None:
    sentence = Sentence(start_s=0.0, end_s=3.0, text="The train leaves at 7:35, not at 10:15:30.", language=Language.EN)
    assert fault_of(sentence, "電車は7時35分に出ます、10時15分30秒ではなく。", "en", "ja", {}) == ""
    priced = Sentence(start_s=0.0, end_s=3.0, text="It costs 12,500 dollars.", language=Language.EN)
    assert fault_of(priced, "それは千ドルです。", "en", "ja", {}) == ""  # a number in words
    assert "12500" in fault_of(priced, "それは高いドルです。", "en", "ja", {})


def test_joiners_inside_words_stay_and_what_turns_the_writing_goes() -> None:
    assert cleaned("\u202bمی\u200cخواهم\u202c بروم\u200f.") == "می\u200cخواهم بروم."
    assert cleaned("a\u200d\u200d b \u200c \u200dc\u2066\u00add") == "a b cd"
    assert cleaned("one\u2028two\x00three") == "one two three"


def test_escapes_of_terminals_are_no_text() -> None:
    assert cleaned("\x1b[1;31mHello\x1b[0m") == "Hello"
