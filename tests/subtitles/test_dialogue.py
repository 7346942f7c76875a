"""Two speakers in one cue have a line and a dash each; colours tell speakers where a profile says so."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from video_pipeline.core.cue import Cue
from video_pipeline.core.labels import Emotion, Language, Sound
from video_pipeline.core.palette import SPEAKER_COLOURS
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.options import load_options
from video_pipeline.subtitles.files import appearance_of, rendered
from video_pipeline.subtitles.labelling import with_labels
from video_pipeline.subtitles.labels import labelled_lines
from video_pipeline.subtitles.layout import make_cues
from video_pipeline.subtitles.rules import SubtitleOptions
from video_pipeline.subtitles.style import StyleOptions

WHITE, YELLOW, CYAN, GREEN = (colour.lower() for colour in SPEAKER_COLOURS)


def cue(start_s: float, end_s: float, text: str, speaker: str | None, **other: Any) -> Cue:
    return Cue(start_s, end_s, (text,), speaker=speaker, **{"language": Language.EN, **other})


def talk(text: str, speaker: str, start_s: float) -> Segment:
    words = text.split()
    tokens = [Token(start_s + 0.5 * k, start_s + 0.5 * (k + 1), f" {word}", 0.9) for k, word in enumerate(words)]
    return Segment(start_s, start_s + 1.0, text, language=Language.EN, tokens=tuple(tokens), speaker=speaker)


def dashed(*cues: Cue, **style: Any) -> list[tuple[str, ...]]:
    options = SubtitleOptions(style=StyleOptions(dashes=True, **style))
    return [one.lines for one in with_labels(cues, options)]


QUICK = (cue(0, 1.2, "Ready?", "Ann"), cue(1.3, 2.4, "Not yet.", "Bob"))


def test_a_quick_exchange_is_one_cue_with_a_line_and_a_dash_each() -> None:
    assert dashed(*QUICK) == [("-Ready?", "-Not yet.")]
    assert dashed(*QUICK, speakers=True) == [("-ANN: Ready?", "-BOB: Not yet.")]
    assert dashed(*QUICK, speakers=True, speaker_brackets=True) == [("-[Ann] Ready?", "-[Bob] Not yet.")]
    both = with_labels(QUICK, SubtitleOptions(style=StyleOptions(dashes=True)))[0]
    assert (both.start_s, both.end_s) == (0, 2.4)


def test_a_name_that_the_layout_has_put_before_the_line_is_not_written_twice() -> None:
    """It stands behind the dash instead."""
    options = load_options("sdh", {}).subtitles
    laid_out = make_cues([talk("Ready?", "Ann", 0.0), talk("Not yet.", "Bob", 1.3)], (), options, rate_fps=25.0)
    assert [one.speaker_label for one in laid_out] == ["[Ann]", "[Bob]"]
    (both,) = with_labels(laid_out, options)
    assert labelled_lines(both, options.labels) == ("-[Ann] Ready?", "-[Bob] Not yet.")


def test_chinese_has_a_dash_of_its_own() -> None:
    zh = [dataclasses.replace(one, lines=("好的",), language=Language.ZH) for one in QUICK]
    assert dashed(*zh) == [("–好的", "–好的")]


def test_who_spoke_before_is_not_named_again_and_the_next_one_is_when_it_changes() -> None:
    before, after = cue(-4, -0.2, "A long sentence from Ann.", "Ann"), cue(3.0, 6.0, "Then hurry up, please.", "Ann")
    again = cue(2.6, 6.0, "But nearly there now.", "Bob")
    options = SubtitleOptions(style=StyleOptions(dashes=True, speakers=True))
    first, both, third = with_labels([before, *QUICK, after], options)
    assert first.speaker_label == "ANN:"
    assert both.lines == ("-Ready?", "-BOB: Not yet.")
    assert third.speaker_label == "ANN:"
    assert with_labels([*QUICK, again], options)[-1].speaker_label == ""


@pytest.mark.parametrize(
    "changed",
    [
        {"speaker": "Ann"},
        {"speaker": None},
        {"start_s": 2.0, "end_s": 3.0},
        {"lines": ("two", "lines")},
        {"lines": ("a line that has no room for one more letter",)},
        {"sound": Sound.LAUGHTER},
        {"emotion": Emotion.ANGRY},
        {"emotion": Emotion.NEUTRAL, "starts_emotion": True},
        {"language": Language.KO},
        {"end_s": 9.0},
    ],
)
def test_what_does_not_go_together_stays_apart(changed: dict[str, Any]) -> None:
    assert len(dashed(QUICK[0], dataclasses.replace(QUICK[1], **changed))) == 2


def test_long_lines_stay_apart_and_three_make_no_triple() -> None:
    assert len(dashed(cue(0, 3, "A longer question?", "Ann"), cue(3.1, 6, "And an answer.", "Bob"))) == 2
    assert dashed(*QUICK, cue(2.5, 3.5, "Now?", "Ann")) == [("-Ready?", "-Not yet."), ("Now?",)]


def test_nothing_is_joined_unless_asked_or_where_words_are_coloured_one_by_one() -> None:
    assert len(with_labels(QUICK, SubtitleOptions())) == 2
    assert len(dashed(*QUICK, words="karaoke")) == 2


def speeches(*names: str) -> list[Cue]:
    """Each speaks a second less than the one before."""
    return [cue(20.0 * k, 20.0 * k + 9 - k, f"This is {name}.", name) for k, name in enumerate(names)]


def test_colours_follow_who_speaks_most_and_the_fifth_is_named() -> None:
    cues = with_labels(speeches("Ann", "Bob", "Cho", "Dan", "Eve"), SubtitleOptions(style=StyleOptions(speaker_colours=True)))
    assert [one.runs[0][0].look.colour for one in cues] == ["", YELLOW, CYAN, GREEN, ""]
    assert [one.speaker_label for one in cues] == ["", "", "", "", "EVE:"]


def test_a_profile_of_colours_writes_them_and_never_a_name_with_one() -> None:
    options = load_options("bbc", {"subtitles.style.speakers": True}).subtitles
    cues = with_labels([*speeches("Ann", "Bob"), cue(50, 51, "Yes?", "Ann"), cue(51.1, 52, "No.", "Bob")], options)
    looks = appearance_of(options, (1280, 720), "talk")
    srt = rendered("srt", cues, looks)
    assert f'<font color="{YELLOW}">This is Bob.</font>' in srt and "BOB" not in srt and "ANN" not in srt
    ass = rendered("ass", cues, looks)
    assert r"{\c&H00ffff&}This is Bob." in ass
    assert f'tts:color="{YELLOW}"' in rendered("ttml", cues, looks)
    assert "color: #ffff00" in rendered("vtt", cues, looks) and "<v Bob>" in rendered("vtt", cues, looks)


def test_where_colours_tell_speakers_emotions_are_labels() -> None:
    happy = [dataclasses.replace(one, emotion=Emotion.HAPPY, starts_emotion=True) for one in speeches("Ann", "Bob")]
    options = SubtitleOptions(style=StyleOptions(speaker_colours=True))
    cues = with_labels(happy, options)
    assert [one.runs[0][0].look.colour for one in cues] == [WHITE, YELLOW]
    ass = rendered("ass", cues, appearance_of(options, (1280, 720), "talk"))
    assert r"[happy] {\c&Hffffff&}This is Ann." in ass


def test_both_lines_of_a_dashed_cue_have_their_own_colour_and_voice() -> None:
    options = SubtitleOptions(style=StyleOptions(dashes=True, speaker_colours=True))
    (both,) = with_labels(QUICK, options)
    assert [line[0].look.colour for line in both.runs] == ["", YELLOW]
    assert [line[0].look.voice for line in both.runs] == ["Ann", "Bob"]
    vtt = rendered("vtt", [both], appearance_of(options, (1280, 720), "talk"))
    assert "<v Ann>" in vtt and "<v Bob>" in vtt
