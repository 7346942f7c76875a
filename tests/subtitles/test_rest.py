"""Breaks, timing, quality findings and the cues of a clip."""

import math

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.errors import UnknownName
from video_pipeline.core.labels import Language
from video_pipeline.core.span import Span
from video_pipeline.core.transcript import Token
from video_pipeline.subtitles.breaks import penalties
from video_pipeline.subtitles.qc import check
from video_pipeline.subtitles.retime import retimed
from video_pipeline.subtitles.rules import SubtitleOptions, width
from video_pipeline.subtitles.timing import settle

OPTIONS = SubtitleOptions()


def breaks(*texts: str, language: Language = Language.EN) -> list[float]:
    return penalties([Token(0, 0, text) for text in texts], language)


def test_a_line_breaks_after_punctuation_and_before_links_rather_than_after_articles() -> None:
    after_the, after_comma, before_and = breaks("the", " cat,", " black", " and")[1:]
    assert after_comma < before_and < after_the


@pytest.mark.parametrize("texts", [("1,0", "00"), ("don", "'t"), ("wait", "!"), ("(", "yes")])
def test_some_places_are_never_broken(texts: tuple[str, str]) -> None:
    assert breaks(*texts)[1] == math.inf


def test_numbers_hold_on_to_their_units() -> None:
    assert breaks("forty", " seconds")[1] > breaks("many", " seconds")[1]
    assert breaks("40", " seconds")[1] > breaks("many", " seconds")[1]


def test_japanese_breaks_at_phrases_and_never_before_small_kana() -> None:
    texts = tuple("今日は天気がいいからちょっと散歩に行きましょう")
    found = breaks(*texts, language=Language.JA)
    assert found[texts.index("ょ")] == math.inf
    assert found[3] < found[1]  # after は, not inside 今日


def test_width_counts_as_readers_do() -> None:
    assert width("abc", Language.EN) == 3
    assert width("abc", Language.JA) == 1.5
    assert width("한국 ok", Language.KO) == 3.5
    assert width("中文a", Language.ZH) == 3


def test_cues_are_stretched_closed_up_and_never_touch() -> None:
    cues = [Cue(1.0, 1.2, ("Hi.",)), Cue(2.0, 3.0, ("There it is.",)), Cue(3.3, 4.0, ("Oh.",)), Cue(9, 9.1, ("Bye.",))]
    settled = settle(cues, OPTIONS, 25.0)
    assert settled[0].end_s == pytest.approx(1.92)  # a lone gap under half a second is closed to two frames
    assert settled[1].end_s == pytest.approx(3.22)
    assert settled[2].end_s == pytest.approx(4.5)  # lingers half a second
    assert settled[3].duration_s == pytest.approx(OPTIONS.least_s)
    assert check(settled, OPTIONS, 25.0) == []


def test_crowded_cues_start_late_rather_than_too_short() -> None:
    settled = settle([Cue(0.1 * k, 0.1 * k + 0.05, ("word",)) for k in range(10)], OPTIONS, 25.0)
    assert not [f for f in check(settled, OPTIONS, 25.0) if f.hard]


def test_every_rule_can_be_broken() -> None:
    bad = [
        Cue(0.0, 0.3, ("short",), Language.EN),
        Cue(0.2, 9.0, ("overlapping, and far too long",), Language.EN),
        Cue(9.01, 12.0, ("x" * 50,), Language.EN),
        Cue(13.0, 16.0, ("a", "b", "c"), Language.EN),
        Cue(17.0, 18.0, ("Far too many words for a single second.",), Language.EN),
    ]
    found = {(f.cue, f.rule) for f in check(bad, OPTIONS, 25.0)}
    assert {
        (1, "least_ms"),
        (2, "overlap"),
        (2, "longest_ms"),
        (3, "gap_ms"),
        (3, "line_width"),
        (4, "lines"),
        (5, "speed_cps"),
    } <= found


def test_a_clips_cues_run_on_its_own_clock() -> None:
    cues = [Cue(1, 3, ("before",)), Cue(9, 11, ("over the edge",)), Cue(12, 14, ("inside",)), Cue(19.95, 22, ("sliver",))]
    own = retimed(cues, Span(10, 20))
    assert [(cue.start_s, cue.end_s, cue.lines[0]) for cue in own] == [(0, 1, "over the edge"), (2, 4, "inside")]


def test_options_are_checked() -> None:
    with pytest.raises(UnknownName, match="did you mean 'emoji'"):
        SubtitleOptions(labels="emojis")
    with pytest.raises(UnknownName, match="subtitle format"):
        SubtitleOptions(formats=("srt", "doc"))
    with pytest.raises(ValueError, match="lines"):
        SubtitleOptions(lines=0)
