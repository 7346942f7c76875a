"""A clip begins with the sentence that begins the thought: not with a number or a "but"."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from video_pipeline.core.clip import Clip
from video_pipeline.core.labels import Language
from video_pipeline.core.transcript import Segment, Token
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.choose import find_highlights
from video_pipeline.highlights.heard_starts import with_whole_sentences
from video_pipeline.highlights.openings import continues
from video_pipeline.highlights.sentences import sentences


def spoken(*words: tuple[str, float], language: Language = Language.EN) -> Segment:
    """Words of 0.4 s, each after a pause of the seconds given."""
    tokens, now_s = [], 10.0
    for text, pause_s in words:
        tokens.append(Token(now_s + pause_s, now_s + pause_s + 0.4, text))
        now_s += pause_s + 0.4
    return Segment(tokens[0].start_s, now_s, "".join(token.text for token in tokens), tokens=tuple(tokens), language=language)


def texts(*words: tuple[str, float], language: Language = Language.EN) -> list[str]:
    return [one.text for one in sentences([spoken(*words, language=language)])]


def test_a_count_is_one_sentence() -> None:
    assert texts(("Ready?", 0.0), (" 1.", 0.9), (" 2.", 0.6), (" 3.", 0.6), (" Go!", 0.6)) == ["Ready?", "1. 2. 3. Go!"]
    assert texts(("准备。", 0.0), ("一。", 0.9), ("二。", 0.5), ("走！", 0.5), language=Language.ZH) == ["准备。", "一。二。走！"]


def test_a_number_belongs_to_the_sentence_that_is_nearer() -> None:
    assert texts(("Mix", 0.0), (" it.", 0.1), (" 2.", 0.8), (" Bake", 0.1), (" it.", 0.1)) == ["Mix it.", "2. Bake it."]
    assert texts(("How", 0.0), (" many?", 0.1), (" 3.", 0.2), (" Good.", 0.9)) == ["How many? 3.", "Good."]


def test_a_number_far_from_all_words_stays_alone() -> None:
    assert texts(("Ready?", 0.0), (" 3.", 3.0), (" Go!", 3.0)) == ["Ready?", "3.", "Go!"]
    assert texts(("3.", 0.0)) == ["3."]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("But he did not.", Language.EN),
        ("...and then we left.", Language.EN),
        ("“Because I say so.”", Language.EN),
        ("但是他没有。", Language.ZH),
        ("でも、行かなかった。", Language.JA),
        ("하지만 그는 아니었다.", Language.KO),
        ("Aber er nicht.", Language.DE),
        ("Parce qu'il pleut.", Language.FR),
    ],
)
def test_sentences_that_go_on(text: str, language: Language) -> None:
    assert continues(text, language)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Andrew was there.", Language.EN),
        ("Orders came.", Language.EN),
        ("So I was at home.", Language.EN),
        ("", Language.EN),
        ("Eva ging.", Language.DE),
        ("O menino saiu.", Language.PT),
        ("And so on.", Language.UNKNOWN),
    ],
)
def test_sentences_that_begin(text: str, language: Language) -> None:
    assert not continues(text, language)


def _start_s(evidence: Evidence) -> float:
    (clip,) = find_highlights(evidence, HighlightOptions()).clips
    return clip.start_s


def _with_text(evidence: Evidence, start_s: float, first: str, sentence: Any) -> Evidence:
    changed = [sentence(s.start_s, s.start_s + 4, f"{first} {s.text}") if s.start_s == start_s else s for s in evidence.segments]
    return dataclasses.replace(evidence, segments=changed)


def test_a_clip_begins_with_no_sentence_that_goes_on(show: Any, sentence: Any) -> None:
    talk = show((54.2, 55.9))
    assert _start_s(talk) == pytest.approx(34.9)
    assert _start_s(_with_text(talk, 35.0, "But", sentence)) == pytest.approx(39.9)
    assert _start_s(_with_text(_with_text(talk, 35.0, "But", sentence), 30.0, "And", sentence)) == pytest.approx(39.9)


def test_heard_later_a_clip_begins_with_no_sentence_that_goes_on(show: Any, sentence: Any) -> None:
    talk = _with_text(show((54.2, 55.9)), 35.0, "But", sentence)
    clip = Clip(34.9, 57.0, 50.0, "")
    assert with_whole_sentences([clip], talk, HighlightOptions()) == (dataclasses.replace(clip, start_s=29.9),)
    alone = dataclasses.replace(talk, segments=[s for s in talk.segments if s.start_s >= 35.0])
    assert with_whole_sentences([clip], alone, HighlightOptions()) == (clip,)
