"""Conversations whose truth is known, measured: shares, silences, holds, interruptions, answers, questions, phrases."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pages import THEMES, axe_findings
from video_pipeline.core.errors import BadValue, NoSuchFile
from video_pipeline.core.labels import SHOWN_EMOTIONS, Emotion, Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, EngineIdentity, MediaIdentity, Segment, Token, Transcript
from video_pipeline.report.conversation import texts
from video_pipeline.report.conversation.floor import Stretch, at_once, floors, outside, pauses, speech_of
from video_pipeline.report.conversation.measure import Material, measure
from video_pipeline.report.conversation.options import ConversationOptions
from video_pipeline.report.conversation.page import conversation_page
from video_pipeline.report.conversation.record import Conversation
from video_pipeline.report.conversation.table import table
from video_pipeline.report.conversation.wording import PhraseTable, questions_in, words_in

EN, ZH = Language.EN, Language.ZH
CALL = (
    ("Ann", 0.0, 4.0, "Good morning, thank you for calling. How can I help you?"),
    ("Bob", 5.0, 9.0, "I want my money back, this is unacceptable."),
    ("Ann", 8.0, 12.0, "I am sorry about that."),  # 1 s before Bob has finished
    ("Bob", 10.0, 10.5, "Mm-hm."),  # listening
    ("Bob", 20.0, 24.0, "My card is 4111 1111 1111 1111, my mail bob@example.com"),  # after 8 s, 6 of them music
    ("Ann", 24.5, 30.0, "We will refund it."),
    ("Bob", 36.0, 38.0, "Thanks."),  # after 6 s of silence
)


def line(speaker: str, start_s: float, end_s: float, text: str, **other: Any) -> Segment:
    return Segment(start_s, end_s, text, speaker=speaker, **{"language": EN, **other})


def heard(lines: Sequence[Segment], duration_s: float, events: Sequence[AudioEvent] = (), *, emotion: bool = True) -> Material:
    ordered = tuple(sorted(lines, key=lambda one: one.start_s))
    transcript = Transcript(MediaIdentity("call.wav", duration_s), EngineIdentity("test"), ordered)
    stretches = [Stretch(one.start_s, one.end_s, one.speaker or "") for one in ordered]
    return Material(transcript=transcript, stretches=stretches, events=events, emotion=emotion)


def measured(material: Material, **options: Any) -> Conversation:
    return measure(material, ConversationOptions(**options), PhraseTable.of())


@pytest.fixture
def call() -> Conversation:
    music = [AudioEvent(13.0, 19.0, Sound.MUSIC, 1.0)]
    return measured(heard([line(*one) for one in CALL], 40.0, music), kind="call", required=("greeting", "closing"))


def test_times_of_a_call(call: Conversation) -> None:
    assert call.speech_s == pytest.approx(4 + 7 + 4 + 5.5 + 2)  # 0-4, 5-12, 20-24, 24.5-30, 36-38
    assert call.hold_s == 8.0 and call.holds == (Span(12.0, 20.0),)
    assert call.silences == (Span(30.0, 36.0),)
    assert call.silence_s == pytest.approx(40 - 22.5 - 8)
    assert call.overlap_s == pytest.approx(1.0 + 0.5)
    assert call.switches == 5


def test_sides_of_a_call(call: Conversation) -> None:
    ann, bob = call.sides
    assert (ann.name, ann.role, bob.role) == ("Ann", "agent", "customer")
    assert ann.talk_s == 13.5 and bob.talk_s == 10.5
    assert ann.talk_share + bob.talk_share == pytest.approx(1.0, abs=1e-4)
    assert ann.turns == 3 and bob.turns == 3 and bob.listens == 1
    assert ann.longest_s == 5.5 and ann.longest_at_s == 24.5
    assert (ann.interrupts, ann.interrupted, bob.interrupts, bob.interrupted) == (1, 0, 0, 1)
    assert ann.words == 20 and ann.words_per_min == pytest.approx(60 * 20 / 13.5, abs=0.1)
    assert ann.response_s == pytest.approx((-1.0 + 0.5) / 2)
    assert bob.response_s == 6.0 and bob.slow_response_s == 8.0
    assert ann.questions == 1 and bob.questions == 0


def test_laughter_and_other_sounds_are_no_silence() -> None:
    lines = [line("Ann", 0.0, 4.0, "A joke."), line("Bob", 20.0, 24.0, "Well.")]
    sounds = [
        AudioEvent(3.0, 9.0, Sound.LAUGHTER, 1.0),  # a second of it under the words
        AudioEvent(14.0, 15.0, Sound.COUGH, 1.0),
        AudioEvent(25.0, 26.0, Sound.APPLAUSE, 1.0),
        AudioEvent(25.5, 27.0, Sound.LAUGHTER, 1.0),
    ]
    found = measured(heard(lines, 32.0, sounds))
    assert found.speech_s == 8.0
    assert found.sounds_s == 5.0 + 1.0 + 2.0
    assert found.silence_s == 5.0 + 5.0 + 1.0 + 5.0 and found.silence_share == 0.5
    assert found.silences == (Span(9.0, 14.0), Span(15.0, 20.0), Span(27.0, 32.0))
    assert found.speech_s + found.silence_s + found.sounds_s + found.hold_s == 32.0


def test_whose_laugh_it_is() -> None:
    lines = [line("Ann", 0.0, 4.0, "A joke."), line("Ann", 12.0, 16.0, "I go on."), line("Bob", 20.0, 22.0, "So.")]
    laughs = [AudioEvent(a, b, Sound.LAUGHTER, 1.0) for a, b in ((5.0, 7.0), (8.0, 9.0), (10.0, 11.0), (12.5, 15.5))]
    material = heard(lines, 24.0, laughs)
    voices = [*material.stretches, Stretch(5.0, 7.0, "Bob"), Stretch(8.0, 9.0, "Ann"), Stretch(8.0, 9.0, "Bob")]
    found = measured(replace(material, stretches=voices))
    assert [laugh.by for laugh in found.laughs] == ["Bob", "", "", ""]  # Bob; both; nobody's voice; Ann talks on
    assert [side.own_laughs for side in found.sides] == [0, 1]
    assert "audience or several" in conversation_page(found)


@pytest.mark.parametrize(
    ("language", "tag", "silence", "moments"),
    [
        (EN, "en", "silence", "Key moments"),
        (ZH, "zh-Hans", "静默", "关键时刻"),
        (Language.YUE, "yue-Hant", "靜默", "關鍵時刻"),
        (Language.JA, "ja", "沈黙", "重要な場面"),
        (Language.KO, "ko", "침묵", "주요 순간"),
        (Language.DE, "en", "silence", "Key moments"),
    ],
)
def test_the_page_speaks_the_language_of_the_conversation(language: Language, tag: str, silence: str, moments: str) -> None:
    words = {EN: "Goodbye.", ZH: "再见", Language.YUE: "再見", Language.JA: "さようなら", Language.KO: "안녕히"}
    said = line("A", 0.0, 2.0, words.get(language, "Goodbye."), language=language)
    found = measured(heard([said], 9.0), kind="lesson")
    page = conversation_page(found)
    assert f'<html lang="{tag}">' in page and silence in page
    assert (moments in page) == (language in words)


def test_every_text_is_there_in_every_language_with_the_same_values() -> None:
    for name, row in texts._TABLE.items():
        assert len(row) == len(texts.LANGUAGES) and all(row), name
        assert len({frozenset(re.findall(r"\{(\w+)\}", text)) for text in row}) == 1, name
    named = {*PhraseTable.of().names, *map(str, SHOWN_EMOTIONS)}
    assert all(texts.Texts("zh").called(name) != name for name in named)
    assert texts.Texts("zh").called("upsell") == "upsell"


def test_music_in_a_short_pause_is_a_sound_and_in_a_long_one_a_hold() -> None:
    lines = [line("Ann", 0.0, 4.0, "One."), line("Bob", 6.0, 8.0, "Two."), line("Ann", 18.0, 20.0, "Three.")]
    music = [AudioEvent(4.0, 6.0, Sound.MUSIC, 1.0), AudioEvent(10.0, 18.0, Sound.MUSIC, 1.0)]
    found = measured(heard(lines, 20.0, music), kind="call")
    assert (found.silence_s, found.sounds_s, found.hold_s) == (0.0, 2.0, 10.0)
    assert found.silences == () and found.holds == (Span(8.0, 18.0),)


def test_what_is_said_in_a_call(call: Conversation) -> None:
    said = {(moment.name, moment.speaker) for moment in call.moments}
    assert {("greeting", "Ann"), ("complaint", "Bob"), ("apology", "Ann"), ("promise", "Ann"), ("refund", "Bob")} <= said
    assert call.checks == {"greeting": True, "closing": False}
    assert call.missing == ("closing",)


def test_a_lesson_waits_for_its_answers() -> None:
    lines = [
        line("Teacher", 0.0, 100.0, "Today we look at rivers."),
        line("Teacher", 101.0, 104.0, "Where does a river begin?"),
        line("Kim", 107.0, 110.0, "In the mountains."),
        line("Teacher", 111.0, 114.0, "Why is that?"),
        line("Teacher", 114.5, 130.0, "Because it rains there."),  # who answers herself waits for nobody
        line("Teacher", 131.0, 133.0, "What is a delta"),
        line("Lee", 138.0, 140.0, "Many arms."),
    ]
    lesson = measured(heard(lines, 141.0), kind="lesson")
    assert [side.role for side in lesson.sides] == ["teacher", "student", "student"]
    assert lesson.waits is not None
    assert (lesson.waits.questions, lesson.waits.answered) == (3, 2)
    assert lesson.waits.after_question_s == 4.0 and lesson.waits.after_answer_s == 1.0
    assert lesson.chapters == ()


def test_chapters_begin_after_long_pauses_and_are_named_by_their_words() -> None:
    topics = ("volcano", "glacier", "desert")
    lines, at_s = [], 0.0
    for topic in topics:
        for number in range(50):
            lines.append(line("Teacher", at_s, at_s + 4.5, f"This part is about the {topic} number {number}."))
            at_s += 5.0
        at_s += 8.0
    lesson = measured(heard(lines, at_s), kind="lesson")
    assert [chapter.topics[0] for chapter in lesson.chapters] == list(topics)
    assert [chapter.start_s for chapter in lesson.chapters] == [0.0, 258.0, 516.0]


def test_emotions_are_told_only_where_they_are_asked_for() -> None:
    angry = {"emotion": Emotion.ANGRY, "emotion_p": 0.9}
    lines = [line("Ann", 0.0, 3.0, "We cannot do that."), line("Bob", 4.0, 8.0, "This is ridiculous!", **angry)]
    silent = measured(heard(lines, 9.0), kind="call")
    assert not silent.tells_emotion and not silent.peaks and not any(side.felt for side in silent.sides)
    assert "angry" not in conversation_page(silent) and "angry" not in table(silent)
    told = measured(heard(lines, 9.0), kind="call", emotion=True)
    assert told.sides[1].felt == {"angry": 1.0}
    assert told.peaks[0].before == ("Ann: We cannot do that.",)
    assert "AI Act" in conversation_page(told) and "angry" in table(told)
    assert not measured(heard(lines, 9.0, emotion=False), kind="podcast").tells_emotion


def test_a_laugh_is_no_talk_but_where_words_are_said() -> None:
    """The voices were found from 0 to 4 s and from 5 to 9 s; somebody laughs from 3 to 7 s, and words are said until 3.5 s."""
    words = tuple(Token(at_s, at_s + 0.5, " word") for at_s in (0.0, 1.0, 2.0, 3.0))
    lines = [line("Ann", 0.0, 3.5, "word word word word", tokens=words), line("Bob", 7.5, 9.0, "Yes.")]
    material = replace(
        heard(lines, 10.0, [AudioEvent(3.0, 7.0, Sound.LAUGHTER, 1.0)]),
        stretches=[Stretch(0.0, 4.0, "Ann"), Stretch(5.0, 9.0, "Bob")],
    )
    found = measured(material)
    ann, bob = found.sides
    assert (ann.talk_s, bob.talk_s) == (3.5, 2.0)
    assert found.sounds_s == pytest.approx(3.5)
    assert found.speech_s + found.silence_s + found.sounds_s + found.hold_s == pytest.approx(10.0)


def test_laughs_belong_to_who_speaks_before_them() -> None:
    lines = [line("Ann", 0.0, 3.0, "A joke."), line("Bob", 6.0, 8.0, "Well.")]
    laughs = [AudioEvent(3.5, 5.0, Sound.LAUGHTER, 1.0), AudioEvent(12.0, 13.0, Sound.LAUGHTER, 1.0)]
    ann, bob = measured(heard(lines, 14.0, laughs)).sides
    assert (ann.laughs, bob.laughs) == (1, 0)


@pytest.mark.parametrize(
    ("text", "language", "asked"),
    [
        ("Where is it? Here.", EN, 1),
        ("where is it", EN, 1),
        ("Whatever you like.", EN, 0),
        ("What a day!", EN, 0),
        ("你好吗", ZH, 1),
        ("为什么这样。我知道。", ZH, 1),
        ("我们走吧。", ZH, 0),
        ("行きますか。", Language.JA, 1),
        ("行きます。", Language.JA, 0),
        ("어디에 있나요", Language.KO, 1),
        ("여기 있습니다.", Language.KO, 0),
        ("點解呀", Language.YUE, 1),
    ],
)
def test_questions_are_known_without_their_marks(text: str, language: Language, asked: int) -> None:
    assert len(questions_in(Segment(0.0, 1.0, text, language=language))) == asked


@pytest.mark.parametrize(
    ("text", "language", "moment"),
    [
        ("I'm so sorry to hear that.", EN, "apology"),
        ("实在抱歉让您久等了", ZH, "apology"),
        ("申し訳ございません", Language.JA, "apology"),
        ("정말 죄송합니다", Language.KO, "apology"),
        ("真係唔好意思", Language.YUE, "apology"),
        ("我要投诉你们", ZH, "complaint"),
        ("返金してください", Language.JA, "refund"),
        ("환불해 주세요", Language.KO, "refund"),
        ("Have a nice day, goodbye.", EN, "closing"),
    ],
)
def test_key_moments_in_five_languages(text: str, language: Language, moment: str) -> None:
    assert moment in [name for name, _ in PhraseTable.of().found(Segment(0.0, 1.0, text, language=language))]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("We carefully take care of it, hello kitty.", EN),
        ("The company complains about goodbyes.", EN),
        ("那个对不起眼的人保证了质量，我不满二十岁，写了感谢信。", ZH),
        ("保證金", Language.YUE),
        ("必ずしもそうではない。ひどい雨です。責任者を決める。", Language.JA),
        ("반드시 필요하다. 취소선. 보장 내용. 실망하지 마.", Language.KO),
    ],
)
def test_words_that_only_look_like_a_moment_are_none(text: str, language: Language) -> None:
    assert [name for name, _ in PhraseTable.of().found(Segment(0.0, 1.0, text, language=language))] == []


def test_phrases_are_whole_words_and_ones_own_are_laid_over(tmp_path: Path) -> None:
    table_ = PhraseTable.of()
    assert not list(table_.found(Segment(0.0, 1.0, "A refundable thing, thanksgiving.", language=EN)))
    own = tmp_path / "own.toml"
    own.write_text('[upsell]\nen = ["premium (plan|tier)"]\n[apology]\nen = ["whoops"]\n', encoding="utf-8")
    mine = PhraseTable.of(str(own))
    found = [name for name, _ in mine.found(Segment(0.0, 1.0, "Whoops, the premium plan, I am sorry", language=EN))]
    assert found == ["apology", "upsell"]
    for wrong in ("[a]\nen = ['(']", "[a]\nxx = ['b']", "a = 1", "["):
        own.write_text(wrong, encoding="utf-8")
        with pytest.raises(BadValue, match=r"own\.toml"):
            PhraseTable.of(str(own))
    with pytest.raises(NoSuchFile):
        PhraseTable.of(str(tmp_path / "none.toml"))


def test_characters_count_where_there_are_no_spaces() -> None:
    assert words_in(Segment(0.0, 1.0, "你好,世界!", language=ZH)) == 4
    assert words_in(Segment(0.0, 1.0, "it is a day", language=EN)) == 4


def test_the_table_has_a_row_a_speaker_and_no_formula() -> None:
    rows = list(csv.DictReader(io.StringIO(table(measured(heard([line("=SUM(A1)", 0.0, 2.0, "Hello.")], 3.0), kind="call")))))
    assert [row["name"] for row in rows] == ["'=SUM(A1)"]
    assert float(rows[0]["talk_s"]) == 2.0


def test_many_conversations_are_one_table(call: Conversation) -> None:
    other = measured(heard([line("Cho", 0.0, 2.0, "Hello.")], 3.0), kind="call", required=("refund",))
    rows = list(csv.DictReader(io.StringIO(table(call, other))))
    assert [row["name"] for row in rows] == ["Ann", "Bob", "Cho"]
    assert [row["has greeting"] for row in rows] == ["1", "1", ""]
    assert [row["has refund"] for row in rows] == ["", "", "0"]


def test_nobody_speaks_and_names_are_no_markup() -> None:
    nobody = measured(heard([], 10.0), kind="lesson")
    assert nobody.silence_share == 1.0 and nobody.sides == ()
    assert "0 speakers" in conversation_page(nobody)
    page = conversation_page(measured(heard([line("<b>x", 0.0, 2.0, "<script>?")], 3.0)))
    assert "<b>x" not in page and "<script>?" not in page


@given(
    st.lists(st.tuples(st.floats(0, 100), st.floats(0.01, 20), st.sampled_from("ABC")), max_size=25),
    st.floats(0.5, 5),
)
def test_times_add_up_whoever_speaks(parts: list[tuple[float, float, str]], pause_s: float) -> None:
    stretches = [Stretch(start_s, start_s + length_s, name) for start_s, length_s, name in parts]
    end_s = max((one.end_s for one in stretches), default=1.0)
    silent_s = sum(span.duration_s for span in pauses(stretches, end_s))
    assert outside(stretches, [Span(0.0, end_s)]) == pauses(stretches, end_s)
    speech = speech_of(stretches)
    talk_s = sum(span.duration_s for spans in speech.values() for span in spans)
    both_s = sum(span.duration_s for span in at_once(stretches))
    spoken_s = end_s - silent_s
    assert spoken_s + both_s <= talk_s + 1e-6 <= spoken_s + 2 * both_s + 2e-6  # two or three at once
    turns = floors(stretches, pause_s, 1.0)
    assert {turn.speaker for turn in turns} <= set(speech)
    assert all(a.speaker != b.speaker or b.start_s - a.end_s >= pause_s for a, b in pairwise(turns))


def test_the_key_explains_only_what_the_picture_shows(call: Conversation) -> None:
    shown = conversation_page(call, ["call.wav"])
    assert all(f'class="{colour}"' in shown for colour in ("red", "grey", "stripes"))
    quiet = measured(heard([line("Ann", 0.0, 4.0, "Hello."), line("Bob", 4.5, 9.0, "Hello.")], 9.0))
    assert 'class="key"' not in conversation_page(quiet, ["call.wav"])


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_axe_finds_nothing(browser: Any, tmp_path: Path, language: Language, theme: str) -> None:
    """On a page with everything that one may show: roles, holds, laughs, moments, peaks, chapters and a check list."""
    lines = [line(*one, language=language, emotion=Emotion.ANGRY, emotion_p=0.95) for one in CALL]
    sounds = [AudioEvent(13.0, 19.0, Sound.MUSIC, 1.0), AudioEvent(31.0, 33.0, Sound.LAUGHTER, 1.0)]
    context = browser.new_context(color_scheme=theme, bypass_csp=True)
    for kind in ("call", "lesson", "podcast"):
        found = measured(heard(lines, 40.0, sounds), kind=kind, emotion=True, required=("greeting", "closing"))
        path = tmp_path / f"{kind}.html"
        path.write_text(conversation_page(found, ["call.wav"]), encoding="utf-8")
        window = context.new_page()
        window.goto(path.as_uri())
        assert window.locator("html").get_attribute("lang") == texts.Texts(language).tag
        assert axe_findings(window) == []
    context.close()
