"""Videos in which nobody reacts: the best passages of speech."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from video_pipeline.core.labels import Language, Sound
from video_pipeline.core.posterior import Curve
from video_pipeline.core.transcript import AudioEvent, Segment, Token
from video_pipeline.highlights.base import Evidence, HighlightOptions
from video_pipeline.highlights.choose import Highlights, find_highlights
from video_pipeline.highlights.edges import Edges
from video_pipeline.highlights.passages import are_passages, for_passages, highlights_or_passages
from video_pipeline.highlights.phrases import PHRASES
from video_pipeline.highlights.stored import make_signals

SENTENCE_S, PAUSE_S = 4.0, 0.8
FILLER = "Well this and that may be so."
TOPIC = "The telescope mirror gathers light."
LIVELY = range(30, 36)
"""Sentences that are said higher and louder."""


def said(texts: Sequence[str]) -> list[Segment]:
    segments = []
    for k, text in enumerate(texts):
        start_s, words = k * (SENTENCE_S + PAUSE_S), text.split(" ")
        step_s = SENTENCE_S / len(words)
        tokens = tuple(
            Token(start_s + i * step_s, start_s + (i + 1) * step_s, word if i == 0 else f" {word}")
            for i, word in enumerate(words)
        )
        segments.append(Segment(start_s, start_s + SENTENCE_S, text, tokens=tokens, language=Language.EN))
    return segments


def talk(texts: Sequence[str], lively: Sequence[int] = (), events: Sequence[AudioEvent] = ()) -> Evidence:
    """A talk of one person; the pitch and the level rise in the sentences `lively`."""
    segments = said(texts)
    frames = int((segments[-1].end_s + 1.0) * 10)
    level, pitch = np.full(frames, -60, np.float32), np.zeros(frames, np.float32)
    for k, segment in enumerate(segments):
        spoken = slice(round(segment.start_s * 10), round(segment.end_s * 10))
        level[spoken], pitch[spoken] = (-16, 170) if k in lively else (-25, 120)
    return Evidence(frames / 10, segments, tuple(events), Curve(level, 0.1), pitch=Curve(pitch, 0.1))


def chosen(evidence: Evidence, options: HighlightOptions | None = None) -> Highlights:
    options = options or HighlightOptions(passages=True)
    return highlights_or_passages(evidence, options, make_signals(evidence, options))


def test_a_lively_voice_is_chosen() -> None:
    evidence = talk([FILLER] * 60, LIVELY)
    (best, *_) = chosen(evidence).clips
    core = evidence.segments[LIVELY[0]].start_s, evidence.segments[LIVELY[-1]].end_s
    assert best.start_s <= core[0] and best.end_s >= core[1]
    assert "lively voice" in best.why and best.why.startswith("speech: ")
    assert best.score == pytest.approx(sum(reason.contribution for reason in best.reasons), abs=0.01)


def test_with_an_even_voice_words_decide_and_give_the_title() -> None:
    evidence = talk([f"{FILLER} Number{k}." for k in range(40)] + [TOPIC] * 3 + [f"{FILLER} Number{k}." for k in range(50, 60)])
    best = chosen(evidence).clips[0]
    assert best.overlap_s(evidence.segments[41]) == pytest.approx(SENTENCE_S)
    assert best.title.startswith("The telescope mirror")


def test_passages_are_whole_sentences_of_a_bounded_length_that_do_not_overlap() -> None:
    evidence, options = talk([FILLER] * 130, LIVELY), HighlightOptions()
    clips, edges = sorted(chosen(evidence).clips, key=lambda clip: clip.start_s), Edges.of(talk([FILLER] * 130))
    assert 1 < len(clips) <= options.top
    for clip in clips:
        assert options.least_s <= clip.duration_s <= options.longest_s
        assert not edges.words.at(clip.start_s) and not edges.words.at(clip.end_s)
    assert all(a.end_s <= b.start_s for a, b in pairwise(clips))


def test_a_slow_speakers_sentence_is_not_left_in_a_pause() -> None:
    """Phrases with pauses between them; small letters go on with the sentence."""
    phrases = ["We are recording this voice here", "and we play it back to them", "until the room speaks alone.", FILLER]
    evidence = talk([phrases[k % 4] for k in range(60)], LIVELY)
    slow = [replace(one, start_s=1.4 * one.start_s, end_s=1.4 * one.start_s + SENTENCE_S) for one in evidence.segments]
    slow = [
        replace(new, tokens=tuple(token.shifted(0.4 * old.start_s) for token in old.tokens))
        for new, old in zip(slow, evidence.segments, strict=True)
    ]
    longer = replace(evidence, segments=slow, duration_s=1.4 * evidence.duration_s, pitch=None)
    for clip in chosen(longer).clips:
        inside = [one.text for one in slow if clip.start_s <= one.middle_s < clip.end_s]
        assert inside[0][0].isupper() and inside[-1].endswith("."), inside


def test_a_short_video_gives_one_passage_and_not_all_of_it() -> None:
    evidence = talk([FILLER] * 20, range(8, 12))
    (clip,) = chosen(evidence).clips
    assert clip.duration_s < 0.7 * evidence.duration_s


def test_speech_of_a_few_seconds_is_a_passage() -> None:
    (clip,) = chosen(talk([FILLER] * 2)).clips
    assert clip.duration_s == pytest.approx(2 * SENTENCE_S + PAUSE_S, abs=1.0)


def test_speech_without_words_and_pauses_gives_a_passage_too() -> None:
    bare = replace(talk([FILLER] * 60), segments=[Segment(10.0, 170.0, "")])
    (clip, *_) = chosen(bare).clips
    assert clip.start_s >= 9.5 and clip.title == "Speech at 0:10"


def test_reactions_come_first_and_their_clips_are_the_same() -> None:
    laugh = AudioEvent(100.0, 104.0, Sound.LAUGHTER, 0.95)
    evidence = talk([FILLER] * 60, LIVELY, [laugh])
    found = chosen(evidence)
    assert found.clips == find_highlights(evidence, HighlightOptions()).clips
    assert not are_passages(found.clips)


def test_none_where_they_are_switched_off_or_nobody_speaks() -> None:
    evidence = talk([FILLER] * 60, LIVELY)
    assert chosen(evidence, HighlightOptions()).clips == ()
    silent = replace(evidence, segments=())
    assert chosen(silent).clips == () and "no clip to recommend" in chosen(silent).explanation


def test_none_where_reactions_are_switched_off_or_something_else_was_asked_for() -> None:
    evidence = talk([FILLER] * 60, LIVELY)
    off = HighlightOptions(passages=True, weights={**HighlightOptions().weights, "laughter": 0.0, "applause": 0.0, "cheer": 0.0})
    asked = HighlightOptions(passages=True, phrases=("absent",))
    assert chosen(evidence, off).clips == () and chosen(evidence, asked).clips == ()


def test_it_is_said_that_nobody_reacted() -> None:
    found = chosen(talk([FILLER] * 60))
    assert are_passages(found.clips)
    assert found.explanation == (
        "no laughter, applause or cheering was heard in 4.8 minutes; the best of the speech was chosen instead"
    )


def test_weights_that_somebody_set_stay() -> None:
    own = HighlightOptions(weights={**HighlightOptions().weights, "excitement": 0.0, "topic": 0.5})
    weights = for_passages(own).weights
    assert (weights["excitement"], weights["topic"], weights["reveal"]) == (0.0, 0.5, 0.4)


@pytest.mark.parametrize("language", list(PHRASES))
def test_each_language_has_its_words(language: Language) -> None:
    phrases = PHRASES[language]
    assert phrases.no_clip in phrases.nothing
    assert "{why}" in phrases.passages and "{traits}" in phrases.passage and "{clock}" in phrases.passage_at
    assert len(set(phrases.traits.values())) == len(phrases.traits)
