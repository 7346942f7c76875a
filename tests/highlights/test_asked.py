"""Clips for what a person asked for: their own words, and the peaks of their own curve."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from video_pipeline.cli.highlights import length_overrides
from video_pipeline.core.errors import BadRecord, BadValue, NoSuchFile
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import AudioEvent, Segment
from video_pipeline.highlights.asked import CURVE_HOP_S, curve_marks, phrase_marks, read_curve
from video_pipeline.highlights.base import Asked, HighlightOptions
from video_pipeline.highlights.choose import find_highlights
from video_pipeline.options import load_options

OPTIONS = HighlightOptions()


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("discount", "There is a DISCOUNT today.", True),
        ("disc", "There is a discount today.", False),
        ("a  discount", "There is a discount.", True),
        ("café", "The Cafe\u0301 opens.", True),
        ("折扣", "今天有折扣。", True),
        ("c++", "We write C++ here.", True),
        ("", "Anything.", False),
    ],
)
def test_phrases_are_whole_words(phrase: str, text: str, found: bool) -> None:
    language = Language.ZH if "折" in text else Language.EN
    marks = phrase_marks([Segment(10.0, 12.0, text, language=language)], [phrase])
    assert [(mark.start_s, mark.label) for mark in marks] == ([(10.0, Asked.PHRASES)] if found else [])


def test_a_phrase_earns_a_clip_without_any_reaction(show: Any, sentence: Any) -> None:
    talk = show()
    said = [*talk.segments[:20], sentence(100.0, 104.0, "Here is the secret of the house."), *talk.segments[21:]]
    marks = phrase_marks(said, ["the secret"])
    (clip,) = find_highlights(dataclasses.replace(talk, segments=said, marks=marks), OPTIONS).clips
    assert clip.start_s < 95
    assert clip.end_s >= 104
    assert clip.why.startswith("a phrase that was asked for")
    assert clip.reasons[0].signal == "phrases"


def test_a_peak_of_a_chat_earns_a_clip_and_adds_to_laughs(show: Any, tmp_path: Path) -> None:
    rng, chat = np.random.default_rng(3), tmp_path / "chat.csv"
    times_s = sorted([*rng.uniform(0, 600, 120), *rng.uniform(306, 318, 60)])
    chat.write_text("time,author,message\n" + "".join(f"{time_s:.1f},ann,wow, 3\n" for time_s in times_s), encoding="utf-8")
    talk = show((104.2, 107.0), duration_s=600.0)
    (mark,) = curve_marks(read_curve(str(chat), 600.0), 600.0)
    assert 290 <= mark.start_s <= 305 < mark.end_s <= 325, "a chat is late by some seconds"
    found = find_highlights(dataclasses.replace(talk, marks=[mark]), OPTIONS)
    assert sorted(round(clip.start_s) // 100 for clip in found.clips) in ([0, 2], [1, 2], [0, 3], [1, 3])
    laugh = AudioEvent(304.2, 307.0, talk.events[0].label, 0.9)
    both = find_highlights(dataclasses.replace(talk, marks=[mark], events=[*talk.events, laugh]), OPTIONS).clips
    assert both[0].overlaps(mark)
    assert {"laughter", "curve"} <= {reason.signal for reason in both[0].reasons}


@pytest.mark.parametrize("text", ["0;10\n60;10\n120;90\n180;10\n", "t,viewers\n0:00,10\n1:00,10\n2:00,90\n3:00,10\n"])
def test_values_are_taken_as_they_are(text: str, tmp_path: Path) -> None:
    path = tmp_path / "viewers.csv"
    path.write_text(text, encoding="utf-8")
    curve = read_curve(str(path), 200.0)
    assert curve.hop_s == CURVE_HOP_S
    assert round(float(curve.times_s()[int(np.argmax(curve.values))])) == pytest.approx(120, abs=3)
    assert all(100 <= mark.start_s <= 140 for mark in curve_marks(curve, 200.0))


@pytest.mark.parametrize(
    ("text", "reason"), [("", "no row"), ("a,b\n", "no row"), ("0,1\nsoon,2\n", "line 2 begins with 'soon'")]
)
def test_what_is_no_curve_is_said(text: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "chat.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadRecord, match=reason):
        read_curve(str(path), 100.0)
    with pytest.raises(NoSuchFile):
        read_curve(str(tmp_path / "other.csv"), 100.0)


@pytest.mark.parametrize("values", [np.zeros(40), np.full(40, 7.0), np.zeros(0)])
def test_a_flat_curve_has_no_peak(values: Any) -> None:
    from video_pipeline.core.posterior import Curve

    assert curve_marks(Curve(values.astype(np.float32), CURVE_HOP_S), 200.0) == []


def test_a_length_is_a_wish_that_the_usual_one_is_made_of() -> None:
    assert load_options("default", length_overrides("15-60")).highlights == OPTIONS
    short = load_options("default", length_overrides("8-20")).highlights
    assert short.least_s == 8
    assert short.setup_aim_s + 5 < short.longest_s == 20
    for wrong in ("60", "60-15", "a-b", "0-10", "10-inf"):
        with pytest.raises(BadValue, match="--length"):
            length_overrides(wrong)


def test_short_clips_keep_the_end_of_the_moment(show: Any) -> None:
    options = load_options("default", length_overrides("8-20")).highlights
    (clip,) = find_highlights(show((54.2, 57.0)), options).clips
    assert 8 <= clip.duration_s <= 20
    assert clip.end_s >= 57.0
