"""Breaks, punctuation, timing, quality checks and the cues of a clip."""

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import AudioEvent, Token
from video_pipeline.subtitles.breaks import HELD, NEVER, penalties
from video_pipeline.subtitles.punctuation import shown, spoken
from video_pipeline.subtitles.qc import HARD, check
from video_pipeline.subtitles.retime import retimed
from video_pipeline.subtitles.rules import ReadingRules, SubtitleOptions, width
from video_pipeline.subtitles.timing import TimingLimits, with_ends, with_starts

OPTIONS = SubtitleOptions()


def breaks(*texts: str, language: Language = Language.EN) -> list[float]:
    return penalties(texts, language)


def test_a_line_breaks_after_punctuation_and_before_links_rather_than_after_articles() -> None:
    after_the, after_comma, before_and = breaks("the", " cat,", " black", " and")[1:]
    assert after_comma < before_and < after_the == HELD


@pytest.mark.parametrize(
    "texts",
    [
        ("1,0", "00"),
        ("don", "'t"),
        ("wait", "!"),
        ("(", "yes"),
        ("👨", "\u200d👩"),
        ("e", "\u0301"),
        ("🇯", "🇵"),
        ("👍", "🏽"),
        ("x", "y"),
    ],
)
def test_some_places_never_break(texts: tuple[str, str]) -> None:
    for language in (Language.EN, Language.ZH, Language.JA):
        assert breaks(*texts, language=language)[1] == NEVER


@pytest.mark.parametrize(
    ("language", "left", "right"),
    [
        (Language.EN, "my", " sister"),
        (Language.EN, "forty", " seconds"),
        (Language.EN, "40", " km"),
        (Language.EN, "Dr.", " Lee"),
        (Language.KO, "할", " 수"),
        (Language.KO, "세", " 시간"),
        (Language.ZH, "三", "年"),
        (Language.JA, "この", "話"),
    ],
)
def test_some_words_stay_together(language: Language, left: str, right: str) -> None:
    assert breaks(left, right, language=language)[1] >= HELD


def test_names_stay_together_except_in_capitals() -> None:
    assert breaks("said", " John", " Smith")[2] == HELD
    assert breaks("SAID", " JOHN", " SMITH")[2] < HELD


def test_an_abbreviation_ends_no_sentence() -> None:
    assert breaks("vs.", " them")[1] > breaks("it.", " Then")[1] == 0


def test_japanese_breaks_at_phrases_and_never_before_small_kana() -> None:
    texts = tuple("今日は天気がいいからちょっと散歩に行きましょう")
    found = breaks(*texts, language=Language.JA)
    assert found[texts.index("ょ")] == NEVER
    assert found[3] < found[1]  # after は, not inside 今日


@pytest.mark.parametrize(
    ("language", "raw", "expected"),
    [
        (Language.ZH, "天气很好，", ("天气很好", " ")),
        (Language.ZH, "他说“好。”", ("他说“好”", "")),
        (Language.ZH, "苹果、", ("苹果", "、")),
        (Language.JA, "そうです。", ("そうです", "\u3000")),
        (Language.JA, "「はい。」", ("「はい」", "")),
        (Language.JA, "はい、", ("はい", " ")),
        (Language.ZH, "習普沙律,", ("習普沙律", " ")),
        (Language.ZH, "好好,你們沒事吧", ("好好 你們沒事吧", "")),
        (Language.ZH, "用Python,", ("用Python", ",")),
        (Language.ZH, "3.14和1,000", ("3.14和1,000", "")),
        (Language.ZH, "等等...", ("等等...", "")),
        (Language.JA, "今日は晴れです.", ("今日は晴れです", "\u3000")),
        (Language.JA, "明日は,雨", ("明日は 雨", "")),
        (Language.KO, " 갑니다.", ("갑니다", ".")),
        (Language.KO, "그래...", ("그래...", "")),
        (Language.EN, " end.", ("end.", "")),
    ],
)
def test_punctuation_is_shown_as_the_language_shows_it(language: Language, raw: str, expected: tuple[str, str]) -> None:
    assert shown(raw, language) == expected
    assert spoken(shown(raw, language)[0], language) == spoken(raw, language)


def test_width_counts_as_readers_do() -> None:
    assert width("abc", Language.EN) == 3
    assert width("abc", Language.JA) == 1.5
    assert width("한국 ok", Language.KO) == 3.5
    assert width("中文a", Language.ZH) == 3
    assert width("👨‍👩‍👧🇯🇵e\u0301", Language.EN) == 3


def test_cues_are_extended_and_small_gaps_closed() -> None:
    cues = [Cue(1.0, 1.2, ("Hi.",)), Cue(2.0, 3.0, ("There it is.",)), Cue(3.3, 4.0, ("Oh.",)), Cue(9, 9.1, ("Bye.",))]
    limits = TimingLimits.of(OPTIONS, 25.0)
    settled = with_ends(with_starts(cues, limits), limits)
    assert settled[0].end_s == pytest.approx(1.92)  # a gap under half a second is closed to two frames
    assert settled[1].end_s == pytest.approx(3.22)
    assert settled[2].end_s == pytest.approx(4.5)  # lingers half a second
    assert settled[3].duration_s == pytest.approx(OPTIONS.least_s)
    assert check(settled, OPTIONS, 25.0) == []


BROKEN = [
    ("empty", [Cue(0, 2, ())]),
    ("lines", [Cue(0, 3, ("aaa", "bbb", "ccc"))]),
    ("line_width", [Cue(0, 5, ("x" * 43,), language=Language.EN)]),
    ("least_ms", [Cue(0, 0.8, ("Oh.",))]),
    ("longest_ms", [Cue(0, 7.01, ("Oh.",))]),
    ("order", [Cue(5, 6, ("Two.",)), Cue(1, 2, ("One.",))]),
    ("overlap_ms", [Cue(0, 2, ("One.",)), Cue(1.9, 4, ("Two.",))]),
    ("gap_ms", [Cue(0, 2, ("One.",)), Cue(2.04, 4, ("Two.",))]),
    ("open_gap_ms", [Cue(0, 2, ("One.",)), Cue(2.3, 4, ("Two.",))]),
    ("speed_cps", [Cue(0, 1, ("Far too many words for a single second.",), language=Language.EN)]),
    ("word_s", [Cue(0, 1, ("I am in it, am I?",), language=Language.EN)]),
    ("kinsoku", [Cue(0, 5, ("今日はいい", "っぽい天気"), language=Language.JA)]),
    ("kinsoku", [Cue(0, 5, ("今日は「", "いい天気」"), language=Language.JA)]),
    ("orphan", [Cue(0, 3, ("I", "went home."), language=Language.EN)]),
    ("late_ms", [Cue(2, 4, ("Late.",), tokens=(Token(1.4, 2, "Late."),))]),
    ("start_beside_cut_ms", [Cue(20.2, 23, ("Hello.",))]),
    ("end_beside_cut_ms", [Cue(17, 20.2, ("Hello.",))]),
    ("label_before_sound_ms", [Cue(9.5, 12, (), language=Language.EN, sound=Sound.LAUGHTER)]),
    ("sound_without_label_s", [Cue(9, 12, ("All the while.",), language=Language.EN)]),
    ("stray_word", [Cue(8, 10, (), sound=Sound.LAUGHTER), Cue(10.08, 12, ("He",), language=Language.EN)]),
]


@pytest.mark.parametrize(("rule", "cues"), BROKEN, ids=[rule for rule, _ in BROKEN])
def test_a_broken_rule_is_the_only_finding(rule: str, cues: list[Cue]) -> None:
    options = SubtitleOptions(word_s=0.2) if rule == "word_s" else OPTIONS
    events = [AudioEvent(10, 12, Sound.LAUGHTER, 0.9)] if "label" in rule else None
    found = check(cues, options, 25.0, cuts_s=(20.0,), events=events)
    assert {finding.rule for finding in found} == {rule}
    assert all(finding.hard == (rule in HARD) and finding.cue == len(cues) for finding in found)


def test_the_cues_of_a_clip_count_from_its_start() -> None:
    cues = [Cue(1, 3, ("before",)), Cue(9, 11, ("over the edge",)), Cue(12, 14, ("inside",)), Cue(19.95, 22, ("sliver",))]
    own = retimed(cues, Span(10, 20))
    assert [(cue.start_s, cue.end_s, cue.lines[0]) for cue in own] == [(0, 1, "over the edge"), (2, 4, "inside")]


def test_a_cue_that_only_lingers_into_a_clip_is_left_out() -> None:
    lingering = Cue(7, 10.4, ("Said before.",), tokens=(Token(7, 9.9, "Said before."),))
    inside = Cue(10.5, 13, ("Said here.",), tokens=(Token(10.6, 12, "Said here."),))
    assert [cue.lines for cue in retimed([lingering, inside], Span(10, 20))] == [("Said here.",)]


def test_options_are_checked() -> None:
    with pytest.raises(UnknownName, match="did you mean 'emoji'"):
        SubtitleOptions(labels="emojis")
    with pytest.raises(UnknownName, match="subtitle format"):
        SubtitleOptions(formats=("srt", "doc"))
    with pytest.raises(ValueError, match="lines"):
        SubtitleOptions(lines=0)
    with pytest.raises(ValueError, match="line_width must be 4 or more"):
        ReadingRules(3, 20)
