"""Cues hold every word once, within the limits, whatever is said at whatever speed."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.rules import BY_LANGUAGE, SubtitleOptions, width

OPTIONS = SubtitleOptions()


def spoken(text: str, start_s: float = 0.0, cps: float = 14.0, language: Language = Language.EN, **more: object) -> Segment:
    """A segment said evenly, with a token per word (or per character, where words are not spaced)."""
    parts = text.split(" ") if language in (Language.EN, Language.KO) else list(text)
    spaced = language in (Language.EN, Language.KO)
    tokens, at_s = [], start_s
    for k, part in enumerate(parts):
        length_s = (len(part) + spaced) / cps
        tokens.append(Token(at_s, at_s + length_s * 0.9, (" " if spaced and k else "") + part))
        at_s += length_s
    return Segment(start_s, at_s, text, tuple(tokens), language, **more)


def words(cues: list) -> str:
    return "".join("".join(cue.lines) for cue in cues).replace(" ", "")


TALK = (
    "Good evening, and welcome to our little show. Tonight we are going to talk about subtitles, which most people read without "
    "ever thinking about them. A good one is short, stands long enough, and never breaks where it hurts the reader."
)


def test_a_talk_reads_well() -> None:
    cues = make_cues([spoken(TALK)], [], OPTIONS)
    assert [cue.lines for cue in cues] == [
        ("Good evening,", "and welcome to our little show."),
        ("Tonight we are going", "to talk about subtitles,"),
        ("which most people read", "without ever thinking about them."),
        ("A good one is short, stands long enough,",),
        ("and never breaks", "where it hurts the reader."),
    ]
    assert check(cues, OPTIONS, None) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (Language.ZH, "今天我们来讨论一下人工智能对教育的影响，大家觉得这个话题怎么样呢？我认为这是一个非常重要的问题。"),
        (Language.YUE, "今日我哋嚟傾吓人工智能對教育嘅影響，大家覺得呢個話題點樣呢？我覺得呢個係一個好重要嘅問題。"),
        (Language.JA, "今日は人工知能が教育に与える影響について話し合いましょう。皆さんはこの話題をどう思いますか？"),
        (Language.KO, "오늘은 인공지능이 교육에 미치는 영향에 대해 이야기해 보겠습니다 여러분은 어떻게 생각하십니까"),
    ],
)
def test_other_languages_keep_their_own_limits(language: Language, text: str) -> None:
    cues = make_cues([spoken(text, cps=BY_LANGUAGE[language].speed_cps * 0.8, language=language)], [], OPTIONS)
    assert not [finding for finding in check(cues, OPTIONS, None) if finding.hard]
    for line in itertools.chain.from_iterable(cue.lines for cue in cues):
        assert width(line, language) <= BY_LANGUAGE[language].line_width
        assert line[0] not in "、。，．！？っゃゅょー」）"
        assert line[-1] not in "「（"


def test_latin_words_in_chinese_are_never_parted() -> None:
    text = "我们用Python和TensorFlow来做这个项目然后部署到Kubernetes上面去运行"
    cues = make_cues([Segment(0, 8, text, (), Language.ZH)], [], OPTIONS)
    joined = [line for cue in cues for line in cue.lines]
    for word in ("Python", "TensorFlow", "Kubernetes"):
        assert any(word in line for line in joined)


def test_a_word_longer_than_a_line_is_parted_not_lost() -> None:
    text = "see https://example.org/" + "a" * 90 + " now"
    cues = make_cues([spoken(text)], [], OPTIONS)
    assert words(cues) == text.replace(" ", "")
    assert not [f for f in check(cues, OPTIONS, None) if f.hard]


def test_an_emotion_is_written_once_where_it_begins() -> None:
    segments = [
        spoken("I won the race today and I can hardly believe it myself.", 0, emotion=Emotion.HAPPY, emotion_p=0.9),
        spoken("Everybody came to see it.", 6, emotion=Emotion.HAPPY, emotion_p=0.9),
        spoken("Then we went home.", 9, emotion=Emotion.NEUTRAL, emotion_p=0.9),
        spoken("It was wonderful.", 12, emotion=Emotion.HAPPY, emotion_p=0.9),
    ]
    cues = make_cues(segments, [], OPTIONS)
    starts = [cue.start_s for cue in cues if cue.starts_emotion]
    assert starts == [0, 12]
    assert {cue.emotion for cue in cues if cue.start_s < 8.9} == {Emotion.HAPPY}


def test_a_mark_that_is_not_shown_does_not_carry_the_label_away() -> None:
    tokens = tuple(Token(0, 0, text) for text in ("，", "0000", "00000000"))
    found = make_cues([Segment(0, 0, "，000000000000", tokens, Language.ZH, Emotion.HAPPY, 0.9)], [], OPTIONS)
    assert not [f for f in check(found, OPTIONS, None) if f.hard]


def test_a_sound_gets_a_cue_of_its_own_where_nobody_speaks() -> None:
    laugh = AudioEvent(3.0, 5.5, Sound.LAUGHTER, 0.9)
    cues = make_cues([spoken("That was the joke.", 1.0), spoken("Thank you.", 6.0)], [laugh], OPTIONS)
    (shown,) = [cue for cue in cues if cue.sound]
    assert shown.lines == ()
    assert shown.start_s >= 3.0
    assert shown.end_s <= 5.95


def test_a_sound_under_speech_is_written_before_words_that_start_during_it() -> None:
    laugh = AudioEvent(2.8, 8.0, Sound.LAUGHTER, 0.9)
    segments = [spoken("This is said before it all", 0.0), spoken("and this is said over it", 2.9, cps=5)]
    cues = make_cues(segments, [laugh], OPTIONS)
    assert next(cue.sound for cue in cues if cue.lines) is None
    assert any(cue.sound is Sound.LAUGHTER for cue in cues)
    assert all(cue.start_s >= 2.8 for cue in cues if cue.sound)
    assert not [f for f in check(cues, OPTIONS, None) if f.hard]


def test_no_labels_no_sound_cues() -> None:
    laugh = AudioEvent(3.0, 5.5, Sound.LAUGHTER, 0.9)
    cues = make_cues([spoken("That was the joke.", 1.0)], [laugh], SubtitleOptions(labels="none"))
    assert [cue.sound for cue in cues] == [None]


def test_short_form_shows_one_short_line() -> None:
    options = SubtitleOptions(lines=1, line_width=24, speed_cps=25, least_s=0.7, longest_s=5, gap_frames=0)
    cues = make_cues([spoken(TALK)], [], options)
    assert all(len(cue.lines) == 1 and len(cue.lines[0]) <= 24 for cue in cues)
    assert words(cues) == TALK.replace(" ", "")


languages = st.sampled_from([Language.EN, Language.ZH, Language.JA, Language.KO, Language.YUE, Language.UNKNOWN])
texts = st.text(
    st.sampled_from("abcdefgh IT,.!?'-0123456789今天我们はっ、。「」한국어 ") | st.characters(codec="utf-8"),
    min_size=1,
    max_size=120,
)


@st.composite
def segments(draw: st.DrawFn) -> list[Segment]:
    """Anything an engine might claim: any text, words crowded together or far apart, even several at once."""
    out, at_s = [], 0.0
    for _ in range(draw(st.integers(1, 4))):
        language = draw(languages)
        tokens = []
        start_s = at_s
        for text in draw(st.lists(texts, max_size=12)):
            length_s = draw(st.floats(0, 2))
            tokens.append(Token(at_s, at_s + length_s, draw(st.sampled_from(["", " "])) + text))
            at_s += length_s + draw(st.floats(0, 1))
        emotion = draw(st.sampled_from([None, *Emotion]))
        out.append(Segment(start_s, max(at_s, start_s), "".join(t.text for t in tokens), tuple(tokens), language, emotion, 0.9))
        at_s += draw(st.floats(0, 5))
    return out


@given(segments(), st.lists(st.tuples(st.floats(0, 30), st.floats(0.1, 9), st.sampled_from(Sound)), max_size=4))
@settings(max_examples=150, deadline=None)
def test_hard_rules_hold_whatever_is_said(found: list[Segment], sounds: list[tuple[float, float, Sound]]) -> None:
    events = sorted((AudioEvent(t, t + d, label, 0.8) for t, d, label in sounds), key=lambda e: e.start_s)
    cues = make_cues(found, events, OPTIONS)
    assert not [finding for finding in check(cues, OPTIONS, None) if finding.hard]
    assert all(line.strip() for cue in cues for line in cue.lines)


@given(segments())
@settings(max_examples=100, deadline=None)
def test_no_word_is_lost_or_doubled(found: list[Segment]) -> None:
    english = [Segment(s.start_s, s.end_s, s.text, s.tokens, Language.EN, s.emotion, s.emotion_p) for s in found]
    said = "".join(
        ("".join(token.text for token in s.tokens).split() and "".join(t.text for t in s.tokens)) or s.text for s in english
    )
    shown = "".join(line for cue in make_cues(english, [], OPTIONS) for line in cue.lines)
    assert sorted("".join(shown.split())) == sorted("".join(said.split()))
